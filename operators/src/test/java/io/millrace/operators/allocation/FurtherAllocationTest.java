package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.assertNothingAllocated;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.DoubleValues;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.TopItems;
import io.millrace.dsl.Trend;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.window.Window;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Statistics and sketches allocate nothing. */
class FurtherAllocationTest {
    private static final int WARM_UP = 50_000;
    private static final int MEASURED = 60_000;
    private static final Duration STEP = Duration.ofNanos(4_000);

    static final class Statistics extends Aggregates<QuoteDecoder> {
        final LongValue argMax = argMax(QuoteDecoder::size, q -> q.size() % 100);
        final DoubleValue argMin = argMinDouble(q -> q.size(), q -> q.size() % 100);
        final DoubleValue correlation = correlation(q -> q.size(), q -> q.timeNs() % 77);
        final Trend trend = trend(q -> q.size());
        final DoubleValue ewma = ewma(q -> q.size(), STEP);
        final LongValues largest = largest(3, QuoteDecoder::size);
        final DoubleValues smallest = smallestDistinctDouble(3, q -> q.size() % 100);
    }

    static final class Sketches extends Aggregates<QuoteDecoder> {
        final LongValue distinct = distinct(QuoteDecoder::size, 10);
        final LongValue about = distinctAbout(QuoteDecoder::size, 7);
        final DoubleValue median = quantile(0.5, q -> q.size(), 16);
        final TopItems top = topK(2, q -> q.size() % 10, 10);
        final TopItems hitters = heavyHitters(2, QuoteDecoder::size, 5);
    }

    static final class OfStatistics extends LookBack<QuoteDecoder> {
        final Span<QuoteDecoder> exact = last(STEP);
        final Statistics ofEvents = exact.of(Statistics::new);
        final Span<QuoteDecoder> steps = last(STEP.multipliedBy(4)).every(STEP);
        final Statistics ofSteps = steps.of(Statistics::new);
    }

    static final class OfSketches extends LookBack<QuoteDecoder> {
        final Span<QuoteDecoder> exact = last(STEP);
        final Sketches ofEvents = exact.of(Sketches::new);
        final Span<QuoteDecoder> steps = last(STEP.multipliedBy(4)).every(STEP);
        final Sketches ofSteps = steps.of(Sketches::new);
    }

    @Test
    void shouldAllocateNothingInStatistics() {
        assertNothingAllocated(
                WARM_UP,
                MEASURED,
                (t, s) -> s.keyBy(QuoteDecoder::instrument)
                        .lookBack("past", OfStatistics::new)
                        .to(
                                OUT,
                                (p, out) -> out.size((long) (p.ofEvents.trend.slope()
                                        + p.ofEvents.largest.get(0)
                                        + p.ofSteps.smallest.get(0)
                                        + p.ofSteps.ewma.get()
                                        + p.ofSteps.correlation.get()))));
    }

    @Test
    void shouldAllocateNothingInSketches() {
        assertNothingAllocated(
                WARM_UP,
                MEASURED,
                (t, s) -> s.keyBy(QuoteDecoder::instrument)
                        .lookBack("past", OfSketches::new)
                        .to(
                                OUT,
                                (p, out) -> out.size(
                                        p.ofEvents.top.size() == 0
                                                ? p.ofSteps.about.get()
                                                : p.ofEvents.top.item(0)
                                                        + p.ofSteps.hitters.count(0)
                                                        + p.ofEvents.distinct.get())));
    }

    @Test
    void shouldAllocateNothingInWindows() {
        assertNothingAllocated(WARM_UP, MEASURED, (t, s) -> {
            var byInstrument = s.keyBy(QuoteDecoder::instrument);
            byInstrument
                    .window("statistics", Window.hopping(STEP.multipliedBy(3), STEP))
                    .aggregate(Statistics::new)
                    .to(
                            OUT,
                            (w, out) -> out.size(
                                    (long) (w.trend.slope() + w.argMax.get() + w.largest.get(0) + w.smallest.size())));
            byInstrument
                    .window("sketches", Window.hopping(STEP.multipliedBy(3), STEP))
                    .aggregate(Sketches::new)
                    .to(OUT, (w, out) -> out.size(w.top.size() + w.hitters.item(0) + (long) w.median.get()));
        });
    }
}
