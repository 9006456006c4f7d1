package io.millrace.bench.topologies;

import static io.millrace.bench.topologies.Messages.TRADED;
import static io.millrace.bench.topologies.Messages.TRANSACTION;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;
import static io.millrace.operators.join.AsOf.backward;
import static io.millrace.operators.window.Window.tumbling;

import io.millrace.bench.message.TradedDecoder;
import io.millrace.bench.message.TradedEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Tx;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Setup;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import java.time.Duration;

/** W5: each trade beside the last quote of its instrument; of each instrument and minute volume, turnover and spread. */
final class W5Topology implements BenchTopology {
    private static final InPlaceOutput<TradedDecoder, TradedEncoder> MINUTES = Output.of("minutes", TRADED);
    private static final Output<TransactionDecoder> DECIDED = Output.of("decided", TRANSACTION);
    private static final long NS_PER_MS = 1_000_000;

    private static final class Minute extends Aggregates<Joined<TransactionDecoder, TransactionDecoder>> {
        final LongValue instrument = longKey();
        final LongValue trades = count();
        final LongValue volume = sum(j -> Arithmetic.size(j.left().merchant()));
        final LongValue turnover =
                sum(j -> Arithmetic.size(j.left().merchant()) * j.left().amountCents());
        final LongValue spread = sum(Minute::weightedSpread);

        private static long weightedSpread(Joined<TransactionDecoder, TransactionDecoder> j) {
            TransactionDecoder trade = j.left();
            TransactionDecoder quote = j.right();
            long ask = Arithmetic.ask(quote.amountCents(), quote.merchant());
            return Arithmetic.size(trade.merchant()) * Arithmetic.spread(trade.amountCents(), quote.amountCents(), ask);
        }
    }

    private static void minutes(EventStream<TransactionDecoder> events) {
        EventStream<TransactionDecoder> sound = events.filter(e -> e.amountCents() > 0);
        KeyedStream<TransactionDecoder> quotes =
                sound.filter(e -> e.kind() == Tx.QUOTE).keyBy(TransactionDecoder::card);
        sound.filter(e -> e.kind() != Tx.QUOTE)
                .keyBy(TransactionDecoder::card)
                .asOf("quote", quotes, backward().onArrival().inner())
                .window("minute", tumbling(Duration.ofMillis(Arithmetic.MINUTE_MS)))
                .aggregate(Minute::new)
                .to(MINUTES, W5Topology::write);
    }

    private static void write(Minute m, TradedEncoder out) {
        out.instrument(m.instrument.get())
                .startMs(m.windowStartNs() / NS_PER_MS)
                .trades(m.trades.get())
                .volume(m.volume.get())
                .turnover(m.turnover.get())
                .spread(m.spread.get());
    }

    @Override
    public Setup setUp(Answer answer) {
        return bind(BenchTopology.engine(Millrace.topology("w5", t -> minutes(t.from(TRANSACTIONS)))), answer);
    }

    @Override
    public Setup setUp(Answer answer, Decided decided) {
        Setup setup = BenchTopology.engine(Millrace.topology("w5-decided", t -> {
            EventStream<TransactionDecoder> events = t.from(TRANSACTIONS);
            minutes(events);
            events.filter(e -> e.amountCents() > 0).to(DECIDED);
        }));
        return bind(setup, answer).outputWithMeta(DECIDED, (e, meta) -> decided.on(e.id(), meta.intendedNs()));
    }

    private static Setup bind(Setup setup, Answer answer) {
        return setup.output(
                MINUTES,
                m -> answer.hit(Arithmetic.hash5(
                        m.instrument(), m.startMs(), m.trades(), m.volume(), m.turnover(), m.spread())));
    }
}
