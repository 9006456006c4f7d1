package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.assertNothingAllocated;

import io.millrace.dsl.Aggregates;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.operators.window.Window;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Windows of all kinds allocate nothing for a million events, results and late events included. */
class WindowAllocationTest {
    /** Folds of one long, of several, of the time. */
    static final class Bar extends Aggregates<QuoteDecoder> {
        final LongValue key = longKey();
        final LongValue count = count();
        final LongValue sum = sum(QuoteDecoder::size);
        final DoubleValue deviation = deviation(QuoteDecoder::size);
        final Ohlc ohlc = ohlc(QuoteDecoder::size);
        final DoubleValue vwap = vwap(QuoteDecoder::size, QuoteDecoder::size);

        void write(QuoteEncoder out) {
            out.instrument(key.get()).timeNs(windowStartNs()).size(count.get() + (long) ohlc.close());
        }
    }

    static final class Counted extends Aggregates<QuoteDecoder> {
        final LongValue count = count();

        void write(QuoteEncoder out) {
            out.instrument(0).timeNs(windowStartNs()).size(count.get());
        }
    }

    private static void check(Window window) {
        assertNothingAllocated(s -> s.keyBy(QuoteDecoder::instrument)
                .window("w", window)
                .lateTo(OUT)
                .aggregate(Bar::new)
                .to(OUT, Bar::write));
    }

    private static Duration ns(long n) {
        return Duration.ofNanos(n);
    }

    @Test
    void shouldAllocateNothingInTumblingWindows() {
        check(Window.tumbling(ns(5_000)));
    }

    @Test
    void shouldAllocateNothingForKeysOfATableWithoutEvents() {
        assertNothingAllocated(
                100_000,
                100_000,
                (t, s) -> s.filter(q -> q.instrument() % 2 == 0)
                        .keyBy(QuoteDecoder::instrument)
                        .window("w", Window.hopping(ns(12_000), ns(5_000)))
                        .emptyFor(t.table("keys", s.keyBy(QuoteDecoder::instrument)))
                        .lateTo(OUT)
                        .aggregate(Bar::new)
                        .to(OUT, Bar::write));
    }

    /** Of nine windows of ten nothing comes. */
    @Test
    void shouldAllocateNothingInWindowsWithoutEvents() {
        Window window = Window.hopping(ns(200), ns(100)).allowedLateness(ns(300));
        assertNothingAllocated(s -> s.filter(q -> q.instrument() == 0)
                .window("w", window.emitEmpty())
                .lateTo(OUT)
                .aggregate(Counted::new)
                .to(OUT, Counted::write));
    }

    @Test
    void shouldAllocateNothingInHoppingWindowsThatUpdate() {
        check(Window.hopping(ns(12_000), ns(5_000)).allowedLateness(ns(5_000)).every(2));
    }

    @Test
    void shouldAllocateNothingInSessions() {
        check(Window.session(ns(500)).early(ns(150)));
    }

    @Test
    void shouldAllocateNothingInCountsThatAreToldBeforeTheyAreFull() {
        check(Window.count(50).early(ns(5_000)));
        check(Window.slidingCount(50, 10).early(ns(5_000)).every(3));
    }

    @Test
    void shouldAllocateNothingInSlidingCounts() {
        check(Window.slidingCount(50, 1));
    }
}
