package io.millrace.operators.window;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Grouped;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.OwnAggregate;
import io.millrace.plan.PlanOptions;
import io.millrace.state.Pages;
import io.millrace.state.StateBudget;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Groups of the rows of a table; a position whose size is 0 deletes its row. */
class GroupTest {
    private static final int CASES = 200;

    record Position(
            long id,
            long desk,
            long size,
            double price,
            @Length(8) String book,
            long ns) {}

    record Number(long value) {}

    record Total(long desk, long count, long size, long least, double price, long last, int revision) {}

    private static final Input<Position> POSITIONS = Input.of("positions", Position.class)
            .eventTime(Position::ns, NANOSECONDS)
            .historic()
            .maxAhead(Duration.ofDays(9_999));
    private static final Output<Number> NUMBERS = Output.of("numbers", Number.class);
    private static final Output<Total> TOTALS = Output.of("totals", Total.class);

    static final class Desk extends Aggregates<Position> {
        final LongValue desk = longKey();
        final LongValue count = count();
        final LongValue size = sum(Position::size);
        final LongValue least = min(Position::size);
        final DoubleValue price = sumDouble(Position::price);
        final LongValue last = last(Position::id);

        Total total() {
            return new Total(desk.get(), count.get(), size.get(), least.get(), price.get(), last.get(), revision());
        }
    }

    record Change(EntryForm form, Total total) {}

    private static TestDriver driver(UnaryOperator<Grouped<Position>> groups, PlanOptions options) {
        return TestDriver.of(
                Millrace.topology(
                        "desks",
                        t -> groups.apply(rows(t.from(POSITIONS).keyBy(Position::id))
                                        .group("desks"))
                                .aggregate(Desk::new)
                                .to(TOTALS, Desk::total)),
                options);
    }

    private static KeyedStream<Position> rows(KeyedStream<Position> positions) {
        return positions.deleteWhen(p -> p.size() == 0);
    }

    private static TestDriver driver() {
        return driver(g -> g.by(Position::desk), PlanOptions.tested());
    }

    private static List<Change> changes(TestDriver driver) {
        List<EntryForm> forms = driver.metas(TOTALS).stream().map(Meta::form).toList();
        List<Total> totals = driver.take(TOTALS);
        List<Change> result = new ArrayList<>();
        for (int i = 0; i < totals.size(); i++) {
            result.add(new Change(forms.get(i), totals.get(i)));
        }
        return result;
    }

    private static Position position(long id, long desk, long size) {
        return new Position(id, desk, size, size / 4.0, "a", id);
    }

    private static Change change(
            EntryForm form, long desk, long count, long size, long least, long last, int revision) {
        return new Change(form, new Total(desk, count, size, least, size / 4.0, last, revision));
    }

    @Test
    void shouldTellOfAGroupWithItsRows() {
        TestDriver driver = driver();
        driver.send(POSITIONS, position(1, 7, 10))
                .send(POSITIONS, position(2, 7, 5))
                .send(POSITIONS, position(2, 7, 20))
                .send(POSITIONS, position(2, 7, 20))
                .send(POSITIONS, position(1, 7, 0))
                .send(POSITIONS, position(2, 7, 0))
                .send(POSITIONS, position(2, 7, 0));
        assertEquals(
                List.of(
                        change(EntryForm.INSERT, 7, 1, 10, 10, 1, 0),
                        change(EntryForm.REPLACEMENT, 7, 2, 15, 5, 2, 1),
                        change(EntryForm.REPLACEMENT, 7, 2, 30, 10, 2, 2),
                        change(EntryForm.REPLACEMENT, 7, 1, 20, 20, 2, 3),
                        change(EntryForm.RETRACTION, 7, 1, 20, 20, 2, 3)),
                changes(driver));
        assertEquals(0, driver.counters("desks").keys);
    }

