package io.millrace.examples.durable;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import io.millrace.transport.file.CsvSink;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The quickstart's alerts, kept through whatever ends the process. */
public final class DurableSpree {
    /** A payment. */
    record Payment(long number, long card, long cents, long timeMs) {}

    /** More than 1,000.00 within a minute. */
    record Alert(long card, long payments, long cents) {}

    /** Payments wait at their source while there is no engine: behind a silence of ten seconds, the default, those that come then would be late. */
    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class)
            .eventTime(Payment::timeMs, MILLISECONDS)
            .idleAfter(Duration.ofDays(1));

    static final Output<Alert> ALERTS = Output.of("alerts", Alert.class);

    static class Spree extends LookBack<Payment> {
        final Span<Payment> minute = last(Duration.ofMinutes(1));
        final LongValue payments = minute.count();
        final LongValue cents = minute.sum(Payment::cents);
    }

    static final Topology TOPOLOGY = Millrace.topology(
            "durable-spree",
            t -> t.from(PAYMENTS)
                    .keyBy(Payment::card)
                    .lookBack("last-minute", Spree::new)
                    .filter(s -> s.cents.get() > 100_000)
                    .to(ALERTS, s -> new Alert(s.event().card(), s.payments.get(), s.cents.get())));

    private DurableSpree() {}

    // region: durable
    static Engine start(Path directory) throws IOException {
        return Engine.of(TOPOLOGY)
                .journal(
                        ArchiveJournal.in(directory.resolve("journal")),
                        Journaling.plain().snapshotEvery(Duration.ofMinutes(10), 10_000_000))
                .output(ALERTS, CsvSink.resume(directory.resolve("alerts.csv").toString(), Alert.class))
                .start();
    }

    /** A publisher that numbers its payments goes on behind those that the journal has. */
    static long nextPayment(Engine engine) {
        return engine.recovered().events(PAYMENTS);
    }
    // endregion
}
