package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.millrace.engine.Engine;
import io.millrace.event.EventType;
import io.millrace.transport.LogStart;
import io.millrace.transport.Resumption;
import io.millrace.transport.aeron.Streams.Note;
import java.nio.ByteBuffer;
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

    /** A sender of that journal; another one each time. */
    private static final class Sender {
        private final Publication to;
        private final long sender;
        private long number;

        Sender(Publication to, long sender) {
            this.to = to;
            this.sender = sender;
        }

        void send(long place, boolean onceMore) throws InterruptedException {
            FakeMeta meta = new FakeMeta(0, place);
            int mask = Wire.mask(meta, LOG);
            UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.length(mask) + NOTE.maxLength()]);
            byte[] bytes = new byte[NOTE.maxLength()];
            Wire.begin(frame, 0, Wire.EVENT, mask, Wire.contract(NOTE.fingerprint()), ++number, sender);
            Wire.event(frame, 0, mask, meta, 0);
            Wire.log(frame, 0, mask, LOG, onceMore);
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
                    Sender first = new Sender(raw, 100 + process);
                    for (long place = process * 3L; place < 6; place++) {
                        first.send(place, process == 1);
                    }
                    Sender next = new Sender(raw, 200 + process);
                    for (long place = 4; place < 8; place++) {
                        next.send(place + process, true);
                    }
                    next.send(process, false); // of a log that has lost its end, say: not what was there before
                    next.send(9, false);
                    long last = 9;
                    await("the last", () -> !got.isEmpty() && got.get(got.size() - 1) == last);
                    assertEquals(0, b.deadLetters().total());
                    assertEquals(process == 0 ? 2 : 3 + 4, counters(source).get("repeated"));
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
