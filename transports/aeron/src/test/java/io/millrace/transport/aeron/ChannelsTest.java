package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.exceptions.ConductorServiceTimeoutException;
import io.aeron.exceptions.DriverTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "aeron-ipc; aeron:ipc",
                "aeron:tcp?endpoint=a:1; media",
                "aeron:udp; no endpoint",
                "aeron:udp?endpoint=localhost; endpoint localhost has no port",
                "aeron:udp?endpoint=localhost:99999; endpoint localhost:99999: port 99999 is not possible; use one from 0 to 65535",
                "aeron:udp?control=a:4294967297|control-mode=dynamic; port 4294967297 is not possible",
                "aeron:udp?endpoint=localhost:x; endpoint localhost:x has no port",
                "aeron:udp?endpont=localhost:1; the nearest is endpoint",
                "aeron:udp?control-mode=dynamic|endpoint=a:1; no control",
                "aeron:udp?control=a:1|control-mode=dynamc; control-mode dynamc",
                "aeron:udp?control=a:1|control-mode=response; control-mode is response",
                "aeron:ipc?term-length=100000; term-length 100000",
                "aeron:udp?endpoint=a:1|mtu=1000; multiple of 32",
                "aeron:ipc?session-id=abc; session-id abc is not possible; use a whole number",
                "aeron:ipc?session-id=4294967296; session-id 4294967296",
                "aeron:udp?endpoint=a:1|gtag=x; gtag x",
                "aeron:udp?endpoint=a:1|tags=1,x; tags 1,x is not possible",
                "aeron:udp?endpoint=a:1|ttl=far; ttl far",
                "aeron:udp?endpoint=a:1|rcv-wnd=64kb; rcv-wnd 64kb is not possible; use bytes",
                "aeron:udp?endpoint=a:1|linger=5x; linger 5x is not possible; use a time",
                "aeron:ipc?untethered-resting-timeout=soon; untethered-resting-timeout soon",
            })
    void shouldNameThePartThatIsWrong(String channel, String part) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> Channels.checked(channel));
        assertTrue(e.getMessage().contains(channel) && e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void shouldNotWaitForDestinationsThatNobodyAdds() {
        String manual = "aeron:udp?control-mode=manual";
        Exception e = assertThrows(IllegalArgumentException.class, () -> Channels.ofOnePlace(manual));
        assertTrue(e.getMessage().contains(manual) && e.getMessage().contains("nobody here would add"), e.getMessage());
        assertEquals("aeron:ipc", Channels.ofOnePlace("aeron:ipc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aeron:ipc",
                "aeron:ipc?term-length=64k|alias=x",
                "aeron:udp?endpoint=[::1]:4040",
                "aeron:udp?control=a:1|control-mode=dynamic",
                "aeron:udp?endpoint=a:0",
                "aeron:ipc?session-id=-7|linger=200ms|init-term-id=1|term-id=1|term-offset=64",
                "aeron:udp?endpoint=a:1|session-id=tag:101|tags=7,8|fc=tagged,g:5/2,t:1s|rcv-wnd=64k|so-sndbuf=2m|ttl=4",
                "aeron:udp?endpoint=a:1|media-rcv-ts-offset=reserved|response-correlation-id=prototype"
            })
    void shouldTakeChannels(String channel) {
        assertEquals(channel, Channels.checked(channel));
    }

    /** Where one listens the system may choose; to a port that nobody knows nothing can be sent. */
    @Test
    void shouldNotSendToPortZero() {
        String zero = "aeron:udp?endpoint=a:0";
        String manual = "aeron:udp?control-mode=manual";
        Exception e = assertThrows(IllegalArgumentException.class, () -> Channels.sent(zero));
        assertTrue(e.getMessage().contains(zero) && e.getMessage().contains("endpoint a:0: port 0"), e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> Channels.sentTo(manual, zero));
        assertTrue(e.getMessage().contains("endpoint a:0: port 0"), e.getMessage());
        assertEquals(List.of(zero), Channels.heardAt(manual, zero));
    }

    @Test
    void shouldCountAnErrorOncePerStack() {
        DistinctErrors errors = new DistinctErrors();
        for (int i = 0; i < 1_000; i++) {
            errors.onError(new DriverTimeoutException("no keepalive " + i));
        }
        errors.onError(new ConductorServiceTimeoutException("service interval exceeded"));
        assertEquals(2, errors.list().size());
        assertEquals(1_000, errors.list().get(0).count());
        assertTrue(errors.list().get(0).text().contains("paused"));
        assertTrue(errors.list().get(1).text().contains("this process was paused"));
        for (int i = 0; i < 100; i++) {
            errors.onError(deep(i));
        }
        assertEquals(65, errors.list().size());
    }

    private static Exception deep(int calls) {
        return calls == 0 ? new IllegalStateException("at the bottom") : deep(calls - 1);
    }
}
