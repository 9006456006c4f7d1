package io.millrace.examples.velocity;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Emitter;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Three patterns over the events of a card, each within a minute. */
public final class VelocityTopology {
    /** Logins and payments. An earlier time than the newest taken is late. */
    public static final Input<CardEvent> EVENTS = Input.of("events", CardEvent.class)
            .eventTime(CardEvent::timeMs, TimeUnit.MILLISECONDS)
            .historic();

    /** What the rules have found, in the order of finding; an alert of many events in parts. */
    public static final Output<Alert> ALERTS = Output.of("alerts", Alert.class);

    /** Small payments that one alert names at most: as many as a step takes, less one. One that leaves further ones out is cut; how many are, the table says. */
    static final int SMALL_MOST = 1_023;

    /** Events that one part of an alert names: as many as its text has room for. */
    static final int IDS_OF_PART = 195;

    /** A card may have as many in a minute that have led to nothing yet. */
    private static final int PARTIALS_MOST = 4_096;

    static final String PROBING = "probing";
    static final String GUESSING = "guessing";
    static final String LOGIN_ONLY = "login-only";

    private static final Duration WITHIN = Duration.ofMinutes(1);

    /** Small payments, then a large one: a stolen number is tried out. */
    static final class Probing extends EventPattern<CardEvent> {
        final Step<CardEvent> small = begin(p -> p.amount() < 2.00)
                .times(2, SMALL_MOST + 1)
                .greedy(); // the last one tells that there are more
        final Step<CardEvent> large = followedBy(p -> p.amount() >= 100.00);

        Probing() {
            partialsAtMost(PARTIALS_MOST);
        }

        /** One behind the other: a row has room for so many events. */
        void parts(Emitter<Alert> out) {
            int count = Math.min(small.count(), SMALL_MOST) + 1;
            for (int i = 0; i < count; i += IDS_OF_PART) {
                out.emit(part(i, Math.min(i + IDS_OF_PART, count), count));
            }
        }

        private Alert part(int from, int to, int count) {
            CardEvent last = large.event();
            long card = last.card();
            long lastId = last.id();
            long timeMs = last.timeMs();
            StringBuilder ids = new StringBuilder();
            for (int i = from; i < to; i++) {
                ids.append(i == from ? "" : " ")
                        .append(i + 1 == count ? lastId : small.event(i).id());
            }
            boolean cut = small.count() > SMALL_MOST;
            return new Alert(PROBING, card, small.first().id(), lastId, ids.toString(), timeMs, to < count, cut);
        }
    }

    /** Declined three times in a row, then approved at once: a code was guessed. */
    static final class Guessing extends EventPattern<CardEvent> {
        final Step<CardEvent> declined = begin(p -> !p.approved()).times(3).consecutive();
        final Step<CardEvent> approved = next(CardEvent::approved);

        Alert alert() {
            CardEvent last = approved.event();
            String ids = declined.event(0).id() + " " + declined.event(1).id() + " "
                    + declined.event(2).id() + " " + last.id();
            return new Alert(GUESSING, last.card(), declined.first().id(), last.id(), ids, last.timeMs(), false, false);
        }
    }

    /** A login and no payment: somebody looked around. */
    static final class LoginOnly extends EventPattern<CardEvent> {
        final Step<CardEvent> login = begin(e -> !e.payment());

        LoginOnly() {
            notFollowedBy(CardEvent::payment);
            partialsAtMost(PARTIALS_MOST);
        }

        Alert alert() {
            CardEvent e = login.event();
            return new Alert(
                    LOGIN_ONLY,
                    e.card(),
                    e.id(),
                    e.id(),
                    Long.toString(e.id()),
                    e.timeMs() + WITHIN.toMillis(),
                    false,
                    false);
        }
    }

    private VelocityTopology() {}

    /**
     * The topology.
     *
     * @return to be run by any host
     */
    public static Topology of() {
        return Millrace.topology("velocity", t -> {
            KeyedStream<CardEvent> events = t.from(EVENTS).onTime().keyBy(CardEvent::card);
            KeyedStream<CardEvent> payments = events.filter(CardEvent::payment);
            payments.pattern(PROBING, WITHIN, Probing::new)
                    .flatMap(Alert.class, SMALL_MOST / IDS_OF_PART + 1, Probing::parts)
                    .to(ALERTS);
            payments.pattern(GUESSING, WITHIN, Guessing::new).to(ALERTS, Guessing::alert);
            events.pattern(LOGIN_ONLY, WITHIN, LoginOnly::new).to(ALERTS, LoginOnly::alert);
        });
    }
}
