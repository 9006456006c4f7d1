package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.exceptions.ConductorServiceTimeoutException;
import io.aeron.exceptions.DriverTimeoutException;
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
                "aeron:udp?control=a:1|control-mode=dynamic"
            })
    void shouldTakeChannels(String channel) {
        assertEquals(channel, Channels.checked(channel));
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
