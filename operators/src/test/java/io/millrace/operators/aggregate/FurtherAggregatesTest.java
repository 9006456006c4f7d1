package io.millrace.operators.aggregate;

import static io.millrace.operators.aggregate.Facts.Sale.SALES;
import static io.millrace.operators.aggregate.Facts.Told.TOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.DoubleValue;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopItems;
import io.millrace.dsl.Trend;
import io.millrace.event.Reason;
import io.millrace.operators.aggregate.Facts.Sale;
import io.millrace.operators.aggregate.Facts.Told;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Statistics and sketches in look-backs, as events and in steps, against their definitions. */
class FurtherAggregatesTest {
    /** What a look-back holds: sizes in units of the step, which is 0 where events are kept. */
    private record Extent(long sizeNs, long stepNs) {
        boolean holds(long contentNs, long askedNs) {
            long unit = Math.max(1, stepNs);
            long last = Math.floorDiv(askedNs, unit);
            long at = Math.floorDiv(contentNs, unit);
            return at <= last && last - at >= 0 && last - at < sizeNs / unit; // a difference may overflow
        }

        void answer(History input, Expected out) {
            List<Sale> kept = new ArrayList<>();
            for (int i = 0; i < input.size(); i++) {
                if (!input.step(i).isEvent()) {
                    continue;
                }
                Sale sale = input.event(i);
                if (sale.timeNs() < input.progressNs(i)) {
                    out.letter(i, "facts", Reason.LATE);
                } else {
                    kept.add(sale);
                    out.emit(TOLD, sale.timeNs(), told(kept, sale));
                }
            }
        }

        Told told(List<Sale> kept, Sale sale) {
            return FactsOracle.of(sale.key(), FactsOracle.within(kept, sale.key(), t -> holds(t, sale.timeNs())));
        }
    }

    static final class Past extends LookBack<Sale> {
        final Span<Sale> span;
        final Facts facts;

        Past(Extent extent) {
            span = last(Duration.ofNanos(extent.sizeNs));
            if (extent.stepNs > 0) {
                span.every(Duration.ofNanos(extent.stepNs));
            }
            facts = span.of(Facts::new);
        }
    }

    private static Topology topology(Extent extent) {
        return Millrace.topology(
                "facts",
                t -> t.from(SALES)
                        .keyBy(Sale::key)
                        .lookBack("facts", () -> new Past(extent))
                        .to(TOLD, p -> p.facts.told(p.event().key())));
    }

    private static Extent extent(Random random, int scale) {
        long step = random.nextBoolean() ? 0 : 1 + random.nextInt(6);
        return new Extent(Math.max(1, step) * (1 + random.nextInt(scale)), step);
    }

    static Trials trials() {
        return Trials.of("trials()", random -> {
            Extent extent = extent(random, 40);
            return Trial.of(topology(extent))
                    .feed(SALES, Sale::of)
                    .weights(Weights.usual().keys(3).values(100))
                    .compare(TOLD)
                    .compareLetters()
                    .oracle(extent::answer);
        });
    }

    @Test
    void shouldAgreeWithTheDefinitionsOnRandomInput() {
        trials().check();
    }

    /** Deep enough for nodes above nodes, whose summaries are long. */
    @Test
    void shouldAgreeWithTheDefinitionsOverLongHistories() {
        for (long step : new long[] {0, 3}) {
            Extent extent = new Extent(3 * 400, step);
            Random random = new Random(9 + step);
            try (TestDriver driver = TestDriver.of(topology(extent))) {
                List<Sale> kept = new ArrayList<>();
                List<Told> due = new ArrayList<>();
                for (int i = 0; i < 2_500; i++) {
                    Sale sale = Sale.of(0, i + 100 - random.nextInt(14), random.nextInt(100));
                    driver.send(SALES, sale);
                    kept.add(sale);
                    due.add(i % 61 == 0 || i > 2_480 ? extent.told(kept, sale) : null);
                }
                List<Told> got = driver.take(TOLD);
                assertEquals(due.size(), got.size());
                for (int i = 0; i < due.size(); i++) {
                    if (due.get(i) != null) {
                        assertEquals(due.get(i), got.get(i), "step " + step + ", event " + i);
                    }
                }
            }
        }
    }

    /** Declared on spans, of which one is a bit longer than the other. */
    static final class OnSpans extends LookBack<Sale> {
        final Span<Sale> few = last(Duration.ofNanos(10));
        final Span<Sale> many = last(Duration.ofNanos(100));
        final LongValue least = few.argMin(Sale::item, s -> (long) s.x());
        final LongValue leastByDouble = few.argMinByDouble(Sale::item, Sale::x);
        final DoubleValue leastDouble = few.argMinDouble(Sale::y, Sale::x);
        final LongValue most = many.argMax(Sale::item, s -> (long) s.x());
        final LongValue mostByDouble = many.argMaxByDouble(Sale::item, Sale::x);
        final DoubleValue mostDouble = many.argMaxDouble(Sale::y, Sale::x);
        final DoubleValue covariance = many.covariance(Sale::x, Sale::y);
        final DoubleValue sample = many.sampleCovariance(Sale::x, Sale::y);
        final DoubleValue correlation = many.correlation(Sale::x, Sale::y);
        final Trend trend = many.trend(Sale::y);
        final Trend line = many.trend(Sale::x, Sale::y);
        final DoubleValue ewma = many.ewma(Sale::y, Duration.ofNanos(5));
        final LongValue distinct = many.distinct(Sale::item, 2);
        final LongValue about = many.distinctAbout(Sale::item);
        final LongValue texts = many.distinctText(s -> "item" + s.item(), 24, 1);
        final LongValue textsAbout = many.distinctTextAbout(s -> "item" + s.item());
        final DoubleValue median = many.quantile(0.5, Sale::y);
        final TopItems top = many.topK(2, Sale::item, 10);
        final TopItems hitters = few.heavyHitters(1, Sale::item, 2);
    }

