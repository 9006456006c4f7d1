package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExpiryCalendarTest {
    private static final int LINK = 1;

    private final StateBudget budget = Budgets.large();
    private final KeyedRows rows = KeyedRows.forLongs(budget, 2, 200_000, 42);
    private final ExpiryCalendar calendar = new ExpiryCalendar(budget, rows, LINK, 6_400);

    @Test
    void shouldHaveNothingDueWhenEmpty() {
        assertEquals(Long.MAX_VALUE, calendar.nextDueNs());
        assertEquals(-1, calendar.pop(Long.MAX_VALUE));
        assertEquals(0, calendar.buckets());
    }

    @Test
    void shouldRoundUpToA64thOfTheTimeKept() {
        long[][] dues = {
            {1, 100},
            {100, 100},
            {101, 200},
            {0, 0},
            {-1, 0},
            {-100, -100},
            {-101, -100},
            {Long.MAX_VALUE, Long.MAX_VALUE},
            {Long.MAX_VALUE - 5, Long.MAX_VALUE},
            {Long.MAX_VALUE - 8, Long.MAX_VALUE - 7},
            {Long.MIN_VALUE, Long.MIN_VALUE + 8},
            {Long.MAX_VALUE - 107, Long.MAX_VALUE - 107}
        };
        for (long[] due : dues) {
            int slot = rows.acquire(7);
            calendar.arm(slot, due[0]);
            assertEquals(due[1], calendar.nextDueNs());
            if (due[1] > Long.MIN_VALUE) {
                assertEquals(-1, calendar.pop(due[1] - 1));
            }
            assertTrue(calendar.isArmed(slot));
            assertEquals(slot, calendar.pop(due[1]));
            assertEquals(due[1], calendar.dueNs());
            assertFalse(calendar.isArmed(slot));
        }
    }

    @Test
    void shouldGiveBackInTheOrderOfDueThenOfArming() {
        long[] dues = {250, 150, 120, 290, 101, 260};
        for (int i = 0; i < dues.length; i++) {
            calendar.arm(rows.acquire(i), dues[i]);
        }
        List<Long> keys = new ArrayList<>();
        for (int slot = calendar.pop(300); slot >= 0; slot = calendar.pop(300)) {
            keys.add(rows.key(slot));
        }
        assertEquals(List.of(1L, 2L, 4L, 0L, 3L, 5L), keys);
    }

    @Test
    void shouldMoveASlotThatIsArmedAgain() {
        int slot = rows.acquire(1);
        calendar.arm(slot, 100);
        calendar.arm(slot, 500);
        assertEquals(500, calendar.nextDueNs());
        assertEquals(1, calendar.buckets());
        assertEquals(-1, calendar.pop(499));
        assertEquals(slot, calendar.pop(500));
    }

    @Test
    void shouldForgetARowThatIsReleasedEvenWhenAnotherKeyGetsIt() {
        int[] slots = new int[5];
        for (int i = 0; i < 5; i++) {
            slots[i] = rows.acquire(i);
            calendar.arm(slots[i], 100);
        }
        rows.release(slots[2]);
        int reused = rows.acquire(9);
        assertEquals(slots[2], reused);
        assertFalse(calendar.isArmed(reused));
        calendar.arm(reused, 300);
        rows.release(slots[0]);
        rows.release(slots[4]);
        assertEquals(slots[1], calendar.pop(200));
        assertEquals(slots[3], calendar.pop(200));
        assertEquals(-1, calendar.pop(200));
        assertEquals(reused, calendar.pop(300));
    }

    @Test
    void shouldNotCareHowFarTimeJumps() {
        int[] slots = new int[400];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = rows.acquire(i);
            calendar.arm(slots[i], Long.MIN_VALUE + (Long.MAX_VALUE / 200) * i);
        }
        long before = calendar.counters().steps();
        for (int slot : slots) {
            assertEquals(slot, calendar.pop(Long.MAX_VALUE));
        }
        assertTrue(calendar.counters().steps() - before <= slots.length);
    }

    @Test
    void shouldAgreeWithAMapOfLists() {
        for (int seed = 0; seed < 40; seed++) {
            run(seed);
        }
    }

    private static void run(int seed) {
        StateBudget bytes = Budgets.ofPages(30);
        SplittableRandom random = new SplittableRandom(seed);
        long grain = 1 + random.nextInt(1_000);
        int range = seed % 2 == 0 ? 40 : 2_000;
        KeyedRows keyed = KeyedRows.forLongs(bytes, 2, range, seed);
        ExpiryCalendar expiry = new ExpiryCalendar(bytes, keyed, LINK, grain * 64);
        TreeMap<Long, LinkedHashSet<Integer>> oracle = new TreeMap<>();
        Map<Integer, Long> dueOf = new HashMap<>();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(1_000) == 0 ? random.nextLong(1L << 40) : random.nextLong(grain);
            int slot = keyed.acquire(random.nextInt(range));
            int what = random.nextInt(100);
            if (what < 40) {
                long due = now + random.nextLong(100 * grain);
                expiry.arm(slot, due);
                remove(oracle, dueOf, slot);
                long rounded = Math.floorDiv(due + grain - 1, grain) * grain;
                oracle.computeIfAbsent(rounded, d -> new LinkedHashSet<>()).add(slot);
                dueOf.put(slot, rounded);
            } else if (what < 60) {
                keyed.release(slot);
                remove(oracle, dueOf, slot);
            } else if (what < 70) {
                assertEquals(dueOf.containsKey(slot), expiry.isArmed(slot));
                expiry.disarm(slot);
                remove(oracle, dueOf, slot);
            } else {
                boolean isDue = !oracle.isEmpty() && oracle.firstKey() <= now;
                int popped = expiry.pop(now);
                assertEquals(isDue ? oracle.firstEntry().getValue().iterator().next() : -1, popped);
                remove(oracle, dueOf, popped);
            }
            assertEquals(oracle.size(), expiry.buckets());
            assertEquals(oracle.isEmpty() ? Long.MAX_VALUE : oracle.firstKey(), expiry.nextDueNs());
        }
    }

    private static void remove(TreeMap<Long, LinkedHashSet<Integer>> oracle, Map<Integer, Long> dueOf, int slot) {
        Long due = dueOf.remove(slot);
        if (due != null) {
            oracle.get(due).remove(slot);
            if (oracle.get(due).isEmpty()) {
                oracle.remove(due);
            }
        }
    }

    @Test
    void shouldBeLateAndNeverEarlyWhenThereAreTooManyDues() {
        for (int seed = 0; seed < 10; seed++) {
            runOverfull(seed);
        }
    }

    private static void runOverfull(int seed) {
        StateBudget bytes = Budgets.ofPages(60);
        SplittableRandom random = new SplittableRandom(seed);
        KeyedRows keyed = KeyedRows.forLongs(bytes, 2, 5_000, seed);
        ExpiryCalendar expiry = new ExpiryCalendar(bytes, keyed, LINK, 64);
        Map<Integer, Long> dueOf = new HashMap<>();
        long largest = Long.MIN_VALUE;
        for (int i = 0; i < 30_000; i++) {
            int slot = keyed.acquire(random.nextInt(5_000));
            int what = random.nextInt(10);
            long now = i * 10L;
            if (what < 7) {
                long due = now + random.nextLong(1 + (seed % 2 == 0 ? 100_000 : i));
                largest = Math.max(largest, due);
                expiry.arm(slot, due);
                dueOf.put(slot, due);
            } else if (what < 9) {
                keyed.release(slot);
                dueOf.remove(slot);
            } else {
                int popped = expiry.pop(now);
                assertTrue(popped < 0 || dueOf.remove(popped) <= expiry.dueNs());
            }
            assertTrue(expiry.buckets() <= ExpiryCalendar.BUCKETS_MAX);
        }
        assertEquals(ExpiryCalendar.BUCKETS_MAX, expiry.buckets());
        long before = Long.MIN_VALUE;
        while (!dueOf.isEmpty()) {
            int popped = expiry.pop(largest);
            assertTrue(expiry.dueNs() >= before);
            assertTrue(dueOf.remove(popped) <= expiry.dueNs());
            before = expiry.dueNs();
        }
        assertEquals(-1, expiry.pop(Long.MAX_VALUE));
        assertTrue(expiry.counters().stepsMax() <= ExpiryCalendar.BUCKETS_MAX + 1);
    }

    @Test
    void shouldTouchAtMostThreeRowsAtATime() {
        StateCounters done = rows.counters();
        SplittableRandom random = new SplittableRandom(5);
        long now = 0;
        int most = 0;
        for (int i = 0; i < 500_000; i++) {
            now += 1;
            int slot = rows.acquire(random.nextInt(150_000));
            long before = done.writes();
            if (!calendar.isArmed(slot)) {
                calendar.arm(slot, now + 6_400);
            }
            most = Math.max(most, (int) (done.writes() - before));
            before = done.writes();
            int popped = calendar.pop(now);
            most = Math.max(most, (int) (done.writes() - before));
            if (popped >= 0) {
                rows.release(popped);
            }
        }
        assertTrue(most <= 3, "rows written by one operation: " + most);
        assertTrue(calendar.buckets() <= 66);
        assertTrue(calendar.counters().stepsMax() <= 67);
        assertTrue(rows.count() <= 6_600);
    }

    @Test
    void shouldRefuseASecondCalendar() {
        assertThrows(IllegalStateException.class, () -> new ExpiryCalendar(budget, rows, 0, 1));
    }
}
