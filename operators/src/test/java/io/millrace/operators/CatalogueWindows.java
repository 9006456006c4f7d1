package io.millrace.operators;

import static io.millrace.operators.CatalogueSnippets.ALERTS;
import static io.millrace.operators.CatalogueSnippets.PAYMENTS;
import static io.millrace.operators.window.Window.count;
import static io.millrace.operators.window.Window.slidingCount;
import static java.time.Duration.ofSeconds;

import io.millrace.dsl.TopologyBuilder;
import io.millrace.operators.CatalogueSnippets.Alert;
import io.millrace.operators.CatalogueSnippets.Payment;
import io.millrace.operators.CatalogueSnippets.Spend;

/** The part of {@link CatalogueSnippets} about windows of so many events. */
final class CatalogueWindows {
    private CatalogueWindows() {}

    static void window(TopologyBuilder t) {
        // region: window
        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .window("last-hundred", slidingCount(100, 10).emitOnUpdate())
                .aggregate(Spend::new)
                .to(ALERTS, s -> new Alert(s.card.get(), s.cents.get()));

        t.from(PAYMENTS)
                .keyBy(Payment::card)
                .window("of-fifty", count(50).every(10).early(ofSeconds(5)).retracting())
                .aggregate(Spend::new)
                .to(ALERTS, s -> new Alert(s.card.get(), s.cents.get()));
        // endregion
    }
}