    @Test
    void shouldChangeTheGroupThatARowLeavesThenTheOneItComesTo() {
        TestDriver driver = driver();
        driver.send(POSITIONS, position(1, 7, 10)).send(POSITIONS, position(2, 7, 5));
        changes(driver);
        long moved = driver.nextSequence();
        driver.send(POSITIONS, position(1, 8, 10)).send(POSITIONS, position(2, 8, 5));
        assertEquals(
                List.of(moved, moved, moved + 1, moved + 1),
                driver.metas(TOTALS).stream().map(Meta::sequence).toList());
        assertEquals(
                List.of(
                        change(EntryForm.REPLACEMENT, 7, 1, 5, 5, 2, 2),
                        change(EntryForm.INSERT, 8, 1, 10, 10, 1, 0),
                        change(EntryForm.RETRACTION, 7, 1, 5, 5, 2, 2),
                        change(EntryForm.REPLACEMENT, 8, 2, 15, 5, 2, 1)),
                changes(driver));
    }

    @Test
    void shouldKeepTheRowThatAKeyHadWhenThereIsNoRoomForAGroup() {
        TestDriver driver = driver(g -> g.by(Position::desk).groupsAtMost(1), PlanOptions.tested());
        driver.send(POSITIONS, position(1, 7, 10)).send(POSITIONS, position(2, 7, 5));
        changes(driver);
        driver.send(POSITIONS, position(1, 8, 10)).send(POSITIONS, position(3, 8, 1));
        assertEquals(List.of(), changes(driver));
        assertEquals(
                List.of(Reason.OVER_BOUND, Reason.OVER_BOUND),
                driver.deadLetters().stream().map(d -> d.reason()).toList());
        driver.send(POSITIONS, position(2, 7, 6));
        assertEquals(List.of(change(EntryForm.REPLACEMENT, 7, 2, 16, 6, 2, 2)), changes(driver));
    }

    @Test
    void shouldTellNothingWhileASumDoesNotFit() {
        TestDriver driver = driver();
        driver.send(POSITIONS, new Position(1, 7, Long.MAX_VALUE, 0, "a", 1))
                .send(POSITIONS, new Position(2, 7, 1, 0, "a", 2))
                .send(POSITIONS, new Position(3, 7, -3, 0, "a", 3));
        List<Change> all = changes(driver);
        assertEquals(2, all.size());
        assertEquals(Long.MAX_VALUE - 2, all.get(1).total().size());
        assertEquals(3, all.get(1).total().count());
        assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
    }

    /** Sent once more it would come in the place of a newer one. */
    @Test
    void shouldLeaveNoRowToRedriveWhereOnlyTheResultOfItsGroupDoesNotFit() {
        TestDriver driver = driver();
        driver.send(POSITIONS, new Position(1, 7, Long.MAX_VALUE, 0, "a", 1))
                .send(POSITIONS, new Position(2, 7, 1, 0, "a", 2))
                .send(POSITIONS, new Position(2, 7, -1, 0, "a", 3));
        changes(driver);
        assertEquals(0, driver.redrive("desks"));
        assertEquals(
                "7 2 ",
                driver.deadLetters().stream()
                        .map(l -> l.key() + " " + l.dueNs() + " " + l.event())
                        .collect(Collectors.joining()));
        assertEquals(List.of(), changes(driver));
    }

    /** Of a text that is longer than a key may be. */
    @Test
    void shouldLeaveARowWhereItIsWhenItsGroupCannotBeRead() {
        TestDriver driver = TestDriver.of(
                Millrace.topology(
                        "books",
                        t -> rows(t.from(POSITIONS).keyBy(Position::id))
                                .group("books")
                                .byText(p -> p.size() < 0 ? "x".repeat(80) : p.book())
                                .aggregate(Book::new)
                                .to(NUMBERS, b -> new Number(b.count.get()))),
                PlanOptions.tested());
        driver.send(POSITIONS, position(1, 7, 10)).send(POSITIONS, position(1, 7, -1));
        assertEquals(1, driver.deadLetters().size());
        driver.send(POSITIONS, position(2, 7, 10));
        assertEquals(List.of(new Number(1), new Number(2)), driver.take(NUMBERS));
    }

