package io.millrace.operators;

import static io.millrace.operators.CatalogueSnippets.ALERTS;
import static io.millrace.operators.CatalogueSnippets.LATE;
import static io.millrace.operators.CatalogueSnippets.PAYMENTS;
import static io.millrace.operators.CatalogueSnippets.PROFILES;
import static io.millrace.operators.CatalogueSnippets.RATES;
import static io.millrace.operators.CatalogueSnippets.REFUNDS;
import static io.millrace.operators.join.AsOf.backward;
import static io.millrace.operators.join.Interval.between;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.operators.CatalogueSnippets.Alert;
import io.millrace.operators.CatalogueSnippets.Payment;
import io.millrace.operators.CatalogueSnippets.Profile;
import io.millrace.operators.CatalogueSnippets.Rate;
import io.millrace.operators.join.JoinKind;

/** The part of {@link CatalogueSnippets} about joins. */
final class CatalogueJoins {
    private CatalogueJoins() {}

    static void asOf(TopologyBuilder t) {
        // region: asOf
        KeyedStream<Rate> rates = t.from(RATES).keyByText(Rate::country);
        t.from(PAYMENTS)
                .keyByText(Payment::country)
                .asOf("rate", rates, backward().tolerance(ofHours(1)))
                .lateTo(LATE)
                .filter(j -> j.hasRight())
                .to(ALERTS, j -> new Alert(j.left().card(), j.right().perMille()));
        // endregion
    }

    static void join(TopologyBuilder t) {
        // region: join
        KeyedStream<Payment> refunds = t.from(REFUNDS).keyBy(Payment::card);
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .join("refunded", refunds, between(ZERO, ofHours(1)).left())
                .filter(j -> !j.hasRight())
                .to(ALERTS, j -> new Alert(j.left().card(), j.left().cents()));
        // endregion
    }

    static void tableJoin(TopologyBuilder t) {
        // region: tableJoin
        KeyedStream<Profile> profiles = t.from(PROFILES).keyBy(Profile::card).deleteWhen(Profile::closed);
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .tableJoin("latest", profiles, JoinKind.LEFT)
                .to(
                        ALERTS,
                        j -> new Alert(j.left().card(), j.hasRight() ? j.right().meanCents() : 0));
        // endregion
    }

    static void foreignKeyJoin(TopologyBuilder t) {
        // region: foreignKeyJoin
        KeyedStream<Profile> profiles = t.from(PROFILES).keyBy(Profile::card);
        t.from(PAYMENTS)
                .keyBy(Payment::terminal)
                .foreignKeyJoin("last-card-of-terminal", Payment::card, profiles, JoinKind.INNER)
                .to(ALERTS, j -> new Alert(j.left().card(), j.right().meanCents()));
        // endregion
    }

    static void foreignKeyJoinByText(TopologyBuilder t) {
        // region: foreignKeyJoinByText
        KeyedStream<Rate> rates = t.from(RATES).keyByText(Rate::country);
        t.from(PAYMENTS)
                .keyBy(Payment::terminal)
                .foreignKeyJoinByText("rate-of-last", Payment::country, rates, JoinKind.LEFT)
                .filter(j -> j.hasRight())
                .to(ALERTS, j -> new Alert(j.left().card(), j.right().perMille()));
        // endregion
    }

    static void foreignKeyJoinByFields(TopologyBuilder t) {
        // region: foreignKeyJoinByFields
        KeyedStream<Payment> refunds = t.from(REFUNDS).keyBy(Payment::card, Payment::cents);
        t.from(PAYMENTS)
                .keyBy(Payment::terminal)
                .foreignKeyJoinByFields(
                        "refund-of-last", k -> k.number(Payment::card).number(Payment::cents), refunds, JoinKind.INNER)
                .to(ALERTS, j -> new Alert(j.left().card(), j.right().cents()));
        // endregion
    }

    // region: group
    static class Terminal extends Aggregates<Joined<Payment, Profile>> {
        final LongValue terminal = longKey();
        final LongValue cards = count();
        final LongValue largest = max(j -> j.left().cents());
    }
    // endregion

    static void group(TopologyBuilder t) {
        // region: group
        KeyedStream<Profile> profiles = t.from(PROFILES).keyBy(Profile::card).deleteWhen(Profile::closed);
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .tableJoin("latest-of-card", profiles, JoinKind.INNER)
                .group("by-terminal")
                .by(j -> j.left().terminal())
                .aggregate(Terminal::new)
                .to(ALERTS, a -> new Alert(a.terminal.get(), a.largest.get()));
        // endregion
    }

    static void changelog(TopologyBuilder t) {
        // region: changelog
        KeyedStream<Profile> profiles = t.from(PROFILES).keyBy(Profile::card).deleteWhen(Profile::closed);
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .tableJoin("latest-with-profile", profiles, JoinKind.INNER)
                .changelog("changes")
                .keyBy(j -> j.left().terminal())
                .to(ALERTS, j -> new Alert(j.left().terminal(), j.right().meanCents()));
        // endregion
    }

    static void deleteWhen(TopologyBuilder t) {
        // region: deleteWhen
        KeyedStream<Rate> rates = t.from(RATES).keyByText(Rate::country).deleteWhen(r -> r.perMille() == 0);
        // endregion
        t.from(PAYMENTS)
                .keyByText(Payment::country)
                .asOf("rate", rates, backward())
                .to(ALERTS, j -> new Alert(j.left().card(), 0));
    }
}
