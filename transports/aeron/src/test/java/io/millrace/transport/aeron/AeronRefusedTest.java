package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.ErrorCode;
import io.aeron.exceptions.RegistrationException;
import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.transport.EventSource;
import io.millrace.transport.aeron.Streams.Got;
import io.millrace.transport.aeron.Streams.Note;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a driver refuses now and grants later, and a target that throws: neither ends a stream. */
@Timeout(180)
class AeronRefusedTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);

    private static AeronMedia media() {
        return AeronMedia.embedded().termBytes(64 << 10).start();
    }

    private static DatagramSocket taken() throws Exception {
        DatagramSocket socket = new DatagramSocket(null);
        socket.setReuseAddress(false);
        socket.bind(new InetSocketAddress("127.0.0.1", 0));
        return socket;
    }

    @Test
    void shouldListenWhenTheAddressIsFree() throws Exception {
        List<Got> got = Streams.list();
        DatagramSocket other = taken();
        try (AeronMedia media = media()) {
            String channel = "aeron:udp?endpoint=127.0.0.1:" + other.getLocalPort();
            try (Engine b = Engine.of(Streams.through())
                            .input(IN, AeronSource.of(media, channel, 1, NOTE))
                            .outputWithMeta(OUT, (n, m) -> got.add(Got.of(n, m)))
                            .start();
                    Engine a = Engine.of(Streams.through())
                            .output(OUT, AeronSink.of(media, channel, 1, NOTE).unsent(Unsent.WAIT))
                            .start()) {
                await(
                        "that it says so",
                        () -> b.health().why() != null && b.health().why().contains("already in use"));
                assertEquals(List.of(), b.sourceFailures());
                other.close();
                a.publisher(IN).publish(new Note(1, ""));
                await("the note", () -> !got.isEmpty());
                await(
                        "that all is well, not " + b.health(),
                        () -> b.health().why().isEmpty());
            }
        }
    }

    /** It waits, as was said, and loses nothing. */
    @Test
    void shouldSendWhenTheAddressIsFree() throws Exception {
        List<Got> got = Streams.list();
        DatagramSocket other = taken();
        try (AeronMedia media = media()) {
            String control = "127.0.0.1:" + other.getLocalPort();
            AeronSink<Note> sink = AeronSink.of(media, "aeron:udp?control-mode=dynamic|control=" + control, 1, NOTE)
                    .waitAtMost(Duration.ofMillis(1))
                    .unsent(Unsent.WAIT);
            try (Engine a = Engine.of(Streams.through()).output(OUT, sink).start();
                    Engine b = Engine.of(Streams.through())
                            .input(
                                    IN,
                                    AeronSource.of(media, "aeron:udp?endpoint=127.0.0.1:0|control=" + control, 1, NOTE))
                            .outputWithMeta(OUT, (n, m) -> got.add(Got.of(n, m)))
                            .start()) {
                a.publisher(IN).publish(new Note(1, ""));
                await(
                        "that it says so",
                        () -> sink.trouble().contains("already in use")
                                && sink.trouble().contains("it waits"));
                other.close();
                await("the note", () -> !got.isEmpty());
                assertEquals(0, a.deadLetters().total());
                assertEquals(null, sink.trouble());
                assertEquals(0, b.deadLetters().total());
            }
        }
    }

    @Test
    void shouldTakeForFinalOnlyWhatWillNotPass() {
        EnumSet<ErrorCode> isFinal = EnumSet.noneOf(ErrorCode.class);
        for (ErrorCode code : ErrorCode.values()) {
            if (AeronErrors.isFinal(new RegistrationException(1, code.value(), code, "refused"))) {
                isFinal.add(code);
            }
        }
        assertEquals(
                EnumSet.of(
                        ErrorCode.INVALID_CHANNEL,
                        ErrorCode.UNKNOWN_COMMAND_TYPE_ID,
                        ErrorCode.MALFORMED_COMMAND,
                        ErrorCode.NOT_SUPPORTED),
                isFinal);
        assertFalse(AeronErrors.isFinal(new IllegalStateException()));
        assertFalse(AeronErrors.isFinal(new RegistrationException(
                1,
                ErrorCode.INVALID_CHANNEL.value(),
                ErrorCode.INVALID_CHANNEL,
                "ERROR - java.net.UnknownHostException: unresolved - endpoint=desk:4041")));
    }

    /** Which there are of these only the driver knows. */
    @Test
    void shouldTakeAValueThatIsNoneForFinal() {
        assertTrue(AeronErrors.isFinal(
                generic("java.lang.IllegalArgumentException : unsupported strategy : fc=nonsense")));
        assertTrue(AeronErrors.isFinal(generic("java.lang.NumberFormatException : For input string: \"abc\"")));
        assertFalse(AeronErrors.isFinal(generic("java.lang.IllegalArgumentException : no channel with tag 7")));
        assertFalse(AeronErrors.isFinal(
                generic("java.lang.IllegalArgumentException : unable to find response subscription")));
        assertFalse(AeronErrors.isFinal(generic("java.net.BindException : Address already in use")));
    }

    private static RegistrationException generic(String why) {
        return new RegistrationException(1, ErrorCode.GENERIC_ERROR.value(), ErrorCode.GENERIC_ERROR, why);
    }

    @Test
    void shouldNotStartToSendToWhatWillNeverBeRight() {
        String channel = "aeron:udp?endpoint=127.0.0.1:40400|fc=nonsense";
        try (AeronMedia media = media()) {
            Setup setup = Engine.of(Streams.through()).output(OUT, AeronSink.of(media, channel, 1, NOTE));
            Exception e = assertThrows(
                    IllegalStateException.class, () -> setup.start().close());
            assertTrue(e.getMessage().contains("strategy: fc=nonsense"), e.getMessage());
        }
    }

    /** The message comes again, and is not taken for one that the engine has. */
    @Test
    void shouldNotMarkWhatATargetHasThrownAt(@TempDir Path dir) throws Exception {
        try (AeronMedia media = media()) {
            AeronSource<Note> source =
                    AeronSource.of(media, "aeron:ipc", 1, NOTE).marks(dir.resolve("marks"));
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE).unsent(Unsent.WAIT);
            Throwing target = new Throwing();
            source.poll(target, 10);
            sink.begin();
            byte[] bytes = new byte[NOTE.maxLength()];
            sink.on(bytes, 0, NOTE.encode(new Note(1, ""), bytes, 0), new FakeMeta(0, 1));
            await("the first time", () -> {
                try {
                    source.poll(target, 10);
                    return false;
                } catch (Exception e) {
                    return e.getMessage().equals("not now");
                }
            });
            await("the second", () -> {
                try {
                    source.poll(target, 10);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                return target.taken == 1;
            });
            sink.close();
            source.close();
        }
    }

    private static final class Throwing implements EventSource.Target<Note> {
        private boolean hasThrown;
        private int taken;

        @Override
        public void take(Note event, Header header) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            if (!hasThrown) {
                hasThrown = true;
                throw new IllegalStateException("not now");
            }
            taken++;
            return true;
        }
    }
}
