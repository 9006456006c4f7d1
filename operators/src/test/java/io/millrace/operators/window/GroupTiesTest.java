package io.millrace.operators.window;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopItems;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.plan.PlanOptions;
import io.millrace.state.Pages;
import io.millrace.state.StateBudget;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Rows stand in no order in a group; where two are alike, by time or by what is compared, that which was set first comes first: by the
 * sequence of the entry that did, and of one entry by the order of their coming.
 */
class GroupTiesTest {
    private static final int CASES = 40;

    /** An entry sets some rows, with ids one after the other; a size of 0 deletes. */
    record Batch(long id, long rows, long desk, long size, long ns) {}

    record Row(long id, long desk, long size, long ns) {}

    record Total(
            long count,
            long first,
            long last,
            long least,
            long most,
            long frequent,
            long times,
            long second,
            long secondTimes) {}

    private static final Input<Batch> BATCHES = Input.of("batches", Batch.class)
            .eventTime(Batch::ns, NANOSECONDS)
            .historic()
            .maxAhead(Duration.ofDays(9_999));
    private static final Output<Total> TOTALS = Output.of("totals", Total.class);
    private static final int ROWS_MAX = 3;

    static final class Desk extends Aggregates<Row> {
        final LongValue desk = longKey();
        final LongValue count = count();
        final LongValue first = first(Row::id);
        final LongValue last = last(Row::id);
        final LongValue least = argMin(Row::id, Row::size);
        final LongValue most = argMax(Row::id, Row::size);
        final TopItems top = topK(2, Row::size, 8);

        Total total() {
            return new Total(
                    count.get(),
                    first.get(),
                    last.get(),
                    least.get(),
                    most.get(),
                    top.item(0),
                    top.count(0),
                    top.size() == 1 ? 0 : top.item(1),
                    top.size() == 1 ? 0 : top.count(1));
        }
    }

    private static final Topology TOPOLOGY = Millrace.topology(
            "ties",
            t -> t.from(BATCHES)
                    .flatMap(Row.class, ROWS_MAX, (b, out) -> {
                        for (int i = 0; i < b.rows(); i++) {
                            out.emit(row(b, i));
                        }
                    })
                    .keyBy(Row::id)
                    .deleteWhen(r -> r.size() == 0)
                    .group("desks")
                    .by(Row::desk)
                    .aggregate(Desk::new)
                    .to(TOTALS, Desk::total));

    private static Row row(Batch b, int i) {
        return new Row(b.id() + i, b.desk(), b.size() == 0 ? 0 : Math.floorMod(b.size() + i, 4) + 1, b.ns());
    }

    @Test
    void shouldTellWhichOfTwoRowsOfOneTimeWasSetFirst() {
        TestDriver driver = TestDriver.of(TOPOLOGY, PlanOptions.tested());
        driver.send(BATCHES, new Batch(1, 1, 7, 1, 5)).send(BATCHES, new Batch(2, 1, 7, 1, 5));
        assertEquals(2, last(driver).last());
        driver.send(BATCHES, new Batch(1, 1, 7, 1, 5)); // again, as it was
        Total total = last(driver);
        assertEquals(2, total.first());
        assertEquals(1, total.last());
        assertEquals(2, total.least());
        assertEquals(2, total.most());
    }

    private static Total last(TestDriver driver) {
        List<Total> all = driver.take(TOTALS);
        return all.get(all.size() - 1);
    }

    @Test
    void shouldAgreeWithRowsInTheOrderInWhichTheyWereSet() {
        Seeds.each(0, CASES, "agree(%d)", GroupTiesTest::agree);
    }

