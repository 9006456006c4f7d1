package io.millrace.examples.fraud;

import io.millrace.engine.Engine;
import io.millrace.engine.EngineStats;
import io.millrace.engine.EngineStoppedException;
import io.millrace.engine.Inline;
import io.millrace.engine.MetaReceiver;
import io.millrace.engine.Setup;
import io.millrace.event.Meta;
import io.millrace.examples.cli.Allocation;
import io.millrace.examples.cli.Command;
import io.millrace.examples.cli.Feed;
import io.millrace.examples.cli.Interrupts;
import io.millrace.examples.cli.Progress;
import io.millrace.examples.cli.Summary;
import io.millrace.operators.score.Model;
import io.millrace.transport.EventSource;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvSource;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** One run of the fraud service: opens what it needs, runs it on the host asked for, prints the table. */
final class FraudRun {
    private final FraudOptions options;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<IOException> fault = new AtomicReference<>();
    private final List<Closeable> open = new ArrayList<>();
    private Letters letters;
    private CsvWriter alerts;
    private CsvWriter features;
    private long alertCount;

    FraudRun(FraudOptions options) {
        this.options = options;
    }

    int run() {
        try (Interrupts interrupts = Interrupts.stopping(stop)) {
            int code = runAndReport();
            return interrupts.happened() ? Command.INTERRUPTED : code;
        }
    }

    private int runAndReport() {
        try {
            Model model = Models.read(options.model());
            EventSource<Payment> source = source();
            openOutputs();
            Feed<Payment> feed = new Feed<>(source, options.rate(), stop);
            Outcome outcome = options.live() ? runLive(model, feed) : runInline(model, feed);
            letters.finish();
            closeOutputs();
            report(outcome, feed);
            if (fault.get() != null) {
                throw fault.get();
            }
            return options.rate() > 0 && !feed.held() ? Command.FAILED : Command.OK;
        } catch (IOException e) {
            System.err.println("millrace fraud: " + e.getMessage());
            return Command.FAILED;
        } catch (EngineStoppedException e) {
            System.err.println("millrace fraud: " + e.getMessage() + "; start again, or report this");
            return Command.FAILED;
        } finally {
            closeQuietly();
        }
    }

    // ---- inputs and outputs

    private EventSource<Payment> source() throws FileFault {
        if (options.payments() == null) {
            letters = new Letters(options.inputName(), null, System.err);
            return new GeneratedPayments(options.count(), options.seed(), options.cards());
        }
        CsvReader reader = CsvReader.open(options.payments(), PaymentRows.COLUMNS);
        open.add(reader);
        DeadLetterWriter writer = null;
        if (options.deadLetters() != null) {
            writer = DeadLetterWriter.create(options.deadLetters());
            open.add(writer);
        }
        letters = new Letters(options.inputName(), writer, System.err);
        Suspicion suspicion = new Suspicion();
        return CsvSource.of(reader, PaymentRows::payment)
                .onProblem(letters::refused)
                .watched((row, payment) -> {
                    if (suspicion.isSuspicious(payment.timeSeconds())) {
                        letters.suspect(row);
                    }
                });
    }

    private void openOutputs() throws FileFault {
        if (options.payments() == null && options.deadLetters() != null) {
            open.add(DeadLetterWriter.create(options.deadLetters())); // a header: generated payments are all taken
        }
        if (options.alerts() != null) {
            alerts = CsvWriter.create(options.alerts(), "TRANSACTION_ID", "RAW_SCORE", "PROBABILITY", "SEQUENCE");
            open.add(alerts);
        }
        if (options.features() != null) {
            features = CsvWriter.create(options.features(), FeatureRow.COLUMNS);
            open.add(features);
        }
    }

    private void closeOutputs() throws IOException {
        for (Closeable c : open) {
            c.close();
        }
        open.clear();
    }

    private void closeQuietly() {
        for (Closeable c : open) {
            try {
                c.close();
            } catch (IOException e) {
                fault.compareAndSet(null, e); // the first fault has been printed
            }
        }
    }

    // ---- hosts

    /** What a host can tell when it is done. */
    private record Outcome(EngineStats stats, long elapsedNs, long bytes, long collections) {}

