package io.millrace.operators;

import static io.millrace.operators.CatalogueSnippets.ALERTS;
import static io.millrace.operators.CatalogueSnippets.PASSED;
import static io.millrace.operators.CatalogueSnippets.PAYMENTS;
import static io.millrace.operators.CatalogueSnippets.PROFILES;
import static io.millrace.operators.CatalogueSnippets.RATES;
import static io.millrace.operators.CatalogueSnippets.REFUNDS;
import static io.millrace.operators.CatalogueSnippets.RULES;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.DoubleValues;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.operators.CatalogueSnippets.Alert;
import io.millrace.operators.CatalogueSnippets.Payment;
import io.millrace.operators.CatalogueSnippets.Profile;
import io.millrace.operators.CatalogueSnippets.Rate;
import io.millrace.operators.CatalogueSnippets.Rules;
import io.millrace.operators.CatalogueSnippets.Spree;
import io.millrace.operators.FlatType.FlatWriter;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.window.Window;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What words have that the catalogue does not show: ways to run them that keep something of their own. */
final class FurtherWords {
    record Both(Joined<Payment, Rate> sure, Joined<Payment, Rate> recent) {}

    private FurtherWords() {}

    /** Each left event says its own end. */
    static void until(TopologyBuilder t) {
        KeyedStream<Payment> refunds = t.from(REFUNDS).keyBy(Payment::card);
        Interval<Payment> open = Interval.until(Payment.class, p -> p.timeMs() + p.cents(), TimeUnit.MILLISECONDS)
                .full();
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .join("open", refunds, open)
                .to(
                        ALERTS,
                        j -> new Alert(
                                j.hasLeft() ? j.left().card() : -1,
                                j.hasRight() ? j.right().cents() : -1));
    }

    /** What stands together is in one session of both, or in one window of several that overlap. */
    static void sessionsOfBoth(TopologyBuilder t) {
        KeyedStream<Payment> refunds = t.from(REFUNDS).keyBy(Payment::card);
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .join(
                        "visit",
                        refunds,
                        Interval.sameWindow(Window.session(Duration.ofSeconds(20)))
                                .full())
                .to(
                        ALERTS,
                        j -> new Alert(
                                j.hasLeft() ? j.left().card() : -1,
                                j.hasRight() ? j.right().cents() : -1));
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .join(
                        "spell",
                        refunds,
                        Interval.sameWindow(Window.hopping(Duration.ofSeconds(20), Duration.ofSeconds(8)))
                                .full())
                .to(
                        ALERTS,
                        j -> new Alert(
                                j.hasLeft() ? j.left().card() : -1,
                                j.hasRight() ? j.right().cents() : -1));
    }

    /** The last of both, of which those that nothing has matched come alone as they are given up. */
    static void lastOfBoth(TopologyBuilder t) {
        KeyedStream<Payment> refunds = t.from(REFUNDS).keyBy(p -> p.card() % 3);
        t.from(PAYMENTS)
                .keyBy(p -> p.card() % 5)
                .join(
                        "last-of-both",
                        refunds,
                        Interval.anyTime().eventsAtMost(2).evictOldest().full())
                .to(
                        ALERTS,
                        j -> new Alert(
                                j.hasLeft() ? j.left().card() : -1,
                                j.hasRight() ? j.right().cents() : -1));
    }

    /** Several words that are asked for the same keys: their rows are put together. */
    static void shared(TopologyBuilder t) {
        KeyedStream<Payment> cards = t.from(PAYMENTS).keyBy(Payment::card).keysAtMost(16);
        cards.lookBack("spree", Spree::new).to(ALERTS, s -> new Alert(s.event().card(), s.cents.get()));
        cards.dedupe("once", Duration.ofSeconds(30)).to(PASSED);
    }

    static final class Spent extends Aggregates<Payment> {
        final LongValue card = longKey();
        final LongValue cents = sum(Payment::cents);
    }

    /** Words that keep the row of a key, and with it which window it stands for. */
    static void rowsOfWindows(TopologyBuilder t) {
        KeyedStream<Alert> spent = t.from(PAYMENTS)
                .keyBy(Payment::card)
                .window(
                        "spent",
                        Window.session(Duration.ofSeconds(2))
                                .allowedLateness(Duration.ofDays(1))
                                .emitOnUpdate())
                .aggregate(Spent::new)
                .map(Alert.class, s -> new Alert(s.card.get(), s.cents.get()));
        KeyedStream<Profile> profiles = t.from(PROFILES).keyBy(Profile::card);
        spent.tableJoin("beside", profiles, JoinKind.LEFT)
                .to(ALERTS, j -> new Alert(1, j.left().cents()));
        spent.group("by-cents")
                .by(a -> a.cents() % 7)
                .aggregate(OfAlerts::new)
                .to(ALERTS, a -> new Alert(2, a.sum.get()));
        spent.group("for-a-while")
                .by(a -> a.cents() % 5)
                .forgetAfter(Duration.ofSeconds(20))
                .aggregate(OfAlerts::new)
                .to(ALERTS, a -> new Alert(5, a.sum.get()));
        spent.changelog("changes").keyBy(a -> a.cents() % 5).to(ALERTS, a -> new Alert(3, a.cents()));
        profiles.lookup("spent-of", t.table("spent-rows", spent))
                .filter(j -> j.hasRight())
                .to(ALERTS, j -> new Alert(4, j.right().cents()));
    }

