package io.millrace.operators.window;

import static io.millrace.event.EntryForm.INSERT;
import static io.millrace.event.EntryForm.REPLACEMENT;
import static io.millrace.event.EntryForm.RETRACTION;
import static io.millrace.operators.window.PeriodRandomTest.BARS;
import static io.millrace.operators.window.Window.count;
import static io.millrace.operators.window.Window.global;
import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.session;
import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.KeyedWindowed;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopItems;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.OwnAggregate;
import io.millrace.operators.window.ChangeOracle.Row;
import io.millrace.operators.window.ChangeRandomTest.KeyedFull;
import io.millrace.operators.window.ChangeRandomTest.KeyedPlain;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Windows over what changes in a table: rows that are taken back, by the time that they say themselves. */
class ChangesTest {
    private static final PlanOptions OPTIONS = PlanOptions.tested().withStateBytes(4 << 20);

    static final Input<Row> ROWS =
            Input.of("rows", Row.class).eventTime(Row::cameNs, NANOSECONDS).maxAhead(Duration.ofNanos(Long.MAX_VALUE));

    /** Nothing is due before the end. */
    private static final Input<Row> UNORDERED = ROWS.disorder(ofNanos(1_000));

    private static final Output<Row> LATE = ChangeRandomTest.LATE;

    private static TestDriver driver(Window window) {
        return driver(window, w -> w.aggregate(KeyedPlain::new));
    }

    private static TestDriver driver(
            Window window, Function<KeyedWindowed<Row>, KeyedStream<? extends ChangeRandomTest.Plain>> aggregate) {
        return TestDriver.of(
                Millrace.topology(
                        "t",
                        t -> aggregate
                                .apply(t.from(ROWS)
                                        .keyBy(Row::id)
                                        .deleteWhen(r -> r.value() == 0)
                                        .changelog("changes")
                                        .keyBy(Row::key)
                                        .window("windows", window)
                                        .ofChanges(Row::rowNs, NANOSECONDS)
                                        .lateTo(LATE))
                                .to(BARS, ChangeRandomTest.Plain::bar)),
                OPTIONS);
    }

    /** A row of key 0 that comes at a time and says another one. */
    private static Consumer<TestDriver> row(long id, long value, long rowNs, long cameNs) {
        return d -> d.send(ROWS, new Row(id, 0, value, rowNs, cameNs));
    }

    @SafeVarargs
    private static String told(TestDriver driver, Consumer<TestDriver>... rows) {
        for (Consumer<TestDriver> row : rows) {
            row.accept(driver);
        }
        StringBuilder text = new StringBuilder();
        var metas = driver.metas(BARS);
        List<Bar> bars = driver.take(BARS);
        for (int i = 0; i < bars.size(); i++) {
            Bar b = bars.get(i);
            text.append(metas.get(i).form() == INSERT ? '+' : metas.get(i).form() == REPLACEMENT ? '=' : '-');
            text.append(b.start()).append(':').append(b.count()).append('/').append(b.sum());
            text.append('#').append(b.revision()).append(' ');
        }
        return text.toString().strip();
    }

    @Test
    void shouldTakeARowOutOfTheWindowOfItsOwnTime() {
        TestDriver driver = driver(tumbling(ofNanos(10)));
        assertEquals("", told(driver, row(1, 5, 3, 3), row(2, 7, 4, 4), row(1, 2, 12, 9)));
        assertEquals("+0:1/7#0", told(driver, row(3, 1, 10, 10)));
        assertEquals("+10:2/3#0", told(driver, row(9, 9, 20, 20)));
    }

    @Test
    void shouldTakeARowOutOfEachWindowThatHoldsIt() {
        TestDriver driver = driver(hopping(ofNanos(30), ofNanos(10)));
        assertEquals("", told(driver, row(1, 5, 3, 3), row(2, 7, 4, 4), row(1, 0, 5, 5)));
        assertEquals("+-20:1/7#0 +-10:1/7#0 +0:1/7#0", told(driver, row(3, 1, 100, 100)));
    }

    @Test
    void shouldTellNothingOfAWindowWhoseRowsAreAllTakenBackBeforeItsEnd() {
        TestDriver driver = driver(tumbling(ofNanos(10)).allowedLateness(ofNanos(10)));
        assertEquals("", told(driver, row(1, 5, 3, 3), row(1, 0, 3, 4), row(2, 1, 30, 30)));
        assertEquals("+30:1/1#0", told(driver.endAll()));
    }

