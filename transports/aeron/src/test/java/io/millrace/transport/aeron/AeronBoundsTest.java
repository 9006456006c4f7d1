package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.transport.Counted;
import io.millrace.transport.EncodedSink;
import io.millrace.transport.EventSource;
import io.millrace.transport.Lost;
import io.millrace.transport.aeron.Streams.Got;
import io.millrace.transport.aeron.Streams.Note;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes to an end: positions of a publication, slots, room, threads; and how often an event is copied. */
@Timeout(180)
class AeronBoundsTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);

    record Pages(long id, @Length(3_000) String text) {}

    private static Map<String, Long> counters(Counted of) {
        Map<String, Long> all = new LinkedHashMap<>();
        of.counters(all::put);
        return all;
    }

    /** A publication has 2^31 terms, of which this one begins with the last: it ends again and again, and another one is made. */
    @Test
    void shouldGoOnWhereAPublicationHasNoPositionsLeft() throws Exception {
        String last = "aeron:ipc?term-length=65536|init-term-id=0|term-id=2147483647|term-offset=65088";
        List<Got> got = Streams.list();
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 1, NOTE);
            AeronSink<Note> sink = AeronSink.of(media, last, 1, NOTE).waitAtMost(Duration.ofSeconds(50));
            try (Engine b = Engine.of(Streams.through())
                            .input(IN, source)
                            .outputWithMeta(OUT, (n, m) -> got.add(Got.of(n, m)))
                            .start();
                    Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
                for (int i = 1; i <= 8; i++) {
                    a.publisher(IN).publish(new Note(i, "x".repeat(150)));
                }
                await("all", () -> got.size() == 8);
                assertEquals(
                        List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L),
                        got.stream().map(Got::id).toList());
                Map<String, Long> sent = counters(sink);
                assertTrue(sent.get("publications") > 2, sent.toString());
                assertEquals(sent.get("publications") - 1, sent.get("publications at their end"));
                assertEquals(
                        0, counters(source).get("missed") + counters(source).get("repeated"));
                assertEquals(0, a.deadLetters().total() + b.deadLetters().total());
            }
        }
    }

    /** The last fragment of a message is given back while the ring is full, and comes again with all those before it. */
    @Test
    void shouldTakeLongMessagesWhereTheRingIsFull() throws Exception {
        Input<Pages> in = Input.of("pages", Pages.class);
        Output<Pages> out = Output.of("pages-out", Pages.class);
        int n = 300;
        CountDownLatch go = new CountDownLatch(1);
        List<Pages> got = Collections.synchronizedList(new ArrayList<>());
        try (AeronMedia media = AeronMedia.embedded().termBytes(1 << 20).start()) {
            AeronSource<Pages> source = AeronSource.of(media, "aeron:ipc", 1, in.type());
            AeronSink<Pages> sink =
                    AeronSink.of(media, "aeron:ipc", 1, in.type()).waitAtMost(Duration.ofSeconds(50));
            try (Engine b = Engine.of(Millrace.topology("b", t -> t.from(in).to(out)))
                            .ringSlots(64)
                            .input(in, source)
                            .output(out, p -> {
                                go.await();
                                got.add(p);
                            })
                            .start();
                    Engine a = Engine.of(Millrace.topology("a", t -> t.from(in).to(out)))
                            .output(out, sink)
                            .start()) {
                for (int i = 0; i < n; i++) {
                    a.publisher(in).publish(page(i));
                    if (i == 150) {
                        await("a full ring", () -> counters(source).get("ring full") > 0);
                        go.countDown();
                    }
                }
                await("all", () -> got.size() == n);
                for (int i = 0; i < n; i++) {
                    assertEquals(page(i), got.get(i));
                }
                assertEquals(
                        0, counters(source).get("missed") + counters(source).get("repeated"));
                assertEquals(0, a.deadLetters().total() + b.deadLetters().total());
            }
        }
    }

    private static Pages page(int i) {
        return new Pages(i, Character.toString('a' + i % 26).repeat(i % 2 == 0 ? 2_900 : 40));
    }

    /** Each way of running a driver by threads; by none is a test of who is paused. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INVOKER")
    void shouldStartEachThreading(Threading threading) throws Exception {
        List<Got> got = Streams.list();
        try (AeronMedia media =
                AeronMedia.embedded().termBytes(64 << 10).threading(threading).start()) {
            String channel = "aeron:udp?endpoint=localhost:" + Streams.port();
            AeronSource<Note> source = AeronSource.of(media, channel, 1, NOTE);
            Setup b =
                    Engine.of(Streams.through()).input(IN, source).outputWithMeta(OUT, (n, m) -> got.add(Got.of(n, m)));
            AeronSink<Note> sink = AeronSink.of(media, channel, 1, NOTE).waitAtMost(Duration.ofSeconds(50));
            try (Engine receives = b.start();
                    Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
                a.publisher(IN).publish(new Note(7, ""));
                await("it", () -> got.size() == 1);
                assertEquals(0, receives.deadLetters().total());
            }
        }
    }

    @Test
    void shouldTakeThreadsThatFitTheCores() {
        assertEquals(Threading.SHARED, MediaSetup.fitting(1));
        assertEquals(Threading.SHARED, MediaSetup.fitting(4));
        assertEquals(Threading.SHARED_NETWORK, MediaSetup.fitting(5));
        assertEquals(Threading.SHARED_NETWORK, MediaSetup.fitting(7));
        assertEquals(Threading.DEDICATED, MediaSetup.fitting(8));
        assertTrue(AeronMedia.embedded().fitting() != Threading.FITTING);
        assertEquals(
                Threading.INVOKER,
                AeronMedia.embedded().threading(Threading.INVOKER).fitting());
    }

    /** And leaves nothing there. */
    @Test
    void shouldNotStartWhereThereIsNoRoom(@TempDir Path dir) {
        MediaSetup setup = AeronMedia.embedded()
                .directory(dir.resolve("aeron"))
                .termBytes(1 << 30)
                .streams(1_000_000);
        String why = assertThrows(IllegalStateException.class, setup::start).getMessage();
        assertTrue(why.contains("1000000 streams") && why.contains("MiB are free"), why);
        assertTrue(Files.notExists(dir.resolve("aeron")));
    }

    /** What was copied to, and what the receiver got. */
    private static final class Copies implements EventSource<Note>, EventSource.Encoded, EncodedSink<Note> {
        private final byte[] event = new byte[NOTE.maxLength()];
        private final int length = NOTE.encode(new Note(3, "abc"), event, 0);
        private final List<byte[]> copiedTo = Collections.synchronizedList(new ArrayList<>());
        private final List<byte[]> got = Collections.synchronizedList(new ArrayList<>());
        private volatile int copiedAt;
        private volatile int gotAt;

        @Override
        public boolean isFinite() {
            return true;
        }

        @Override
        public int poll(Target<? super Note> target, int most) {
            return copiedTo.isEmpty() ? target.offer(this, null) ? 1 : 0 : ENDED;
        }

        @Override
        public String trouble() {
            return null;
        }

        @Override
        public Lost lost() {
            return Lost.NOTHING;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void copyTo(byte[] target, int offset, int bytes) {
            System.arraycopy(event, 0, target, offset, bytes);
            copiedAt = offset;
            copiedTo.add(target);
        }

        @Override
        public void on(byte[] bytes, int offset, int ofLength, Meta meta) {
            gotAt = offset;
            got.add(bytes);
        }

        @Override
        public void close() {}
    }

    /** Where one thread publishes, a receiver reads where the source has put it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCopyOnceWhereOneThreadPublishes(boolean exclusive) throws Exception {
        Copies copies = new Copies();
        Setup setup = Engine.of(Streams.through()).input(IN, copies).output(OUT, copies);
        try (Engine b = (exclusive ? setup.exclusive() : setup).start()) {
            assertTrue(b.awaitEnd(Duration.ofSeconds(50)));
        }
        assertEquals(1, copies.copiedTo.size());
        assertEquals(1, copies.got.size());
        if (exclusive) {
            assertSame(copies.copiedTo.get(0), copies.got.get(0));
            assertEquals(copies.copiedAt, copies.gotAt);
        } else {
            assertNotSame(copies.copiedTo.get(0), copies.got.get(0), "checked in front of the ring, then put into it");
        }
    }
}
