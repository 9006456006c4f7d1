package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DueListsTest {
    private record Set(long due, long order) {}

    private final DueLists timers = new DueLists(Budgets.large());

    @Test
    void shouldPopByDueThenBySetOrder() {
        timers.set(5, 50);
        timers.set(3, 30);
        timers.set(5, 51);
        timers.set(Long.MIN_VALUE, 1);
        timers.set(Long.MAX_VALUE, 99);
        timers.set(3, 31);
        List<Long> popped = new ArrayList<>();
        while (timers.pop(Long.MAX_VALUE)) {
            popped.add(timers.payload());
        }
        assertEquals(List.of(1L, 30L, 31L, 50L, 51L, 99L), popped);
        assertEquals(Long.MAX_VALUE, timers.nextDueNs());
    }

    @Test
    void shouldPopWhatIsDueAndNotLater() {
        timers.set(5, 50);
        assertFalse(timers.pop(4));
        assertTrue(timers.pop(5));
        assertEquals(5, timers.dueNs());
        assertFalse(timers.pop(5));
    }

    @Test
    void shouldRecogniseHandlesOfTimersThatAreGone() {
        long cancelled = timers.set(5, 50);
        long fired = timers.set(5, 51);
        assertEquals(5, timers.dueNs(cancelled));
        assertTrue(timers.cancel(cancelled));
        assertTrue(timers.pop(5));
        long list = timers.set(7, 70);
        for (long spent : new long[] {cancelled, fired, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertFalse(timers.cancel(spent));
            assertEquals(Long.MAX_VALUE, timers.dueNs(spent));
        }
        assertEquals(7, timers.dueNs(list));
        assertEquals(1, timers.count());
    }

    /** The block of a timer that is gone may be that of a list now. */
    @Test
    void shouldNotTakeAListForATimer() {
        List<Long> spent = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            spent.add(timers.set(i, i));
        }
        while (timers.pop(Long.MAX_VALUE)) {
            // all of them
        }
        for (int i = 0; i < 500; i++) {
            timers.set(-i, i); // a list each
        }
        for (long handle : spent) {
            assertFalse(timers.cancel(handle));
        }
        assertEquals(500, timers.count());
    }

    /** Where lists of one moment follow each other because other moments closed the first. */
    @Test
    void shouldKeepTheSetOrderOfAMomentThatComesBackAfterManyOthers() {
        for (int i = 0; i < 1_000; i++) {
            timers.set(5, i);
            for (int other = 0; other < 5; other++) {
                timers.set(1_000_000 + i * 5 + other, -1);
            }
        }
        for (int i = 0; i < 1_000; i++) {
            assertTrue(timers.pop(5));
            assertEquals(i, timers.payload());
        }
        assertFalse(timers.pop(5));
    }

    @Test
    void shouldStopWhenTheBudgetIsUsedAndLoseNothing() {
        assertEquals(-1, new DueLists(Budgets.ofPages(2)).set(1, 1));
        for (int moments : new int[] {1, 1 << 20}) {
            DueLists small = new DueLists(Budgets.ofPages(4));
            int set = 0;
            while (small.set(set % moments, set) > 0) {
                set++;
            }
            assertTrue(set > 1_000, "set " + set);
            assertEquals(-1, small.set(-5, -5));
            for (int i = 0; i < set; i++) {
                assertTrue(small.pop(Long.MAX_VALUE));
                assertEquals(i, small.payload());
            }
            assertTrue(small.set(1, 1) > 0);
        }
    }

    @Test
    void shouldAgreeWithAnOrderedMap() {
        for (int seed = 0; seed < 60; seed++) {
            run(seed);
        }
    }

    private static void run(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long moments = seed % 4 == 0 ? 2 : seed % 4 == 1 ? 70 : seed % 4 == 2 ? 5_000 : Long.MAX_VALUE;
        DueLists lists = new DueLists(Budgets.ofPages(60));
        if (seed % 5 == 0) { // as when a snapshot was made with room for a few only
            lists.handlesOf(8);
        }
        TreeMap<Set, Long> oracle =
                new TreeMap<>(Comparator.comparingLong(Set::due).thenComparingLong(Set::order));
        Map<Long, Set> byHandle = new HashMap<>();
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int what = random.nextInt(100);
            if (what < (i / 2_000 % 2 == 0 ? 60 : 25)) {
                long due = moments == Long.MAX_VALUE ? random.nextLong() : random.nextLong(moments);
                long handle = lists.set(due, i);
                Set set = new Set(due, i);
                assertNull(byHandle.put(handle, set));
                oracle.put(set, handle);
                handles.add(handle);
            } else if (what < 75 && !handles.isEmpty()) {
                long handle = handles.get(random.nextInt(handles.size()));
                Set set = byHandle.get(handle);
                boolean isIn = oracle.remove(set) != null;
                assertEquals(isIn ? set.due() : Long.MAX_VALUE, lists.dueNs(handle));
                assertEquals(isIn, lists.cancel(handle));
            } else {
                pop(lists, oracle, moments == Long.MAX_VALUE ? random.nextLong() : random.nextLong(moments));
            }
            assertEquals(oracle.size(), lists.count());
            assertEquals(oracle.isEmpty() ? Long.MAX_VALUE : oracle.firstKey().due(), lists.nextDueNs());
        }
        while (!oracle.isEmpty()) {
            pop(lists, oracle, Long.MAX_VALUE);
        }
        assertFalse(lists.pop(Long.MAX_VALUE));
    }

    private static void pop(DueLists lists, TreeMap<Set, Long> oracle, long upTo) {
        boolean isDue = !oracle.isEmpty() && oracle.firstKey().due() <= upTo;
        assertEquals(isDue, lists.pop(upTo));
        if (isDue) {
            Set first = oracle.firstKey();
            assertEquals(first.due(), lists.dueNs());
            assertEquals(first.order(), lists.payload());
            oracle.remove(first);
        }
    }

    @Test
    void shouldTouchAFewBlocksForEachOfAMillionTimersOfOneMoment() {
        StateCounters done = timers.counters();
        long writes = 0;
        for (int i = 0; i < 2_000_000; i++) {
            if (i < 1_000_000) {
                timers.set(i % 3, i);
            } else {
                timers.pop(2);
            }
            assertTrue(done.writes() - writes <= 12, "writes of one: " + (done.writes() - writes));
            writes = done.writes();
        }
        assertEquals(0, timers.count());
    }
}