    @Test
    void shouldTellARevisedResultWithinTheLateness() {
        Window window = tumbling(ofNanos(10)).allowedLateness(ofNanos(10));
        TestDriver replacing = driver(window);
        assertEquals("+0:2/12#0", told(replacing, row(1, 5, 3, 3), row(2, 7, 4, 4), row(3, 1, 10, 10)));
        assertEquals("=0:1/7#1", told(replacing, row(1, 0, 3, 15)));
        TestDriver retracting = driver(window.retracting());
        assertEquals("+0:2/12#0", told(retracting, row(1, 5, 3, 3), row(2, 7, 4, 4), row(3, 1, 10, 10)));
        assertEquals("-0:2/12#0 +0:1/7#1", told(retracting, row(1, 0, 3, 15)));
    }

    @Test
    void shouldTakeAResultBackWhoseLastRowIsTakenBack() {
        for (Window window : List.of(
                tumbling(ofNanos(10)).allowedLateness(ofNanos(10)),
                tumbling(ofNanos(10)).allowedLateness(ofNanos(10)).retracting())) {
            TestDriver driver = driver(window);
            assertEquals("+0:1/5#0", told(driver, row(1, 5, 3, 3), row(3, 1, 10, 10)));
            assertEquals("-0:1/5#0", told(driver, row(1, 0, 3, 15)));
            assertEquals("+0:1/8#1", told(driver, row(1, 8, 3, 16)));
            assertEquals("-0:1/8#1 +0:1/9#2", told(driver, row(1, 9, 3, 17)), "the row goes, then another comes");
        }
    }

    @Test
    void shouldTellPartialResultsOfWhatIsLeft() {
        TestDriver driver = driver(tumbling(ofNanos(10)).early(ofNanos(4)));
        assertEquals("+0:1/5#0", told(driver, row(1, 5, 1, 1), row(7, 1, 50, 4)));
        assertEquals("-0:1/5#0", told(driver, row(1, 0, 1, 5), row(8, 1, 50, 9)));
        assertEquals("", told(driver, row(7, 0, 0, 12)));
    }

    @Test
    void shouldJudgeARetractionByTheTimeOfItsRow() {
        TestDriver driver = driver(tumbling(ofNanos(10)));
        assertEquals("+0:1/5#0", told(driver, row(1, 5, 3, 3), row(2, 1, 10, 10)));
        assertEquals("", told(driver, row(1, 6, 15, 15)), "the window of the row before is over");
        assertEquals(
                List.of(RETRACTION),
                driver.metas(LATE).stream().map(m -> m.form()).toList());
        assertEquals(List.of(new Row(1, 0, 5, 3, 3)), driver.take(LATE));
        assertEquals(1, driver.counters("windows").late);
        assertEquals("+10:2/7#0", told(driver.endAll()), "what comes in its place is on time");
    }

    @Test
    void shouldSayOfARetractionThatItsRowIsNotThere() {
        TestDriver driver = driver(tumbling(ofNanos(10)), w -> w.rowsAtMost(1).aggregate(KeyedFull::new));
        told(driver, row(1, 5, 3, 3), row(2, 7, 3, 3), row(2, 0, 3, 4));
        assertEquals(
                List.of(Reason.OVER_BOUND, Reason.LATE),
                driver.deadLetters().stream().map(l -> l.reason()).toList());
        assertEquals(1, driver.counters("windows").late);
        assertEquals("+0:1/5#0", told(driver.endAll()));
    }

    @Test
    void shouldSayOfARetractionWithoutAWindowThatItsRowIsNotThere() {
        TestDriver driver = driver(tumbling(ofNanos(10)).windowsAtMost(1));
        told(driver, row(1, 5, 3, 3), row(2, 7, 13, 4), row(2, 0, 13, 4));
        assertEquals(
                List.of(Reason.OVER_BOUND, Reason.LATE),
                driver.deadLetters().stream().map(l -> l.reason()).toList());
        assertEquals("+0:1/5#0", told(driver.endAll()));
    }

