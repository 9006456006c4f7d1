package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    /** Timers 1 to n and -1 to -n, each in a page of its own. */
    private static final class Places implements DueLists.Timers {
        private final long[][] pages;
        private int writes;

        Places(int n) {
            pages = new long[2 * n + 1][];
        }

        @Override
        public long[] writable(int timer) {
            writes++;
            int i = timer + pages.length / 2;
            pages[i] = pages[i] == null ? new long[3] : pages[i];
            return pages[i];
        }

        @Override
        public int timerAt(int timer) {
            return timer & 1;
        }
    }

    private final DueLists timers = new DueLists(new Places(10_000), Budgets.large());

    private static List<Integer> all(DueLists timers, long upTo) {
        List<Integer> popped = new ArrayList<>();
        int next = timers.next();
        while (timers.pop(upTo)) {
            assertEquals(next, timers.timer());
            popped.add(timers.timer());
            next = timers.next();
        }
        return popped;
    }

    @Test
    void shouldPopByDueThenBySetOrder() {
        timers.set(5, 50);
        timers.set(3, -30);
        timers.set(5, 51);
        timers.set(Long.MIN_VALUE, 1);
        timers.set(Long.MAX_VALUE, 99);
        timers.set(3, 31);
        assertEquals(List.of(1, -30, 31, 50, 51, 99), all(timers, Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, timers.nextDueNs());
        assertEquals(0, timers.next());
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
    void shouldKnowWhichAreSet() {
        timers.set(5, 50);
        timers.set(5, 51);
        assertEquals(5, timers.dueNs(50));
        assertTrue(timers.cancel(50));
        assertTrue(timers.pop(5));
        for (int gone : new int[] {50, 51, 52, -50}) {
            assertFalse(timers.cancel(gone));
            assertEquals(Long.MAX_VALUE, timers.dueNs(gone));
        }
        assertTrue(timers.set(7, 50));
        assertEquals(7, timers.dueNs(50));
        assertEquals(1, timers.count());
    }

    @Test
    void shouldPutOneAtThePlaceOfAnother() {
        for (int place = 1; place <= 3; place++) {
            for (int i = 1; i <= 3; i++) {
                timers.set(5, i);
            }
            timers.replace(place, 4);
            assertEquals(Long.MAX_VALUE, timers.dueNs(place));
            List<Integer> expected = new ArrayList<>(List.of(1, 2, 3));
            expected.set(place - 1, 4);
            List<Integer> list = new ArrayList<>();
            for (int timer = timers.next(); timer != 0; timer = timers.behind(timer)) {
                list.add(timer);
            }
            assertEquals(expected, list);
            assertEquals(expected, all(timers, 5));
        }
    }

    /** Where lists of one moment follow each other because other moments closed the first. */
    @Test
    void shouldKeepTheSetOrderOfAMomentThatComesBackAfterManyOthers() {
        for (int i = 1; i <= 1_000; i++) {
            timers.set(5, i);
            for (int other = 0; other < 5; other++) {
                timers.set(1_000_000 + i * 5 + other, -i * 5 - other);
            }
        }
        for (int i = 1; i <= 1_000; i++) {
            assertTrue(timers.pop(5));
            assertEquals(i, timers.timer());
        }
        assertFalse(timers.pop(5));
    }

    @Test
    void shouldStopWhenTheBudgetIsUsedAndLoseNothing() {
        assertFalse(new DueLists(new Places(5), Budgets.ofPages(2)).set(1, 1));
        DueLists small = new DueLists(new Places(10_000), Budgets.ofPages(4));
        int set = 0;
        while (small.set(set, set + 1)) {
            set++;
        }
        assertTrue(set > 1_000, "set " + set);
        assertFalse(small.set(-5, 9_999));
        assertTrue(small.set(set - 1, set + 1), "its list is there");
        for (int i = 0; i < 60; i++) { // each needs a list of its own, while two share theirs
            small.cancel(set + 1);
            assertTrue(small.setAgain(1_000_000 + i, set + 1));
        }
        small.cancel(set + 1);
        for (int i = 0; i < set; i++) {
            assertTrue(small.pop(Long.MAX_VALUE));
            assertEquals(i + 1, small.timer());
        }
        assertTrue(small.set(1, 1));
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
        DueLists lists = new DueLists(new Places(10_000), Budgets.ofPages(60));
        TreeMap<Set, Integer> oracle =
                new TreeMap<>(Comparator.comparingLong(Set::due).thenComparingLong(Set::order));
        Map<Integer, Set> byTimer = new HashMap<>();
        for (int i = 1; i <= 10_000; i++) {
            int what = random.nextInt(100);
            int timer = random.nextBoolean() ? i : -i;
            int other = 1 + random.nextInt(i);
            if (what < (i / 2_000 % 2 == 0 ? 60 : 25)) {
                long due = moments == Long.MAX_VALUE ? random.nextLong() : random.nextLong(moments);
                assertTrue(lists.set(due, timer));
                Set set = new Set(due, i);
                byTimer.put(timer, set);
                oracle.put(set, timer);
            } else if (what < 70) {
                Set set = byTimer.remove(other);
                boolean isIn = set != null && oracle.remove(set) != null;
                assertEquals(isIn ? set.due() : Long.MAX_VALUE, lists.dueNs(other));
                assertEquals(isIn, lists.cancel(other));
            } else if (what < 75 && byTimer.containsKey(other) && oracle.containsKey(byTimer.get(other))) {
                lists.replace(other, timer);
                Set set = byTimer.remove(other);
                byTimer.put(timer, set);
                oracle.put(set, timer);
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

    private static void pop(DueLists lists, TreeMap<Set, Integer> oracle, long upTo) {
        boolean isDue = !oracle.isEmpty() && oracle.firstKey().due() <= upTo;
        assertEquals(oracle.isEmpty() ? 0 : oracle.firstEntry().getValue(), lists.next());
        assertEquals(isDue, lists.pop(upTo));
        if (isDue) {
            assertEquals(oracle.firstKey().due(), lists.dueNs());
            assertEquals(oracle.pollFirstEntry().getValue(), lists.timer());
        }
    }

    @Test
    void shouldTouchAFewPlacesForEachOfAMillionTimersOfOneMoment() {
        Places places = new Places(1_000_000);
        DueLists many = new DueLists(places, Budgets.large());
        StateCounters done = many.counters();
        long before = 0;
        for (int i = 1; i <= 2_000_000; i++) {
            if (i <= 1_000_000) {
                many.set(i % 3, i);
            } else {
                many.pop(2);
            }
            long now = done.writes() + places.writes;
            assertTrue(now - before <= 24, "writes of one: " + (now - before));
            before = now;
        }
        assertEquals(0, many.count());
    }
}
