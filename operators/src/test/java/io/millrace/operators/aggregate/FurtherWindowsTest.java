package io.millrace.operators.aggregate;

import static io.millrace.operators.aggregate.Facts.Sale.SALES;
import static io.millrace.operators.aggregate.Facts.Told.TOLD;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.operators.aggregate.Facts.Sale;
import io.millrace.operators.aggregate.Facts.Told;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Statistics and sketches in windows, of one pane and of several, against their definitions. */
class FurtherWindowsTest {
    /** Windows of a size that begin every step; told at their end, or with each event, taking back what was told. */
    private record Spec(long sizeNs, long stepNs, boolean updates) {
        Window window() {
            Window window = Window.hopping(Duration.ofNanos(sizeNs), Duration.ofNanos(stepNs));
            return updates ? window.emitOnUpdate().retracting() : window;
        }

        void answer(History input, Expected out) {
            Map<Long, Map<Long, List<Sale>>> byEnd = new TreeMap<>();
            for (int i = 0; i < input.size(); i++) {
                while (!byEnd.isEmpty() && byEnd.keySet().iterator().next() <= input.progressNs(i)) {
                    long end = byEnd.keySet().iterator().next();
                    byEnd.remove(end).forEach((key, sales) -> close(out, end, key, sales));
                }
                if (input.step(i).isEvent()) {
                    take(i, input.event(i), input.progressNs(i), byEnd, out);
                }
            }
        }

        private void close(Expected out, long endNs, long key, List<Sale> sales) {
            if (!updates) {
                out.emit(TOLD, endNs - 1, FactsOracle.of(key, sales));
            }
        }

        private void take(int at, Sale sale, long progressNs, Map<Long, Map<Long, List<Sale>>> byEnd, Expected out) {
            long last = Math.floorDiv(sale.timeNs(), stepNs) * stepNs;
            boolean late = true;
            for (long end = last + stepNs; end <= last + sizeNs; end += stepNs) {
                if (end > progressNs) {
                    late = false;
                    List<Sale> sales = byEnd.computeIfAbsent(end, e -> new TreeMap<>())
                            .computeIfAbsent(sale.key(), k -> new ArrayList<>());
                    update(out, end, sales, sale);
                }
            }
            if (late) {
                out.letter(at, "windows", Reason.LATE);
            }
        }

        private void update(Expected out, long endNs, List<Sale> sales, Sale sale) {
            if (updates && !sales.isEmpty()) {
                out.emit(TOLD, endNs - 1, EntryForm.RETRACTION, FactsOracle.of(sale.key(), sales));
            }
            sales.add(sale);
            if (updates) {
                out.emit(TOLD, endNs - 1, FactsOracle.of(sale.key(), sales));
            }
        }
    }

    static Trials trials() {
        return Trials.of("trials()", random -> {
                    long step = 1 + random.nextInt(12);
                    Spec spec = new Spec(
                            step * (random.nextBoolean() ? 1 : 1 + random.nextInt(5)), step, random.nextInt(3) == 0);
                    Topology topology = Millrace.topology(
                            "facts",
                            t -> t.from(SALES)
                                    .keyBy(Sale::key)
                                    .window("windows", spec.window())
                                    .aggregate(Facts.OfKey::new)
                                    .to(TOLD, Facts.OfKey::told));
                    return Trial.of(topology)
                            .feed(SALES, Sale::of)
                            .weights(Weights.usual().keys(3).values(100).with(Trait.EXTREMES, 0))
                            .compareByKey(TOLD, Told::key)
                            .compareLetters()
                            .oracle(spec::answer);
                })
                .cases(250);
    }

    @Test
    void shouldAgreeWithTheDefinitionsOnRandomInput() {
        trials().check();
    }

    private static final Input<Sale> LOOSE =
            Input.of("loose", Sale.class).eventTime(Sale::timeNs, NANOSECONDS).disorder(Duration.ofDays(1));

    private static List<Told> told(Window window, List<Sale> sales) {
        Topology topology = Millrace.topology(
                "facts",
                t -> t.from(LOOSE)
                        .keyBy(Sale::key)
                        .window("windows", window)
                        .aggregate(Facts.OfKey::new)
                        .to(TOLD, Facts.OfKey::told));
        try (TestDriver driver = TestDriver.of(topology)) {
            sales.forEach(s -> driver.send(LOOSE, s));
            return sorted(driver.endAll().take(TOLD));
        }
    }

    private static List<Told> sorted(List<Told> told) {
        return told.stream().sorted(Comparator.comparing(Told::toString)).toList();
    }

    private static List<Sale> sales(Random random) {
        List<Sale> sales = new ArrayList<>();
        int n = random.nextInt(80);
        for (int i = 0; i < n; i++) {
            sales.add(Sale.of(random.nextInt(3), random.nextInt(300), random.nextInt(100)));
        }
        return sales;
    }

    /** Sets of events meet in whatever order of their times. */
    @Test
    void shouldAgreeWithTheDefinitionsWhereSessionsMeet() {
        Seeds.each(0, 150, "agreeOnSessions(%d)", seed -> agreeOnSessions((int) seed));
    }

    private static void agreeOnSessions(int seed) {
        Random random = new Random(seed * 29L);
        long gapNs = random.nextInt(25);
        List<Sale> sales = sales(random);
        List<Told> due = new ArrayList<>();
        for (long key = 0; key < 3; key++) {
            List<Sale> of = FactsOracle.within(sales, key, t -> true);
            long[] times = of.stream().mapToLong(Sale::timeNs).sorted().toArray();
            int first = 0;
            for (int i = 0; i < times.length; i++) {
                if (i + 1 == times.length || times[i + 1] - times[i] > gapNs) {
                    long from = times[first];
                    long to = times[i];
                    due.add(FactsOracle.of(key, FactsOracle.within(of, key, t -> t >= from && t <= to)));
                    first = i + 1;
                }
            }
        }
        assertEquals(sorted(due), told(Window.session(Duration.ofNanos(gapNs)), sales));
    }