    static final class Book extends Aggregates<Position> {
        final TextValue book = textKey();
        final LongValue count = count();
    }

    /** The largest; breaks on 13. */
    private static final class Largest extends OwnAggregate<Position> {
        Largest() {
            super("largest");
            reads(Position::size);
        }

        @Override
        public int summaryLongs() {
            return 1;
        }

        @Override
        public void clear(long[] summary, int at) {
            summary[at] = Long.MIN_VALUE;
        }

        @Override
        public void add(long[] summary, int at, long[] from, int p) {
            if (from[p] == 13) {
                throw new IllegalStateException("13");
            }
            summary[at] = Math.max(summary[at], from[p]);
        }

        @Override
        public void merge(long[] summary, int at, long[] other, int p) {
            summary[at] = Math.max(summary[at], other[p]);
        }

        @Override
        protected void result(long[] summary, int at, Cell result) {
            result.set(summary[at]);
        }
    }

    static final class Most extends Aggregates<Position> {
        final LongValue desk = longKey();
        final LongValue most = ownLong(new Largest());
    }

    @Test
    void shouldTellAgainOnceTheRowHasGoneThatNothingCouldBeMadeOf() {
        TestDriver driver = TestDriver.of(
                Millrace.topology(
                        "own",
                        t -> rows(t.from(POSITIONS).keyBy(Position::id))
                                .group("own")
                                .by(Position::desk)
                                .aggregate(Most::new)
                                .to(NUMBERS, m -> new Number(m.most.get()))),
                PlanOptions.tested());
        for (int id = 1; id <= 20; id++) {
            driver.send(POSITIONS, position(id, 7, id == 3 ? 13 : id + 20));
        }
        assertEquals(List.of(new Number(21), new Number(22)), driver.take(NUMBERS));
        assertEquals(18, driver.deadLetters().size());
        driver.send(POSITIONS, position(3, 7, 0));
        assertEquals(List.of(new Number(40)), driver.take(NUMBERS));
    }

    @Test
    void shouldRefuseWhatHasNoMeaning() {
        assertTrue(refusal(g -> g).contains("does not say by what"), refusal(g -> g));
        String twice = refusal(g -> g.by(Position::desk).byText(Position::book));
        assertTrue(twice.contains("told twice what its groups are"), twice);
        String bound = refusal(g -> g.by(Position::desk).groupsAtMost(0));
        assertTrue(bound.contains("groupsAtMost(0)"), bound);
        String text = refusal(g -> g.byText(Position::book));
        assertTrue(text.contains("field desk is longKey(0), but the key is (text)"), text);
    }

    private static String refusal(UnaryOperator<Grouped<Position>> groups) {
        return assertThrows(TopologyException.class, () -> driver(groups, PlanOptions.tested()))
                .getMessage();
    }

    // ---- against maps

    static Trials trials() {
        return Trials.of("trials()", GroupTest::trial).cases(CASES);
    }

    /** What the rows of a map make, computed anew after each change, and how it differs from what it was. */
    @Test
    void shouldAgreeWithMaps() {
        trials().check();
    }

    /** Of a key of any kind. */
    static final class Any extends Aggregates<Position> {
        final LongValue desk = max(Position::desk);
        final LongValue count = count();
        final LongValue size = sum(Position::size);
        final LongValue least = min(Position::size);
        final DoubleValue price = sumDouble(Position::price);
        final LongValue last = last(Position::id);

        Total total() {
            return new Total(desk.get(), count.get(), size.get(), least.get(), price.get(), last.get(), revision());
        }
    }

