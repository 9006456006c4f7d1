package io.millrace.operators.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.dsl.Aggregates.DoubleValue;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Features;
import io.millrace.operators.score.LinearModel;
import io.millrace.operators.score.LogisticModel;
import io.millrace.topology.Topology;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * With in-place types the path of an event allocates nothing: a million events through each operator, after the path has been
 * compiled, measured by the thread's own counter. One byte is too much; only the cost of the probe itself is taken off.
 */
class ZeroAllocationTest {
    private static final InPlaceInput<Quote, Quote.Writer> QUOTES = Input.of("quotes", Quote.TYPE)
            .eventTime(Quote::timeNs, TimeUnit.NANOSECONDS)
            .historic();
    private static final InPlaceOutput<Quote, Quote.Writer> OUT = Output.of("out", Quote.TYPE);
    private static final int KEYS = 1 << 10;
    private static final int WARM_UP = 400_000;
    private static final int MEASURED = 1_000_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Two spans, one kept event by event with a double, one in buckets. */
    static final class History extends LookBack<Quote> {
        final Span<Quote> exact = last(Duration.ofNanos(2_000));
        final LongValue count = exact.count();
        final DoubleValue mean = exact.mean(q -> q.size() * 0.5);
        final Span<Quote> buckets = last(Duration.ofNanos(4_000)).every(Duration.ofNanos(500));
        final LongValue sum = buckets.sum(Quote::size);
    }

    record Seen(Quote quote, History history) {}

    @Test
    void shouldAllocateNothingInStatelessWords() {
        assertNothingAllocated(s -> s.filter(q -> q.size() % 3 != 0)
                .peek(q -> {})
                .map(Quote.TYPE, (q, out) -> out.set(q.key(), q.timeNs(), q.size() + 1))
                .to(OUT));
    }

    @Test
    void shouldAllocateNothingInKeysOfAllKinds() {
        assertNothingAllocated(s -> s.keyBy(Quote::key)
                .keyBy(Quote::key, Quote::size)
                .keyByTextInto((q, key) -> key.append('k').append((char) ('a' + q.key() % 26)))
                .to(OUT));
    }

    @Test
    void shouldAllocateNothingWhereStreamsForkAndMeet() {
        assertNothingAllocated(s -> {
            var large = s.filter(q -> q.size() > 500);
            s.merge(large).to(OUT);
        });
    }

    @Test
    void shouldAllocateNothingInLookBackAndWith() {
        assertNothingAllocated(s -> s.with(s.keyBy(Quote::key).lookBack("history", History::new), Seen::new)
                .filter(x -> x.history().count.get() > 0
                        && x.history().mean.get() >= 0
                        && x.history().sum.get() > 0)
                .to(
                        OUT,
                        (x, out) -> out.set(
                                x.quote().key(),
                                x.quote().timeNs(),
                                x.history().count.get())));
    }

    @Test
    void shouldAllocateNothingInScoring() {
        Features<Quote> features = Features.of(Quote.class, f -> f.add("size", Quote::size));
        LogisticModel model = LogisticModel.of(LinearModel.intercept(-1).plus("size", 0.001));
        assertNothingAllocated(s -> s.score("model", model, features)
                .filter(x -> x.probability() > 0.3)
                .to(
                        OUT,
                        (x, out) -> out.set(
                                x.event().key(), x.event().timeNs(), x.event().size())));
    }

    private static void assertNothingAllocated(Consumer<EventStream<Quote>> words) {
        Topology topology = Millrace.topology("allocation", t -> words.accept(t.from(QUOTES)));
        long[] seen = new long[1];
        Setup setup = Engine.of(topology).output(OUT, (Quote q) -> seen[0] += q.size());
        try (Inline engine = setup.inline()) {
            Claims<Quote.Writer> claims = engine.claims(QUOTES);
            long next = publish(claims, 0, WARM_UP);
            long least = Long.MAX_VALUE;
            // a rare compilation or a page of state may fall into one round; a path that allocates does so in every
            // round
            for (int round = 0; round < 3 && least > 0; round++) {
                long probe = probeCost();
                long before = THREADS.getCurrentThreadAllocatedBytes();
                next = publish(claims, next, MEASURED);
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before - probe);
            }
            assertEquals(0, Math.max(0, least), "bytes for " + MEASURED + " events");
            assertEquals(0, engine.deadLetters().total());
            assertTrue(seen[0] > 0, "nothing came out");
        }
    }

    private static long probeCost() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static long publish(Claims<Quote.Writer> claims, long from, int count) {
        for (long i = from; i < from + count; i++) {
            claims.claim().set(i * 31 % KEYS, i, i % 1000);
            claims.commit();
        }
        return from + count;
    }
}
