package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.QUOTE;
import static io.millrace.operators.allocation.AllocationRig.assertNothingAllocated;

import io.millrace.dsl.Aggregates.DoubleValue;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.On;
import io.millrace.dsl.Setting;
import io.millrace.event.Input;
import io.millrace.operators.Features;
import io.millrace.operators.Joined;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.operators.score.LinearModel;
import io.millrace.operators.score.LogisticModel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** With SBE's messages the path of an event allocates nothing, through any word. */
class ZeroAllocationTest {
    /** Two spans, one kept event by event with a double, one in buckets. */
    static final class History extends LookBack<QuoteDecoder> {
        final Span<QuoteDecoder> exact = last(Duration.ofNanos(2_000));
        final LongValue count = exact.count();
        final DoubleValue mean = exact.mean(q -> q.size() * 0.5);
        final Span<QuoteDecoder> buckets = last(Duration.ofNanos(4_000)).every(Duration.ofNanos(500));
        final LongValue sum = buckets.sum(QuoteDecoder::size);
    }

    record Seen(QuoteDecoder quote, History history, Joined<QuoteDecoder, QuoteDecoder> last) {}

    record Limits(long size) {}

    static final Duration WITHIN = Duration.ofNanos(5_000);

    static final Input<Limits> LIMITS = Input.of("limits", Limits.class);

    /** Counts what comes, and says a little later how much it was. */
    static final class Pause extends KeyedProcess {
        /** Made once: whether the JIT does without the object depends on what it has inlined. */
        static final Duration PAUSE = Duration.ofNanos(100);

        final LongState sum = longState("sum");
        final Timer over = timer("over", this::report);
        final EmitInPlace<QuoteDecoder, QuoteEncoder> sums = emits("sums", QUOTE);

        Pause(On<QuoteDecoder> quotes) {
            on(quotes, this::quoted);
        }

        void quoted(QuoteDecoder q) {
            sum.add(q.size());
            over.in(PAUSE);
        }

        void report() {
            sums.begin().instrument(key()).size(sum.get());
            sums.end();
        }
    }

    @Test
    void shouldAllocateNothingInStatelessWords() {
        assertNothingAllocated(s -> s.onTime()
                .filter(q -> q.size() % 3 != 0)
                .peek(q -> {})
                .map(
                        QUOTE,
                        (q, out) -> out.instrument(q.instrument())
                                .timeNs(q.timeNs())
                                .size(q.size() + 1))
                .to(OUT));
    }

    @Test
    void shouldAllocateNothingInFlatMap() {
        assertNothingAllocated(s -> s.flatMap(QUOTE, 3, (q, out) -> {
                    for (long i = q.size() % 4; i > 0; i--) {
                        AllocationRig.copy(q, out.begin());
                        out.end();
                    }
                })
                .to(OUT));
    }

    @Test
    void shouldAllocateNothingInKeysOfAllKinds() {
        assertNothingAllocated(s -> s.keyBy(QuoteDecoder::instrument)
                .keyBy(QuoteDecoder::instrument, QuoteDecoder::size)
                .keyByTextInto((q, key) -> q.getVenue(key))
                .keyByText(q -> q.size() % 2 == 0 ? "even" : "odd")
                .keyByFields(k -> k.text(q -> "all").number(QuoteDecoder::instrument))
                .to(OUT));
    }

    @Test
    void shouldAllocateNothingWhereStreamsForkAndMeet() {
        assertNothingAllocated(s -> {
            var large = s.filter(q -> q.size() > 500);
            s.merge(large)
                    .branch(q -> q.size() % 7 == 0, seventh -> seventh.to(OUT))
                    .to(OUT);
        });
    }

    @Test
    void shouldAllocateNothingByASetting() {
        assertNothingAllocated((t, s) -> {
            Setting<Limits> limits = t.setting("limits", LIMITS, new Limits(500));
            s.filter(limits, (q, l) -> q.size() < l.size())
                    .map(
                            limits,
                            QUOTE,
                            (q, l, out) -> out.instrument(q.instrument())
                                    .timeNs(q.timeNs())
                                    .size(l.size() - q.size()))
                    .to(OUT);
        });
    }

    @Test
    void shouldAllocateNothingInLookBackLookUpAndWith() {
        assertNothingAllocated((t, s) -> {
            KeyedStream<QuoteDecoder> byInstrument = s.keyBy(QuoteDecoder::instrument);
            s.with(
                            byInstrument.lookBack("history", History::new),
                            byInstrument.lookup("last", t.table("quotes", byInstrument)),
                            Seen::new)
                    .filter(x -> x.history().count.get() > 0
                            && x.history().mean.get() >= 0
                            && x.history().sum.get() > 0
                            && x.last().hasRight())
                    .to(
                            OUT,
                            (x, out) -> out.instrument(x.last().right().instrument())
                                    .timeNs(x.quote().timeNs())
                                    .size(x.history().count.get()));
        });
    }

