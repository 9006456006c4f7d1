package io.millrace.operators.aggregate.sketch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.LongField;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Declared;
import io.millrace.operators.aggregate.Panes;
import io.millrace.testkit.oracle.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The most frequent values, exact and about. */
class FrequentTest {
    private static final Argument ITEM = Argument.ofLong((LongField<long[]>) a -> a[0]);

    /** How often an item came, and when first. */
    private static final class Came {
        long times;
        long first = Long.MAX_VALUE;
    }

    /** Items and sequences; skewed, so that some are frequent. */
    private static List<long[]> events(Random random, int n, int items) {
        List<long[]> events = new ArrayList<>();
        double skew = 1 + random.nextDouble() * 3;
        for (int i = 0; i < n; i++) {
            long item = (long) (items * Math.pow(random.nextDouble(), skew)) - items / 2;
            events.add(new long[] {item, (long) i * 7919 % 10_007});
        }
        return events;
    }

    private static Map<Long, Came> came(List<long[]> events) {
        Map<Long, Came> all = new HashMap<>();
        for (long[] e : events) {
            Came came = all.computeIfAbsent(e[0], i -> new Came());
            came.times++;
            came.first = Math.min(came.first, e[1]);
        }
        return all;
    }

    private static Ranked answer(Declarations declarations, Ranked ranked, Random random, List<long[]> events) {
        long[] s = new Panes(declarations.all().get(0).aggregate().fold(), random).of(events);
        for (Declared d : declarations.all()) {
            d.aggregate().result(s, 0, 0, d.cell());
        }
        return ranked;
    }

    @Test
    void shouldCountExactlyUpToTheBoundAndBeAbsentBeyondIt() {
        int[] absent = {0};
        int cases = Seeds.each(0, 600, "agreeOnTopK(%d)", seed -> absent[0] += agreeOnTopK((int) seed));
        assertTrue(cases < 600 || absent[0] > 20);
    }

    private static int agreeOnTopK(int seed) {
        int absent = 0;
        Random random = new Random(seed * 3L);
        List<long[]> events = events(random, random.nextInt(200), 1 + random.nextInt(40));
        Map<Long, Came> all = came(events);
        int k = 1 + random.nextInt(8);
        int atMost = k + random.nextInt(40);
        Declarations declarations = new Declarations();
        Ranked top = answer(declarations, Sketches.topK(declarations, k, ITEM, atMost), random, events);
        assertEquals(all.size() <= atMost, top.size().isPresent());
        absent += top.size().isPresent() ? 0 : 1;
        List<Long> due = !top.size().isPresent()
                ? List.of()
                : all.keySet().stream()
                        .sorted(Comparator.comparingLong((Long i) -> -all.get(i).times)
                                .thenComparingLong(i -> all.get(i).first))
                        .limit(k)
                        .toList();
        assertEquals(due.size(), top.size().asLong());
        for (int r = 0; r < k; r++) {
            assertEquals(r < due.size(), top.item(r).isPresent());
            if (r < due.size()) {
                assertEquals(due.get(r), top.item(r).asLong(), "rank " + r);
                assertEquals(all.get(due.get(r)).times, top.count(r).asLong());
                assertEquals(all.get(due.get(r)).times, top.leastCount(r).asLong());
            }
        }
        return absent;
    }

    /** The promise: never too low, too high by n / counters at most, and whoever came more often than that is there. */
    @Test
    void shouldKeepHeavyHittersWithinTheErrorThatIsPromised() {
        int[] inexact = {0};
        int cases =
                Seeds.each(0, 800, "agreeOnHeavyHitters(%d)", seed -> inexact[0] += agreeOnHeavyHitters((int) seed));
        assertTrue(cases < 800 || inexact[0] > 1000, inexact[0] + " counts were not exact");
    }

    private static int agreeOnHeavyHitters(int seed) {
        int inexact = 0;
        Random random = new Random(seed * 5L + 1);
        int n = random.nextInt(random.nextBoolean() ? 200 : 2_000);
        List<long[]> events = events(random, n, 1 + random.nextInt(300));
        int counters = 1 + random.nextInt(40);
        Declarations declarations = new Declarations();
        Ranked top = Sketches.heavyHitters(declarations, counters, ITEM, counters);
        answer(declarations, top, random, events);
        inexact += check(came(events), top, n, counters, "seed " + seed + " of " + counters);
        return inexact;
    }

    private static int check(Map<Long, Came> all, Ranked top, int n, int counters, String seed) {
        assertEquals(Math.min(counters, all.size()), top.size().asLong(), seed);
        int inexact = 0;
        long before = Long.MAX_VALUE;
        Map<Long, Long> told = new HashMap<>();
        for (int r = 0; r < top.size().asLong(); r++) {
            long count = top.count(r).asLong();
            long times = all.get(top.item(r).asLong()).times;
            told.put(top.item(r).asLong(), count);
            assertTrue(count <= before, seed + ": falling");
            before = count;
            assertTrue(times <= count, seed + ": never too low");
            assertTrue(times >= top.leastCount(r).asLong(), seed + ": at least");
            assertTrue((count - top.leastCount(r).asLong()) * counters <= n, seed + ": n / counters");
            inexact += times == count ? 0 : 1;
        }
        assertEquals(top.size().asLong(), told.size(), seed + ": each once");
        all.forEach((item, c) -> assertTrue(
                c.times * counters <= n || told.containsKey(item), seed + ": " + item + " came " + c.times + " times"));
        return inexact;
    }

    @Test
    void shouldBeExactWhileEachItemHasACounter() {
        Seeds.each(0, 200, "agreeWhereEachHasACounter(%d)", seed -> agreeWhereEachHasACounter((int) seed));
    }

    private static void agreeWhereEachHasACounter(int seed) {
        Random random = new Random(seed * 11L);
        List<long[]> events = events(random, 300, 30);
        Declarations declarations = new Declarations();
        Ranked top = answer(declarations, Sketches.heavyHitters(declarations, 40, ITEM, 40), random, events);
        Map<Long, Came> all = came(events);
        assertEquals(all.size(), top.size().asLong());
        for (int r = 0; r < all.size(); r++) {
            assertEquals(all.get(top.item(r).asLong()).times, top.count(r).asLong());
            assertEquals(top.count(r).asLong(), top.leastCount(r).asLong());
        }
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        Declarations d = new Declarations();
        assertThrows(IllegalArgumentException.class, () -> Sketches.topK(d, 0, ITEM, 10));
        assertThrows(IllegalArgumentException.class, () -> Sketches.topK(d, 11, ITEM, 10));
        assertThrows(IllegalArgumentException.class, () -> Sketches.heavyHitters(d, 5, ITEM, 301));
        assertFalse(Sketches.topK(d, 1, ITEM, 1).size().isPresent());
    }
}
