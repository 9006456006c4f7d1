package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
    private record Set(long due, long order) {}

    private final TimerHeap timers = new TimerHeap(Budgets.large(), 0);

    @Test
    void shouldHaveNothingDueWhenEmpty() {
        assertEquals(Long.MAX_VALUE, timers.nextDueNs());
        assertFalse(timers.pop(Long.MAX_VALUE));
        assertEquals(0, timers.count());
    }

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
    }

    @Test
    void shouldPopWhatIsMovedByWhenItWasSetFirst() {
        long moved = timers.set(3, 30);
        timers.set(5, 50);
        timers.set(1, 10);
        long again = timers.setAgain(moved, 5);
        assertEquals(5, timers.dueNs(again));
        List<Long> popped = new ArrayList<>();
        while (timers.pop(5)) {
            popped.add(timers.payload());
        }
        assertEquals(List.of(10L, 30L, 50L), popped);
        assertEquals(0, timers.count());
    }

    @Test
    void shouldPopWhatIsSetAgainByWhenItWasSetFirst() {
        timers.set(3, 30);
        timers.set(5, 50);
        assertTrue(timers.pop(3));
        long again = timers.setAgain(5);
        timers.set(5, 51);
        assertEquals(5, timers.dueNs(again));
        List<Long> popped = new ArrayList<>();
        while (timers.pop(5)) {
            popped.add(timers.payload());
        }
        assertEquals(List.of(30L, 50L, 51L), popped);
        assertFalse(timers.isSet(again));
    }

    @Test
    void shouldPopWhatIsDueAndNotLater() {
        timers.set(5, 50);
        assertFalse(timers.pop(4));
        assertEquals(5, timers.nextDueNs());
        assertTrue(timers.pop(5));
        assertEquals(5, timers.dueNs());
        assertEquals(50, timers.payload());
        assertFalse(timers.pop(5));
    }

    @Test
    void shouldGiveHandlesThatArePositiveAndSpentWithTheirTimer() {
        long cancelled = timers.set(5, 50);
        long fired = timers.set(6, 60);
        assertTrue(cancelled > 0 && fired > 0);
        assertNotEquals(cancelled, fired);
        assertEquals(5, timers.dueNs(cancelled));
        assertEquals(6, timers.dueNs(fired));
        assertTrue(timers.cancel(cancelled));
        assertEquals(6, timers.nextDueNs());
        assertTrue(timers.pop(6));
        long reused = timers.set(7, 70);
        long reusedToo = timers.set(8, 80);
        for (long spent : new long[] {cancelled, fired, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertFalse(timers.isSet(spent));
            assertFalse(timers.cancel(spent));
            assertEquals(Long.MAX_VALUE, timers.dueNs(spent));
        }
        assertTrue(timers.isSet(reused) && timers.isSet(reusedToo));
        assertEquals(2, timers.count());
    }

    @Test
    void shouldStopAtTheBoundAndGoOnWhenThereIsRoomAgain() {
        TimerHeap two = new TimerHeap(Budgets.large(), 2);
        long first = two.set(1, 1);
        two.set(2, 2);
        assertEquals(-1, two.set(3, 3));
        assertEquals(2, two.count());
        two.cancel(first);
        assertTrue(two.set(3, 3) > 0);
        assertEquals(-1, two.set(4, 4));
    }

    @Test
    void shouldStopWhenTheBudgetIsUsed() {
        assertEquals(-1, new TimerHeap(Budgets.ofPages(1), 0).set(1, 1));
        TimerHeap small = new TimerHeap(Budgets.ofPages(2), 0);
        int set = 0;
        while (small.set(-set, set) > 0) {
            set++;
        }
        assertEquals(2_045, set);
        for (int i = set - 1; i >= 0; i--) {
            assertTrue(small.pop(-i));
            assertEquals(i, small.payload());
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
        int bound = 1 + random.nextInt(seed % 3 == 0 ? 20 : 6_000);
        long spread = seed % 4 == 0 ? 5 : seed % 4 == 1 ? Long.MAX_VALUE : 1_000_000;
        TimerHeap heap = new TimerHeap(Budgets.ofPages(20), bound);
        if (seed % 5 == 0) { // as when a snapshot was made with room for a few only
            heap.handlesOf(8);
        }
        TreeMap<Set, Long> oracle =
                new TreeMap<>(Comparator.comparingLong(Set::due).thenComparingLong(Set::order));
        Map<Long, Set> byHandle = new HashMap<>();
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < 15_000; i++) {
            int what = random.nextInt(100);
            if (what < (i / 3_000 % 2 == 0 ? 60 : 25)) {
                long due = spread == Long.MAX_VALUE ? random.nextLong() : random.nextLong(spread);
                long handle = heap.set(due, i);
                assertEquals(oracle.size() < bound, handle > 0);
                if (handle > 0) {
                    Set set = new Set(due, i);
                    assertEquals(null, byHandle.put(handle, set));
                    oracle.put(set, handle);
                    handles.add(handle);
                }
            } else if (what < 75 && !handles.isEmpty()) {
                long handle = handles.get(random.nextInt(handles.size()));
                Set set = byHandle.get(handle);
                boolean isIn = oracle.containsKey(set);
                assertEquals(isIn ? set.due() : Long.MAX_VALUE, heap.dueNs(handle));
                assertEquals(isIn, heap.cancel(handle));
                oracle.remove(set);
            } else {
                long upTo = spread == Long.MAX_VALUE ? random.nextLong() : random.nextLong(spread);
                pop(heap, oracle, upTo);
            }
            assertEquals(oracle.size(), heap.count());
            assertEquals(oracle.isEmpty() ? Long.MAX_VALUE : oracle.firstKey().due(), heap.nextDueNs());
        }
        while (!oracle.isEmpty()) {
            pop(heap, oracle, Long.MAX_VALUE);
        }
        assertFalse(heap.pop(Long.MAX_VALUE));
    }

    private static void pop(TimerHeap heap, TreeMap<Set, Long> oracle, long upTo) {
        boolean isDue = !oracle.isEmpty() && oracle.firstKey().due() <= upTo;
        assertEquals(isDue, heap.pop(upTo));
        if (isDue) {
            Set first = oracle.firstKey();
            assertEquals(first.due(), heap.dueNs());
            assertEquals(first.order(), heap.payload());
            assertFalse(heap.isSet(oracle.remove(first)));
        }
    }

    @Test
    void shouldDoAStepALevelForEachOperation() {
        SplittableRandom random = new SplittableRandom(3);
        int most = 500_000;
        long[] handles = new long[most];
        StateCounters done = timers.counters();
        long writes = 0;
        for (int i = 0; i < 3 * most; i++) {
            if (i < most) {
                handles[i] = timers.set(i % 3 == 0 ? -i : random.nextLong(), i);
            } else if (i % 2 == 0) {
                timers.cancel(handles[random.nextInt(most)]);
            } else {
                timers.pop(Long.MAX_VALUE);
            }
            assertTrue(done.writes() - writes <= 30, "writes of one: " + (done.writes() - writes));
            writes = done.writes();
        }
        assertTrue(done.stepsMax() <= 10, "levels: " + done.stepsMax());
    }
}
