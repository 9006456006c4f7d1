package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.assertNothingAllocated;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.operators.Joined;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.window.Window;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Joins allocate nothing for a million events, and neither does with where it waits for them. */
class JoinAllocationTest {
    private static final Duration WITHIN = Duration.ofNanos(5_000);

    /** The event of a key before and the one behind, which come after 1,024. */
    private static final Duration NEAR = Duration.ofNanos(2_000);

    @Test
    void shouldAllocateNothingInAsOfJoins() {
        assertNothingAllocated(s -> {
            KeyedStream<QuoteDecoder> byInstrument = s.keyBy(QuoteDecoder::instrument);
            KeyedStream<QuoteDecoder> even = byInstrument.filter(q -> q.size() % 2 == 0);
            byInstrument
                    .asOf("waiting", even, AsOf.backward())
                    .filter(Joined::hasRight)
                    .to(OUT, (j, out) -> AllocationRig.copy(j.right(), out));
            byInstrument
                    .asOf("at-once", even, AsOf.backward().tolerance(WITHIN).onArrival())
                    .filter(Joined::hasRight)
                    .to(OUT, (j, out) -> AllocationRig.copy(j.right(), out));
            byInstrument
                    .asOf(
                            "nearest",
                            even,
                            AsOf.nearest().tolerance(WITHIN).versionsAtMost(4).evictOldest())
                    .filter(Joined::hasRight)
                    .to(OUT, (j, out) -> AllocationRig.copy(j.left(), out));
        });
    }

    record Both(QuoteDecoder quote, Joined<QuoteDecoder, QuoteDecoder> last, Joined<QuoteDecoder, QuoteDecoder> next) {}

    @Test
    void shouldAllocateNothingWhereWithWaits() {
        assertNothingAllocated(s -> {
            KeyedStream<QuoteDecoder> byInstrument = s.keyBy(QuoteDecoder::instrument);
            KeyedStream<QuoteDecoder> even = byInstrument.filter(q -> q.size() % 2 == 0);
            byInstrument
                    .with(
                            byInstrument.asOf("last", even, AsOf.backward()),
                            byInstrument.asOf("next", even, AsOf.forward().tolerance(NEAR)),
                            Both::new)
                    .filter(b -> b.last().hasRight())
                    .to(OUT, (b, out) -> AllocationRig.copy(b.last().right(), out));
        });
    }

    @Test
    void shouldAllocateNothingInJoinsOfTables() {
        assertNothingAllocated(s -> {
            KeyedStream<QuoteDecoder> byInstrument =
                    s.keyBy(QuoteDecoder::instrument).deleteWhen(q -> q.size() % 11 == 0);
            // about two that name a row
            KeyedStream<QuoteDecoder> bySize = s.keyBy(q -> q.size() % 32);
            byInstrument
                    .tableJoin("one-key", byInstrument.filter(q -> q.size() % 2 == 0), JoinKind.LEFT)
                    .to(OUT, (j, out) -> AllocationRig.copy(j.left(), out));
            byInstrument
                    .foreignKeyJoin("foreign", q -> q.size() % 32, bySize, JoinKind.INNER)
                    .to(OUT, (j, out) -> AllocationRig.copy(j.right(), out));
        });
    }

    static final class Newest extends Aggregates<QuoteDecoder> {
        final LongValue instrument = longKey();
        final LongValue newest = max(QuoteDecoder::timeNs);
    }

    @Test
    void shouldAllocateNothingInChangesOfTables() {
        assertNothingAllocated(s -> {
            KeyedStream<QuoteDecoder> byInstrument = s.keyBy(QuoteDecoder::instrument);
            byInstrument
                    .deleteWhen(q -> q.size() % 11 == 0)
                    .changelog("changes")
                    .keyBy(q -> q.size() % 32)
                    .to(OUT, (q, out) -> AllocationRig.copy(q, out));
            byInstrument
                    .window(
                            "newest",
                            Window.tumbling(Duration.ofNanos(100 * AllocationRig.STEP_NS))
                                    .emitOnUpdate())
                    .aggregate(Newest::new)
                    .changelog("changes-of-newest")
                    .to(OUT, (n, out) -> out.timeNs(n.newest.get()).size(1));
        });
    }

