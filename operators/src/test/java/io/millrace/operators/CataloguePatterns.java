package io.millrace.operators;

import static io.millrace.operators.CatalogueSnippets.ALERTS;
import static io.millrace.operators.CatalogueSnippets.PAYMENTS;
import static io.millrace.operators.CatalogueSnippets.PROFILES;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.operators.CatalogueSnippets.Alert;
import io.millrace.operators.CatalogueSnippets.Payment;
import io.millrace.operators.CatalogueSnippets.Profile;

/** The part of {@link CatalogueSnippets} about patterns. */
final class CataloguePatterns {
    private CataloguePatterns() {}

    // region: pattern
    static class Probing extends EventPattern<Payment> {
        final Step<Payment> small = begin(p -> p.cents() < 200).times(2, 20).greedy();
        final Step<Payment> large =
                followedBy(p -> p.cents() > 100 * small.last().cents());
    }

    static class Emptied extends EventPattern<Payment> {
        final Step<Payment> first = begin(p -> p.cents() < 200);
        final Group<Rising> rising = followedBy(() -> new Rising(first));
        final Group<Probing> probing = or(Probing::new);
    }

    static class Rising extends EventPattern<Payment> {
        final Step<Payment> more;
        final Step<Payment> most;

        Rising(Step<Payment> than) {
            more = begin(p -> p.cents() > 2 * than.event().cents());
            most = followedBy(p -> p.cents() > 2 * more.event().cents()).within(ofSeconds(20));
        }
    }

    static class Idle extends EventPattern.Mixed {
        final Step<Profile> change;

        Idle(On<Profile> profiles, On<Payment> payments) {
            change = begin(profiles, p -> !p.closed());
            notFollowedBy(payments, p -> true);
        }
    }
    // endregion

    static void pattern(TopologyBuilder t) {
        // region: pattern
        KeyedStream<Payment> payments = t.from(PAYMENTS).keyBy(Payment::card);
        payments.pattern("emptied", ofMinutes(1), Emptied::new)
                .to(ALERTS, m -> new Alert(m.first.event().card(), m.rising.isPresent() ? 1 : 2));
        payments.pattern("probing", ofMinutes(1), Probing::new)
                .timedOut(side -> side.filter(m -> m.small.count() > 5)
                        .to(ALERTS, m -> new Alert(m.small.first().card(), 0)))
                .to(
                        ALERTS,
                        m -> new Alert(m.large.event().card(), m.large.event().cents()));
        t.from(PROFILES)
                .keyBy(Profile::card)
                .pattern("idle", ofHours(1), payments, Idle::new)
                .to(ALERTS, m -> new Alert(m.change.event().card(), 0));
        // endregion
    }
}
