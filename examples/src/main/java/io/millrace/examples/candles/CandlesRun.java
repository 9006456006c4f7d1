package io.millrace.examples.candles;

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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run: the file of ticks, through an engine on this thread, into the bars. */
final class CandlesRun {
    private static final int COLUMNS = 11;

    /** What is further ahead than this the engine sets aside, so that it may refuse it later. */
    private static final long AHEAD_NS = Duration.ofDays(30).toNanos();

    private static final int SUSPECTS_MAX = 64;

    private final CandlesOptions options;
    private final RefusedRows letters;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Interrupts interrupts = Interrupts.stopping(stop);
    private final Header header = new Header();

    /** Rows that the engine may refuse, by their correlation id: the line. */
    private final Map<Long, String> suspects = new LinkedHashMap<>();

    private long newestNs = Long.MIN_VALUE;
    private TickRows ticks;
    private CsvWriter out;
    private IOException fault;
    private long events;
    private long bars;

    CandlesRun(CandlesOptions options) {
        this.options = options;
        letters = new RefusedRows("candles", options.deadLetters(), System.err);
    }

    int run() {
        try (interrupts) {
            try (TickRows rows = new TickRows(options.ticks(), letters, stop::get)) {
                ticks = rows;
                process();
            } catch (FileFault e) {
                failed(e);
            }
            if (fault != null) {
                System.err.println("millrace candles: " + fault.getMessage());
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
        ticks.next(); // a file that cannot be read at all is said before an output is made
        try (OpenFiles files = new OpenFiles(this::failed)) {
            out = files.open(options.out(), name -> CsvWriter.createWithoutHeader(name, COLUMNS));
            letters.writeTo(files.open(options.deadLetters(), DeadLetterWriter::create), this::failed);
            FileOutput json = files.open(options.json(), FileOutput::create);
            publishAll();
            Summary summary = new Summary()
                    .put("events", events)
                    .put("bars", bars)
                    .put("late", letters.late())
                    .put("dead letters", letters.total());
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

    private void publishAll() {
        try (Inline engine = Engine.of(CandlesTopology.of(options.size()))
                        .output(CandlesTopology.CANDLES, this::write)
                        .onDeadLetter(this::refused)
                        .inline();
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            Publisher<Tick> publisher = engine.publisher(CandlesTopology.TICKS);
            try {
                while (!stop.get() && ticks.hasTick()) {
                    publish(publisher);
                    progress.look();
                }
            } catch (FileFault e) {
                failed(e); // what was read is finished
            }
            publisher.end();
        }
    }

    private void publish(Publisher<Tick> to) throws FileFault {
        long ns = ticks.tick().ns();
        if (newestNs != Long.MIN_VALUE && (ns < newestNs || ns - newestNs > AHEAD_NS)) {
            if (suspects.size() == SUSPECTS_MAX) {
                suspects.remove(suspects.keySet().iterator().next());
            }
            suspects.put(ticks.line(), ticks.raw());
        } else {
            newestNs = ns;
        }
        try {
            to.publish(ticks.tick(), header.clear().correlationId(ticks.line()));
            events++;
        } catch (RefusedException e) {
            DeadLetterReason reason = DeadLetterReason.of(e.reason());
            letters.refused(ticks.name(), ticks.line(), reason, e.getMessage(), ticks.raw());
        }
        ticks.next();
    }

    private void refused(DeadLetter letter) {
        long line = letter.correlationId();
        DeadLetterReason reason = DeadLetterReason.of(letter.reason());
        String raw = suspects.remove(line);
        String detail = switch (reason) {
            case LATE -> "its time is before that of a row taken earlier";
            case AHEAD -> "its time is more than 30 days after the newest row taken";
            default -> (letter.node() + ": " + letter.cause()).replaceAll("\\p{Cntrl}+", " ");
        };
        letters.refused(ticks.name(), line, reason, detail, raw == null ? letter.event() : raw);
    }

    private void write(Candle c) {
        bars++;
        try {
            if (out != null) {
                out.putLong(c.startMs());
                out.putDouble(c.bidOpen())
                        .putDouble(c.bidHigh())
                        .putDouble(c.bidLow())
                        .putDouble(c.bidClose());
                out.putLong(0);
                out.putDouble(c.askOpen())
                        .putDouble(c.askHigh())
                        .putDouble(c.askLow())
                        .putDouble(c.askClose());
                out.putLong(0);
                out.endRow();
            }
        } catch (FileFault e) {
            failed(e);
            out = null;
            stop.set(true);
        }
    }
}
