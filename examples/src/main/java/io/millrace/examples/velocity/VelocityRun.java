package io.millrace.examples.velocity;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.RefusedException;
import io.millrace.examples.cli.Command;
import io.millrace.examples.cli.Interrupts;
import io.millrace.examples.cli.OpenFiles;
import io.millrace.examples.cli.Progress;
import io.millrace.examples.cli.RefusedRows;
import io.millrace.examples.cli.Summary;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run: the events through an engine on this thread; the alerts are put in order when all have been found. */
final class VelocityRun {
    private static final String[] COLUMNS = {"rule", "card", "first_id", "last_id", "ids", "time_ms"};

    private static final Comparator<Alert> ORDER =
            Comparator.comparingLong(Alert::timeMs).thenComparing(Alert::rule).thenComparingLong(Alert::card);

    /** What is further ahead than this the engine sets aside, so that it may refuse it later. */
    private static final long AHEAD_MS = Duration.ofDays(30).toMillis();

    private static final int SUSPECTS_MAX = 64;

    /** Enough for the patterns of many cards. How many there may be follows from the memory of the JVM (-Xmx). */
    private static final long STATE_BYTES_MIN = 256L << 20;

    private final VelocityOptions options;
    private final RefusedRows letters;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Interrupts interrupts = Interrupts.stopping(stop);
    private final Header header = new Header();
    private final List<Alert> alerts = new ArrayList<>();

    /** Rows that the engine may refuse, by line. */
    private final Map<Long, String> suspects = new LinkedHashMap<>();

    private Events input;
    private long newestMs = Long.MIN_VALUE;
    private IOException fault;
    private long events;
    private long elapsedNs;

    VelocityRun(VelocityOptions options) {
        this.options = options;
        letters = new RefusedRows("velocity", options.deadLetters(), System.err);
    }

    int run() {
        try (interrupts) {
            try (Events opened = Events.open(options, letters, stop::get)) {
                input = opened;
                process();
            } catch (FileFault e) {
                failed(e);
            }
            if (fault != null) {
                System.err.println("millrace velocity: " + fault.getMessage());
            }
            return interrupts.happened() ? Command.INTERRUPTED : fault == null ? Command.OK : Command.FAILED;
        }
    }

    /** The first fault counts; that reading ended because of an interrupt is none. */
    private void failed(IOException e) {
        if (fault == null && e != null && !interrupts.happened()) {
            fault = e;
        }
    }

    private void process() throws FileFault {
        try (OpenFiles files = new OpenFiles(this::failed)) {
            CsvWriter out = files.open(options.alerts(), name -> CsvWriter.create(name, COLUMNS));
            letters.writeTo(files.open(options.deadLetters(), DeadLetterWriter::create), this::failed);
            FileOutput json = files.open(options.json(), FileOutput::create);
            find();
            write(out);
            Summary summary = summary();
            if (json != null) {
                json.write(summary.json().getBytes(StandardCharsets.UTF_8));
            }
            files.end();
            summary.print(options.writesToStandardOutput() ? System.err : System.out);
        } catch (FileFault e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("files fail with a FileFault", e);
        }
    }

    private void find() {
        long start = System.nanoTime();
        try (Inline engine = Engine.of(VelocityTopology.of())
                        .stateBudget(
                                Math.max(STATE_BYTES_MIN, Runtime.getRuntime().maxMemory() / 2))
                        .output(VelocityTopology.ALERTS, alerts::add)
                        .onDeadLetter(this::refused)
                        .inline();
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            Publisher<CardEvent> publisher = engine.publisher(VelocityTopology.EVENTS);
            try {
                CardEvent next = stop.get() ? null : input.next();
                while (next != null) {
                    publish(publisher, next);
                    progress.look();
                    next = stop.get() ? null : input.next();
                }
            } catch (FileFault e) {
                failed(e); // what was read is finished
            }
            publisher.end();
        }
        elapsedNs = System.nanoTime() - start;
    }

    private void publish(Publisher<CardEvent> to, CardEvent event) {
        long line = input.line();
        boolean first = newestMs == Long.MIN_VALUE;
        if (!first && (event.timeMs() < newestMs || event.timeMs() - newestMs > AHEAD_MS)) {
            if (suspects.size() == SUSPECTS_MAX) {
                suspects.remove(suspects.keySet().iterator().next());
            }
            suspects.put(line, input.raw());
        } else {
            newestMs = event.timeMs();
        }
        try {
            to.publish(event, header.clear().correlationId(line));
            events++;
        } catch (RefusedException e) {
            letters.refused(input.name(), line, DeadLetterReason.of(e.reason()), e.getMessage(), input.raw());
        }
    }

    private void refused(DeadLetter letter) {
        events--; // it was not taken
        long line = letter.correlationId();
        DeadLetterReason reason = DeadLetterReason.of(letter.reason());
        String raw = suspects.remove(line);
        String detail = switch (reason) {
            case LATE -> "time_ms is before that of an event taken earlier";
            case AHEAD -> "time_ms is more than 30 days after the newest event taken";
            default -> (letter.node() + ": " + letter.cause()).replaceAll("\\p{Cntrl}+", " ");
        };
        letters.refused(input.name(), line, reason, detail, raw == null ? letter.event() : raw);
    }

    /** Alerts of one time, rule and card stay in the order in which they were found. */
    private void write(CsvWriter out) throws FileFault {
        if (out == null) {
            return;
        }
        alerts.sort(ORDER);
        for (Alert a : alerts) {
            out.putText(a.rule())
                    .putLong(a.card())
                    .putLong(a.firstId())
                    .putLong(a.lastId())
                    .putText(a.ids())
                    .putLong(a.timeMs());
            out.endRow();
        }
    }

    private Summary summary() {
        return new Summary()
                .put("events", events)
                .put("events/s", elapsedNs == 0 ? 0 : Math.round(events * 1e9 / elapsedNs))
                .put("alerts", alerts.size())
                .put("late", letters.late())
                .put("dead letters", letters.total());
    }
}
