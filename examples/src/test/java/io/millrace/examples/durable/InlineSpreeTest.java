package io.millrace.examples.durable;

import static io.millrace.examples.durable.DurableSpree.ALERTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Journaling;
import io.millrace.event.Input;
import io.millrace.examples.durable.DurableSpree.Alert;
import io.millrace.examples.durable.DurableSpree.Payment;
import io.millrace.examples.durable.DurableSpree.Spree;
import io.millrace.topology.Topology;
import io.millrace.transport.journal.ArchiveJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host in the caller's thread, on a journal of Aeron's: another thread makes its snapshots, and the next start begins with one. */
@Timeout(120)
class InlineSpreeTest {
    @TempDir
    Path folder;

    /** Without ticks, so that a place is a number of payments. */
    private static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class)
            .eventTime(Payment::timeMs, TimeUnit.MILLISECONDS)
            .historic();

    private static final Topology COUNTS = Millrace.topology(
            "inline-spree",
            t -> t.from(PAYMENTS)
                    .keyBy(Payment::card)
                    .lookBack("hour", Spree::new)
                    .to(ALERTS, s -> new Alert(s.event().card(), s.payments.get(), s.cents.get())));

    private final List<Alert> got = new CopyOnWriteArrayList<>();

    private Inline start(Journaling how) {
        return Engine.of(COUNTS)
                .journal(ArchiveJournal.in(folder.resolve("journal")), how)
                .output(ALERTS, got::add)
                .inline();
    }

    private static void pay(Inline inline, int from, int to) {
        for (int i = from; i < to; i++) {
            inline.publish(PAYMENTS, new Payment(1, i % 4, 100, 1_700_000_000_000L + i));
        }
    }

    @Test
    void shouldBeginWithASnapshotThatWasMadeBesideIt() throws Exception {
        try (Inline inline = start(Journaling.plain().snapshotEvery(Duration.ofMillis(1), 100))) {
            for (int i = 0; i < 3000; i += 10) {
                pay(inline, i, i + 10);
                inline.doWork(0);
                Thread.sleep(1); // lets the others work on a single core too; any length is right
            }
            assertEquals("", inline.health().why());
        }
        long first;
        try (Inline inline = start(Journaling.plain())) {
            first = inline.recovered().first();
            assertTrue(first > 0, "no snapshot was made");
            pay(inline, 3000, 3004);
            assertEquals(3004, inline.makeSnapshot());
        }
        try (Inline inline = start(Journaling.plain())) {
            assertEquals(3004, inline.recovered().first());
            pay(inline, 3004, 3008);
        }
        assertEquals(3008, got.size());
        assertEquals(752, got.get(3007).payments());
    }
}