    static final class Changed extends Aggregates<Payment> {
        final LongValue card = longKey();
        final LongValue cents = sum(Payment::cents);
        final LongValue least = min(Payment::cents);
    }

    /** Windows over changes keep rows, and free them. */
    static void windowsOfChanges(TopologyBuilder t) {
        t.from(PAYMENTS)
                .keyBy(p -> p.terminal() % 3)
                .changelog("latest")
                .keyBy(p -> p.card() % 2)
                .window(
                        "of-latest",
                        Window.hopping(Duration.ofSeconds(3), Duration.ofSeconds(2))
                                .allowedLateness(Duration.ofDays(1))
                                .emitOnUpdate())
                .ofChanges(Payment::timeMs, TimeUnit.MILLISECONDS)
                .rowsAtMost(4)
                .aggregate(Changed::new)
                .to(ALERTS, s -> new Alert(s.cents.get(), s.least.get()));
    }

    static final class OfAlerts extends Aggregates<Alert> {
        final LongValue sum = sum(Alert::cents);
    }

    /** Answers that come later, and are put together. */
    static void waiting(TopologyBuilder t) {
        KeyedStream<Rate> rates = t.from(RATES).keyByText(Rate::country);
        KeyedStream<Payment> payments = t.from(PAYMENTS).keyByText(Payment::country);
        payments.with(
                        payments.asOf("sure", rates, AsOf.backward()),
                        payments.asOf("recent", rates, AsOf.backward().tolerance(Duration.ofSeconds(1))),
                        (p, sure, recent) -> new Both(sure, recent))
                .to(ALERTS, b -> new Alert(b.sure().left().card(), b.recent().hasRight() ? 1 : 0));
    }

    static void mapInPlace(TopologyBuilder t) {
        t.from(PAYMENTS)
                .map(
                        t.setting("rules", RULES, new Rules(3)),
                        FlatType.FLAT,
                        (Payment p, Rules r, FlatWriter out) -> out.length((int) (r.limit() % 5)))
                .map(Alert.class, f -> new Alert(f.tail(), 0))
                .to(ALERTS);
    }

    /** On three threads; what stands between them is told where progress is held. */
    static void staged(TopologyBuilder t) {
        KeyedStream<Payment> first = t.from(PAYMENTS)
                .onThread("first")
                .keyBy(Payment::card)
                .defer("later", Duration.ofMinutes(10))
                .onThread("second");
        first.keyBy(Payment::card)
                .dedupe("once", Duration.ofMinutes(10))
                .onThread("third")
                .to(PASSED);
    }

    static final class Apart extends Aggregates<Payment> {
        final LongValues largest = largest(10, Payment::cents);
        final DoubleValues odd = largestDouble(6, p -> p.cents() % 2 == 0 ? Double.NaN : p.cents());
        final LongValue devices = distinct(Payment::terminal, 16);
    }

    /** What has room for more values than there are. */
    static void apart(TopologyBuilder t) {
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .window("apart", Window.session(Duration.ofSeconds(5)))
                .aggregate(Apart::new)
                .to(ALERTS, a -> new Alert(a.largest.size() + 100L * a.odd.size(), a.devices.get()));
    }

    static final class Steps extends LookBack<Payment> {
        final Apart recent =
                last(Duration.ofSeconds(40)).every(Duration.ofSeconds(2)).of(Apart::new);
    }

    static void steps(TopologyBuilder t) {
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .lookBack("steps", Steps::new)
                .to(
                        ALERTS,
                        s -> new Alert(s.recent.largest.size() + 100L * s.recent.odd.size(), s.recent.devices.get()));
    }

    /** A table that is full. */
    static void bounded(TopologyBuilder t) {
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .keysAtMost(2)
                .lookup("profile", t.table("profiles", PROFILES, Profile::card))
                .to(
                        ALERTS,
                        j -> new Alert(j.left().card(), j.hasRight() ? j.right().meanCents() : -1));
    }

    /** More rows name one that changes than an entry tells of it: the others are told with the entries behind it. */
    static void named(TopologyBuilder t) {
        t.from(PAYMENTS)
                .keyBy(Payment::timeMs, Payment::cents)
                .foreignKeyJoin("named", p -> 0, t.from(PROFILES).keyBy(Profile::card), JoinKind.INNER)
                .filter(j -> j.left().timeMs() % 64 == 0)
                .to(ALERTS, j -> new Alert(j.left().card(), j.right().meanCents()));
    }
}
