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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
        int paid = 0;
        try (Inline inline = start(Journaling.plain().snapshotEvery(Duration.ofMillis(1), 100))) {
            while (paid < 3000 || snapshots() < 2) { // of which at least the one before is noted
                pay(inline, paid, paid + 20);
                paid += 20;
                inline.doWork(0);
                Thread.sleep(1); // lets the others work on a single core too; any length is right
            }
            assertEquals("", inline.health().why());
        }
        long first;
        try (Inline inline = start(Journaling.plain())) {
            first = inline.recovered().first();
            assertTrue(first > 0, "no snapshot was made");
            pay(inline, paid, paid + 4);
            assertEquals(paid + 4, inline.makeSnapshot());
        }
        try (Inline inline = start(Journaling.plain())) {
            assertEquals(paid + 4, inline.recovered().first());
            pay(inline, paid + 4, paid + 8);
        }
        assertEquals(paid + 8, got.size());
        assertEquals((paid + 8) / 4, got.get(paid + 7).payments());
    }

    private long snapshots() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("journal"))) {
            return all.filter(f -> f.getFileName().toString().matches("snapshot-[0-9]+"))
                    .count();
        }
    }
}
