package io.millrace.bench.topologies;

import static io.millrace.bench.topologies.Messages.SCORED;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.ProfileDecoder;
import io.millrace.bench.message.ProfileEncoder;
import io.millrace.bench.message.ScoredDecoder;
import io.millrace.bench.message.ScoredEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Profiles;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Table;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Claims;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import java.time.Duration;

/** W3: look back over a card's last minute, look its profile up, score, alert. W3x keeps events instead of buckets. */
final class W3Topology implements BenchTopology {
    private static final InPlaceInput<ProfileDecoder, ProfileEncoder> PROFILES = Input.of("profiles", Messages.PROFILE);
    private static final Output<ScoredDecoder> ALERTS = Output.of("alerts", SCORED);
    private static final Output<ScoredDecoder> DECIDED = Output.of("decided", SCORED);

    private final boolean buckets;

    W3Topology(boolean buckets) {
        this.buckets = buckets;
    }

    /** What is common to both forms of the minute. */
    private abstract static class Minute extends LookBack<TransactionDecoder> {
        abstract long payments();

        abstract long cents();
    }

    private static final class Buckets extends Minute {
        final Span<TransactionDecoder> minute =
                last(Duration.ofMillis(Arithmetic.HISTORY_MS)).every(Duration.ofMillis(Arithmetic.SECOND_MS));
        final LongValue payments = minute.count();
        final LongValue cents = minute.sum(TransactionDecoder::amountCents);

        @Override
        long payments() {
            return payments.get();
        }

        @Override
        long cents() {
            return cents.get();
        }
    }

    private static final class Exact extends Minute {
        final Span<TransactionDecoder> minute = last(Duration.ofMillis(Arithmetic.HISTORY_MS));
        final LongValue payments = minute.count();
        final LongValue cents = minute.sum(TransactionDecoder::amountCents);

        @Override
        long payments() {
            return payments.get();
        }

        @Override
        long cents() {
            return cents.get();
        }
    }

    private EventStream<ScoredDecoder> scored(TopologyBuilder t) {
        return scored(
                t,
                t.from(TRANSACTIONS)
                        .filter(tx -> tx.amountCents() > 0)
                        .keyBy(TransactionDecoder::card)
                        .keysAtMost(Profiles.COUNT));
    }

    /** The score of each of these events. */
    EventStream<ScoredDecoder> scored(TopologyBuilder t, KeyedStream<TransactionDecoder> byCard) {
        Table<ProfileDecoder> profiles =
                t.table("profiles", PROFILES, ProfileDecoder::card).keysAtMost(Profiles.COUNT);
        return byCard.<Minute>lookBack("last-minute", buckets ? Buckets::new : Exact::new)
                .lookup("profile", profiles)
                .map(SCORED, W3Topology::score);
    }

    private static void score(Joined<? extends Minute, ProfileDecoder> joined, ScoredEncoder out) {
        TransactionDecoder tx = joined.left().event();
        ProfileDecoder profile = joined.right();
        double score = Arithmetic.score(
                tx.amountCents(),
                tx.country(),
                profile.meanCents(),
                profile.home(),
                joined.left().payments(),
                joined.left().cents());
        out.id(tx.id()).score(score);
    }

    @Override
    public Setup setUp(Answer answer) {
        return bind(
                BenchTopology.engine(
                        Millrace.topology("w3", t -> alerts(scored(t)).to(ALERTS))),
                answer);
    }

    @Override
    public Setup setUp(Answer answer, Decided decided) {
        Setup setup = BenchTopology.engine(Millrace.topology("w3-decided", t -> {
            EventStream<ScoredDecoder> scored = scored(t);
            alerts(scored).to(ALERTS);
            scored.to(DECIDED);
        }));
        return bind(setup, answer)
                .outputWithMeta(DECIDED, (scored, meta) -> decided.on(scored.id(), meta.intendedNs()));
    }

    static EventStream<ScoredDecoder> alerts(EventStream<ScoredDecoder> scored) {
        return scored.filter(s -> s.score() > Arithmetic.THRESHOLD);
    }

    private static Setup bind(Setup setup, Answer answer) {
        return setup.output(ALERTS, alert -> answer.hit(Arithmetic.hash3(alert.id(), alert.score())));
    }

    @Override
    public void load(Host host) {
        Claims<ProfileEncoder> claims = host.claims(PROFILES);
        for (int rank = 0; rank < Profiles.COUNT; rank++) {
            claims.claim()
                    .card(Profiles.cardOf(rank))
                    .meanCents(Profiles.meanOf(rank))
                    .home((short) Profiles.homeOf(rank));
            claims.commit();
        }
    }
}
