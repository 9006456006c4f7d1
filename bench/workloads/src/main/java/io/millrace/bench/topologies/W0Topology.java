package io.millrace.bench.topologies;

import static io.millrace.bench.topologies.Messages.MAPPED;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Output;

/** W0: filter and map. */
final class W0Topology implements BenchTopology {
    private static final InPlaceOutput<MappedDecoder, MappedEncoder> RESULTS = Output.of("results", MAPPED);
    private static final Output<MappedDecoder> DECIDED = Output.of("decided", MAPPED);

    private static EventStream<MappedDecoder> results(TopologyBuilder t) {
        return t.from(TRANSACTIONS).filter(tx -> tx.amountCents() > 0).map(MAPPED, W0Topology::map);
    }

    private static void map(TransactionDecoder tx, MappedEncoder out) {
        out.id(tx.id()).value(Arithmetic.mapped(tx.amountCents(), tx.country()));
    }

    @Override
    public Setup setUp(Answer answer) {
        return bind(BenchTopology.engine(Millrace.topology("w0", t -> results(t).to(RESULTS))), answer);
    }

    @Override
    public Setup setUp(Answer answer, Decided decided) {
        Setup setup = BenchTopology.engine(Millrace.topology("w0-decided", t -> {
            EventStream<MappedDecoder> results = results(t);
            results.to(RESULTS);
            results.to(DECIDED);
        }));
        return bind(setup, answer)
                .outputWithMeta(DECIDED, (result, meta) -> decided.on(result.id(), meta.intendedNs()));
    }

    private static Setup bind(Setup setup, Answer answer) {
        return setup.output(RESULTS, result -> answer.hit(Arithmetic.hash0(result.id(), result.value())));
    }
}
