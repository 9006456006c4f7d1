package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Health;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.event.DeadLetter;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.transport.EventSink;
import io.millrace.transport.aeron.Streams.Got;
import io.millrace.transport.aeron.Streams.Note;
import io.millrace.transport.aeron.Streams.Other;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two engines and what is between them. */
class AeronTransportTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final AtomicInteger STREAM = new AtomicInteger(100);
    private static AeronMedia media;

    @BeforeAll
    static void start() {
        media = AeronMedia.embedded().termBytes(64 << 10).start();
    }

    @AfterAll
    static void stop() {
        media.close();
    }

    private static Map<String, Long> counters(io.millrace.transport.Counted of) {
        Map<String, Long> all = new LinkedHashMap<>();
        of.counters(all::put);
        return all;
    }

    private static Setup receiver(AeronSource<Note> source, List<Got> got) {
        return Engine.of(Streams.through()).input(IN, source).outputWithMeta(OUT, (n, m) -> got.add(Got.of(n, m)));
    }

    /** Five times round the three terms of 64 KiB. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "aeron:ipc",
                "aeron:udp?endpoint=localhost:PORT",
                "aeron:udp?control=localhost:PORT|control-mode=dynamic",
                "aeron:udp?endpoint=224.20.30.39:PORT|interface=localhost"
            })
    void shouldCarryEventsWithTheirHeader(String any) throws Exception {
        String channel = any.replace("PORT", "" + Streams.port());
        int stream = STREAM.incrementAndGet();
        int n = 4_000;
        List<Got> got = Streams.list();
        String from = channel.contains("control")
                ? channel.replace("udp?", "udp?endpoint=localhost:" + Streams.port() + "|")
                : channel;
        AeronSource<Note> source = AeronSource.of(media, from, stream, NOTE);
        AeronSink<Note> sink = AeronSink.of(media, channel, stream, NOTE).waitAtMost(Duration.ofSeconds(50));
        try (Engine b = receiver(source, got).start();
                Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
            Publisher<Note> p = a.publisher(IN);
            Header h = new Header();
            long now = System.nanoTime();
            for (int i = 0; i < n; i++) {
                p.publish(
                        new Note(i, "x".repeat(i % 200)),
                        h.clear().intendedNs(now + i).correlationId(7_000 + i).trace(1, 2 + i, 3, (byte) 1));
            }
            await(n + " events of " + channel, () -> got.size() == n);
            for (int i = 0; i < n; i++) {
                Got g = got.get(i);
                assertEquals(new Got(i, g.sequence(), now + i, 7_000 + i, g.causeSequence(), 2 + i, false), g);
                assertTrue(i == 0 || g.causeSequence() > got.get(i - 1).causeSequence());
            }
            assertEquals(0, counters(source).get("missed") + counters(source).get("repeated"));
            assertTrue(counters(sink).get("admin actions") > 0, "a term that is turned over is one");
            await("that all is well, not " + b.health(), () -> b.health().state() == Health.State.UP);
        }
    }

    /** Nobody subscribes, and who comes is sent on by the next start: it waits for nobody, and tells no end. */
    @Test
    void shouldTellNoEndWhereTheEngineCannotStart() throws Exception {
        int stream = STREAM.incrementAndGet();
        AeronSink<Note> sink =
                AeronSink.of(media, "aeron:ipc", stream, NOTE).endsWithClose().unsent(Unsent.WAIT);
        EventSink<Note> cannot = new EventSink<>() {
            @Override
            public void begin() throws IOException {
                throw new IOException("no room");
            }

            @Override
            public void on(Note event, Meta meta) {}

            @Override
            public void close() {}
        };
        Setup setup = Engine.of(Streams.through()).output(OUT, sink).output(OUT, cannot);
        String why = assertThrows(IllegalStateException.class, setup::start).getMessage();
        assertTrue(why.contains("no room"), why);
        assertEquals(1, counters(sink).get("publications"));
        assertEquals(0, counters(sink).get("not connected"), "it has tried to tell an end");
        List<Got> got = Streams.list();
        try (Engine b = receiver(
                        AeronSource.of(media, "aeron:ipc", stream, NOTE).endsWithSender(), got)
                .start()) {
            AeronSink<Note> next = AeronSink.of(media, "aeron:ipc", stream, NOTE)
                    .unsent(Unsent.WAIT)
                    .endsWithClose();
            try (Engine a = Engine.of(Streams.through()).output(OUT, next).start()) {
                a.publisher(IN).publish(new Note(1, ""));
            }
            assertTrue(b.awaitEnd(Duration.ofSeconds(50)));
        }
        assertEquals(1, got.size());
    }

    /** The one behind it holds the engine up; its ring has few slots, and Aeron's window is small. */
    @Test
    void shouldLoseNothingWhereTheReaderIsSlow() throws Exception {
        int stream = STREAM.incrementAndGet();
        int n = 3_000;
        List<Got> got = Streams.list();
        CountDownLatch go = new CountDownLatch(1);
        AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", stream, NOTE);
        AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", stream, NOTE)
                .unsent(Unsent.WAIT)
                .waitAtMost(Duration.ofMillis(1));
        try (Engine b = Engine.of(Streams.through())
                        .ringSlots(64)
                        .input(IN, source)
                        .outputWithMeta(OUT, (e, m) -> {
                            go.await();
                            got.add(Got.of(e, m));
                        })
                        .start();
                Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
            Publisher<Note> p = a.publisher(IN);
            Thread publishes = new Thread(() -> {
                for (int i = 0; i < n; i++) {
                    p.publish(new Note(i, "y".repeat(150)));
                }
            });
            publishes.start();
            await("back pressure", () -> counters(sink).get("back pressured") > 0);
            await("a full ring", () -> counters(source).get("ring full") > 0);
            await("health that tells", () -> a.health().why().contains("too slow"));
            go.countDown();
            publishes.join();
            await("all events", () -> got.size() == n);
            for (int i = 0; i < n; i++) {
                assertEquals(i, got.get(i).id());
            }
            assertEquals(0, a.deadLetters().total() + b.deadLetters().total());
        }
    }

    record Long1(@Length(4_000) String text, @Length(3_000) String more) {}

    private static String letter(int i, int times) {
        return Character.toString('a' + i % 26).repeat(times);
    }

    /** In several fragments, and of the most bytes that a message of such terms may have. */
    @Test
    void shouldPutFragmentsTogether() throws Exception {
        Input<Long1> in = Input.of("long", Long1.class);
        Output<Long1> out = Output.of("long-out", Long1.class);
        int stream = STREAM.incrementAndGet();
        List<String> got = Collections.synchronizedList(new ArrayList<>());
        int most = (64 << 10) / 8 - Wire.FIXED_LENGTH;
        assertTrue(in.type().maxLength() <= most);
        try (Engine b = Engine.of(Millrace.topology("b", t -> t.from(in).to(out)))
                        .input(in, AeronSource.of(media, "aeron:ipc", stream, in.type()))
                        .output(out, e -> got.add(e.text() + e.more()))
                        .start();
                Engine a = Engine.of(Millrace.topology("a", t -> t.from(in).to(out)))
                        .output(
                                out,
                                AeronSink.of(media, "aeron:ipc", stream, in.type())
                                        .waitAtMost(Duration.ofSeconds(50)))
                        .start()) {
            Publisher<Long1> p = a.publisher(in);
            for (int i = 0; i < 40; i++) {
                p.publish(new Long1(letter(i, i * 4_000 / 39), letter(i, i * 3_000 / 39)));
            }
            await("long events", () -> got.size() == 40);
            for (int i = 0; i < 40; i++) {
                assertEquals(letter(i, i * 4_000 / 39 + i * 3_000 / 39), got.get(i));
            }
            assertEquals(0, b.deadLetters().total());
        }
    }

    /** As many bytes as it was made with. */
    private static final class BlobType extends EventType<byte[]> {
        BlobType(int length) {
            super("Blob", length);
        }

        @Override
        public EventView<byte[]> newView() {
            return (bytes, offset, length) -> Arrays.copyOfRange(bytes, offset, offset + length);
        }

        @Override
        public int encode(byte[] event, byte[] target, int offset) {
            System.arraycopy(event, 0, target, offset, event.length);
            return event.length;
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return null;
        }

        @Override
        public boolean isValue() {
            return true;
        }

        @Override
        public String layout() {
            return "bytes";
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return length + " bytes";
        }
    }

    /** To the byte what a message may have, with all that may travel in front; by UDP that is many packets. */
    @ParameterizedTest
    @CsvSource({"aeron:ipc, true", "aeron:udp?endpoint=localhost:PORT, false", "aeron:ipc?term-length=128k, false"})
    void shouldCarryTheLongestMessageAndRefuseALongerTypeAtTheStart(String any, boolean bare) throws Exception {
        String channel = any.replace("PORT", "" + Streams.port());
        int most = (channel.contains("128k") ? 128 << 10 : 64 << 10) / 8;
        EventType<byte[]> longest = new BlobType(most - (bare ? 0 : Wire.MAX_LENGTH));
        int stream = STREAM.incrementAndGet();
        List<byte[]> got = Collections.synchronizedList(new ArrayList<>());
        Input<byte[]> in = Input.of("blobs", longest);
        Output<byte[]> out = Output.of("blobs-out", longest);
        AeronSource<byte[]> source = AeronSource.of(media, channel, stream, longest);
        try (Engine b = Engine.of(Millrace.topology("b", t -> t.from(in).to(out)))
                        .input(in, bare ? source.bare() : source)
                        .output(out, got::add)
                        .start();
                Engine a = blobs(in, out, channel, stream, bare).start()) {
            byte[] all = new byte[longest.maxLength()];
            new Random(stream).nextBytes(all);
            Header whole = new Header()
                    .intendedNs(1)
                    .correlationId(2)
                    .trace(3, 4, 5, (byte) 1)
                    .reason(Reason.LATE);
            for (int i = 0; i < 20; i++) { // round the terms, so that some do not fit at their end
                a.publisher(in).publish(all, whole);
            }
            await("all", () -> got.size() == 20);
            got.forEach(g -> assertArrayEquals(all, g));
            assertEquals(0, a.deadLetters().total() + b.deadLetters().total());
        }
        EventType<byte[]> longer = new BlobType(longest.maxLength() + 1);
        Output<byte[]> tooLong = Output.of("longer-out", longer);
        Setup setup = blobs(Input.of("longer", longer), tooLong, channel, stream, bare);
        Exception e = assertThrows(IllegalStateException.class, setup::start);
        assertTrue(e.getMessage().contains("longer-out") && e.getMessage().contains("Blob"), e.getMessage());
        assertTrue(e.getMessage().contains(most + "") && e.getMessage().contains("term-length="), e.getMessage());
    }

    private static Setup blobs(Input<byte[]> in, Output<byte[]> out, String channel, int stream, boolean bare) {
        AeronSink<byte[]> sink = AeronSink.of(media, channel, stream, out.type())
                .unsent(Unsent.WAIT)
                .waitAtMost(Duration.ofSeconds(50));
        return Engine.of(Millrace.topology("a", t -> t.from(in).to(out))).output(out, bare ? sink.bare() : sink);
    }

    /** A channel that can be none on this machine is no reason for a dead letter an event. */
    @Test
    void shouldRefuseAtTheStartAChannelThatTheDriverRefuses() {
        Setup setup = Engine.of(Streams.through())
                .output(OUT, AeronSink.of(media, "aeron:udp?endpoint=localhost:24332|interface=192.0.2.0/32", 1, NOTE));
        Exception e = assertThrows(IllegalStateException.class, setup::inline);
        assertTrue(e.getMessage().contains("output out") && e.getMessage().contains("driver refuses"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DROP", "FAIL"})
    void shouldDoAsDeclaredWhereNobodySubscribes(Unsent unsent) throws Exception {
        int stream = STREAM.incrementAndGet();
        AeronSink<Note> sink =
                AeronSink.of(media, "aeron:ipc", stream, NOTE).unsent(unsent).waitAtMost(Duration.ofMillis(1));
        List<Got> got = Streams.list();
        try (Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
            Publisher<Note> p = a.publisher(IN);
            p.publish(new Note(0, ""));
            p.publish(new Note(1, ""));
            a.drain(Duration.ofSeconds(50));
            boolean drops = unsent == Unsent.DROP;
            assertEquals(drops ? 2 : 0, counters(sink).get("dropped"));
            assertEquals(drops ? 0 : 2, a.deadLetters().total());
            assertTrue(
                    a.health().why().contains("nobody subscribes"), a.health().why());
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", stream, NOTE);
            try (Engine b = receiver(source, got).start()) {
                await("somebody subscribes", () -> {
                    p.publish(new Note(2, ""));
                    a.drain(Duration.ofSeconds(50));
                    return !got.isEmpty();
                });
                assertEquals(2, got.get(0).id());
                assertEquals(0, b.deadLetters().total());
                await("the two before it are counted", () -> counters(source).get("sent before") >= 2);
            }
        }
    }

    /** Who comes may be told once more by Aeron what was read before; what was marked as taken is not taken twice. */
    @Test
    void shouldGoOnWhenTheOtherSideComesAgain(@TempDir Path dir) throws Exception {
        int stream = STREAM.incrementAndGet();
        List<Got> got = Streams.list();
        AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", stream, NOTE).unsent(Unsent.WAIT);
        try (Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
            Publisher<Note> p = a.publisher(IN);
            for (int i = 0; i < 3; i++) {
                AeronSource<Note> source =
                        AeronSource.of(media, "aeron:ipc", stream, NOTE).marks(dir.resolve("marks"));
                try (Engine b = receiver(source, got).start()) {
                    long id = i;
                    p.publish(new Note(id, ""));
                    await(
                            "event " + id,
                            () -> !got.isEmpty() && got.get(got.size() - 1).id() == id);
                    assertEquals(1, source.senders());
                    assertEquals(0, b.deadLetters().total());
                }
            }
            assertEquals(List.of(0L, 1L, 2L), got.stream().map(Got::id).toList());
            assertEquals(0, a.deadLetters().total());
        }
    }

    /** Each message once, also in the next process; a number that comes again is counted. */
    @Test
    void shouldTakeNothingTwiceThatIsMarked(@TempDir Path dir) throws Exception {
        int stream = STREAM.incrementAndGet();
        List<Got> got = Streams.list();
        UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.FIXED_LENGTH + NOTE.maxLength()]);
        byte[] bytes = new byte[NOTE.maxLength()];
        try (Publication raw = media.client().addPublication("aeron:ipc", stream)) {
            long next = 1;
            for (int process = 0; process < 3; process++) {
                AeronSource<Note> source =
                        AeronSource.of(media, "aeron:ipc", stream, NOTE).marks(dir.resolve("marks"));
                try (Engine b = receiver(source, got).start()) {
                    await("a reader", () -> raw.isConnected() && source.senders() == 1);
                    for (long number = Math.max(1, next - 2); number < next + 2; number++) {
                        Wire.begin(frame, 0, Wire.EVENT, 0, Wire.contract(NOTE.fingerprint()), number, 99);
                        NOTE.encode(new Note(number, ""), bytes, 0);
                        frame.putBytes(Wire.FIXED_LENGTH, bytes);
                        await("room", () -> raw.offer(frame) > 0);
                    }
                    next += 2;
                    int all = (int) next - 1;
                    await("the new ones", () -> got.size() >= all);
                    assertEquals(0, b.deadLetters().total());
                    assertTrue(process == 0 || counters(source).get("repeated") >= 2);
                    assertEquals(2L * process, counters(source).get("taken before"));
                }
            }
        }
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), got.stream().map(Got::id).toList());
        try (Marks marks = Marks.open(dir.resolve("many"))) {
            for (long sender = 1; sender <= 300; sender++) {
                marks.take(sender, sender * 10);
                assertTrue(marks.isTaken(sender, sender * 10) && !marks.isTaken(sender, sender * 10 + 1));
            }
        }
    }

    /** A number is whatever stands there. */
    @Test
    void shouldTakeMessagesWhateverTheirNumbers() throws Exception {
        int stream = STREAM.incrementAndGet();
        List<Got> got = Streams.list();
        UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.FIXED_LENGTH + NOTE.maxLength()]);
        long[] numbers = {Long.MIN_VALUE + 1, 0, Long.MAX_VALUE, Long.MIN_VALUE, -1, Long.MIN_VALUE, 1};
        try (Engine b = receiver(AeronSource.of(media, "aeron:ipc", stream, NOTE), got)
                        .start();
                Publication raw = media.client().addPublication("aeron:ipc", stream)) {
            for (int i = 0; i < numbers.length; i++) {
                Wire.begin(frame, 0, Wire.EVENT, 0, Wire.contract(NOTE.fingerprint()), numbers[i], i < 4 ? 98 : 99);
                await("room", () -> raw.offer(frame) > 0);
            }
            await("all", () -> got.size() + b.deadLetters().total() >= numbers.length);
            assertEquals(List.of(), b.sourceFailures());
            assertEquals(numbers.length, got.size());
        }
    }

    @Test
    void shouldRefuseEventsOfAnotherLayoutWithTheirBytes() throws Exception {
        int stream = STREAM.incrementAndGet();
        Input<Other> in = Input.of("other", Other.class);
        Output<Other> out = Output.of("other-out", Other.class);
        List<Got> got = Streams.list();
        AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", stream, NOTE);
        try (Engine b = receiver(source, got).start();
                Engine a = Engine.of(Millrace.topology("a", t -> t.from(in).to(out)))
                        .output(
                                out,
                                AeronSink.of(media, "aeron:ipc", stream, in.type())
                                        .waitAtMost(Duration.ofSeconds(50)))
                        .start()) {
            a.publisher(in).publish(new Other(1.5, "abc"));
            await("a dead letter", () -> b.deadLetters().total() == 1);
            DeadLetter letter = b.deadLetters().last(1).get(0);
            assertTrue(letter.cause().contains("id double@0") || letter.cause().contains("double"), letter.cause());
            assertTrue(letter.event().contains("616263"), letter.event()); // its bytes: abc
            assertEquals(0, b.deadLetters().redrive("in"), "no event is made of it");
            assertTrue(
                    b.health().why().contains("layout") || b.health().why().contains("not Note"),
                    b.health().why());
            await("it is counted", () -> counters(source).get("refused") == 1);
            assertEquals(1, b.stats().inputs().get(0).refused());
        }
        assertEquals(List.of(), got);
    }

    @Test
    void shouldEndWithItsSender() throws Exception {
        int stream = STREAM.incrementAndGet();
        List<Got> got = Streams.list();
        AeronSource<Note> source =
                AeronSource.of(media, "aeron:ipc", stream, NOTE).endsWithSender();
        try (Engine b = receiver(source, got).start()) {
            try (Engine a = Engine.of(Streams.through())
                    .output(
                            OUT,
                            AeronSink.of(media, "aeron:ipc", stream, NOTE)
                                    .waitAtMost(Duration.ofSeconds(50))
                                    .endsWithClose())
                    .start()) {
                a.publisher(IN).publish(new Note(5, ""));
            }
            assertTrue(b.awaitEnd(Duration.ofSeconds(50)));
            assertEquals(1, got.size());
        }
    }

    /** In an exclusive engine the bytes go straight into their slot; a bad one among them leaves a place and no event. */
    @Test
    void shouldCopyOnceWhereOneThreadPublishes() throws Exception {
        int stream = STREAM.incrementAndGet();
        List<Got> got = Streams.list();
        AeronSource<Note> source =
                AeronSource.of(media, "aeron:ipc", stream, NOTE).bare();
        try (Engine b = receiver(source, got).exclusive().ringSlots(64).start();
                Publication raw = media.client().addPublication("aeron:ipc", stream)) {
            byte[] bytes = new byte[NOTE.maxLength()];
            for (int i = 0; i < 200; i++) {
                int length = NOTE.encode(new Note(i, "q"), bytes, 0);
                bytes[8] = (byte) (i % 10 == 9 ? 250 : 1); // a text longer than its room
                UnsafeBuffer buffer = new UnsafeBuffer(bytes, 0, length);
                await("room", () -> raw.offer(buffer) > 0);
            }
            await("all", () -> got.size() == 180 && b.deadLetters().total() == 20);
            assertEquals(20, b.stats().inputs().get(0).refused());
        }
    }

    /** The driver of another process ends and another one comes; both sides go on. */
    @Test
    void shouldGoOnWhenTheDriverComesAgain(@TempDir Path dir) throws Exception {
        Path aeron = dir.resolve("aeron");
        AeronMedia driver =
                AeronMedia.embedded().directory(aeron).termBytes(64 << 10).start();
        AeronMedia mine = AeronMedia.external(aeron)
                .driverTimeout(FaultPeer.DRIVER_TIMEOUT)
                .start();
        List<Got> got = Streams.list();
        AeronSink<Note> sink = AeronSink.of(mine, "aeron:ipc", 1, NOTE).unsent(Unsent.WAIT);
        AeronSource<Note> source = AeronSource.of(mine, "aeron:ipc", 1, NOTE);
        try (mine;
                Engine b = receiver(source, got).start();
                Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
            Publisher<Note> p = a.publisher(IN);
            p.publish(new Note(1, ""));
            await("the first", () -> got.size() == 1);
            driver.close();
            await("trouble", () -> mine.trouble() != null && b.health().state() == Health.State.DEGRADED);
            assertTrue(b.health().why().contains("media driver"), b.health().why());
            driver = AeronMedia.embedded().directory(aeron).termBytes(64 << 10).start();
            p.publish(new Note(2, ""));
            await("the second", () -> got.size() == 2);
            await("no trouble", () -> mine.trouble() == null);
            assertTrue(mine.reconnects() >= 1); // more often where the machine has no time for it
            assertEquals(List.of(1L, 2L), got.stream().map(Got::id).toList());
        } finally {
            driver.close();
        }
        assertTrue(Files.notExists(aeron), "the directory of a driver of our own is deleted");
    }

    @Test
    void shouldSayWhatWouldStartADriver(@TempDir Path dir) {
        Exception e = assertThrows(
                IllegalStateException.class,
                () -> AeronMedia.external(dir.resolve("none")).start());
        assertTrue(e.getMessage().contains(dir.resolve("none").toString()), e.getMessage());
        assertTrue(e.getMessage().contains(System.getProperty("user.name")), e.getMessage());
        assertTrue(e.getMessage().contains("io.aeron.driver.MediaDriver"), e.getMessage());
    }
}
