package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.millrace.engine.Engine;
import io.millrace.engine.Health;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.transport.aeron.Streams.Note;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Frames that nobody of ours has sent. A million by {@code -Dmillrace.fuzz=1000000}, as the page of transports says: that takes ten seconds on
 * two cores, which each build would pay for.
 */
class AeronFuzzTest {
    private static final long FRAMES = Long.getLong("millrace.fuzz", 30_000);

    /** What the JVM's own threads may take meanwhile, and a part of a frame: one that keeps something of each is found with a million. */
    private static final long GROWTH_MAX = (2 << 20) + 8 * Math.min(FRAMES, 1_000_000);

    private static final long SEED = Long.getLong("millrace.seed", 11);
    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final int WHOLE = Wire.FIXED_LENGTH + NOTE.maxLength();

    /** Each frame is an event or a dead letter; those that were left whole arrive; memory stays as it was. */
    @Test
    void shouldTakeOrRefuseAnyFrame() throws Exception {
        LongAdder taken = new LongAdder();
        LongAdder whole = new LongAdder();
        try (AeronMedia media = AeronMedia.embedded().start();
                Engine b = Engine.of(Streams.through())
                        .input(IN, AeronSource.of(media, "aeron:ipc", 1, NOTE))
                        .output(OUT, n -> {
                            taken.increment();
                            if (n.text().startsWith("whole")) {
                                whole.increment();
                            }
                        })
                        .start();
                Publication raw = media.client().addPublication("aeron:ipc", 1)) {
            SplittableRandom random = new SplittableRandom(SEED);
            UnsafeBuffer buffer = new UnsafeBuffer(new byte[raw.maxMessageLength()]);
            Frames frames = new Frames(buffer, random);
            long[] usedAtFirst = new long[1];
            for (long i = 0; i < FRAMES; i++) {
                int length = frames.next(i);
                while (raw.offer(buffer, 0, length) < 0) {
                    LockSupport.parkNanos(20_000);
                }
                if (i == FRAMES / 3) {
                    usedAtFirst[0] = used();
                }
            }
            Streams.await("all frames", () -> {
                b.drain(Duration.ofSeconds(1));
                return taken.sum() + b.deadLetters().total() == frames.events;
            });
            assertEquals(frames.whole, whole.sum());
            assertTrue(
                    b.deadLetters().total() > FRAMES / 3,
                    "of " + FRAMES + " few are bad: " + b.deadLetters().total());
            assertEquals(0, b.sourceFailures().size(), () -> b.sourceFailures().toString());
            assertEquals(Health.State.DEGRADED, b.health().state());
            // other threads of the JVM let go of what tests before this one had
            Streams.await("memory as it was, seed " + SEED, () -> used() - usedAtFirst[0] < GROWTH_MAX);
        }
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Whole frames, and what becomes of them. */
    private static final class Frames {
        private final UnsafeBuffer buffer;
        private final SplittableRandom random;
        private final byte[] bytes = new byte[NOTE.maxLength()];
        private final long sender;
        private long whole;

        /** Those that are no contract, no end and no repetition, if they are anything. */
        private long events;

        /** Some claim that they are sent once more, by a journal that other frames have claimed. */
        private final LogMarks logs = new LogMarks(ByteBuffer.allocate(LogMarks.BYTES));

        Frames(UnsafeBuffer buffer, SplittableRandom random) {
            this.buffer = buffer;
            this.random = random;
            this.sender = random.nextLong();
        }

        int next(long i) {
            Wire.begin(buffer, 0, Wire.EVENT, 0, Wire.contract(NOTE.fingerprint()), i + 1, sender);
            NOTE.encode(new Note(i, "whole"), bytes, 0);
            buffer.putBytes(Wire.FIXED_LENGTH, bytes);
            int length = WHOLE;
            int how = random.nextInt(6);
            if (how == 0) {
                whole++;
            } else if (how == 1) {
                length = random.nextInt(WHOLE);
                buffer.putByte(15, (byte) random.nextInt(40)); // fields that may not be there
            } else if (how == 2) {
                length = random.nextInt(200) == 0 ? random.nextInt(buffer.capacity()) : WHOLE + random.nextInt(3_000);
            } else if (how == 3) {
                for (int at = 0; at < WHOLE; at++) {
                    buffer.putByte(at, (byte) random.nextInt());
                }
            } else {
                int changes = 1 + random.nextInt(3);
                for (int c = 0; c < changes; c++) {
                    buffer.putByte(random.nextInt(how == 4 ? Wire.FIXED_LENGTH : WHOLE), (byte) random.nextInt());
                }
            }
            boolean isEvent =
                    Wire.wrong(buffer, 0, length) != null || Wire.kind(buffer, 0) == Wire.EVENT && !isRepeated();
            if (isEvent) {
                events++;
            }
            if (how > 0 && isEvent && wouldBeWhole(length)) {
                whole++;
            }
            return length;
        }

        private boolean isRepeated() {
            int mask = Wire.mask(buffer, 0);
            long log = isOfNotes() ? Wire.log(buffer, 0, mask) : 0;
            if (log == 0) {
                return false;
            }
            long first = Wire.word(buffer, 0, 0);
            long place = Wire.word(buffer, 0, 4);
            int ordinal = (int) (first >>> 32);
            if (Wire.isOnceMore(first) && logs.has(log, place, ordinal)) {
                return true;
            }
            logs.take(log, place, ordinal);
            return false;
        }

        private boolean isOfNotes() {
            return Wire.contract(buffer, 0) == Wire.contract(NOTE.fingerprint())
                    && Wire.form(buffer, 0).ordinal() == 0;
        }

        /** A frame that was changed where nobody looks, or to what it was. */
        private boolean wouldBeWhole(int length) {
            return Wire.wrong(buffer, 0, length) == null
                    && isOfNotes()
                    && isNote(Wire.length(Wire.mask(buffer, 0)), length);
        }

        private boolean isNote(int at, int length) {
            byte[] payload = new byte[length - at];
            buffer.getBytes(at, payload);
            return NOTE.check(payload, 0, payload.length) == null
                    && NOTE.newView().wrap(payload, 0, payload.length).text().startsWith("whole");
        }
    }

    /** No field is looked for behind the end of a frame, whichever are said to be there. */
    @Test
    void shouldRefuseAFrameThatEndsWithinItsHeader() {
        UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.MAX_LENGTH]);
        for (int mask = 0; mask < 32; mask++) {
            Wire.begin(frame, 0, Wire.EVENT, mask, 1, 1, 1);
            for (int length = 0; length < Wire.length(mask); length++) {
                assertTrue(Wire.wrong(frame, 0, length) != null, mask + " in " + length);
            }
            assertEquals(null, Wire.wrong(frame, 0, Wire.length(mask)));
        }
    }

    /** What is written is what is read, whatever is set. */
    @Test
    void shouldReadWhatItWrites() {
        UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.MAX_LENGTH]);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 2_000; i++) {
            FakeMeta meta = new FakeMeta(random);
            long log = random.nextBoolean() ? random.nextLong() | 1 : 0;
            boolean onceMore = random.nextBoolean();
            int mask = Wire.mask(meta, log);
            Wire.begin(frame, 0, Wire.EVENT, mask, 77, i, 5);
            Wire.event(frame, 0, mask, meta, 0);
            if (log != 0) {
                Wire.log(frame, 0, mask, log, onceMore);
            }
            assertEquals(log, Wire.log(frame, 0, mask));
            assertEquals(log != 0 && onceMore, Wire.isOnceMore(Wire.word(frame, 0, 0)));
            assertEquals(null, Wire.wrong(frame, 0, Wire.length(mask)));
            Header read = new Header();
            Wire.read(frame, 0, Wire.word(frame, 0, 0), Wire.word(frame, 0, 4), mask, read, 0);
            assertEquals(meta.text(), FakeMeta.of(read).text());
            assertEquals(77, Wire.contract(frame, 0));
            assertEquals(i, Wire.number(frame, 0));
            assertEquals(meta.form(), Wire.form(frame, 0));
        }
    }

    /** From another clock an intended time comes by way of the wall clock. */
    @Test
    void shouldConvertTheTimeOfAnotherClock() {
        UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.MAX_LENGTH]);
        FakeMeta meta = new FakeMeta(1_000, 0);
        int mask = Wire.mask(meta, 0);
        Wire.begin(frame, 0, Wire.EVENT, mask, 0, 1, 1);
        Wire.event(frame, 0, mask, meta, 50_000);
        assertEquals(false, Wire.isOfOtherClock(frame, 0, mask));
        frame.putLong(Wire.FIXED_LENGTH + 8, WireClock.ID + 2, ByteOrder.LITTLE_ENDIAN);
        assertEquals(true, Wire.isOfOtherClock(frame, 0, mask));
        Header read = new Header();
        Wire.read(frame, 0, Wire.word(frame, 0, 0), Wire.word(frame, 0, 4), mask, read, 20_000);
        assertEquals(31_000, FakeMeta.of(read).intendedNs());
    }
}