    /** No row is refused for a sum that does not fit: what takes it back would be one too much. */
    @Test
    void shouldTellASumOnceItFits() {
        TestDriver driver = driver(tumbling(ofNanos(10)).allowedLateness(ofNanos(10)));
        told(driver, row(1, Long.MAX_VALUE, 1, 1), row(2, Long.MAX_VALUE, 2, 2), row(3, -1, 10, 10));
        assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
        assertEquals("+0:1/" + Long.MAX_VALUE + "#0", told(driver, row(1, 0, 1, 11)));
    }

    @Test
    void shouldTakeOutWhatIsMoreThanTheSum() {
        TestDriver driver = driver(tumbling(ofNanos(10)));
        told(driver, row(1, -2, 1, 1), row(2, 3, 2, 2), row(2, 0, 2, 3));
        assertEquals("+0:1/-2#0", told(driver.endAll()));
    }

    @Test
    void shouldTakeOutTheFirstOfRowsThatAreAlike() {
        TestDriver driver = driver(tumbling(ofNanos(10)), w -> w.rowsAtMost(9).aggregate(KeyedFull::new));
        told(driver, row(1, 5, 3, 3), row(2, 7, 3, 3), row(3, 5, 3, 3), row(3, 0, 0, 4));
        driver.endAll();
        Bar bar = driver.take(BARS).get(0);
        assertEquals(5, bar.first());
        assertEquals(7, bar.last(), "the row of id 3 has gone, not the one that is like it but for its id");
    }

    /** Rows that differ in nothing: which of them goes is to be seen by those that stay in between. */
    @Test
    void shouldTakeOutTheFirstOfRowsThatAreAlikeInAll() {
        TestDriver driver = TestDriver.of(
                Millrace.topology(
                        "t",
                        t -> t.from(ROWS)
                                .keyBy(Row::id)
                                .deleteWhen(r -> r.value() == 0)
                                .changelog("changes")
                                .map(Row.class, r -> new Row(0, 0, r.value(), 3, 3))
                                .keyBy(Row::key)
                                .window("windows", tumbling(ofNanos(10)))
                                .ofChanges(Row::rowNs, NANOSECONDS)
                                .rowsAtMost(9)
                                .aggregate(KeyedFull::new)
                                .to(BARS, KeyedFull::bar)),
                OPTIONS);
        told(driver, row(1, 5, 3, 3), row(2, 7, 3, 3), row(3, 5, 3, 3), row(3, 0, 0, 4));
        driver.endAll();
        Bar bar = driver.take(BARS).get(0);
        assertEquals(List.of(7L, 5L), List.of(bar.first(), bar.last()));
    }

    /** More of them than the budget would hold. */
    @Test
    void shouldKeepNothingOfRowsThatAreRefused() {
        TestDriver driver = driver(
                tumbling(ofNanos(10)).windowsAtMost(1), w -> w.rowsAtMost(9).aggregate(KeyedFull::new));
        told(driver, row(1, 5, 3, 3));
        for (int i = 0; i < 60_000; i++) {
            row(2, 1 + i % 2, 13, 4).accept(driver);
        }
        assertEquals("+0:2/12#0", told(driver, row(3, 7, 3, 4), d -> d.endAll()));
    }

    @Test
    void shouldRefuseARowWhoseTimeDoesNotFitNanoseconds() {
        TestDriver driver = TestDriver.of(
                Millrace.topology(
                        "t",
                        t -> t.from(ROWS)
                                .keyBy(Row::id)
                                .changelog("changes")
                                .keyBy(Row::key)
                                .window("windows", tumbling(Duration.ofSeconds(10)))
                                .ofChanges(Row::rowNs, SECONDS)
                                .aggregate(KeyedPlain::new)
                                .to(BARS, KeyedPlain::bar)),
                OPTIONS);
        long most = Long.MAX_VALUE / 1_000_000_000;
        told(
                driver,
                row(1, 5, most + 1, 3),
                row(2, 5, -most - 1, 3),
                row(3, 5, 1L << 60, 3),
                row(9, 5, -1L << 60, 3),
                row(4, 5, 3, 3));
        assertEquals(
                Collections.nCopies(4, Reason.OUT_OF_RANGE),
                driver.deadLetters().stream().map(l -> l.reason()).toList());
        assertEquals("+0:1/5#0", told(driver.endAll()));
    }

