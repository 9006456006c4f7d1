package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.assertNothingAllocated;
import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.tumbling;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.operators.Joined;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.window.Window;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Windows told often and early allocate nothing, and neither do their results where they are kept. */
class KeptWindowAllocationTest {
    private static final int WARM_UP = 50_000;
    private static final int MEASURED = 200_000;
    private static final Duration STEP = Duration.ofNanos(2_000);

    static final class Shape extends Aggregates<QuoteDecoder> {
        final LongValue instrument = longKey();
        final LongValue count = count();
        final LongValue sum = sum(QuoteDecoder::size);
        final DoubleValue mean = mean(q -> q.size() * 0.5);
        final LongValue last = last(QuoteDecoder::size);
    }

    private static void assertNothing(Window window) {
        assertNothingAllocated(
                WARM_UP,
                MEASURED,
                (t, s) -> s.keyBy(QuoteDecoder::instrument)
                        .window("windows", window)
                        .aggregate(Shape::new)
                        .to(OUT, (w, out) -> out.instrument(w.instrument.get()).size(w.sum.get() + w.revision())));
    }

    @Test
    void shouldAllocateNothingInWindowsToldAtTheirEnd() {
        assertNothing(hopping(STEP.multipliedBy(3), STEP));
    }

    @Test
    void shouldAllocateNothingInWindowsToldOften() {
        assertNothing(hopping(STEP.multipliedBy(2), STEP)
                .every(2)
                .early(STEP.dividedBy(2))
                .allowedLateness(STEP)
                .retracting());
    }

    static final class OfShapes extends Aggregates<Shape> {
        final LongValue results = count();
        final LongValue least = min(s -> s.sum.get());
        final DoubleValue mean = mean(s -> s.sum.get() * 0.5);
    }

    @Test
    void shouldAllocateNothingWhereRowsAreTakenBack() {
        assertNothingAllocated(
                WARM_UP,
                MEASURED,
                (t, s) -> s.keyBy(QuoteDecoder::instrument)
                        .window("windows", tumbling(STEP).emitOnUpdate().retracting())
                        .aggregate(Shape::new)
                        .keyBy(w -> w.instrument.get() % 4)
                        .window(
                                "changes",
                                hopping(STEP.multipliedBy(4), STEP.multipliedBy(2))
                                        .emitOnUpdate())
                        .ofChanges(Shape::windowStartNs, TimeUnit.NANOSECONDS)
                        .rowsAtMost(64)
                        .aggregate(OfShapes::new)
                        .to(OUT, (w, out) -> out.size(w.least.get() + w.revision())));
    }

    @Test
    void shouldAllocateNothingWhereResultsAreKept() {
        assertNothingAllocated(WARM_UP, MEASURED, (t, s) -> {
            KeyedStream<QuoteDecoder> quotes = s.keyBy(QuoteDecoder::instrument);
            KeyedStream<Shape> windows =
                    quotes.window("windows", tumbling(STEP)).aggregate(Shape::new);
            quotes.asOf("kept", windows, AsOf.backward())
                    .filter(Joined::hasRight)
                    .to(OUT, (j, out) -> out.size(j.right().sum.get()));
        });
    }
}