    @Test
    void shouldBeDeclaredOnSpansToo() {
        List<String> seen = new ArrayList<>();
        Topology topology = Millrace.topology(
                "spans",
                t -> t.from(SALES)
                        .keyBy(Sale::key)
                        .lookBack("spans", OnSpans::new)
                        .peek(s -> seen.add(s.least + " " + s.leastByDouble + " " + s.leastDouble + ", " + s.most + " "
                                + s.mostByDouble + " " + s.mostDouble + ", " + s.covariance + " " + s.sample + " "
                                + s.correlation + ", " + s.trend.slope() + " " + s.line + ", " + s.ewma + ", "
                                + s.distinct + " " + s.about + " " + s.texts + " " + s.textsAbout + " " + s.median + " "
                                + s.top + " " + s.hitters))
                        .to(TOLD, s -> null));
        try (TestDriver driver = TestDriver.of(topology)) {
            driver.send(SALES, new Sale(1, 7, 2, 1, 0));
            driver.send(SALES, new Sale(1, 8, 2, 5, 5));
            driver.send(SALES, new Sale(1, 8, 4, 9, 10));
        }
        assertEquals(
                List.of(
                        "7 7 1.0, 7 7 1.0, 0.0 absent absent, NaN absent, 1.0, 1 1 1 1 1.0 [7 x 1] [7 x 1]",
                        "7 7 1.0, 7 7 1.0, 0.0 0.0 absent, 8.0E8 absent, 3.6666666666666665,"
                                + " 2 2 2 2 1.0 [7 x 1, 8 x 1] [7 x 1]",
                        "8 8 5.0, 8 8 9.0, 2.6666666666666665 4.0 0.8660254037844385, 8.0E8 -3.0 + 3.0 x,"
                                + " 6.714285714285714, 2 2 2 2 5.0078125 [8 x 2, 7 x 1] [8 x 2]"),
                seen);
    }

    /** A tie is broken by the place in the order, though the later event has the earlier time. */
    @Test
    void shouldTakeOfEqualExtremesTheEventThatCameFirst() {
        for (long step : new long[] {0, 1, 5}) {
            Extent extent = new Extent(100, step);
            try (TestDriver driver = TestDriver.of(topology(extent))) {
                driver.send(SALES, new Sale(1, 3, 6, 1, 50));
                driver.send(SALES, new Sale(1, 2, 6, 2, 40));
                driver.send(SALES, new Sale(1, 1, 0, 3, 51));
                List<Told> told = driver.take(TOLD);
                assertEquals(2, told.get(1).argMaxByDouble(), "that at 40 does not see that at 50");
                assertEquals(3, told.get(2).argMaxByDouble(), "step " + step);
            }
        }
    }

    static final class TooMuch extends LookBack<Sale> {
        final Span<Sale> span = last(Duration.ofNanos(10));
        final LongValue a = span.distinct(Sale::item, 900);
        final LongValue b = span.distinct(Sale::key, 900);
    }

    static final class TooMuchInSteps extends LookBack<Sale> {
        final Span<Sale> span = last(Duration.ofNanos(10)).every(Duration.ofNanos(1));
        final DoubleValue a = span.quantile(0.5, Sale::x, 1_000);
        final DoubleValue b = span.quantile(0.5, Sale::y, 1_000);
        final LongValue c = span.distinctAbout(Sale::item, 12);
    }

    @Test
    void shouldBeAProblemOfTheTopologyWhenSummariesDoNotFitAPage() {
        String one = problem(TooMuch::new);
        assertTrue(one.contains("1802 longs") && one.contains("declare fewer"), one);
        String other = problem(TooMuchInSteps::new);
        assertTrue(other.contains("more than a page of state takes"), other);
    }

    private static <H extends LookBack<Sale>> String problem(java.util.function.Supplier<H> shape) {
        try {
            Millrace.topology(
                    "much",
                    t -> t.from(SALES).keyBy(Sale::key).lookBack("much", shape).to(TOLD, s -> null));
        } catch (RuntimeException e) {
            return e.getMessage();
        }
        throw new AssertionError("it was built");
    }

    /** Which NaN a computation makes hangs on how it was compiled: results and what is kept of them do not. */
    @Test
    void shouldGiveOneNaNForAll() {
        Cell cell = Cell.ofDouble();
        cell.absent();
        long nan = cell.asLong();
        cell.set(Double.longBitsToDouble(0xfff8_0000_0000_0000L));
        assertEquals(nan, cell.asLong());
        assertEquals(Double.doubleToLongBits(Double.NaN), nan);
    }
}
