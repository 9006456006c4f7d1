package io.millrace.bench.identical;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.window.Window;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * What is run: look-back, timers of keys in parallel, windows, sessions, a join by time, ids that come twice, sums of floating point,
 * whose last bits are those of the order in which they were added. Its input brings its own time and ends, so that no clock has a say in it.
 */
final class Mixed {
    static final int CARDS = 5_003;

    /** A payment, or with kind 1 a login. One of 64 comes twice, the second time out of order. */
    record Happening(long id, long card, long cents, int kind, long timeMs) {
        static Happening of(long i) {
            long n = i % 64 == 63 ? i - 17 : i;
            long mixed = (n + 1) * 0x9E3779B97F4A7C15L;
            mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
            mixed ^= mixed >>> 32;
            long card = Math.min(mixed & 0xFFF, mixed >>> 12 & 0x1FFF) % CARDS; // some have many, most have few
            return new Happening(n, card, (mixed >>> 40) - 2_000_000, (mixed >>> 36 & 3) == 3 ? 1 : 0, n / 4);
        }
    }

    /** A payment beside what came before it. */
    record Spree(long card, long payments, double mean) {}

    /** The payments of a card in a second. */
    record Second(long card, long startMs, long payments, double euros) {}

    /** The payments of a card in one go. */
    record Session(long card, long startNs, long payments, double euros) {}

    /** A card has been silent. */
    record Silent(long card, long id) {}

    /** A payment with the login before it. */
    record Pair(long id, long login) {}

    static final Input<Happening> IN = Input.of("in", Happening.class)
            .eventTime(Happening::timeMs, TimeUnit.MILLISECONDS)
            .disorder(Duration.ofMillis(10))
            .historic();
    static final Output<Spree> SPREES = Output.of("sprees", Spree.class);
    static final Output<Second> SECONDS = Output.of("seconds", Second.class);
    static final Output<Silent> SILENT = Output.of("silent", Silent.class);
    static final Output<Pair> PAIRS = Output.of("pairs", Pair.class);
    static final Output<Session> SESSIONS = Output.of("sessions", Session.class);

    private Mixed() {}

    /** The last ten seconds of a card. */
    static final class Recent extends LookBack<Happening> {
        final Span<Happening> recent = last(Duration.ofSeconds(10));
        final Sum sum = recent.of(Sum::new);
    }

    /** A sum that is another one in another order. */
    static final class Sum extends Aggregates<Happening> {
        final LongValue payments = count();
        final DoubleValue euros = sumDouble(Mixed::euros);
    }

    /** What is computed of a second, and of a session. */
    static final class Totals extends Aggregates<Happening> {
        final LongValue payments = count();
        final DoubleValue euros = sumDouble(Mixed::euros);
        final LongValue card = min(Happening::card);
    }

    /** Says when a card has had no event for a while. */
    static final class Silence extends KeyedProcess {
        final LongState last = longState("last");
        final Emit<Silent> silent = emits("silent", Silent.class);
        final Timer silence = timer("silence", this::fell);

        Silence(On<Happening> events) {
            on(events, e -> {
                last.set(e.id());
                silence.at(nowNs() + 1_000_500_000L);
            });
        }

        private void fell() {
            silent.emit(new Silent(key(), last.get()));
        }
    }

    /**
     * The topology.
     *
     * @param twoThreads half of it on a thread of its own
     * @param outside    changes amounts; nothing but a function of its argument is allowed, which is what is to be seen
     */
    static Topology topology(boolean twoThreads, LongUnaryOperator outside) {
        return Millrace.topology("mixed", t -> {
            var once = t.from(IN).keyBy(Happening::id).dedupe("once", Duration.ofSeconds(1));
            var all = once.map(
                    Happening.class,
                    h -> new Happening(h.id(), h.card(), outside.applyAsLong(h.cents()), h.kind(), h.timeMs()));
            var payments = all.filter(h -> h.kind() == 0);
            payments.keyBy(Happening::card)
                    .lookBack("recent", Recent::new)
                    .filter(r -> r.sum.payments.get() > 3)
                    .to(SPREES, r -> new Spree(r.event().card(), r.sum.payments.get(), mean(r.sum)));
            var second = twoThreads ? payments.onThread("second") : payments;
            var byCard = second.keyBy(Happening::card);
            byCard.window("totals", Window.tumbling(Duration.ofSeconds(1)))
                    .aggregate(Totals::new)
                    .to(
                            SECONDS,
                            w -> new Second(
                                    w.card.get(), w.windowStartNs() / 1_000_000, w.payments.get(), w.euros.get()));
            payments.keyBy(Happening::card)
                    .window("in-one-go", Window.session(Duration.ofMillis(300)))
                    .aggregate(Totals::new)
                    .to(SESSIONS, w -> new Session(w.card.get(), w.windowStartNs(), w.payments.get(), w.euros.get()));
            all.keyBy(Happening::card)
                    .parallel("cards", twoThreads ? 2 : 1)
                    .process("silence", Duration.ofDays(1), Silence::new)
                    .out(s -> s.silent)
                    .to(SILENT);
            var logins = all.filter(h -> h.kind() == 1).keyBy(Happening::card);
            byCard.asOf(
                            "login",
                            logins,
                            AsOf.backward().tolerance(Duration.ofSeconds(5)).inner())
                    .to(PAIRS, j -> new Pair(j.left().id(), j.right().id()));
        });
    }

    private static double mean(Sum of) {
        return StrictMath.log1p(StrictMath.abs(of.euros.get() / of.payments.get()));
    }

    /** Thirds are no binary fractions, so that sums of them are rounded. */
    private static double euros(Happening h) {
        return h.cents() / 300.0;
    }
}
