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
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Frames that nobody of ours has sent, by way of a driver; a million without one: {@link ReceivedFuzzTest}. */
class AeronFuzzTest {
    private static final long FRAMES = 20_000;

    /** What the JVM's own threads may take meanwhile. */
    private static final long GROWTH_MAX = 2 << 20;

    private static final long SEED = Long.getLong("millrace.seed", 11);
    private static final EventType<Note> NOTE = EventType.of(Note.class);

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
            FuzzFrames frames = new FuzzFrames(buffer, random);
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