    @Test
    void shouldAllocateNothingWhereALookBackAsksAnotherStream() {
        assertNothingAllocated(s -> {
            KeyedStream<QuoteDecoder> byInstrument = s.keyBy(QuoteDecoder::instrument);
            byInstrument
                    .filter(q -> q.size() % 2 == 0)
                    .lookBack("history", byInstrument, History::new)
                    .to(
                            OUT,
                            (h, out) -> out.instrument(
                                            h.question(QuoteDecoder.class).instrument())
                                    .size(h.count.get()));
        });
    }

    @Test
    void shouldAllocateNothingWhereAnEntryBringsSeveralEventsThatMeet() {
        assertNothingAllocated((t, s) -> {
            KeyedStream<QuoteDecoder> twice = s.flatMap(QUOTE, 2, (q, out) -> {
                        AllocationRig.copy(q, out.begin());
                        out.end();
                        AllocationRig.copy(q, out.begin());
                        out.end();
                    })
                    .keyBy(QuoteDecoder::instrument);
            twice.with(twice.lookup("last", t.table("quotes", twice)), Pair::new)
                    .filter(p -> p.last().hasRight())
                    .to(OUT, (p, out) -> AllocationRig.copy(p.last().right(), out));
        });
    }

    record Pair(QuoteDecoder quote, Joined<QuoteDecoder, QuoteDecoder> last) {}

    @Test
    void shouldAllocateNothingInProcessAndDefer() {
        assertNothingAllocated(s -> s.keyBy(QuoteDecoder::instrument)
                .defer("later", Duration.ofNanos(50))
                .<Pause>process("pause", Duration.ofNanos(10_000), Pause::new)
                .out(p -> p.sums)
                .to(OUT));
    }

    @Test
    void shouldAllocateNothingInScoring() {
        Features<QuoteDecoder> features = Features.of(QuoteDecoder.class, f -> f.add("size", QuoteDecoder::size));
        LogisticModel model = LogisticModel.of(LinearModel.intercept(-1).plus("size", 0.001));
        assertNothingAllocated(s -> s.score("model", model, features)
                .filter(x -> x.probability() > 0.3)
                .to(OUT, (x, out) -> AllocationRig.copy(x.event(), out)));
    }

    /** Takes several, waits for a time, asks earlier steps. */
    static final class Climb extends EventPattern<QuoteDecoder> {
        final Step<QuoteDecoder> low = begin(q -> q.size() < 300).times(1, 4).greedy();
        final Step<QuoteDecoder> high =
                followedBy(q -> q.size() > 2 * low.last().size()
                        && q.instrument() == low.first().instrument());

        Climb() {
            notFollowedBy(q -> q.size() == 999);
            skipToNext();
        }
    }

    @Test
    void shouldAllocateNothingInPatterns() {
        assertNothingAllocated(s -> s.keyBy(QuoteDecoder::instrument)
                .pattern("climb", WITHIN, Climb::new)
                .timedOut(side -> side.to(OUT, (m, out) -> AllocationRig.copy(m.low.last(), out)))
                .defer("later", Duration.ofNanos(50))
                .filter(m -> m.low.count() > 0)
                .to(OUT, (m, out) -> AllocationRig.copy(m.high.event(), out)));
    }

    /** Asks its groups, in conditions, how often they have been taken. */
    static final class Waves extends EventPattern<QuoteDecoder> {
        final Group<Wave> waves = begin(Wave::new).times(1, 3);
        final Group<Wave> other = or(Wave::new);
        final Step<QuoteDecoder> end = followedBy(q -> waves.count() > 1 || other.isPresent());
    }

    static final class Wave extends EventPattern<QuoteDecoder> {
        final Step<QuoteDecoder> low = begin(q -> q.size() < 400);
        final Step<QuoteDecoder> high = followedBy(q -> q.size() > low.first().size());
    }

    @Test
    void shouldAllocateNothingInPatternsWithGroups() {
        assertNothingAllocated(s -> s.keyBy(QuoteDecoder::instrument)
                .pattern("waves", WITHIN, Waves::new)
                .filter(m -> m.waves.count() + m.other.count() > 0)
                .to(OUT, (m, out) -> AllocationRig.copy(m.end.event(), out)));
    }
}
