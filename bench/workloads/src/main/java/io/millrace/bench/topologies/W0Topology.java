package io.millrace.bench.topologies;

import static io.millrace.bench.topologies.Messages.MAPPED;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Output;
import io.millrace.topology.Topology;

/** W0: filter and map. */
final class W0Topology implements BenchTopology {
    private static final InPlaceOutput<MappedDecoder, MappedEncoder> RESULTS = Output.of("results", MAPPED);

    private static final Topology TOPOLOGY = Millrace.topology(
            "w0",
            t -> t.from(TRANSACTIONS)
                    .filter(tx -> tx.amountCents() > 0)
                    .map(MAPPED, W0Topology::map)
                    .to(RESULTS));

    private static void map(TransactionDecoder tx, MappedEncoder out) {
        out.id(tx.id()).value(Arithmetic.mapped(tx.amountCents(), tx.country()));
    }

    @Override
    public Setup setUp(Answer answer) {
        return BenchTopology.engine(TOPOLOGY).output(RESULTS, result -> take(result, answer));
    }

    /** One receiver, which says when, too: as in a loop by hand, and no second output of an event. */
    @Override
    public Setup setUp(Answer answer, Decided decided) {
        return BenchTopology.engine(TOPOLOGY).outputWithMeta(RESULTS, (result, meta) -> {
            take(result, answer);
            decided.on(result.id(), meta.intendedNs());
        });
    }

    private static void take(MappedDecoder result, Answer answer) {
        answer.hit(Arithmetic.hash0(result.id(), result.value()));
    }
}
