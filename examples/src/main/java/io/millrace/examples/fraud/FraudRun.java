package io.millrace.examples.fraud;

import io.millrace.cli.Allocation;
import io.millrace.cli.Command;
import io.millrace.cli.Feed;
import io.millrace.cli.Interrupts;
import io.millrace.cli.Periodic;
import io.millrace.cli.Progress;
import io.millrace.cli.StoppableInput;
import io.millrace.cli.Summary;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStats;
import io.millrace.engine.EngineStoppedException;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.Meta;
import io.millrace.journal.JournalException;
import io.millrace.operators.score.Model;
import io.millrace.transport.EventSource;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvSource;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/** One run of the fraud service: opens what it needs, runs it on the host asked for, prints the table. */
final class FraudRun {
    /** Enough for the history of so many cards, and as many payments within the days of that. */
    private static final long STATE_BYTES_MIN = 256L << 20;

    private static final int CARDS_OF_MIN = 100_000;
    private static final long PAYMENTS_OF_MIN = 1_000_000;

    /** Rows reach their files at latest so much later, also when the input falls silent. */
    private static final Duration FLUSH_PERIOD = Duration.ofMillis(200);

    /** What a rate does to latencies has nothing to do with what is in the files: whoever asked for them has them, with exit 0. */
    private static final String MISSED =
            "; that run did not hold its rate: to measure once more give another directory";

    private final FraudOptions options;
    private final FraudJournal journal;
    private final Letters letters;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Interrupts interrupts = Interrupts.stopping(stop, this::decided);
    private final AtomicReference<IOException> fault = new AtomicReference<>();
    private long alertCount;
    private long decisionCount;
    private final FirstScore firstScore;
    private boolean held = true;
    private boolean printed;
    private String table;

    FraudRun(FraudOptions options) {
        this.options = options;
        journal = new FraudJournal(options);
        firstScore = new FirstScore(options.firstScore());
        letters = new Letters(options.inputName(), options.deadLetters(), System.err);
    }

    int run() {
        try (interrupts) {
            int code = runAndReport();
            if (!interrupts.happened()) {
                return code;
            }
            if (!printed) {
                nothingRead();
            }
            return Command.INTERRUPTED;
        }
    }

    /** Interrupted before the first row: there is a table all the same. */
    private void nothingRead() {
        Summary summary = summary(Outcome.NOTHING);
        try {
            writeJson(summary.json());
        } catch (IOException e) {
            System.err.println("millrace fraud: " + e.getMessage());
        }
        print(summary);
    }