    /** Panes whose rows have all been taken back are passed over at once, as those are that never had one. */
    @Test
    void shouldPassOverPanesWithoutRowsAtOnce() {
        int steps = 1_000;
        TestDriver driver = driver(hopping(ofNanos(steps), ofNanos(1)));
        for (int i = 0; i < steps; i++) {
            row(i, 1, i, 0).accept(driver);
        }
        for (int i = 1; i < steps - 1; i++) {
            row(i, 0, 0, 0).accept(driver);
        }
        driver.counters("windows").maxSlotsTouched = 0;
        driver.endAll();
        assertEquals(2 * steps - 1, driver.take(BARS).size());
        long most = driver.counters("windows").maxSlotsTouched;
        assertTrue(most > steps && most < 200L * steps, "slots touched: " + most);
    }

    /** More than the budget would hold of them at a time. */
    @Test
    void shouldFreeTheRowsOfWindowsThatGo() {
        TestDriver driver = driver(tumbling(ofNanos(50)), w -> w.rowsAtMost(99).aggregate(KeyedFull::new));
        for (int i = 0; i < 40_000; i++) {
            driver.send(ROWS, new Row(i % 100, 0, 1 + i, i, i));
        }
        assertEquals(
                0,
                driver.deadLetters().stream()
                        .filter(l -> l.reason() == Reason.OVER_BOUND)
                        .count());
        assertEquals(799, driver.take(BARS).size());
    }

    /** No window begins with the second of the two periods of a step. */
    @Test
    void shouldTellARowThatComesAgainOnceItsPaneIsEmpty() {
        for (long size : new long[] {25, 405}) {
            TestDriver driver = driver(hopping(ofNanos(size), ofNanos(10)).windowsAtMost(64));
            Consumer<TestDriver> second = row(2, 7, 1_006, 1_002);
            String told =
                    told(driver, row(1, 5, 1_001, 1_001), second, row(2, 0, 0, 1_003), second, TestDriver::endAll);
            long both =
                    Stream.of(told.split(" ")).filter(w -> w.contains(":2/12#")).count();
            assertEquals(size / 10, both, told);
        }
    }