    private static Trial trial(Random random) {
        int desks = 1 + random.nextInt(4);
        int deletes = 2 + random.nextInt(6);
        int way = random.nextInt(3);
        UnaryOperator<Grouped<Position>> by = g -> switch (way) {
            case 0 -> g.by(Position::desk);
            case 1 -> g.byText(p -> "desk " + p.desk());
            default -> g.byFields(k -> k.number(Position::desk).text(p -> "x"));
        };
        long forgetAfterNs = random.nextBoolean() ? 0 : 1 + random.nextInt(60_000);
        boolean splits = random.nextInt(3) == 0;
        Input<Position> input = POSITIONS.disorder(Duration.ofNanos(random.nextInt(20_000)));
        Topology topology = Millrace.topology(
                "desks",
                t -> forgetAfter(
                                forgetAfterNs,
                                by.apply(split(splits, rows(t.from(input).keyBy(Position::id)))
                                        .group("desks")))
                        .aggregate(Any::new)
                        .to(TOTALS, Any::total));
        return Trial.of(topology)
                .options(PlanOptions.tested().withHashSeed(random.nextLong()).withStateBytes(4 << 20))
                // no two rows have one time
                .feed(
                        input,
                        (key, timeNs, value) -> new Position(
                                key,
                                value / 100 % desks,
                                value % deletes == 1 ? 0 : value % 7 * 2 - 5,
                                value % 9 / 4.0,
                                "a",
                                timeNs * 1_000 + key))
                .weights(Weights.usual()
                        .events(150)
                        .keys(1 << 1 + random.nextInt(7))
                        .values(400)
                        .scale(1, 3)
                        .with(Trait.EXTREMES, 0)
                        .with(Trait.ADVANCE, 0))
                .compareByStep(TOTALS)
                .compareLetters()
                .oracle((in, out) -> answer(forgetAfterNs, splits, in, out));
    }

    private static KeyedStream<Position> split(boolean splits, KeyedStream<Position> rows) {
        return splits ? rows.changelog("log").keyBy(Position::id) : rows;
    }

    static <T> Grouped<T> forgetAfter(long ns, Grouped<T> groups) {
        return ns == 0 ? groups : groups.forgetAfter(Duration.ofNanos(ns));
    }

    private static void answer(long forgetAfterNs, boolean splits, History in, Expected out) {
        Map<Long, Position> log = new HashMap<>();
        GroupOracle oracle = new GroupOracle(forgetAfterNs);
        for (int i = 0; i < in.size(); i++) {
            oracle.progress(in.progressNs(i));
            if (in.step(i).isEvent()) {
                Position p = in.event(i);
                boolean isGone = p.size() == 0;
                Position was = isGone ? log.remove(p.id()) : log.put(p.id(), p);
                if (splits && p.equals(was)) {
                    continue;
                }
                if (splits ? was != null : isGone) {
                    change(oracle, p, true, splits, in.progressNs(i), i, out);
                }
                if (!isGone) {
                    change(oracle, p, false, splits, in.progressNs(i), i, out);
                }
            }
        }
    }

    private static void change(
            GroupOracle oracle, Position p, boolean isGone, boolean splits, long progressNs, int i, Expected out) {
        if (oracle.isLate(p, isGone && splits, progressNs)) {
            out.letter(i, "desks", Reason.LATE);
            return;
        }
        for (Change c : oracle.set(p, isGone)) {
            out.at(i).emit(TOTALS, p.ns(), c.form(), c.total());
        }
    }

    /** Rows that were divided among threads come together where they are put into groups. */
    @Test
    void shouldPutRowsOfAllShardsIntoOneGroup() {
        TestDriver driver = TestDriver.of(
                Millrace.topology(
                        "shards",
                        t -> rows(t.from(POSITIONS).keyBy(Position::id).parallel("rows", 2))
                                .group("desks")
                                .by(Position::desk)
                                .aggregate(Desk::new)
                                .to(TOTALS, Desk::total)),
                PlanOptions.tested().withStateBytes(64 << 20));
        for (int id = 1; id <= 100; id++) {
            driver.send(POSITIONS, position(id, 7, id));
        }
        driver.endAll();
        List<Change> all = changes(driver);
        assertEquals(change(EntryForm.REPLACEMENT, 7, 100, 5_050, 1, 100, 99), all.get(all.size() - 1));
    }