    /** Where no other file is written. */
    private void writeJson(String text) throws IOException {
        if (options.json() != null) {
            try (FileOutput json = FileOutput.create(options.json())) {
                json.write(text.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private int runAndReport() {
        try {
            Model model = Models.read(options.model(), stop::get);
            if (journal.isFinished(model, stop::get)) {
                writeJson(journal.table());
                System.err.println("millrace fraud: " + options.journal() + ": finished before, nothing to do"
                        + (journal.hasMissedRate() ? MISSED : ""));
                return Command.OK;
            }
            try (CsvReader reader = reader();
                    Outputs outputs = Outputs.create(options, this::outputFailed)) {
                letters.writeTo(outputs.deadLetters(), this::outputFailed);
                processOrFail(model, reader, outputs);
            }
        } catch (IOException e) {
            failed(e);
        }
        markFinished();
        if (fault.get() != null) {
            System.err.println("millrace fraud: " + fault.get().getMessage());
        }
        return fault.get() == null && held ? Command.OK : Command.FAILED;
    }

    /** What stopped the engine is said, not what files that are closed too early say of that. */
    private void processOrFail(Model model, CsvReader reader, Outputs outputs) {
        try {
            process(model, reader, outputs);
        } catch (JournalException e) {
            failed(journal.fault(e));
        } catch (EngineStoppedException e) {
            failed(new IOException(e.getMessage() + "; start again, or report this", e));
        }
    }

    private void markFinished() {
        if (fault.get() == null && !interrupts.happened()) {
            try {
                journal.finished(table);
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    private void process(Model model, CsvReader reader, Outputs outputs) {
        Feed<Payment> feed = new Feed<>(source(reader), options.rate(), stop, !journal.isKept());
        Setup setup = setup(model, outputs, feed).input(FraudTopology.PAYMENTS, feed);
        if (options.rate() > 0) {
            WarmUp.run(model, options, stop);
        }
        Outcome outcome;
        Periodic flushing = Periodic.every(FLUSH_PERIOD, "flush", () -> {
            if (outputs.mayFlush()) {
                outputs.flush();
                letters.flush();
            }
        });
        try {
            outcome = options.live() ? runLive(setup, outputs, feed) : runInline(setup, outputs, feed);
        } finally {
            flushing.close();
        }
        held = options.rate() == 0 || feed.held();
        boolean ended = !journal.isKept() || !stop.get() && fault.get() == null;
        letters.finish(ended);
        if (!ended) {
            outputs.endEarly();
        }
        Summary summary = summary(outcome);
        table = summary.json();
        outputs.json(table);
        outputs.close();
        print(summary);
        if (!held) {
            System.err.println("millrace fraud: --rate " + options.rate() + ": not held; " + feed.lagMs()
                    + " ms behind at the end; give a lower rate");
        }
    }

    // ---- what goes wrong

    /** The first fault counts; that reading ended because of an interrupt is none. */
    private void failed(IOException e) {
        if (!interrupts.happened()) {
            fault.compareAndSet(null, e);
        }
    }

    /** A file that cannot be written ends the reading; what was read is finished, and written to the other files. */
    private void outputFailed(IOException e) {
        fault.compareAndSet(null, e);
        stop.set(true);
    }

    // ---- the input

    private CsvReader reader() throws FileFault {
        if (options.payments() == null) {
            return null;
        }
        if (StoppableInput.maybeSilent(options.payments())) {
            StoppableInput in = StoppableInput.open(options.payments(), stop::get);
            return CsvReader.of(options.inputName(), in, PaymentRows.COLUMNS);
        }
        SummedInput in = journal.summedInput();
        return in == null
                ? CsvReader.open(options.payments(), PaymentRows.COLUMNS)
                : CsvReader.of(options.inputName(), in, PaymentRows.COLUMNS);
    }

    private EventSource<Payment> source(CsvReader reader) {
        if (reader == null) {
            return new GeneratedPayments(options.count(), options.seed(), options.cards());
        }
        Suspicion suspicion = new Suspicion();
        letters.rowsAreRead();
        return CsvSource.of(reader, PaymentRows::payment)
                .onProblem(letters::refused)
                .watched((row, payment) -> letters.read(row, suspicion.isSuspicious(payment.timeSeconds())));
    }

    // ---- hosts

    /** What a host can tell when it is done. */
    private record Outcome(long events, Histogram latencyNs, long elapsedNs, long bytes, long collections) {
        static final Outcome NOTHING = new Outcome(0, new Histogram(1), 0, 0, 0);

        /** Asked at the end, before anything else allocates. */
        static Outcome of(long startNs, Allocation allocation, long otherBytes) {
            long elapsedNs = System.nanoTime() - startNs;
            return new Outcome(0, null, elapsedNs, allocation.bytesSince() + otherBytes, allocation.collectionsSince());
        }

        Outcome with(EngineStats stats) {
            EngineStats.OutputStats decisions = stats.output(FraudTopology.DECISIONS.name());
            return new Outcome(decisions.events(), decisions.latencyNs(), elapsedNs, bytes, collections);
        }
    }

    /**
     * How many cards a file has nobody knows: what may be kept of them follows from the memory of the JVM (-Xmx). Where it is
     * known that less will do, less is taken: all of it is set apart before the first payment, a second or more for gigabytes.
     */
    static long stateBytes(FraudOptions options) {
        boolean few =
                options.payments() == null && options.cards() <= CARDS_OF_MIN && options.count() <= PAYMENTS_OF_MIN;
        return few
                ? STATE_BYTES_MIN
                : Math.max(STATE_BYTES_MIN, Runtime.getRuntime().maxMemory() / 2);
    }

    private Setup setup(Model model, Outputs outputs, Feed<Payment> feed) {
        boolean withFeatures = options.features() != null;
        Setup setup = Engine.of(FraudTopology.of(model, options.threshold(), withFeatures))
                .stateBudget(journal.stateBytes(stateBytes(options)))
                .output(FraudTopology.DECISIONS, new Remade<>((d, meta) -> decided(feed, meta)))
                .output(FraudTopology.ALERTS, new Remade<>((d, meta) -> alert(outputs, d)))
                .onDeadLetter(letters::refused);
        if (withFeatures) {
            setup.output(FraudTopology.FEATURE_ROWS, new Remade<>((row, meta) -> outputs.features(row)));
        }
        journal.keep(setup, model);
        return setup;
    }

    /** Asked by another thread while the engine decides, to see that it does: an older number is as good. */
    private long decided() {
        return decisionCount;
    }

    private void decided(Feed<Payment> feed, Meta meta) {
        decisionCount++;
        firstScore.decided();
        letters.decided(meta.correlationId());
        feed.done(meta.intendedNs());
    }

    /**
     * An alert carries the number of its payment among the decided ones. The place of the entry would not do: payments that were
     * set aside as far ahead are decided together, by the entry that settled the matter.
     */
    private void alert(Outputs outputs, Decision d) {
        alertCount++;
        outputs.alert(d, decisionCount); // an alert comes just before its decision is counted
    }

    /** With nothing in between that could fail: the rows that it has taken would go with their files. */
    private static <E> E accepted(Outputs outputs, E engine) {
        outputs.accepted();
        return engine;
    }

    private Outcome runLive(Setup setup, Outputs outputs, Feed<Payment> feed) {
        try (Engine engine = accepted(outputs, setup.start());
                Progress progress = Progress.every(Duration.ofSeconds(1), feed::sent, options.quiet())) {
            Allocation allocation = Allocation.start();
            long start = System.nanoTime();
            while (!engine.awaitEnd(Duration.ofMillis(200))) {
                progress.look();
            }
            Outcome outcome = Outcome.of(start, allocation, feed.allocatedBytes());
            for (Exception e : engine.sourceFailures()) {
                failed(e instanceof IOException io ? io : new IOException(e));
            }
            return outcome.with(engine.stats());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the main thread", e);
        }
    }

    private Outcome runInline(Setup setup, Outputs outputs, Feed<Payment> feed) {
        try (Inline engine = accepted(outputs, setup.inline());
                Progress progress = Progress.every(Duration.ofSeconds(1), feed::sent, options.quiet())) {
            Allocation allocation = Allocation.start();
            long start = System.nanoTime();
            try {
                engine.run();
            } catch (IOException e) {
                if (!journal.isKept()) { // else the next run goes on behind it
                    engine.publisher(FraudTopology.PAYMENTS).end(); // what was read is finished
                }
                failed(e);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            progress.look();
            return Outcome.of(start, allocation, 0).with(engine.stats());
        }
    }

    // ---- the table

    private Summary summary(Outcome outcome) {
        long events = outcome.events();
        Summary summary = new Summary()
                .put("events", events)
                .put("events/s", outcome.elapsedNs() == 0 ? 0 : Math.round(events * 1e9 / outcome.elapsedNs()))
                .put("alerts", alertCount)
                .put("late", letters.late())
                .put("dead letters", letters.total());
        if (options.rate() > 0) {
            summary.put("held", held ? "yes" : "no");
        } else {
            summary.put("latency", "from publish (closed loop)");
        }
        summary.putLatency(outcome.latencyNs())
                .put("bytes/event", events == 0 ? 0 : Math.round((double) outcome.bytes() / events))
                .put("collections", outcome.collections());
        firstScore.tell(summary);
        return summary;
    }

    private void print(Summary summary) {
        summary.print(options.writesToStandardOutput() ? System.err : System.out);
        printed = true;
    }
}
