package io.millrace.bench.topologies;

import static io.millrace.bench.topologies.Messages.MAPPED;
import static io.millrace.bench.topologies.Messages.TRANSACTION;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;
import static io.millrace.operators.join.Interval.between;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Tx;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Output;
import java.time.Duration;

/** W2: transactions joined to the logins of their card in the five seconds before them. */
final class W2Topology implements BenchTopology {
    /** A pair: the id of the transaction, and as value that of the login. */
    private static final InPlaceOutput<MappedDecoder, MappedEncoder> PAIRS = Output.of("pairs", MAPPED);

    private static final Output<TransactionDecoder> DECIDED = Output.of("decided", TRANSACTION);

    private static void pairs(EventStream<TransactionDecoder> events) {
        KeyedStream<TransactionDecoder> transactions =
                events.filter(e -> e.kind() == Tx.TRANSACTION).keyBy(TransactionDecoder::card);
        KeyedStream<TransactionDecoder> logins =
                events.filter(e -> e.kind() == Tx.LOGIN).keyBy(TransactionDecoder::card);
        transactions
                .join("logins", logins, between(Duration.ofMillis(-Arithmetic.JOIN_MS), Duration.ofMillis(-1)))
                .to(
                        PAIRS,
                        (pair, out) ->
                                out.id(pair.left().id()).value(pair.right().id()));
    }

    @Override
    public Setup setUp(Answer answer) {
        return bind(BenchTopology.engine(Millrace.topology("w2", t -> pairs(t.from(TRANSACTIONS)))), answer);
    }

    @Override
    public Setup setUp(Answer answer, Decided decided) {
        Setup setup = BenchTopology.engine(Millrace.topology("w2-decided", t -> {
            EventStream<TransactionDecoder> events = t.from(TRANSACTIONS);
            pairs(events);
            events.filter(e -> e.amountCents() > 0).to(DECIDED);
        }));
        return bind(setup, answer).outputWithMeta(DECIDED, (e, meta) -> decided.on(e.id(), meta.intendedNs()));
    }

    private static Setup bind(Setup setup, Answer answer) {
        return setup.output(PAIRS, pair -> answer.hit(Arithmetic.hash2(pair.id(), pair.value())));
    }
}
