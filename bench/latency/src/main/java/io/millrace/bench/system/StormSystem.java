package io.millrace.bench.system;

import io.millrace.bench.message.TotalDecoder;
import io.millrace.bench.message.TotalEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.BenchTopology;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Answer;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Inline;
import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.rig.Latencies;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Windows of many cards that all end at one moment, and other events that have nothing to do with them and are measured. A run at
 * full speed opens a window for each card; the next paced run begins by ending them all ({@code storm}) or not ({@code calm}).
 */
final class StormSystem implements SystemUnderTest {
    static final String STORM = "storm";
    static final String CALM = "calm";

    private static final long SIZE_MS = 1_000;
    private static final InPlaceInput<TransactionDecoder, TransactionEncoder> CARDS = input("cards");
    private static final InPlaceInput<TransactionDecoder, TransactionEncoder> OTHERS = input("others");
    private static final InPlaceOutput<TotalDecoder, TotalEncoder> TOTALS = Output.of("totals", Messages.TOTAL);
    private static final Output<TransactionDecoder> DECIDED = Output.of("decided", Messages.TRANSACTION);

    private final boolean ends;
    private final Answer answer = new Answer();
    private final Header header = new Header();
    private final Inline inline;
    private final Claims<TransactionEncoder> cards;
    private final Claims<TransactionEncoder> others;
    private long nowMs;
    private boolean open;

    private static InPlaceInput<TransactionDecoder, TransactionEncoder> input(String name) {
        return Input.of(name, Messages.TRANSACTION)
                .eventTime(TransactionDecoder::timeMs, TimeUnit.MILLISECONDS)
                .historic();
    }

    /** What is kept of a card in a second. */
    private static final class Second extends Aggregates<TransactionDecoder> {
        final LongValue card = longKey();
        final LongValue count = count();
    }

    StormSystem(Conditions conditions, boolean ends) {
        this.ends = ends;
        Latencies latencies = conditions.latencies();
        inline = BenchTopology.engine(topology())
                .output(TOTALS, total -> answer.hit(total.card()))
                .outputWithMeta(DECIDED, (e, meta) -> {
                    if (latencies != null) {
                        latencies.decided(e.id(), meta.intendedNs());
                    }
                })
                .inline();
        cards = inline.claims(CARDS);
        others = inline.claims(OTHERS);
    }

    private static Topology topology() {
        return Millrace.topology("storm", t -> {
            t.from(CARDS)
                    .keyBy(TransactionDecoder::card)
                    .window("second", Window.tumbling(Duration.ofMillis(SIZE_MS)))
                    .aggregate(Second::new)
                    .to(TOTALS, (s, out) -> out.card(s.card.get()).count(s.count.get()));
            t.from(OTHERS).filter(e -> e.amountCents() > 0).to(DECIDED);
        });
    }

    /** Opens a window for each of so many cards. */
    @Override
    public void run(long from, long to) {
        nowMs += 2 * SIZE_MS;
        for (long card = 0; card < to - from; card++) {
            send(cards, card, null);
        }
        open = true;
    }

    @Override
    public void publish(long i, long intendedNs) {
        if (open && ends) {
            nowMs += SIZE_MS;
            send(cards, 0, null);
        }
        open = false;
        send(others, i, header.clear().intendedNs(intendedNs));
    }

    private void send(Claims<TransactionEncoder> to, long id, Header with) {
        to.claim().id(id).card(id).timeMs(nowMs).amountCents(1);
        to.commit(with);
    }

    /** How many windows have ended. */
    @Override
    public Answer answer() {
        return answer.copy();
    }

    @Override
    public void close() {
        inline.close();
    }
}
