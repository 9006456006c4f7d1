package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Long random runs against a map of the JDK: keys of longs, and keys of bytes with hashes that often fall together. */
class KeyedRowsOracleTest {
    private static final int COLUMNS = 2;

    private record Bytes(List<Byte> bytes) {}

    private interface Keys {
        int find(KeyedRows rows, int key);

        int acquire(KeyedRows rows, int key);

        Object of(KeyedRows rows, int slot);

        Object object(int key);
    }

    private record Longs(long factor, long first) implements Keys {
        private long of(int key) {
            return first + key * factor;
        }

        @Override
        public int find(KeyedRows rows, int key) {
            return rows.find(of(key));
        }

        @Override
        public int acquire(KeyedRows rows, int key) {
            return rows.acquire(of(key));
        }

        @Override
        public Object of(KeyedRows rows, int slot) {
            return rows.key(slot);
        }

        @Override
        public Object object(int key) {
            return of(key);
        }
    }

    /** Hashes of which only the bits of a mask differ. */
    private record Texts(long hashMask) implements Keys {
        static final int LONGEST = 37;

        private static byte[] text(int key) {
            SplittableRandom random = new SplittableRandom(key);
            byte[] result = new byte[4 + random.nextInt(LONGEST - 3)];
            random.nextBytes(result);
            for (int i = 0; i < 4; i++) {
                result[i] = (byte) (key >>> 8 * i);
            }
            return result;
        }

        private long hash(int key) {
            return key * 0x9E3779B97F4A7C15L & hashMask;
        }

        @Override
        public int find(KeyedRows rows, int key) {
            return rows.find(hash(key), text(key), text(key).length);
        }

        @Override
        public int acquire(KeyedRows rows, int key) {
            return rows.acquire(hash(key), text(key), text(key).length);
        }

        @Override
        public Object of(KeyedRows rows, int slot) {
            byte[] into = new byte[LONGEST];
            int length = rows.copyKey(slot, into);
            return of(Arrays.copyOf(into, length));
        }

        @Override
        public Object object(int key) {
            return of(text(key));
        }

        private static Bytes of(byte[] bytes) {
            List<Byte> list = new ArrayList<>();
            for (byte b : bytes) {
                list.add(b);
            }
            return new Bytes(list);
        }
    }

    @Test
    void shouldAgreeForLongs() {
        long[] factors = {1, -1, 1L << 20, 1L << 32, 1L << 52, 0x9E3779B97F4A7C15L};
        for (int seed = 0; seed < 60; seed++) {
            run(seed, new Longs(factors[seed % factors.length], 0), -1);
        }
    }

    /** The index by number ends at 16,384: keys on both sides of that, and of zero, with neighbours that share a long. */
    @Test
    void shouldAgreeForNumbersWithinTheDenseIndexAndBeyond() {
        for (int seed = 0; seed < 20; seed++) {
            run(seed, new Longs(1, seed % 2 == 0 ? 0 : -8_900), -1, 8_192 + seed * 20);
            run(seed, new Longs(1, 16_384 - 200), -1, 8_192, 400);
        }
    }

    @Test
    void shouldAgreeForBytesWithAnyHash() {
        long[] masks = {-1, 0xFF, 7, 0, 0xFF00_0000_0000_0000L};
        for (int seed = 0; seed < 40; seed++) {
            run(seed, new Texts(masks[seed % masks.length]), Texts.LONGEST);
        }
    }

    private static void run(int seed, Keys keys, int keyBytesMax) {
        run(seed, keys, keyBytesMax, 1 + new SplittableRandom(seed).nextInt(seed % 4 == 0 ? 10 : 700));
    }

    private static void run(int seed, Keys keys, int keyBytesMax, int asked) {
        run(seed, keys, keyBytesMax, asked, 2 * asked + 2);
    }

    private static void run(int seed, Keys keys, int keyBytesMax, int asked, int range) {
        SplittableRandom random = new SplittableRandom(seed);
        KeyedRows rows = keyBytesMax < 0
                ? KeyedRows.forLongs(Budgets.ofPages(40), COLUMNS, asked, random.nextLong())
                : KeyedRows.forBytes(Budgets.ofPages(40), COLUMNS, asked, keyBytesMax, random.nextLong());
        assertEquals(asked, rows.maxKeys());
        Map<Integer, Long> values = new HashMap<>();
        Map<Integer, Integer> slots = new HashMap<>();
        for (int i = 0; i < 6_000; i++) {
            int key = random.nextInt(range);
            int what = random.nextInt(100);
            int releases = i / 1_000 % 2 == 0 ? 20 : 50;
            if (what < releases) {
                release(rows, keys, key, values, slots);
            } else if (what < 75) {
                acquire(rows, keys, key, values, slots, i);
            } else {
                int slot = keys.find(rows, key);
                assertEquals(slots.getOrDefault(key, -1), slot);
                if (slot >= 0) {
                    assertEquals(values.get(key), rows.get(slot, 1));
                }
            }
            assertEquals(values.size(), rows.count());
        }
        sweep(rows, keys, values, slots);
    }

    private static void release(
            KeyedRows rows, Keys keys, int key, Map<Integer, Long> values, Map<Integer, Integer> slots) {
        int slot = keys.find(rows, key);
        assertEquals(slots.getOrDefault(key, -1), slot);
        if (slot >= 0) {
            rows.release(slot);
            values.remove(key);
            slots.remove(key);
        }
    }

    private static void acquire(
            KeyedRows rows, Keys keys, int key, Map<Integer, Long> values, Map<Integer, Integer> slots, long value) {
        int slot = keys.acquire(rows, key);
        if (values.containsKey(key)) {
            assertEquals(slots.get(key), slot);
            assertFalse(rows.isNew());
            assertEquals(values.get(key), rows.get(slot, 1));
        } else if (values.size() == rows.maxKeys()) {
            assertEquals(-1, slot);
            assertFalse(rows.isNew());
            return;
        } else {
            assertTrue(rows.isNew());
            assertEquals(0, rows.get(slot, 0));
            assertEquals(0, rows.get(slot, 1));
            slots.put(key, slot);
        }
        rows.set(slot, 1, value);
        values.put(key, value);
    }

    private static void sweep(KeyedRows rows, Keys keys, Map<Integer, Long> values, Map<Integer, Integer> slots) {
        int seen = 0;
        Map<Integer, Integer> keyOfSlot = new HashMap<>();
        slots.forEach((key, slot) -> keyOfSlot.put(slot, key));
        for (int slot = rows.nextUsed(0); slot >= 0; slot = rows.nextUsed(slot + 1)) {
            int key = keyOfSlot.get(slot);
            assertEquals(keys.object(key), keys.of(rows, slot));
            assertEquals(values.get(key), rows.get(slot, 1));
            seen++;
        }
        assertEquals(values.size(), seen);
    }
}
