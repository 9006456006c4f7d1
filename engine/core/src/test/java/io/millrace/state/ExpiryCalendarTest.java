package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExpiryCalendarTest {
    private final StateBudget budget = Budgets.large();
    private final KeyedRows rows = KeyedRows.forLongs(budget, 2, 200_000, 42);
    private final ExpiryCalendar calendar = new ExpiryCalendar(budget, rows, 6_400);

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
    void shouldGiveASlotThatIsNotDoneBackByTheSameProgress() {
        long[][] dues = {{6_450, 6_400}, {6_400, 6_400}, {-1, -100}, {Long.MAX_VALUE - 1, Long.MAX_VALUE - 7}};
        for (long[] due : dues) {
            int slot = rows.acquire(7);
            calendar.armAgain(slot, due[0]);
            assertEquals(due[1], calendar.nextDueNs());
            assertEquals(slot, calendar.pop(due[0]));
        }
        calendar.armAgain(rows.acquire(7), Long.MIN_VALUE + 1);
        assertEquals(Long.MIN_VALUE + 1, calendar.nextDueNs());
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
    void shouldLeaveASlotWhereItIsWhenItIsArmedAgain() {
        int slot = rows.acquire(1);
        calendar.arm(slot, 100);
        calendar.arm(slot, 500);
        assertEquals(100, calendar.nextDueNs());
        assertEquals(slot, calendar.pop(100));
        assertEquals(-1, calendar.pop(500));
    }

    @Test
    void shouldLeaveOutARowThatIsReleased() {
        int[] slots = new int[5];
        for (int i = 0; i < 5; i++) {
            slots[i] = rows.acquire(i);
            calendar.arm(slots[i], 100);
        }
        rows.release(slots[0]);
        rows.release(slots[2]);
        rows.release(slots[4]);
        assertEquals(slots[1], calendar.pop(200));
        assertEquals(slots[3], calendar.pop(200));
        assertEquals(-1, calendar.pop(200));
        assertEquals(Long.MAX_VALUE, calendar.nextDueNs());
    }

    @Test
    void shouldGiveBackAKeyAtTheTurnOfTheOneThatHadItsPlace() {
        int slot = rows.acquire(1);
        calendar.arm(slot, 100);
        rows.release(slot);
        int reused = rows.acquire(2);
        assertEquals(slot, reused);
        calendar.arm(reused, 300);
        assertEquals(reused, calendar.pop(100));
        calendar.arm(reused, 300);
        assertEquals(-1, calendar.pop(299));
        assertEquals(reused, calendar.pop(300));
    }

    @Test
    void shouldGiveBackManyAtATimeThatHaveOneDue() {
        int[] into = new int[50];
        for (int i = 0; i < 100; i++) {
            calendar.arm(rows.acquire(i), i < 70 ? 100 : 200);
        }
        assertEquals(50, calendar.pop(1_000, into, 50));
        assertEquals(rows.find(0), into[0]);
        assertEquals(rows.find(49), into[49]);
        assertEquals(20, calendar.pop(1_000, into, 50));
        assertEquals(100, calendar.dueNs());
        assertEquals(30, calendar.pop(1_000, into, 50));
        assertEquals(200, calendar.dueNs());
        assertEquals(0, calendar.pop(1_000, into, 50));
    }

    @Test
    void shouldPassOverABoundedNumberOfReleasedRowsAtATime() {
        int[] slots = new int[1_000];
        for (int i = 0; i < 1_000; i++) {
            slots[i] = rows.acquire(i);
            calendar.arm(slots[i], 100);
        }
        for (int i = 0; i < 999; i++) {
            rows.release(slots[i]);
        }
        int calls = 1;
        int popped = calendar.pop(100);
        while (popped < 0) {
            assertEquals(100, calendar.nextDueNs(), "it is not over");
            popped = calendar.pop(100);
            calls++;
        }
        assertEquals(slots[999], popped);
        assertEquals(4, calls);
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

    /** The oracle: lists of slots by rounded due; who is armed stays there until its turn, released or not. */
    private static void run(int seed) {
        StateBudget bytes = Budgets.ofPages(30);
        SplittableRandom random = new SplittableRandom(seed);
        long grain = 1 + random.nextInt(1_000);
        int range = seed % 2 == 0 ? 40 : 2_000;
        KeyedRows keyed = KeyedRows.forLongs(bytes, 2, range, seed);
        ExpiryCalendar expiry = new ExpiryCalendar(bytes, keyed, grain * 64);
        TreeMap<Long, ArrayDeque<Integer>> oracle = new TreeMap<>();
        Set<Integer> armed = new HashSet<>();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(1_000) == 0 ? random.nextLong(1L << 40) : random.nextLong(grain);
            int slot = keyed.acquire(random.nextInt(range));
            int what = random.nextInt(100);
            if (what < 40) {
                long due = now + random.nextLong(40 * grain);
                expiry.arm(slot, due);
                if (armed.add(slot)) {
                    long rounded = Math.floorDiv(due + grain - 1, grain) * grain;
                    oracle.computeIfAbsent(rounded, d -> new ArrayDeque<>()).add(slot);
                }
            } else if (what < 60) {
                keyed.release(slot);
            } else if (what < 70) {
                assertEquals(armed.contains(slot), expiry.isArmed(slot));
            } else {
                for (int n = random.nextInt(20); n > 0; n--) {
                    assertEquals(expected(oracle, armed, keyed, now), expiry.pop(now));
                }
            }
            assertEquals(oracle.size(), expiry.buckets());
            assertEquals(oracle.isEmpty() ? Long.MAX_VALUE : oracle.firstKey(), expiry.nextDueNs());
        }
    }

    /** The first slot in use of the first due, passing over released ones of that due. */
    private static int expected(
            TreeMap<Long, ArrayDeque<Integer>> oracle, Set<Integer> armed, KeyedRows rows, long now) {
        if (oracle.isEmpty() || oracle.firstKey() > now) {
            return -1;
        }
        long due = oracle.firstKey();
        ArrayDeque<Integer> slots = oracle.get(due);
        int found = -1;
        while (found < 0 && !slots.isEmpty()) {
            int slot = slots.poll();
            armed.remove(slot);
            found = rows.isUsed(slot) ? slot : -1;
        }
        if (slots.isEmpty()) {
            oracle.remove(due);
        }
        return found;
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
        ExpiryCalendar expiry = new ExpiryCalendar(bytes, keyed, 64);
        Map<Integer, Long> dueOf = new HashMap<>();
        long largest = Long.MIN_VALUE;
        for (int i = 0; i < 30_000; i++) {
            int slot = keyed.acquire(random.nextInt(5_000));
            int what = random.nextInt(10);
            long now = i * 10L;
            if (what < 7) {
                long due = now + random.nextLong(1 + (seed % 2 == 0 ? 100_000 : i));
                largest = Math.max(largest, due);
                if (!expiry.isArmed(slot)) {
                    expiry.arm(slot, due);
                    dueOf.put(slot, due);
                }
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
    void shouldTouchNoRow() {
        StateCounters done = rows.counters();
        SplittableRandom random = new SplittableRandom(5);
        long now = 0;
        for (int i = 0; i < 500_000; i++) {
            now += 1;
            int slot = rows.acquire(random.nextInt(150_000));
            long before = done.writes();
            if (!calendar.isArmed(slot)) {
                calendar.arm(slot, now + 6_400);
            }
            int popped = calendar.pop(now);
            assertEquals(before, done.writes());
            if (popped >= 0) {
                rows.release(popped);
            }
        }
        assertTrue(calendar.buckets() <= 66);
        assertTrue(calendar.counters().stepsMax() <= 67);
        assertTrue(rows.count() <= 6_600);
    }

    @Test
    void shouldHaveRoomForAllKeysHoweverTheyComeAndGo() {
        StateBudget bytes = Budgets.ofPages(6);
        KeyedRows few = KeyedRows.forLongs(bytes, 1, 500, 3);
        ExpiryCalendar expiry = new ExpiryCalendar(bytes, few, 64_000);
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 200_000; i++) {
            int slot = few.acquire(random.nextInt(500));
            expiry.arm(slot, random.nextLong(1 + i) * 977);
            if (random.nextInt(4) == 0) {
                few.release(slot);
            } else if (random.nextInt(3) == 0) {
                expiry.pop(Long.MAX_VALUE);
            }
        }
    }

    @Test
    void shouldRefuseASecondCalendar() {
        assertThrows(IllegalStateException.class, () -> new ExpiryCalendar(budget, rows, 1));
    }
}