    private Setup setup(Model model) {
        Setup setup = Engine.of(FraudTopology.of(model, options.threshold(), features != null))
                .outputWithMeta(FraudTopology.DECISIONS, guarded((d, meta) -> letters.decided(meta.correlationId())))
                .outputWithMeta(FraudTopology.ALERTS, guarded(this::alert))
                .onDeadLetter(letters::refused);
        if (features != null) {
            setup.output(FraudTopology.FEATURE_ROWS, row -> guard(() -> PaymentRows.put(features, row)));
        }
        return setup;
    }

    /** Something that writes to files. */
    private interface Writing {
        void run() throws IOException;
    }

    /** A file that cannot be written ends the run; it is not the payment's fault. */
    private void guard(Writing what) {
        if (fault.get() != null) {
            return;
        }
        try {
            what.run();
        } catch (IOException e) {
            fault.compareAndSet(null, e);
            stop.set(true);
        }
    }

    /** A receiver that writes to files. */
    private interface WritingReceiver<V> {
        void on(V event, Meta meta) throws IOException;
    }

    private <V> MetaReceiver<V> guarded(WritingReceiver<V> receiver) {
        return (event, meta) -> guard(() -> receiver.on(event, meta));
    }

    private void alert(Decision d, Meta meta) throws FileFault {
        alertCount++;
        if (alerts != null) {
            alerts.putLong(d.id()).putDouble(d.raw()).putDouble(d.probability()).putLong(meta.sequence());
            alerts.endRow();
        }
    }

    private Outcome runLive(Model model, Feed<Payment> feed) {
        try (Engine engine =
                        setup(model).input(FraudTopology.PAYMENTS, feed).start();
                Progress progress = Progress.every(Duration.ofSeconds(1), feed::sent, options.quiet())) {
            Allocation allocation = Allocation.start();
            long start = System.nanoTime();
            while (!engine.awaitEnd(Duration.ofMillis(200))) {
                progress.look();
            }
            engine.sourceFailures().stream()
                    .findFirst()
                    .ifPresent(e -> fault.compareAndSet(null, e instanceof IOException io ? io : new IOException(e)));
            return new Outcome(
                    engine.stats(),
                    System.nanoTime() - start,
                    allocation.bytesSince(),
                    allocation.collectionsSince());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the main thread", e);
        }
    }

    private Outcome runInline(Model model, Feed<Payment> feed) {
        try (Inline engine = setup(model).input(FraudTopology.PAYMENTS, feed).inline();
                Progress progress = Progress.every(Duration.ofSeconds(1), feed::sent, options.quiet())) {
            Allocation allocation = Allocation.start();
            long start = System.nanoTime();
            try {
                engine.run();
            } catch (IOException e) {
                fault.compareAndSet(null, e);
                engine.publisher(FraudTopology.PAYMENTS).end();
            } catch (EngineStoppedException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            progress.look();
            return new Outcome(
                    engine.stats(),
                    System.nanoTime() - start,
                    allocation.bytesSince(),
                    allocation.collectionsSince());
        }
    }

    // ---- the table

    private void report(Outcome outcome, Feed<Payment> feed) throws IOException {
        EngineStats.OutputStats decisions = outcome.stats().output(FraudTopology.DECISIONS.name());
        long events = decisions.events();
        Summary summary = new Summary()
                .put("events", events)
                .put("events/s", outcome.elapsedNs() == 0 ? 0 : Math.round(events * 1e9 / outcome.elapsedNs()))
                .put("alerts", alertCount)
                .put("late", letters.late())
                .put("dead letters", letters.total());
        if (options.rate() > 0) {
            summary.put("held", feed.held() ? "yes" : "no");
        } else {
            summary.put("latency", "from publish (closed loop)");
        }
        summary.putLatency(decisions.latencyNs())
                .put("bytes/event", events == 0 ? 0 : Math.round((double) outcome.bytes() / events))
                .put("collections", outcome.collections());
        if (options.json() != null) {
            try (FileOutput json = FileOutput.create(options.json())) {
                json.write(summary.json().getBytes(StandardCharsets.UTF_8));
            }
        }
        summary.print(options.writesToStandardOutput() ? System.err : System.out);
    }
}