    /** Each shard has a share of the bound on rows; where they meet it is that of all. */
    @Test
    void shouldHaveTheBoundOfAllShardsWhereTheyMeet() {
        TestDriver driver = TestDriver.of(
                Millrace.topology(
                        "shards",
                        t -> t.from(POSITIONS)
                                .keyBy(Position::id)
                                .keysAtMost(64)
                                .parallel("rows", 2)
                                .group("desks")
                                .by(Position::desk)
                                .aggregate(Desk::new)
                                .to(TOTALS, Desk::total)),
                PlanOptions.tested().withStateBytes(64 << 20));
        for (int id = 1; id <= 65; id++) {
            driver.send(POSITIONS, position(id, 7, id));
        }
        driver.endAll();
        assertEquals(64, driver.take(TOTALS).get(63).count());
        assertEquals(1, driver.deadLetters().size());
    }

    /** A bound on groups takes nothing from rows that they could not have either. */
    @Test
    void shouldHaveRoomForRowsWhateverTheBoundOnGroups() {
        TestDriver driver = driver(
                g -> g.by(Position::desk).groupsAtMost(10_000_000),
                PlanOptions.tested().withStateBytes(4 << 20));
        for (int id = 1; id <= 4_500; id++) {
            driver.send(POSITIONS, position(id, id, 1));
        }
        assertEquals(4_500, driver.take(TOTALS).size());
    }

    @Test
    void shouldLetARowTakeItsGroupsPlaceWhenAllAreTaken() {
        TestDriver driver = driver(g -> g.by(Position::desk).groupsAtMost(1), PlanOptions.tested());
        driver.send(POSITIONS, position(1, 7, 10)).send(POSITIONS, position(1, 8, 10));
        assertEquals(
                List.of(
                        change(EntryForm.INSERT, 7, 1, 10, 10, 1, 0),
                        change(EntryForm.RETRACTION, 7, 1, 10, 10, 1, 0),
                        change(EntryForm.INSERT, 8, 1, 10, 10, 1, 0)),
                changes(driver));
        assertEquals(0, driver.deadLetters().size());
    }

    /** The cure for a word that takes inserts only. */
    @Test
    void shouldTakeWhatChangesWhereAWindowDoesNot() {
        TopologyException e = assertThrows(
                TopologyException.class,
                () -> Millrace.topology(
                        "window",
                        t -> rows(t.from(POSITIONS).keyBy(Position::id))
                                .window("w", Window.tumbling(Duration.ofSeconds(1)))
                                .aggregate(Desk::new)
                                .to(TOTALS, Desk::total)));
        assertTrue(e.getMessage().contains("group"), e.getMessage());
    }

    // ---- work

    /** The sums on the way to the root, of eight parts each, of the place that changes and of that which takes a place that is left. */
    @Test
    void shouldDoTheLogarithmOfTheRowsForAChange() {
        int rows = 100_000;
        int levels = 6; // 8 to the power of 6 is more
        Declarations of = new Declarations();
        of.count();
        of.min((Position p) -> p.size());
        GroupTree tree = new GroupTree(GroupOperator.layout(of), new StateBudget("test", 64 << 20, new Pages(0)));
        tree.of(-1, 0, 0);
        long[] values = new long[1];
        int most = 0;
        for (int i = 0; i < rows; i++) {
            tree.parts = 0;
            assertTrue(tree.append(i, values));
            most = Math.max(most, tree.parts);
        }
        SplittableRandom random = new SplittableRandom(3);
        while (tree.count() > 0) {
            tree.parts = 0;
            tree.remove(random.nextInt(tree.count()));
            most = Math.max(most, tree.parts);
        }
        assertTrue(most <= 2 * 8 * levels, most + " parts for a change");
        assertEquals(-1, tree.root());
    }
}
