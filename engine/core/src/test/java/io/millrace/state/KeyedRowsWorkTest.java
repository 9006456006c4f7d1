package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Bounded work, counted: with keys chosen against a plain hash, and with very many keys. */
class KeyedRowsWorkTest {
    private static final int KEYS = 100_000;
    private static final int TEN_MILLION = 10 * Integer.getInteger("millrace.million", 1_000_000);

    /** Far above what is seen in these tests, far below what one key too many would cost in a bad table. */
    private static final int STEPS_AT_HALF = 100;

    @Test
    void shouldProbeLittleWhateverTheKeys() {
        assertFewSteps("ascending", i -> i);
        assertFewSteps("descending", i -> -i);
        for (int k = 1; k <= 46; k++) {
            int shift = k;
            assertFewSteps("multiples of 2^" + k, i -> i << shift);
            assertFewSteps("equal low bits, other half the same, 2^" + k, i -> i << shift | 1L << 63 | shift);
        }
        assertFewSteps("high half equals low half", i -> i << 32 | i);
        assertFewSteps("high half undoes low half", i -> i << 32 | ~i & 0xFFFF_FFFFL);
        assertFewSteps("bits far apart", i -> (i & 0xFF) | (i & 0xFF00) << 20 | (i & 0xFF0000) << 40);
        assertFewSteps("inverse of a known multiplier", i -> (i << 40) * 0xF1DE83E19937733DL);
        assertFewSteps("doubles", i -> Double.doubleToRawLongBits(i * 0.25));
        assertFewSteps("reversed", Long::reverse);
    }

    private static void assertFewSteps(String name, LongUnaryOperator keys) {
        for (long seed : new long[] {0, 0x5EED}) {
            KeyedRows rows = KeyedRows.forLongs(Budgets.large(), 1, KEYS, seed);
            for (int i = 1; i <= KEYS; i++) {
                assertTrue(rows.acquire(keys.applyAsLong(i)) >= 0);
            }
            StateCounters done = rows.counters();
            assertEquals(KEYS, rows.count(), name);
            assertTrue(done.stepsMax() <= STEPS_AT_HALF, name + ", seed " + seed + ": " + done.stepsMax());
            // a search, and the moves from region to region of the index
            assertTrue(done.steps() <= 3L * KEYS, name + ", seed " + seed + ": " + done.steps());
        }
    }

    @Test
    void shouldTakeTenMillionKeysWithBoundedWorkForEach() {
        int keys = TEN_MILLION;
        KeyedRows rows = KeyedRows.forLongs(Budgets.ofBytes(700L << 20), 1, keys, 42);
        assertEquals(keys, rows.maxKeys());
        StateCounters done = rows.counters();
        long writes = 0;
        long pages = 0;
        for (int i = 0; i < keys; i++) {
            int slot = rows.acquire(i * 3L);
            rows.set(slot, 0, i);
            assertTrue(done.writes() - writes <= 4 && done.pages() - pages <= 1);
            writes = done.writes();
            pages = done.pages();
        }
        assertEquals(-1, rows.acquire(-1));
        assertTrue(done.stepsMax() <= STEPS_AT_HALF, "most of one: " + done.stepsMax());
        assertTrue(done.steps() <= 3L * keys, "on average: " + done.steps());
        for (int i = 0; i < keys; i += 7) {
            assertEquals(i, rows.get(rows.find(i * 3L), 0));
        }
    }

    @Test
    void shouldStayQuickWhileKeysComeAndGoInAFullTable() {
        KeyedRows rows = KeyedRows.forLongs(Budgets.ofBytes(KEYS * 32L), 1, 0, 42);
        int bound = rows.maxKeys();
        assertTrue(bound > KEYS && bound < KEYS * 32 / 31);
        SplittableRandom random = new SplittableRandom(1);
        long[] in = new long[bound];
        for (int i = 0; i < bound; i++) {
            in[i] = random.nextLong();
            assertTrue(rows.acquire(in[i]) >= 0);
        }
        StateCounters done = rows.counters();
        long filled = done.steps();
        int rounds = 1_000_000;
        for (int i = 0; i < rounds; i++) {
            int at = random.nextInt(bound);
            rows.release(rows.find(in[at]));
            in[at] = random.nextLong();
            assertTrue(rows.acquire(in[at]) >= 0);
        }
        assertTrue(done.stepsMax() <= 600, "most of one at 70 % full: " + done.stepsMax());
        assertTrue(done.steps() - filled <= 14L * rounds, "on average: " + (done.steps() - filled));
    }

    @Test
    void shouldSweepInStepsThatTheCallerBounds() {
        KeyedRows rows = KeyedRows.forLongs(Budgets.large(), 0, 1_000_000, 42);
        for (int i = 0; i < 1_000_000; i++) {
            rows.acquire(i);
        }
        for (int i = 0; i < 1_000_000; i++) {
            rows.release(rows.find(i));
        }
        long before = rows.counters().steps();
        assertEquals(-1, rows.nextUsed(0, 640));
        assertTrue(rows.counters().steps() - before <= 11);
    }
}
