package io.millrace.bench.topologies;

import static io.millrace.bench.topologies.Messages.TRANSACTION;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Setup;
import io.millrace.event.Output;

/** W0 with one operator, its filter: the receiver does the rest, as a handler of a raw ring does, and no second message is made. */
public final class HopTopology implements BenchTopology {
    private static final Output<TransactionDecoder> KEPT = Output.of("kept", TRANSACTION);
    private static final Output<TransactionDecoder> DECIDED = Output.of("decided", TRANSACTION);

    private static EventStream<TransactionDecoder> kept(TopologyBuilder t) {
        return t.from(TRANSACTIONS).filter(tx -> tx.amountCents() > 0);
    }

    @Override
    public Setup setUp(Answer answer) {
        return bind(BenchTopology.engine(Millrace.topology("hop", t -> kept(t).to(KEPT))), answer);
    }

    @Override
    public Setup setUp(Answer answer, Decided decided) {
        Setup setup = BenchTopology.engine(Millrace.topology("hop-decided", t -> {
            EventStream<TransactionDecoder> kept = kept(t);
            kept.to(KEPT);
            kept.to(DECIDED);
        }));
        return bind(setup, answer).outputWithMeta(DECIDED, (tx, meta) -> decided.on(tx.id(), meta.intendedNs()));
    }

    private static Setup bind(Setup setup, Answer answer) {
        return setup.output(
                KEPT, tx -> answer.hit(Arithmetic.hash0(tx.id(), Arithmetic.mapped(tx.amountCents(), tx.country()))));
    }
}
