package io.millrace.bench.scale;

import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.TotalDecoder;
import io.millrace.bench.message.TotalEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import java.time.Duration;

/** Sums a card and tumbling window, 1,000 cards and 100,000 events in a window however long it is. By hand: two arrays. */
final class Windows implements Pair {
    static final int CARDS = 1_000;
    static final int EVENTS_A_WINDOW = 100_000;
    private static final long NS_PER_MS = 1_000_000;
    private static final InPlaceOutput<TotalDecoder, TotalEncoder> TOTALS = Output.of("totals", Messages.TOTAL);

    private final long windowMs;
    private final Answer ours = new Answer();
    private final Answer hand = new Answer();
    private final Inline inline;
    private final Claims<TransactionEncoder> claims;
    private final long[] counts = new long[CARDS];
    private final long[] sums = new long[CARDS];
    private long openMs;

    /** What is kept of a card in a window. */
    private static final class Sums extends Aggregates<TransactionDecoder> {
        final LongValue card = longKey();
        final LongValue count = count();
        final LongValue sum = sum(TransactionDecoder::amountCents);
    }

    Windows(long seconds) {
        windowMs = Duration.ofSeconds(seconds).toMillis();
        inline = Engine.of(Millrace.topology(
                        "windows",
                        t -> t.from(TRANSACTIONS)
                                .keyBy(TransactionDecoder::card)
                                .window("sums", Window.tumbling(Duration.ofSeconds(seconds)))
                                .aggregate(Sums::new)
                                .to(
                                        TOTALS,
                                        (s, out) -> out.card(s.card.get())
                                                .startMs(s.windowStartNs() / NS_PER_MS)
                                                .count(s.count.get())
                                                .sum(s.sum.get()))))
                .stateBudget(64L << 20)
                .output(TOTALS, t -> ours.hit(hash(t.card(), t.startMs(), t.count(), t.sum())))
                .inline();
        claims = inline.claims(TRANSACTIONS);
    }

    private static long hash(long card, long startMs, long count, long sum) {
        return Arithmetic.hash1(card, startMs, count, sum, 0);
    }

    private static long card(long i) {
        return (Arithmetic.mix(i) >>> 1) % CARDS;
    }

    private long timeMs(long i) {
        return windowMs + i / EVENTS_A_WINDOW * windowMs + i % EVENTS_A_WINDOW * windowMs / EVENTS_A_WINDOW;
    }

    @Override
    public void ours(long i) {
        claims.claim().card(card(i)).timeMs(timeMs(i)).amountCents(i & 0xffff);
        claims.commit(null);
    }

    @Override
    public void hand(long i) {
        long startMs = timeMs(i) / windowMs * windowMs;
        if (startMs != openMs) {
            end();
            openMs = startMs;
        }
        int card = (int) card(i);
        counts[card]++;
        sums[card] += i & 0xffff;
    }

    private void end() {
        for (int card = 0; card < CARDS; card++) {
            if (counts[card] > 0) {
                hand.hit(hash(card, openMs, counts[card], sums[card]));
                counts[card] = 0;
                sums[card] = 0;
            }
        }
    }

    @Override
    public Answer oursAnswer() {
        return ours;
    }

    @Override
    public Answer handAnswer() {
        return hand;
    }
}
