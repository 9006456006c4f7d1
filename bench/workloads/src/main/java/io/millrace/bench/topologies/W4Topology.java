package io.millrace.bench.topologies;

import static io.millrace.bench.topologies.Messages.MAPPED;
import static io.millrace.bench.topologies.Messages.SCORED;
import static io.millrace.bench.topologies.Messages.TRANSACTION;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.message.ScoredDecoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Tx;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Output;
import java.time.Duration;

/** W4: no repeated ids; the score of W3, and beside it three declines in a row that an approval follows at once. */
final class W4Topology implements BenchTopology {
    private static final Duration WITHIN = Duration.ofMillis(Arithmetic.WITHIN_MS);
    private static final long STATE_BYTES = 768L << 20;

    private static final Output<ScoredDecoder> ALERTS = Output.of("alerts", SCORED);
    private static final Output<ScoredDecoder> DECIDED = Output.of("decided", SCORED);
    private static final Output<TransactionDecoder> REPEATED = Output.of("repeated", TRANSACTION);

    /** A match: the id of its first event, and as value that of its last. */
    private static final InPlaceOutput<MappedDecoder, MappedEncoder> MATCHES = Output.of("matches", MAPPED);

    private final W3Topology w3 = new W3Topology(true);

    private static final class Guessing extends EventPattern<TransactionDecoder> {
        final Step<TransactionDecoder> declined =
                begin(tx -> tx.kind() == Tx.DECLINED).times(Arithmetic.DECLINES).consecutive();
        final Step<TransactionDecoder> approved = next(tx -> tx.kind() != Tx.DECLINED);
    }

    private EventStream<ScoredDecoder> build(TopologyBuilder t) {
        KeyedStream<TransactionDecoder> byCard = t.from(TRANSACTIONS)
                .keyBy(TransactionDecoder::id)
                .dedupe("once", WITHIN)
                .duplicatesTo(REPEATED)
                .filter(tx -> tx.amountCents() > 0)
                .keyBy(TransactionDecoder::card);
        byCard.pattern("guessing", WITHIN, Guessing::new)
                .to(
                        MATCHES,
                        (m, out) -> out.id(m.declined.first().id())
                                .value(m.approved.event().id()));
        EventStream<ScoredDecoder> scored = w3.scored(t, byCard);
        W3Topology.alerts(scored).to(ALERTS);
        return scored;
    }

    @Override
    public Setup setUp(Answer answer) {
        return bind(Engine.of(Millrace.topology("w4", this::build)), answer);
    }

    @Override
    public Setup setUp(Answer answer, Decided decided) {
        Setup setup = Engine.of(Millrace.topology("w4-decided", t -> build(t).to(DECIDED)));
        return bind(setup, answer)
                .outputWithMeta(DECIDED, (scored, meta) -> decided.on(scored.id(), meta.intendedNs()));
    }

    private static Setup bind(Setup setup, Answer answer) {
        return setup.stateBudget(STATE_BYTES)
                .discard(REPEATED)
                .output(ALERTS, alert -> answer.hit(Arithmetic.hash3(alert.id(), alert.score())))
                .output(MATCHES, m -> answer.hit(Arithmetic.hash4(m.id(), m.value())));
    }

    @Override
    public void load(Host host) {
        w3.load(host);
    }
}
