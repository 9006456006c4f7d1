package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeyGroupTest {
    private static final int MEMBERS = 3;

    /** Columns of each member. */
    private static final int[] COLUMNS = {1, 4, 2};

    private final StateBudget one = Budgets.ofPages(8);
    private final StateBudget two = Budgets.ofPages(8);
    private final KeyGroup group = new KeyGroup(7);

    @Test
    void shouldPutTheRowsOfAKeyIntoOnePlace() {
        KeyedRows a = group.rows(one, 2, 1_000, false);
        KeyedRows b = group.rows(two, 3, 1_000, false);
        group.seal();
        int slot = a.acquire(5);
        assertTrue(a.isNew());
        assertEquals(-1, b.find(5));
        assertEquals(slot, b.acquire(5));
        assertTrue(b.isNew());
        a.set(slot, 1, 11);
        b.set(slot, 0, 22);
        assertEquals(11, a.get(slot, 1));
        assertEquals(22, b.get(slot, 0));
        assertEquals(5, b.key(slot));
    }

    @Test
    void shouldKeepARowAsLongAsSomebodyHoldsIt() {
        KeyedRows a = group.rows(one, 2, 1_000, false);
        KeyedRows b = group.rows(two, 3, 1_000, false);
        group.seal();
        int slot = a.acquire(5);
        a.set(slot, 0, 1);
        b.set(b.acquire(5), 2, 9);
        a.release(slot);
        assertEquals(-1, a.find(5));
        assertEquals(0, a.count());
        assertEquals(9, b.get(b.find(5), 2));
        assertEquals(slot, a.acquire(5));
        assertTrue(a.isNew());
        assertEquals(0, a.get(slot, 0), "a row that was released is zero when it is new again");
        a.release(slot);
        b.release(slot);
        assertEquals(slot, b.acquire(6), "the place is free for another key");
        assertEquals(0, b.get(slot, 2));
    }

    @Test
    void shouldHoldEachToItsOwnBound() {
        KeyedRows a = group.rows(one, 2, 3, true);
        KeyedRows b = group.rows(two, 3, 1_000, false);
        group.seal();
        for (int key = 0; key < 3; key++) {
            assertNotEquals(-1, a.acquire(key));
        }
        assertEquals(-1, a.acquire(3));
        assertFalse(a.isNew());
        assertNotEquals(-1, b.acquire(3));
        assertEquals(-1, a.acquire(3), "also where another holds the key");
        assertEquals(3, a.count());
        a.release(a.find(0));
        assertNotEquals(-1, a.acquire(3));
    }

    @Test
    void shouldHaveRoomForTheBoundsOfAllWhateverKeysTheyHold() {
        KeyedRows a = group.rows(one, 2, 4_000, true);
        KeyedRows b = group.rows(two, 3, 4_000, false);
        group.seal();
        assertEquals(a.places(), b.places(), "they are together");
        assertEquals(4_000, b.maxKeys());
        Blocks greedy = new Blocks(two, 64, 0);
        while (greedy.take() >= 0) {
            // takes all that is left of the budget of the other
        }
        for (int key = 0; key < 4_000; key++) {
            assertNotEquals(-1, b.acquire(-1 - key), "key " + key);
        }
        assertEquals(-1, b.acquire(-5_000));
        for (int key = 0; key < 4_000; key++) {
            assertNotEquals(-1, a.acquire(key), "key " + key);
        }
        assertEquals(-1, a.acquire(5_000));
        assertTrue(one.usedBytes() <= one.bytes());
        assertTrue(two.usedBytes() <= two.bytes());
    }

    @Test
    void shouldLeaveAnUndeclaredBoundAtLeastHalfOfWhatItWouldHoldAlone() {
        KeyedRows alone = KeyedRows.forLongs(Budgets.ofPages(40), 3, 0, 7);
        KeyedRows a = group.rows(Budgets.ofPages(40), 2, 5_000, true);
        KeyedRows b = group.rows(Budgets.ofPages(40), 3, 0, false);
        group.seal();
        assertTrue(a.acquire(1) == b.acquire(1), "they are together");
        assertTrue(b.maxKeys() >= alone.maxKeys() / 2 && b.maxKeys() < alone.maxKeys(), b.maxKeys() + " keys");
        assertEquals(5_000, a.maxKeys());
    }

    @Test
    void shouldStayApartWhereTheBoundsOfAllDoNotFit() {
        StateBudget tight = Budgets.ofPages(2);
        KeyedRows wide = group.rows(tight, 1_000, 8, true);
        KeyedRows narrow = group.rows(one, 1, 10_000, true);
        group.seal();
        for (int key = 0; key < 10_000; key++) {
            assertNotEquals(-1, narrow.acquire(key));
        }
        assertEquals(10_000, narrow.maxKeys());
        assertTrue(wide.acquire(77) >= 0);
        assertEquals(-1, wide.find(5));
    }

    @Test
    void shouldStandAtOnceWhenAskedToStayApart() {
        KeyedRows rows = KeyGroup.apart(7).rows(one, 2, 10, false);
        assertTrue(rows.acquire(1) >= 0);
        assertEquals(10, rows.maxKeys());
    }

    @Test
    void shouldTouchWithoutChangingAnything() {
        KeyedRows a = group.rows(Budgets.large(), 2, 100_000, false);
        group.seal();
        assertFalse(group.isLarge());
        for (long key = 0; key < 100_000; key++) {
            a.set(a.acquire(key), 0, key);
        }
        assertTrue(group.isLarge());
        long[] keys = new long[32];
        for (int i = 0; i < 32; i++) {
            keys[i] = i * 6_400L; // some are there, some are not
        }
        long writes = a.counters().writes();
        group.touch(keys, 32);
        assertEquals(writes, a.counters().writes());
        assertEquals(100_000, a.count());
        assertEquals(-1, a.find(31 * 6_400L));
        assertEquals(6_400, a.get(a.find(6_400), 0));
    }

    @Test
    void shouldAgreeWithMapsOfTheJdk() {
        for (int seed = 0; seed < 60; seed++) {
            new Run(seed).go();
        }
    }

    /** Random operations of three members, two of them with a calendar, against maps. */
    private static final class Run {
        private final SplittableRandom random;
        private final int seed;
        private final List<KeyedRows> rows = new ArrayList<>();
        private final List<Map<Long, long[]>> held = new ArrayList<>();
        private final List<ExpiryCalendar> calendars = new ArrayList<>();
        private final List<Map<Long, Integer>> slots = new ArrayList<>();
        private final int range;
        private long now;

        Run(int seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            range = 1 + random.nextInt(seed % 3 == 0 ? 30 : 3_000);
            KeyGroup group = new KeyGroup(seed);
            for (int m = 0; m < MEMBERS; m++) {
                StateBudget budget = Budgets.ofPages(2 + random.nextInt(6));
                rows.add(group.rows(budget, COLUMNS[m], 1 + random.nextInt(2 * range), random.nextBoolean()));
                held.add(new HashMap<>());
                slots.add(new HashMap<>());
                calendars.add(m == 2 ? null : new ExpiryCalendar(budget, rows.get(m), 640));
            }
            group.seal();
        }

        void go() {
            for (int i = 0; i < 5_000; i++) {
                now += random.nextInt(3);
                step(random.nextInt(MEMBERS), random.nextInt(range) * 0x9E3779B97F4A7C15L);
            }
            for (int m = 0; m < MEMBERS; m++) {
                checkAll(m);
            }
        }

        private void step(int m, long key) {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> acquire(m, key);
                case 4, 5 -> release(m, key);
                case 6 -> pop(m);
                default -> check(m, key);
            }
        }

        private void acquire(int m, long key) {
            KeyedRows r = rows.get(m);
            long[] known = held.get(m).get(key);
            int slot = r.acquire(key);
            assertEquals(known == null && slot >= 0, r.isNew(), "seed " + seed);
            if (slot < 0) {
                assertTrue(known == null, "a key that is held is refused, seed " + seed);
                return;
            }
            if (known == null) {
                known = new long[COLUMNS[m]];
                held.get(m).put(key, known);
                slots.get(m).put(key, slot);
                if (calendars.get(m) != null) {
                    calendars.get(m).arm(slot, now + 640);
                }
            }
            check(m, key);
            int column = random.nextInt(COLUMNS[m]);
            known[column] = random.nextLong();
            r.set(slot, column, known[column]);
        }

        private void release(int m, long key) {
            int slot = rows.get(m).find(key);
            if (slot >= 0) {
                rows.get(m).release(slot);
                held.get(m).remove(key);
                slots.get(m).remove(key);
            }
        }

        private void pop(int m) {
            if (calendars.get(m) == null) {
                return;
            }
            int slot = calendars.get(m).pop(now);
            if (slot >= 0) {
                long key = rows.get(m).key(slot);
                assertEquals(slot, slots.get(m).get(key), "seed " + seed);
                calendars.get(m).arm(slot, now + 640);
            }
        }

        private void check(int m, long key) {
            KeyedRows r = rows.get(m);
            int slot = r.find(key);
            long[] known = held.get(m).get(key);
            assertEquals(known != null, slot >= 0, "seed " + seed);
            if (known != null) {
                assertEquals(slots.get(m).get(key), slot, "a slot does not move");
                for (int c = 0; c < known.length; c++) {
                    assertEquals(known[c], r.get(slot, c), "seed " + seed);
                }
            }
            assertEquals(held.get(m).size(), r.count());
        }

        private void checkAll(int m) {
            held.get(m).keySet().forEach(key -> check(m, key));
            TreeSet<Integer> found = new TreeSet<>();
            for (int s = rows.get(m).nextUsed(0); s >= 0; s = rows.get(m).nextUsed(s + 1)) {
                found.add(s);
            }
            assertEquals(new TreeSet<>(slots.get(m).values()), found, "seed " + seed);
        }
    }
}
