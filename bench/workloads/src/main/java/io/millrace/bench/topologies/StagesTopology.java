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
import java.util.ArrayList;
import java.util.List;

/**
 * W0 in two halves, or in front of three sinks: what a thread for a stage costs and brings. Each half maps the event and does some
 * arithmetic besides, little or much; the results are those of W0.
 */
public final class StagesTopology implements BenchTopology {
    private static final int SINKS = 3;

    /** Rounds of arithmetic in each half: nothing, or about a microsecond. */
    private static final int LIGHT = 0;

    private static final int HEAVY = 500;

    private final int sinks;
    private final int rounds;
    private final boolean threads;

    /** The results of the sinks but the first; each belongs to the thread of its sink until the system has settled. */
    private final List<Answer> others = new ArrayList<>();

    private StagesTopology(int sinks, int rounds, boolean threads) {
        this.sinks = sinks;
        this.rounds = rounds;
        this.threads = threads;
    }

    /** Two halves, the second on a thread of its own or not. */
    public static StagesTopology halves(boolean heavy, boolean threads) {
        return new StagesTopology(1, heavy ? HEAVY : LIGHT, threads);
    }

    /** Three sinks, each of a thread of its own, that all get every result. */
    public static StagesTopology threeSinks() {
        return new StagesTopology(SINKS, LIGHT, true);
    }

    @Override
    public Setup setUp(Answer answer) {
        return setUp(answer, null);
    }

    /** What an event reaches last is measured: the second half, the last of three sinks. */
    @Override
    public Setup setUp(Answer answer, Decided decided) {
        List<InPlaceOutput<MappedDecoder, MappedEncoder>> outputs = new ArrayList<>();
        for (int i = 0; i < sinks; i++) {
            outputs.add(Output.of("results-" + i, MAPPED));
        }
        Setup setup = BenchTopology.engine(Millrace.topology(
                "stages", t -> outputs.forEach(o -> build(t, outputs.indexOf(o)).to(o))));
        for (int i = 0; i < sinks; i++) {
            Answer own = i == 0 ? answer : new Answer();
            if (i > 0) {
                others.add(own);
            }
            boolean measured = decided != null && i == sinks - 1;
            setup.outputWithMeta(outputs.get(i), (result, meta) -> {
                own.hit(Arithmetic.hash0(result.id(), result.value()));
                if (measured) {
                    decided.on(result.id(), meta.intendedNs());
                }
            });
        }
        return setup;
    }

    private EventStream<MappedDecoder> build(TopologyBuilder t, int sink) {
        EventStream<TransactionDecoder> kept = t.from(TRANSACTIONS).filter(tx -> tx.amountCents() > 0);
        if (sinks > 1) {
            return kept.onThread("sink-" + sink).map(MAPPED, this::first);
        }
        EventStream<MappedDecoder> half = kept.map(MAPPED, this::first).map(MAPPED, this::second);
        return threads ? half.onThread("second") : half;
    }

    private void first(TransactionDecoder tx, MappedEncoder out) {
        out.id(tx.id()).value(worked(Arithmetic.mapped(tx.amountCents(), tx.country())));
    }

    private void second(MappedDecoder in, MappedEncoder out) {
        out.id(in.id()).value(worked(in.value()));
    }

    /** The value itself, but for one chance in 2^64; the JIT does not know that, and does the work. */
    private long worked(long value) {
        long z = value;
        for (int i = 0; i < rounds; i++) {
            z = Arithmetic.mix(z);
        }
        return rounds > 0 && z == 42 ? value + 1 : value;
    }

    @Override
    public void requireSame(Answer answer) {
        for (Answer other : others) {
            if (!other.equals(answer)) {
                throw new IllegalStateException("one sink has " + answer + ", another " + other);
            }
        }
    }
}
