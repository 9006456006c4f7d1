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
import io.millrace.operators.score.GradientBoostedTrees;
import io.millrace.operators.score.LinearModel;
import io.millrace.operators.score.LogisticModel;
import java.io.IOException;
import java.io.StringReader;
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

    /** Two trees: one splits by both numbers and by what is missing, the other by a set. */
    private static final String TREES = """
            tree
            version=v4
            num_class=1
            num_tree_per_iteration=1
            label_index=0
            max_feature_idx=1
            objective=binary sigmoid:1
            feature_names=size instrument
            feature_infos=none

            Tree=0
            num_leaves=3
            num_cat=0
            split_feature=0 1
            threshold=500 30
            decision_type=10 2
            left_child=1 -1
            right_child=-3 -2
            leaf_value=-1 0.5 2
            is_linear=0
            shrinkage=1

            Tree=1
            num_leaves=2
            num_cat=1
            split_feature=1
            threshold=0
            decision_type=1
            left_child=-1
            right_child=-2
            leaf_value=1 -2
            cat_boundaries=0 1
            cat_threshold=65535
            is_linear=0
            shrinkage=1

            end of trees

            feature_importances:
            size=1

            parameters:
            [boosting: gbdt]
            end of parameters
            """;

    @Test
    void shouldAllocateNothingInScoringByTrees() throws IOException {
        Features<QuoteDecoder> features = Features.of(
                QuoteDecoder.class,
                f -> f.add("size", QuoteDecoder::size)
                        .missingWhen(q -> q.size() % 10 == 0)
                        .add("instrument", QuoteDecoder::instrument));
        GradientBoostedTrees model = GradientBoostedTrees.readLightGbm(new StringReader(TREES), "trees");
        assertNothingAllocated(s -> s.score("model", model, features)
                .filter(x -> x.raw() > 0 && x.probability() > 0.7)
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
