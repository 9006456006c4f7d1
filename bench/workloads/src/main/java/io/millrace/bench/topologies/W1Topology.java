package io.millrace.bench.topologies;

import static io.millrace.bench.topologies.Messages.TRANSACTION;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;
import static io.millrace.operators.window.Window.tumbling;

import io.millrace.bench.message.TotalDecoder;
import io.millrace.bench.message.TotalEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Output;
import java.time.Duration;
import java.util.function.LongConsumer;

/** W1: count, sum and largest amount of each card in each second, when the second is over. */
final class W1Topology implements BenchTopology {
    private static final InPlaceOutput<TotalDecoder, TotalEncoder> TOTALS = Output.of("totals", Messages.TOTAL);
    private static final Output<TransactionDecoder> DECIDED = Output.of("decided", TRANSACTION);
    private static final long NS_PER_MS = 1_000_000;

    private static final class Second extends Aggregates<TransactionDecoder> {
        final LongValue card = longKey();
        final LongValue count = count();
        final LongValue sum = sum(TransactionDecoder::amountCents);
        final LongValue max = max(TransactionDecoder::amountCents);
    }

    private static void totals(EventStream<TransactionDecoder> events) {
        events.keyBy(TransactionDecoder::card)
                .window("second", tumbling(Duration.ofMillis(Arithmetic.SECOND_MS)))
                .aggregate(Second::new)
                .to(TOTALS, W1Topology::write);
    }

    private static void write(Second s, TotalEncoder out) {
        out.card(s.card.get())
                .startMs(s.windowStartNs() / NS_PER_MS)
                .count(s.count.get())
                .sum(s.sum.get())
                .max(s.max.get());
    }

    @Override
    public Setup setUp(Answer answer) {
        return bind(BenchTopology.engine(Millrace.topology("w1", t -> totals(t.from(TRANSACTIONS)))), answer);
    }

    @Override
    public Setup setUp(Answer answer, Decided decided) {
        Setup setup = BenchTopology.engine(Millrace.topology("w1-decided", t -> {
            EventStream<TransactionDecoder> events = t.from(TRANSACTIONS);
            totals(events);
            events.filter(e -> e.amountCents() > 0).to(DECIDED);
        }));
        return bind(setup, answer).outputWithMeta(DECIDED, (e, meta) -> decided.on(e.id(), meta.intendedNs()));
    }

    /** The same as without latencies; of each result it is said whose second it is of. */
    static Setup setUp(Answer answer, LongConsumer startMs) {
        return BenchTopology.engine(Millrace.topology("w1", t -> totals(t.from(TRANSACTIONS))))
                .output(TOTALS, t -> {
                    hit(answer, t);
                    startMs.accept(t.startMs());
                });
    }

    private static Setup bind(Setup setup, Answer answer) {
        return setup.output(TOTALS, t -> hit(answer, t));
    }

    private static void hit(Answer answer, TotalDecoder t) {
        answer.hit(Arithmetic.hash1(t.card(), t.startMs(), t.count(), t.sum(), t.max()));
    }
}
