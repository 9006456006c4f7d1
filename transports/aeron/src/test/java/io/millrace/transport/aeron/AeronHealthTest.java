package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.transport.Lost;
import io.millrace.transport.aeron.Streams.Note;
import io.millrace.transport.aeron.Streams.Other;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What health says: what is wrong now, as long as it is, and what is lost, for good. */
class AeronHealthTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final Input<Other> OTHER_IN =
            Input.of("other", Other.class).eventTime(o -> (long) o.id(), MILLISECONDS);
    private static final Output<Other> OTHER_OUT = Output.of("other-out", Other.class);
    private static AeronMedia media;

    @BeforeAll
    static void start() {
        media = AeronMedia.embedded().termBytes(64 << 10).start();
    }

    @AfterAll
    static void stop() {
        media.close();
    }

    private static Engine receiver(AeronSource<Note> source) {
        return Engine.of(Streams.through()).input(IN, source).discard(OUT).start();
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP", "FAIL"})
    void shouldForgetWhatIsOverAndKeepWhatIsLost(Unsent unsent) throws Exception {
        int stream = 10 + unsent.ordinal();
        AeronSink<Note> sink =
                AeronSink.of(media, "aeron:ipc", stream, NOTE).unsent(unsent).waitAtMost(Duration.ZERO);
        byte[] bytes = new byte[NOTE.maxLength()];
        int length = NOTE.encode(new Note(1, ""), bytes, 0);
        sink.begin();
        try {
            sink.on(bytes, 0, length, new FakeMeta(0, 1));
        } catch (AeronFault e) {
            assertEquals(Unsent.FAIL, unsent);
        }
        assertTrue(sink.trouble().contains("nobody subscribes"), sink.trouble());
        AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", stream, NOTE);
        try (sink;
                Engine b = receiver(source)) {
            await("a reader", () -> source.senders() == 1);
            AeronSink<Note> patient = sink;
            await("an event that is sent at once", () -> sends(patient, bytes, length));
            assertNull(sink.trouble(), "it goes on");
            Lost lost = sink.lost();
            if (unsent == Unsent.DROP) {
                assertTrue(lost.times() > 0 && lost.why().matches(".* [1-9]\\d* events dropped"), lost.toString());
            } else {
                assertEquals(Lost.NOTHING, lost, "a dead letter is told elsewhere");
            }
            assertEquals(0, b.deadLetters().total());
        }
    }

    private static boolean sends(AeronSink<Note> sink, byte[] bytes, int length) {
        try {
            sink.on(bytes, 0, length, new FakeMeta(0, 2));
        } catch (Exception e) {
            return false;
        }
        return sink.trouble() == null;
    }

    /** In words it takes more than a message of the shortest terms may have. */
    private static String manyNames() {
        return "many(" + "a name of many, ".repeat(1_000) + "\u00fc".repeat(3_000) + ")";
    }

    /** What is told is for people who read it: a layout that is longer than any message stops nobody. */
    @Test
    void shouldTellSoMuchOfALongLayoutAsThereIsRoomFor() throws Exception {
        EventType<Note> many = new Renamed(manyNames());
        AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 21, NOTE);
        byte[] bytes = new byte[many.maxLength()];
        try (Engine b = receiver(source);
                AeronSink<Note> sink =
                        AeronSink.of(media, "aeron:ipc", 21, many).waitAtMost(Duration.ofSeconds(50))) {
            sink.begin();
            sink.on(bytes, 0, many.encode(new Note(1, ""), bytes, 0), new FakeMeta(0, 1));
            sink.flush();
            await("the event", () -> b.deadLetters().total() == 1);
            assertTrue(source.trouble().contains("it sends many(a name of many, "), source.trouble());
            assertNull(sink.trouble());
        }
    }

    /** The bytes of a note, and another layout. */
    private static final class Renamed extends EventType<Note> {
        private final String layout;

        Renamed(String layout) {
            super("Renamed", NOTE.maxLength());
            this.layout = layout;
        }

        @Override
        public EventView<Note> newView() {
            return NOTE.newView();
        }

        @Override
        public int encode(Note event, byte[] target, int offset) {
            return NOTE.encode(event, target, offset);
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return NOTE.check(bytes, offset, length);
        }

        @Override
        public String layout() {
            return layout;
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return NOTE.text(bytes, offset, length);
        }
    }

    @Test
    void shouldCutALayoutBehindACharacter() {
        assertEquals("(a \u00fc)", new String(LayoutWords.of("(a \u00fc)", 100), StandardCharsets.UTF_8));
        assertEquals("(a\u00fc ...", new String(LayoutWords.of("(a\u00fc\u00fcbc)", 8), StandardCharsets.UTF_8));
        assertEquals("(a\u00fc ...", new String(LayoutWords.of("(a\u00fc\u00fcbcd)", 9), StandardCharsets.UTF_8));
        assertTrue(LayoutWords.of(manyNames(), Integer.MAX_VALUE).length <= LayoutWords.BYTES_MAX);
        for (int most = 0; most < 6; most++) {
            assertTrue(LayoutWords.of("(a\u00fc\u00fcbc)", most).length <= most);
        }
    }

    /** The layout is told behind a tick, and not with the first event, which may come in an hour; what comes then as it should is heard. */
    @Test
    void shouldTellLayoutsThatDifferBeforeTheFirstEvent() throws Exception {
        AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 20, NOTE);
        try (Engine b = receiver(source)) {
            try (Engine a = Engine.of(
                            Millrace.topology("a", t -> t.from(OTHER_IN).to(OTHER_OUT)))
                    .output(OTHER_OUT, AeronSink.of(media, "aeron:ipc", 20, OTHER_IN.type()))
                    .start()) {
                await("what differs", () -> source.trouble() != null);
                assertTrue(
                        source.trouble().contains("double") && source.trouble().contains("Note"), source.trouble());
                assertEquals(0, a.stats().inputs().get(0).events());
            }
            try (Engine a = Engine.of(Streams.through())
                    .output(OUT, AeronSink.of(media, "aeron:ipc", 20, NOTE).waitAtMost(Duration.ofSeconds(50)))
                    .start()) {
                a.publisher(IN).publish(new Note(1, ""));
                await("that it is over", () -> source.trouble() == null);
            }
            assertEquals(0, b.deadLetters().total());
        }
    }
}
