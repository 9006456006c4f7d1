package io.millrace.bench.topologies;

import static io.millrace.bench.topologies.Messages.TRANSACTION;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Setup;
import io.millrace.event.Output;
import io.millrace.topology.Topology;

/** W0 with one operator, its filter: the receiver does the rest, as a handler of a raw ring does, and no second message is made. */
public final class HopTopology implements BenchTopology {
    private static final Output<TransactionDecoder> KEPT = Output.of("kept", TRANSACTION);

    private static final Topology TOPOLOGY = Millrace.topology(
            "hop", t -> t.from(TRANSACTIONS).filter(tx -> tx.amountCents() > 0).to(KEPT));

    @Override
    public Setup setUp(Answer answer) {
        return BenchTopology.engine(TOPOLOGY).output(KEPT, tx -> take(tx, answer));
    }

    /** One receiver, which says when, too. */
    @Override
    public Setup setUp(Answer answer, Decided decided) {
        return BenchTopology.engine(TOPOLOGY).outputWithMeta(KEPT, (tx, meta) -> {
            take(tx, answer);
            decided.on(tx.id(), meta.intendedNs());
        });
    }

    private static void take(TransactionDecoder tx, Answer answer) {
        answer.hit(Arithmetic.hash0(tx.id(), Arithmetic.mapped(tx.amountCents(), tx.country())));
    }
}