    @Test
    void shouldAgreeWithTheDefinitionsInWindowsByCount() {
        Seeds.each(0, 100, "agreeOnWindowsByCount(%d)", seed -> agreeOnWindowsByCount((int) seed));
    }

    private static void agreeOnWindowsByCount(int seed) {
        Random random = new Random(seed * 37L);
        int events = 1 + random.nextInt(10);
        List<Sale> sales = sales(random);
        List<Told> due = new ArrayList<>();
        for (long key = 0; key < 3; key++) {
            List<Sale> of = FactsOracle.within(sales, key, t -> true);
            for (int i = events; i <= of.size(); i += events) {
                due.add(FactsOracle.of(key, of.subList(i - events, i)));
            }
        }
        List<Told> got = told(Window.count(events), sales);
        assertEquals(sorted(due), got);
    }

    static final class Doubles extends Aggregates<Sale> {
        final LongValue count = count();
        final DoubleValue sum = sumDouble(Sale::x);
        final DoubleValue mean = mean(Sale::x);
        final DoubleValue min = minDouble(Sale::x);
        final DoubleValue max = maxDouble(Sale::x);
    }

    /** Sum, mean, minimum and maximum of each window that holds so many of the terms, which come five nanoseconds after each other. */
    private static List<String> doubles(Window window, int count, double... terms) {
        List<String> told = new ArrayList<>();
        Topology topology = Millrace.topology(
                "doubles",
                t -> t.from(LOOSE)
                        .window("w", window)
                        .aggregate(Doubles::new)
                        .filter(d -> d.count.get() == count)
                        .peek(d -> told.add(d.sum + " " + d.mean + " " + d.min + " " + d.max))
                        .filter(d -> false)
                        .to(TOLD, d -> null));
        try (TestDriver driver = TestDriver.of(topology)) {
            for (int i = 0; i < terms.length; i++) {
                driver.send(LOOSE, new Sale(0, 0, terms[i], 0, 5L * i));
            }
            driver.endAll();
        }
        return told;
    }

    private static Window lastOf(int terms) {
        return Window.hopping(Duration.ofNanos(5L * terms), Duration.ofNanos(5));
    }

    /** What has left leaves nothing behind, and what is large hides nothing, also where sums of panes are put together. */
    @Test
    void shouldForgetWhatHasLeftAndLoseNothingWherePanesArePutTogether() {
        double inf = Double.POSITIVE_INFINITY;
        for (Window window : List.of(lastOf(2), Window.slidingCount(2, 1))) {
            assertEquals(
                    "1.1 0.55 0.1 1.0",
                    doubles(window, 2, 1e16, 1, -1e16, 1, 0.1).get(3));
            assertEquals(
                    List.of("NaN NaN NaN NaN", "NaN NaN NaN NaN", "1.25 0.625 0.25 1.0"),
                    doubles(window, 2, 0.5, Double.NaN, 0.25, 1));
            assertEquals(
                    "1.25 0.625 0.25 1.0", doubles(window, 2, 0.5, inf, 0.25, 1).get(2));
        }
        for (Window window :
                List.of(lastOf(3), Window.slidingCount(3, 1), Window.count(3), Window.session(Duration.ofNanos(5)))) {
            assertEquals(List.of("1.0 0.3333333333333333 -1.0E16 1.0E16"), doubles(window, 3, 1e16, 1, -1e16));
        }
    }

    static final class TooMuch extends Aggregates<Sale> {
        final DoubleValue a = quantile(0.5, Sale::x, 1_000);
        final DoubleValue b = quantile(0.5, Sale::y, 1_000);
        final LongValue c = distinct(Sale::item, 1_000);
        final LongValue d = distinct(Sale::key, 1_000);
        final LongValue e = distinct(Sale::timeNs, 1_000);
        final LongValue f = distinctAbout(Sale::timeNs, 12);
        final LongValue g = distinctAbout(Sale::key, 12);
        final LongValue h = distinctAbout(Sale::item, 12);
        final Ohlc i = ohlc(Sale::x);
    }

    static final class MuchMore extends Aggregates<Sale> {
        final DoubleValue a = quantile(0.5, Sale::x, 1_000);
        final DoubleValue b = quantile(0.5, Sale::y, 1_000);
        final DoubleValue c = quantile(0.5, s -> s.x() + s.y(), 1_000);
        final DoubleValue d = quantile(0.5, s -> s.x() - s.y(), 1_000);
        final DoubleValue e = quantile(0.5, s -> s.x() * s.y(), 1_000);
        final LongValue g = distinct(Sale::item, 1_000);
        final LongValue h = distinct(Sale::key, 1_000);
        final LongValue i = distinct(Sale::timeNs, 1_000);
        final LongValue j = distinctAbout(Sale::timeNs, 12);
    }

    @Test
    void shouldBeAProblemOfTheTopologyWhenThePaneDoesNotFitAPage() {
        build(TooMuch::new);
        try {
            build(MuchMore::new);
        } catch (RuntimeException e) {
            assertTrue(e.getMessage().contains("lower their bounds"), e.getMessage());
            return;
        }
        throw new AssertionError("it was built");
    }

    private static <A extends Aggregates<Sale>> void build(java.util.function.Supplier<A> shape) {
        Millrace.topology(
                "much",
                t -> t.from(SALES)
                        .keyBy(Sale::key)
                        .window("windows", Window.tumbling(Duration.ofNanos(10)))
                        .aggregate(shape)
                        .to(TOLD, s -> null));
    }
}
