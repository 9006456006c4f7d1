package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.transport.EventSource;
import io.millrace.transport.LogStart;
import io.millrace.transport.Resumption;
import io.millrace.transport.aeron.Streams.Note;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sender with a journal sends once more, when it has begun again, has its effect once. */
class AeronOnceTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final long LOG = 77;

    /** A sender of a journal; another one each time. */
    private static final class Sender {
        private final Publication to;
        private final long sender;
        private final long log;
        private long number;

        Sender(Publication to, long sender, long log) {
            this.to = to;
            this.sender = sender;
            this.log = log;
        }

        void send(long place, boolean onceMore) throws InterruptedException {
            FakeMeta meta = new FakeMeta(0, place);
            int mask = Wire.mask(meta, log);
            UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.length(mask) + NOTE.maxLength()]);
            byte[] bytes = new byte[NOTE.maxLength()];
            Wire.begin(frame, 0, Wire.EVENT, mask, Wire.contract(NOTE.fingerprint()), ++number, sender);
            Wire.event(frame, 0, mask, meta, 0);
            Wire.log(frame, 0, mask, log, onceMore);
            NOTE.encode(new Note(place, ""), bytes, 0);
            frame.putBytes(Wire.length(mask), bytes);
            await("room", () -> to.offer(frame) > 0);
        }
    }

    /** Also where the one who hears it has begun again in between; what is new is taken, whatever its place. */
    @Test
    void shouldTakeOnceWhatIsSentOnceMore(@TempDir Path dir) throws Exception {
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                Publication raw = media.client().addPublication("aeron:ipc", 1)) {
            for (int process = 0; process < 2; process++) {
                AeronSource<Note> source =
                        AeronSource.of(media, "aeron:ipc", 1, NOTE).marks(dir.resolve("marks"));
                try (Engine b = Engine.of(Streams.through())
                        .input(IN, source)
                        .output(OUT, n -> got.add(n.id()))
                        .start()) {
                    await("a reader", () -> raw.isConnected() && source.senders() == 1);
                    Sender first = new Sender(raw, 100 + process, LOG);
                    for (long place = process * 3L; place < 6; place++) {
                        first.send(place, process == 1);
                    }
                    Sender next = new Sender(raw, 200 + process, LOG);
                    for (long place = 4; place < 8; place++) {
                        next.send(place + process, true);
                    }
                    next.send(process, false); // of a log that has lost its end, say: not what was there before
                    next.send(9, false);
                    long last = 9;
                    await("the last", () -> !got.isEmpty() && got.get(got.size() - 1) == last);
                    assertEquals(0, b.deadLetters().total());
                    long repeated = counters(source).get("repeated");
                    // Aeron may give the second what the first has read, up to 12 messages
                    assertTrue(
                            process == 0 ? repeated == 2 : repeated >= 3 + 4 && repeated <= 7 + 12,
                            repeated + " repeated");
                    assertEquals(0, counters(source).get("missed"));
                }
                if (process == 0) {
                    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 0L, 9L), got);
                    got.clear();
                }
            }
        }
        assertEquals(List.of(1L, 9L), got);
    }

    /** Has room for so many; notes their places. */
    private static final class Room implements EventSource.Target<Note> {
        private final List<Long> got = new ArrayList<>();
        private int most;

        @Override
        public void take(Note event, Header header) {
            throw new AssertionError("not encoded");
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            if (got.size() == most) {
                return false;
            }
            got.add(FakeMeta.of(header).sequence());
            return true;
        }
    }

    private static void read(AeronSource<Note> source, Room to, int most) throws Exception {
        to.most = most;
        await(most + " of " + to.got, () -> {
            try {
                source.poll(to, 10);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return to.got.size() == most;
        });
        for (int i = 0; i < 20; i++) {
            source.poll(to, 10);
        }
    }

    /** What the dead sender had sent is there still, as the reader was behind: in the order of the journal, and none twice. */
    @Test
    void shouldReadWhatTheDeadHasSentFirst(@TempDir Path dir) throws Exception {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> source =
                    AeronSource.of(media, "aeron:ipc", 1, NOTE).marks(dir.resolve("marks"));
            Room room = new Room();
            Streams.listen(source, room);
            Sender other = new Sender(media.client().addExclusivePublication("aeron:ipc", 1), 300, LOG + 2);
            Sender dead = new Sender(media.client().addExclusivePublication("aeron:ipc", 1), 100, LOG);
            for (long place = 51; place <= 100; place++) {
                dead.send(place, false);
            }
            read(source, room, 10);
            Sender next = new Sender(media.client().addExclusivePublication("aeron:ipc", 1), 200, LOG);
            await("all are heard", () -> source.senders() == 3);
            for (long place = 91; place <= 110; place++) {
                next.send(place, place <= 100);
            }
            for (int most = 11; most <= 60; most++) {
                read(source, room, most);
            }
            assertEquals(LongStream.rangeClosed(51, 110).boxed().toList(), room.got);
            assertEquals(10, counters(source).get("repeated"));
            dead.send(95, false); // packets of it that come late: that one was sent once more
            dead.send(105, false); // and that one not: what the new sender has there is another
            dead.send(60, false);
            read(source, room, 62);
            next.send(110, true);
            next.send(111, false);
            other.send(7, false);
            read(source, room, 64);
            assertEquals(List.of(105L, 60L), room.got.subList(60, 62));
            assertEquals(
                    List.of(7L, 111L),
                    room.got.subList(62, 64).stream().sorted().toList());
            assertEquals(10 + 2, counters(source).get("repeated"));
            source.close();
        }
    }

    /** A live sender of another journal that is never read to its end keeps nobody waiting. */
    @Test
    void shouldWaitForNoneOfAnotherJournal() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 1, NOTE);
            Room room = new Room();
            Streams.listen(source, room);
            Sender busy = new Sender(media.client().addExclusivePublication("aeron:ipc", 1), 100, LOG + 2);
            Sender one = new Sender(media.client().addExclusivePublication("aeron:ipc", 1), 200, LOG);
            await("both are heard", () -> source.senders() == 2);
            for (long place = 0; place < 50; place++) {
                busy.send(place, false);
            }
            one.send(1_000, false);
            read(source, room, 40);
            assertTrue(room.got.contains(1_000L), room.got.toString());
            source.close();
        }
    }

    private static Map<String, Long> counters(AeronSource<?> of) {
        Map<String, Long> all = new LinkedHashMap<>();
        of.counters(all::put);
        return all;
    }

    @Test
    void shouldKnowManyJournalsAndTakeBackWhatWasNotTaken() {
        LogMarks marks = new LogMarks(ByteBuffer.allocate(LogMarks.BYTES));
        LongStream.rangeClosed(1, 64).forEach(log -> marks.take(log, 10 * log, (int) log));
        for (long log = 1; log <= 64; log++) {
            assertTrue(marks.has(log, 10 * log, (int) log) && marks.has(log, 10 * log - 1, 1_000));
            assertFalse(marks.has(log, 10 * log, (int) log + 1) || marks.has(log, 10 * log + 1, 0));
        }
        marks.take(5, 60, 0);
        marks.undo();
        assertFalse(marks.has(5, 60, 0));
        assertTrue(marks.has(5, 50, 5));
        marks.take(99, 1, 1);
        assertTrue(marks.has(99, 1, 1));
        marks.undo();
        assertFalse(marks.has(99, 0, 0));
    }

    /** Marks whose process may die behind each store. */
    private static final class Cut extends LogMarks {
        private final ByteBuffer file;
        private final List<byte[]> left = new ArrayList<>();

        Cut(byte[] of) {
            this(ByteBuffer.wrap(of.clone()));
        }

        private Cut(ByteBuffer file) {
            super(file);
            this.file = file;
        }

        @Override
        void store(int at, long value) {
            super.store(at, value);
            left.add(file.array().clone());
        }
    }

    /** What it says of ids near those that are taken. */
    private static String said(byte[] file) {
        LogMarks marks = new LogMarks(ByteBuffer.wrap(file));
        StringBuilder said = new StringBuilder();
        for (long sequence = 9; sequence <= 12; sequence++) {
            for (int ordinal = 0; ordinal <= 4; ordinal++) {
                said.append(marks.has(LOG, sequence, ordinal) ? '1' : '0');
            }
        }
        return said.append(marks.has(1, 8, 8)).toString();
    }

    /** In each state in which it may be left it says what had been heard before, or what was heard: nothing less, nothing more. */
    @Test
    void shouldSayNeitherLessNorMoreWhereItsProcessDied() {
        long[][] ids = {{10, 0}, {10, 3}, {11, 0}, {11, 1}, {12, 4}, {9, 2}};
        byte[] file = new byte[LogMarks.BYTES];
        new LogMarks(ByteBuffer.wrap(file)).take(1, 8, 8);
        for (long[] id : ids) {
            Cut cut = new Cut(file);
            cut.take(LOG, id[0], (int) id[1]);
            byte[] taken = cut.left.get(cut.left.size() - 1);
            int stores = cut.left.size();
            for (byte[] left : cut.left) {
                assertTrue(List.of(said(file), said(taken)).contains(said(left)), said(file) + " " + said(left));
            }
            cut.undo();
            assertTrue(cut.left.size() > stores);
            for (byte[] left : cut.left.subList(stores, cut.left.size())) {
                assertTrue(List.of(said(file), said(taken)).contains(said(left)), said(file) + " " + said(left));
            }
            assertEquals(said(file), said(cut.left.get(cut.left.size() - 1)));
            file = taken;
        }
    }

    @Test
    void shouldRefuseAFileThatIsNoneOfItsMarks(@TempDir Path dir) throws Exception {
        Path file = Files.write(dir.resolve("marks"), new byte[5_640]);
        assertTrue(assertThrows(AeronFault.class, () -> Marks.open(file))
                .getMessage()
                .contains("of another version"));
        assertEquals(5_640, Files.size(file));
        assertTrue(assertThrows(AeronFault.class, () -> Marks.open(file))
                .getMessage()
                .contains("of another version"));
    }

    /** Two that go by one file would each take what the other has: the second one is refused, and by the start of its engine. */
    @Test
    void shouldRefuseMarksThatAnotherSourceWorksWith(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("marks");
        Path link = Files.createSymbolicLink(dir.resolve("link"), file);
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> first =
                    AeronSource.of(media, "aeron:ipc", 1, NOTE).marks(file);
            try (Engine engine = through(first).start()) {
                Setup second =
                        through(AeronSource.of(media, "aeron:ipc", 1, NOTE).marks(file));
                Exception e = assertThrows(IllegalStateException.class, second::start);
                assertTrue(
                        e.getMessage()
                                .contains(
                                        "marks " + file + ": another source of this process works with it, and each of"
                                                + " the two would take what the other one has; stop that one, or name another file"),
                        e.getMessage());
                AeronSource<Note> third =
                        AeronSource.of(media, "aeron:ipc", 1, NOTE).marks(link);
                assertThrows(AeronFault.class, third::prepare);
                third.close();
                assertThrows(AeronFault.class, () -> Marks.open(file), "who was refused has let go of nothing");
                assertEquals(List.of(), engine.sourceFailures());
            }
            through(AeronSource.of(media, "aeron:ipc", 1, NOTE).marks(file))
                    .start()
                    .close();
        }
    }

    private static Setup through(AeronSource<Note> source) {
        return Engine.of(Streams.through()).input(IN, source).discard(OUT);
    }

    /** Ids are those of one output: what comes of two under one number would be dropped, or taken twice, behind a kill. */
    @Test
    void shouldBeOfOneOutput() {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE);
            sink.resume(new LogStart("one", LOG, 5));
            sink.resume(new LogStart("one", LOG, 5));
            IllegalStateException e =
                    assertThrows(IllegalStateException.class, () -> sink.resume(new LogStart("two", LOG + 2, 5)));
            assertTrue(e.getMessage().contains("bound to output one and to output two"), e.getMessage());
            sink.abandon();
            assertTrue(sink.resume(new LogStart("two", LOG + 2, 5)).isIdempotent());
        }
    }

    /** Who reads bare messages knows none of them again: those in doubt are not sent once more. */
    @Test
    void shouldSendOnceMoreWhereOutputsAreKnown() {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE);
            Resumption with = sink.resume(new LogStart("out", LOG, 5));
            Resumption bare = sink.bare().resume(new LogStart("out", LOG, 5));
            assertTrue(with.isIdempotent());
            assertTrue(bare.isMarked() && !bare.isIdempotent());
        }
    }
}