    /** Nor its rows, which go with it: no window begins with it. */
    @Test
    void shouldKeepNoSecondPaneOfOnePeriod() {
        TestDriver driver =
                driver(hopping(ofNanos(20), ofNanos(7)), w -> w.rowsAtMost(9).aggregate(KeyedFull::new));
        long[] heldBytes = new long[2];
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < 2_000; i++) {
                long stepNs = 7L * (half * 1_000 + i / 2);
                told(
                        driver,
                        row(1, 5, stepNs + 6, stepNs),
                        row(1, 0, 0, stepNs),
                        row(9 + half * 2_000 + i, 5, stepNs + 6, stepNs));
            }
            heldBytes[half] = driver.stats().node("windows").stateBytes();
        }
        assertEquals(heldBytes[0], heldBytes[1]);
        assertEquals(List.of(), driver.deadLetters());
    }

    /** An entry that fires many windows of which nothing is left does not look at all that is not there for each of them. */
    @Test
    void shouldPassOverPanesThatAreEmptyAtTheEndAtOnce() {
        int steps = 512;
        long[] touched = new long[2];
        for (int back = 0; back < 2; back++) {
            TestDriver driver = driver(hopping(ofNanos(steps * 10), ofNanos(10)).windowsAtMost(2 * steps));
            long laterNs = 100_000 + steps * 20;
            told(driver, row(1, 5, 100_000, 100_000));
            if (back == 1) {
                told(driver, row(1, 0, 0, 100_000));
            }
            String told = told(driver, row(2, 7, laterNs, laterNs));
            assertEquals(back == 1, told.isEmpty());
            touched[back] = driver.counters("windows").maxSlotsTouched;
            assertTrue(told(driver, row(3, 8, laterNs + 10, laterNs), TestDriver::endAll)
                    .contains("2/15#0"));
        }
        assertTrue(touched[1] <= touched[0], touched[1] + " with a retraction, " + touched[0] + " without");
    }

    // ---- to the last bit

    static final class Everything extends Aggregates<Row> {
        final DoubleValue sum = sumDouble(ChangesTest::odd);
        final DoubleValue mean = mean(ChangesTest::odd);
        final DoubleValue variance = variance(ChangesTest::odd);
        final DoubleValue least = minDouble(ChangesTest::odd);
        final DoubleValue vwap = vwap(ChangesTest::odd, r -> 1.0 / (1 + r.id()));
        final LongValue first = first(Row::id);
        final LongValue last = last(Row::id);
        final LongValue argMax = argMax(Row::id, r -> r.value() % 5);
        final DoubleValue covariance = covariance(ChangesTest::odd, r -> r.id() * 0.1);
        final DoubleValue fading = ewma(ChangesTest::odd, ofNanos(7));
        final LongValue distinct = distinct(r -> r.value() % 7, 16);
        final LongValue about = distinctAbout(Row::value);
        final DoubleValue median = quantile(0.5, ChangesTest::odd);
        final TopItems top = topK(2, r -> r.value() % 7, 16);
        final LongValues largest = largest(2, Row::value);
        final LongValue count = count();
        final DoubleValue share = share(r -> r.value() % 2 == 0);
        final LongValue saturating = sumSaturating(Row::value);
    }

    record Said(String text) {}

    private static double odd(Row r) {
        return r.value() * 0.1 * (r.id() % 3 == 0 ? 1e16 : 1);
    }

    private static List<String> run(boolean ofChanges, Window window, List<Row> rows) {
        List<String> told = new ArrayList<>();
        TestDriver driver = TestDriver.of(
                Millrace.topology("t", t -> {
                    KeyedStream<Row> byKey = ofChanges
                            ? t.from(UNORDERED)
                                    .keyBy(Row::id)
                                    .deleteWhen(r -> r.value() == 0)
                                    .changelog("changes")
                                    .keyBy(Row::key)
                            : t.from(UNORDERED).keyBy(Row::key);
                    KeyedWindowed<Row> windows = byKey.window("windows", window);
                    (ofChanges ? windows.ofChanges(Row::rowNs, NANOSECONDS).rowsAtMost(100) : windows)
                            .aggregate(Everything::new)
                            .peek(e -> told.add(e.windowStartNs() + values(e)))
                            .to(BARS, e -> new Bar(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
                }),
                OPTIONS.withStateBytes(32 << 20));
        rows.forEach(r -> driver.send(UNORDERED, r));
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters());
        return told;
    }

    private static String values(Everything e) {
        return List.of(
                        Double.doubleToLongBits(e.sum.get()),
                        Double.doubleToLongBits(e.mean.get()),
                        Double.doubleToLongBits(e.variance.get()),
                        e.least.get(),
                        Double.doubleToLongBits(e.vwap.get()),
                        e.first.get(),
                        e.last.get(),
                        e.argMax.get(),
                        Double.doubleToLongBits(e.covariance.get()),
                        Double.doubleToLongBits(e.fading.get()),
                        e.distinct.get(),
                        e.about.get(),
                        e.median.get(),
                        e.count.get(),
                        e.share.get(),
                        e.saturating.get(),
                        e.top.item(0),
                        e.top.count(0),
                        e.largest.get(0))
                .toString();
    }

    /** Each aggregate, over rows of which some are taken back, is to the last bit what it is of those that are left. */
    @Test
    void shouldBeToTheLastBitAsIfWhatWasTakenBackHadNeverBeen() {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            List<Row> rows = new ArrayList<>();
            TreeMap<Integer, Row> left = new TreeMap<>();
            for (int i = 0; i < 60; i++) {
                long id = random.nextInt(25);
                long rowNs = random.nextInt(40);
                boolean isDelete = random.nextInt(4) == 0;
                Row row = new Row(id, random.nextInt(2), isDelete ? 0 : 1 + random.nextInt(99), rowNs, i);
                left.values().removeIf(r -> r.id() == id);
                rows.add(row);
                if (!isDelete) {
                    left.put(i, row);
                }
            }
            Window window = hopping(ofNanos(20), ofNanos(random.nextBoolean() ? 10 : 7));
            List<String> expected = run(false, window, onTime(left));
            List<String> told = run(true, window, rows);
            assertEquals(
                    expected.stream().sorted().toList(), told.stream().sorted().toList(), "seed " + seed);
            assertTrue(told.size() > 2);
        }
    }

    /** A window over inserts goes by the time of the entry. */
    private static List<Row> onTime(TreeMap<Integer, Row> left) {
        return left.values().stream()
                .map(r -> new Row(r.id(), r.key(), r.value(), r.rowNs(), r.rowNs()))
                .toList();
    }

    // ---- what is refused

    private static String problem(Window window, Function<KeyedWindowed<Row>, KeyedStream<?>> windows) {
        return assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology(
                                "t",
                                t -> windows.apply(t.from(ROWS)
                                                .keyBy(Row::id)
                                                .changelog("changes")
                                                .keyBy(Row::key)
                                                .window("windows", window))
                                        .to(Output.of("out", Said.class), s -> new Said(""))))
                .getMessage();
    }

    private static KeyedStream<?> plain(KeyedWindowed<Row> w) {
        return w.ofChanges(Row::rowNs, NANOSECONDS).aggregate(KeyedPlain::new);
    }

    private static void assertSays(String part, String message) {
        assertTrue(message.contains(part), message);
    }

    @Test
    void shouldRefuseChangesWithoutTheTimeOfARowAndNameTheCure() {
        String message = problem(tumbling(ofNanos(10)), w -> w.aggregate(KeyedPlain::new));
        assertSays("window accepts inserts only", message);
        assertSays("say ofChanges(time, unit)", message);
    }

    @Test
    void shouldRefuseUpdatesByKeyAndNameTheChangelog() {
        String message = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology(
                                "t",
                                t -> plain(t.from(ROWS)
                                                .keyBy(Row::id)
                                                .deleteWhen(r -> r.value() == 0)
                                                .window("windows", tumbling(ofNanos(10))))
                                        .to(Output.of("out", Said.class), s -> new Said(""))))
                .getMessage();
        assertSays("put changelog(name) in between", message);
    }

    @Test
    void shouldRefuseAggregatesThatGiveNoRowBackAndNameTheCure() {
        String message = problem(
                tumbling(ofNanos(10)), w -> w.ofChanges(Row::rowNs, NANOSECONDS).aggregate(KeyedFull::new));
        assertSays("field min is a min, which gives no row back; say rowsAtMost(n)", message);
        assertSays("field mean is a mean", message);
        assertTrue(!message.contains("field sum"), message);
    }

    private static final class Own extends OwnAggregate<Row> {
        Own() {
            super("own");
        }

        @Override
        public int summaryLongs() {
            return 1;
        }

        @Override
        public void clear(long[] summary, int at) {
            summary[at] = 0;
        }

        @Override
        public void add(long[] summary, int at, long[] from, int p) {
            summary[at]++;
        }

        @Override
        public void merge(long[] summary, int at, long[] other, int p) {
            summary[at] += other[p];
        }

        @Override
        protected void result(long[] summary, int at, Cell result) {
            result.set(summary[at]);
        }
    }

    static final class OfYourOwn extends Aggregates<Row> {
        final LongValue own = ownLong(new Own());
    }

    @Test
    void shouldRefuseAnAggregateOfAUsersOwn() {
        assertSays(
                "field own is an aggregate of your own",
                problem(
                        tumbling(ofNanos(10)),
                        w -> w.ofChanges(Row::rowNs, NANOSECONDS).rowsAtMost(10).aggregate(OfYourOwn::new)));
    }

    @Test
    void shouldRefuseWindowsOfOtherKinds() {
        assertSays("may part a session", problem(session(ofNanos(10)), ChangesTest::plain));
        assertSays("windows of so many events go by arrival", problem(count(3), ChangesTest::plain));
        assertSays("use that, or tumbling windows", problem(global().emitOnUpdate(), ChangesTest::plain));
    }

    @Test
    void shouldRefuseRowsThatAreKeptForNothingOrTooMany() {
        Window window = tumbling(ofNanos(10));
        assertSays(
                "say ofChanges(time, unit)",
                problem(window, w -> w.rowsAtMost(5).aggregate(KeyedPlain::new)));
        assertSays("use 1 to 4096", problem(window, w -> plain(w.rowsAtMost(5_000))));
        assertSays("use 1 or more", problem(window, w -> plain(w.rowsAtMost(0))));
    }
}
