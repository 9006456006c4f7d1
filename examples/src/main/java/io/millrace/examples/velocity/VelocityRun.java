package io.millrace.examples.velocity;

import io.millrace.cli.FileRun;
import io.millrace.cli.OpenFiles;
import io.millrace.cli.Progress;
import io.millrace.cli.Summary;
import io.millrace.cli.Suspects;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.RefusedException;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.FileFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One run: the events through an engine on this thread; the alerts are put in order when all have been found. */
final class VelocityRun extends FileRun {
    private static final String[] COLUMNS = {"rule", "card", "first_id", "last_id", "ids", "time_ms"};

    private static final Comparator<Alert> ORDER =
            Comparator.comparingLong(Alert::timeMs).thenComparing(Alert::rule).thenComparingLong(Alert::card);

    /** Enough for the patterns of many cards. How many there may be follows from the memory of the JVM (-Xmx). */
    private static final long STATE_BYTES_MIN = 256L << 20;

    private final VelocityOptions options;
    private final Header header = new Header();
    private final List<Alert> alerts = new ArrayList<>();

    /** The parts of an alert of which more are to come; null when there are none. */
    private Alert begun;

    private Events input;
    private final Suspects suspects = new Suspects(Suspects.AHEAD.toMillis());
    private CsvWriter out;
    private long events;
    private long elapsedNs;

    VelocityRun(VelocityOptions options) {
        super("velocity", new Files(options.deadLetters(), options.json(), options.writesToStandardOutput()));
        this.options = options;
    }

    @Override
    protected void read() throws FileFault {
        try (Events opened = Events.open(options, letters, this::isStopped)) {
            input = opened;
            write();
        }
    }

    @Override
    protected void open(OpenFiles outputs) throws FileFault {
        out = outputs.open(options.alerts(), name -> CsvWriter.create(name, COLUMNS));
    }

    @Override
    protected Summary work() throws FileFault {
        find();
        writeAlerts();
        Summary table = new Summary()
                .put("events", events)
                .put("events/s", elapsedNs == 0 ? 0 : Math.round(events * 1e9 / elapsedNs))
                .put("alerts", alerts.size())
                .put("late", letters.late())
                .put("dead letters", letters.total());
        long cut = alerts.stream().filter(Alert::cut).count();
        return cut == 0 ? table : table.put("cut alerts", cut);
    }

    private void find() throws FileFault {
        long start = System.nanoTime();
        try (Inline engine = started(Engine.of(VelocityTopology.of())
                        .stateBudget(
                                Math.max(STATE_BYTES_MIN, Runtime.getRuntime().maxMemory() / 2))
                        .output(VelocityTopology.ALERTS, this::found)
                        .onDeadLetter(this::refused)::inline);
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            Publisher<CardEvent> publisher = engine.publisher(VelocityTopology.EVENTS);
            try {
                CardEvent next = isStopped() ? null : input.next();
                while (next != null) {
                    publish(publisher, next);
                    progress.look();
                    next = isStopped() ? null : input.next();
                }
            } catch (FileFault e) {
                failed(e); // what was read is finished
            }
            publisher.end();
        }
        elapsedNs = System.nanoTime() - start;
    }

    private void found(Alert part) {
        Alert whole = begun == null ? part : begun.with(part);
        begun = whole.more() ? whole : null;
        if (begun == null) {
            alerts.add(whole);
        }
    }

    private void publish(Publisher<CardEvent> to, CardEvent event) {
        long line = input.line();
        suspects.see(line, event.timeMs(), input::raw);
        try {
            to.publish(event, header.clear().correlationId(line));
            events++;
        } catch (RefusedException e) {
            letters.refused(input.name(), line, DeadLetterReason.of(e.reason()), e.getMessage(), input.raw());
        }
    }

    private void refused(DeadLetter letter) {
        events--; // it was not taken
        letters.refused(
                input.name(),
                letter.correlationId(),
                DeadLetterReason.of(letter.reason()),
                Suspects.detail(letter, "time_ms", "an event"),
                suspects.rowOf(letter));
    }

    /** Alerts of one time, rule and card stay in the order in which they were found. */
    private void writeAlerts() throws FileFault {
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
}
