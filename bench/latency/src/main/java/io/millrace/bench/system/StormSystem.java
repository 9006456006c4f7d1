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
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Windows of many cards that all end at one moment, and other events that have nothing to do with them and are measured. A run at
 * full speed opens a window for each card; the next paced run begins by ending them all ({@code storm}) or not ({@code calm}).
 *
 * <p>Inputs are historic, so that what is due waits for the next event; or live, with an owner that has time pass whenever no event is due
 * ({@code live-calm}, {@code live-storm}), which fires it meanwhile.
 */
final class StormSystem implements SystemUnderTest {
    private static final String STORM = "storm";
    private static final String CALM = "calm";
    private static final String LIVE = "live-";

    /** Each without a storm and with it. */
    static final List<String> NAMES = List.of(CALM, STORM, LIVE + CALM, LIVE + STORM);

    private static final long SIZE_MS = 1_000;
    private static final InPlaceOutput<TotalDecoder, TotalEncoder> TOTALS = Output.of("totals", Messages.TOTAL);
    private static final Output<TransactionDecoder> DECIDED = Output.of("decided", Messages.TRANSACTION);

    private final boolean ends;
    private final boolean live;
    private final Answer answer = new Answer();
    private final Header header = new Header();
    private final Inline inline;
    private final Claims<TransactionEncoder> cards;
    private final Claims<TransactionEncoder> others;
    private long nowMs;
    private boolean open;

    /** When the event before was due, and so how long it is until the next; live only. */
    private long lastNs;

    private static InPlaceInput<TransactionDecoder, TransactionEncoder> input(String name, boolean live) {
        InPlaceInput<TransactionDecoder, TransactionEncoder> input =
                Input.of(name, Messages.TRANSACTION).eventTime(TransactionDecoder::timeMs, TimeUnit.MILLISECONDS);
        return live ? input.live() : input.historic();
    }

    /** What is kept of a card in a second. */
    private static final class Second extends Aggregates<TransactionDecoder> {
        final LongValue card = longKey();
        final LongValue count = count();
    }

    StormSystem(Conditions conditions, String name) {
        ends = name.endsWith(STORM);
        live = name.startsWith(LIVE);
        InPlaceInput<TransactionDecoder, TransactionEncoder> ofCards = input("cards", live);
        InPlaceInput<TransactionDecoder, TransactionEncoder> ofOthers = input("others", live);
        Latencies latencies = conditions.latencies();
        inline = BenchTopology.engine(topology(ofCards, ofOthers))
                .output(TOTALS, total -> answer.hit(total.card()))
                .outputWithMeta(DECIDED, (e, meta) -> {
                    if (latencies != null) {
                        latencies.decided(e.id(), meta.intendedNs());
                    }
                })
                .inline();
        cards = inline.claims(ofCards);
        others = inline.claims(ofOthers);
    }

    private static Topology topology(
            InPlaceInput<TransactionDecoder, TransactionEncoder> ofCards,
            InPlaceInput<TransactionDecoder, TransactionEncoder> ofOthers) {
        return Millrace.topology("storm", t -> {
            t.from(ofCards)
                    .keyBy(TransactionDecoder::card)
                    .window("second", Window.tumbling(Duration.ofMillis(SIZE_MS)))
                    .aggregate(Second::new)
                    .to(TOTALS, (s, out) -> out.card(s.card.get()).count(s.count.get()));
            t.from(ofOthers).filter(e -> e.amountCents() > 0).to(DECIDED);
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
        if (live) {
            passTime(intendedNs);
        }
    }

    /** As an owner does that looks for events first: where the next one is due already it comes first. */
    private void passTime(long intendedNs) {
        long nextNs = intendedNs + (intendedNs - lastNs);
        lastNs = intendedNs;
        if (System.nanoTime() < nextNs) {
            inline.doWork(TimeUnit.MILLISECONDS.toNanos(nowMs));
        }
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