    static final class BySize extends Aggregates<QuoteDecoder> {
        final LongValue size = longKey();
        final LongValue count = count();
        final LongValue most = max(QuoteDecoder::timeNs);
        final DoubleValue mean = mean(q -> q.size());
    }

    @Test
    void shouldAllocateNothingInGroupsOfRows() {
        assertNothingAllocated(s -> {
            KeyedStream<QuoteDecoder> rows = s.keyBy(QuoteDecoder::instrument).deleteWhen(q -> q.size() % 11 == 0);
            rows.group("by-size")
                    .by(q -> q.size() % 3)
                    .aggregate(BySize::new)
                    .to(OUT, (b, out) -> out.timeNs(b.most.get()).size((int) b.count.get()));
            rows.group("by-size-for-a-while")
                    .by(q -> q.size() % 32)
                    .forgetAfter(Duration.ofNanos(20 * AllocationRig.STEP_NS))
                    .aggregate(BySize::new)
                    .to(OUT, (b, out) -> out.timeNs(b.most.get()).size((int) b.count.get()));
        });
    }

    private static final int ROWS = 2_048;

    /** 2,048 rows name one that changes at times: more than an entry may tell. */
    @Test
    void shouldAllocateNothingWhereManyRowsAreToldAFewAtATime() {
        assertNothingAllocated(
                20_000,
                50_000,
                (t, s) -> s.keyBy(q -> q.timeNs() / AllocationRig.STEP_NS % ROWS)
                        .foreignKeyJoinByFields(
                                "popular",
                                k -> k.number(q -> 7).number(q -> 8),
                                s.filter(q -> q.size() % 500 == 0).keyBy(q -> 7, q -> 8),
                                JoinKind.LEFT)
                        .to(OUT, (j, out) -> AllocationRig.copy(j.left(), out)));
    }

    @Test
    void shouldAllocateNothingInIntervalJoins() {
        assertNothingAllocated(s -> {
            KeyedStream<QuoteDecoder> byInstrument = s.keyBy(QuoteDecoder::instrument);
            KeyedStream<QuoteDecoder> even = byInstrument.filter(q -> q.size() % 2 == 0);
            byInstrument
                    .join("full", even, Interval.between(NEAR.negated(), NEAR).full())
                    .filter(j -> j.hasLeft() && j.hasRight())
                    .to(OUT, (j, out) -> AllocationRig.copy(j.right(), out));
            byInstrument
                    .join(
                            "anti",
                            even,
                            Interval.until(QuoteDecoder.class, q -> q.timeNs() + 2_000, TimeUnit.NANOSECONDS)
                                    .anti())
                    .to(OUT, (j, out) -> AllocationRig.copy(j.left(), out));
            byInstrument
                    .join(
                            "given-up",
                            byInstrument.filter(q -> q.size() < 0),
                            Interval.anyTime().eventsAtMost(4).evictOldest().left())
                    .to(OUT, (j, out) -> AllocationRig.copy(j.left(), out));
            Interval<Object> hops = Interval.sameWindow(Window.hopping(NEAR, NEAR.dividedBy(2)));
            byInstrument
                    .join("hops", even, hops.full())
                    .filter(j -> j.hasLeft() && j.hasRight())
                    .to(OUT, (j, out) -> AllocationRig.copy(j.right(), out));
            // eight events a key: so that sessions end, and not all time goes into the pairs of these
            KeyedStream<QuoteDecoder> byTime = s.keyBy(q -> q.timeNs() >> 7);
            byTime.join(
                            "session",
                            byTime.filter(q -> q.size() % 2 == 0),
                            Interval.sameWindow(Window.session(NEAR)).full())
                    .filter(j -> j.hasLeft() && j.hasRight())
                    .to(OUT, (j, out) -> AllocationRig.copy(j.right(), out));
        });
    }
}