    private static void agree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int keys = 1 << random.nextInt(1, 7);
        TestDriver driver = TestDriver.of(TOPOLOGY, PlanOptions.tested().withHashSeed(seed));
        Map<Long, Row> rows = new LinkedHashMap<>();
        for (int i = 0; i < 150; i++) {
            Batch b = new Batch(
                    random.nextInt(keys),
                    random.nextInt(1, ROWS_MAX + 1),
                    random.nextInt(2),
                    random.nextInt(5),
                    1_000 + random.nextInt(3));
            driver.send(BATCHES, b);
            List<Total> expected = new ArrayList<>();
            for (int r = 0; r < b.rows(); r++) {
                set(row(b, r), rows, expected);
            }
            assertEquals(expected, driver.take(TOTALS), "entry " + i);
            if (random.nextInt(50) == 0) {
                driver.restart();
            }
        }
    }

    /** Adds what the groups of a row tell of the change; a group that told the same before tells nothing. */
    private static void set(Row row, Map<Long, Row> rows, List<Total> to) {
        Map<Long, Row> before = new LinkedHashMap<>(rows);
        Row was = rows.remove(row.id());
        if (row.size() != 0) {
            rows.put(row.id(), row); // at the end
        }
        if (was != null) {
            tell(was.desk(), before.values(), rows.values(), to);
        }
        if (row.size() != 0 && (was == null || was.desk() != row.desk())) {
            tell(row.desk(), before.values(), rows.values(), to);
        }
    }

    private static void tell(long desk, Collection<Row> before, Collection<Row> now, List<Total> to) {
        Total was = total(desk, before);
        Total is = total(desk, now);
        if (is == null) {
            to.add(was); // taken back
        } else if (!is.equals(was)) {
            to.add(is);
        }
    }

    private static Total total(long desk, Collection<Row> rows) {
        List<Row> of = rows.stream().filter(r -> r.desk() == desk).toList();
        if (of.isEmpty()) {
            return null;
        }
        Row last = of.get(0);
        Map<Long, Integer> counts = new LinkedHashMap<>();
        for (Row r : of) {
            last = r.ns() >= last.ns() ? r : last;
            counts.merge(r.size(), 1, Integer::sum);
        }
        List<Long> bySize = new ArrayList<>(counts.keySet());
        bySize.sort(Comparator.comparing(counts::get).reversed()); // stable: by who came first
        return new Total(
                of.size(),
                of.stream().min(Comparator.comparing(Row::ns)).orElseThrow().id(),
                last.id(),
                of.stream().min(Comparator.comparing(Row::size)).orElseThrow().id(),
                of.stream()
                        .min(Comparator.comparing(Row::size).reversed())
                        .orElseThrow()
                        .id(),
                bySize.get(0),
                counts.get(bySize.get(0)),
                bySize.size() == 1 ? 0 : bySize.get(1),
                bySize.size() == 1 ? 0 : counts.get(bySize.get(1)));
    }

    // ---- no room

    /** A row more would need a leaf, for which there is room, and a node above it, for which there is none. */
    @Test
    void shouldLeaveATreeAsItIsWhenThereIsNoRoomForANodeInside() {
        Declarations of = new Declarations();
        of.count();
        of.min((Row r) -> r.size());
        WindowLayout layout = GroupOperator.layout(of);
        GroupTree tree = new GroupTree(layout, new StateBudget("test", Pages.PAGE_BYTES, new Pages(0)));
        tree.of(-1, 0, 0);
        for (int i = 0; i < GroupTree.FAN; i++) {
            assertTrue(tree.append(i, new long[] {100 - i}));
        }
        long[] before = sum(tree, layout);
        for (int i = 0; i < 5_000; i++) { // more than there are leaves: each try gives its leaf back
            assertFalse(tree.append(8, new long[] {1}));
        }
        assertEquals(GroupTree.FAN, tree.count());
        assertArrayEquals(before, sum(tree, layout));
        assertEquals(7, tree.remove(0));
        assertTrue(tree.append(8, new long[] {1}));
        assertEquals(1, sum(tree, layout)[1]);
        tree.of(-1, 0, 0); // of another group
        assertTrue(tree.append(9, new long[] {1}));
    }

    private static long[] sum(GroupTree tree, WindowLayout layout) {
        long[] sum = new long[GroupTree.summaryLongs(layout)];
        tree.sum(sum);
        return sum;
    }
}
