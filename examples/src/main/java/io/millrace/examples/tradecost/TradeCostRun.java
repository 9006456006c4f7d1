package io.millrace.examples.tradecost;

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

/** One run: the two files, whichever is earlier first, through an engine on this thread, into the output. */
final class TradeCostRun {
    private static final String[] COLUMNS = {"row", "ms", "price", "size", "ex", "bid", "ask"};

    /** What is further ahead than this the engine sets aside, so that it may refuse it later. */
    private static final long AHEAD_MS = Duration.ofDays(30).toMillis();

    private static final int SUSPECTS_MAX = 64;

    private final TradeCostOptions options;
    private final RefusedRows letters;
    private final Totals totals = new Totals();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Interrupts interrupts = Interrupts.stopping(stop);
    private final Header header = new Header();

    /** Rows that the engine may refuse, by their correlation id: the line, and a bit for the file. */
    private final Map<Long, String> suspects = new LinkedHashMap<>();

    private final long[] newestMs = {Long.MIN_VALUE, Long.MIN_VALUE};
    private Ticks<Trade> trades;
    private Ticks<Quote> quotes;
    private CsvWriter out;
    private IOException fault;
    private long events;

    TradeCostRun(TradeCostOptions options) {
        this.options = options;
        letters = new RefusedRows("trade-cost", options.deadLetters(), System.err);
    }

    int run() {
        try (interrupts) {
            try (Ticks<Trade> t = new Ticks<>(options.trades(), 6, Ticks::trade, Trade::ms, letters, stop::get);
                    Ticks<Quote> q = new Ticks<>(options.quotes(), 8, Ticks::quote, Quote::ms, letters, stop::get)) {
                trades = t;
                quotes = q;
                process();
            } catch (FileFault e) {
                failed(e);
            }
            if (fault != null) {
                System.err.println("millrace trade-cost: " + fault.getMessage());
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
        trades.next(); // a file that cannot be read at all is said before an output is made
        quotes.next();
        try (OpenFiles files = new OpenFiles(this::failed)) {
            out = files.open(options.out(), name -> CsvWriter.create(name, COLUMNS));
            letters.writeTo(files.open(options.deadLetters(), DeadLetterWriter::create), this::failed);
            FileOutput json = files.open(options.json(), FileOutput::create);
            merge();
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

    // ---- events

    private void merge() {
        try (Inline engine = Engine.of(TradeCostTopology.of(options.tolerance()))
                        .output(TradeCostTopology.COSTS, this::cost)
                        .onDeadLetter(this::refused)
                        .inline();
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            Publisher<Trade> toTrades = engine.publisher(TradeCostTopology.TRADES);
            Publisher<Quote> toQuotes = engine.publisher(TradeCostTopology.QUOTES);
            try {
                while (!stop.get() && (trades.hasEvent() || quotes.hasEvent())) {
                    if (quotes.hasEvent() && (!trades.hasEvent() || quotes.ms() <= trades.ms())) {
                        publish(toQuotes, quotes, 1);
                    } else {
                        publish(toTrades, trades, 0);
                    }
                    progress.look();
                }
            } catch (FileFault e) {
                failed(e); // what was read is finished
            }
            toQuotes.end();
            toTrades.end();
        }
    }

    private <V> void publish(Publisher<V> to, Ticks<V> from, int side) throws FileFault {
        long id = from.line() << 1 | side;
        long newest = newestMs[side];
        if (newest != Long.MIN_VALUE && (from.ms() < newest || from.ms() - newest > AHEAD_MS)) {
            if (suspects.size() == SUSPECTS_MAX) {
                suspects.remove(suspects.keySet().iterator().next());
            }
            suspects.put(id, from.raw());
        } else {
            newestMs[side] = from.ms();
        }
        try {
            to.publish(from.event(), header.clear().correlationId(id));
            events++;
        } catch (RefusedException e) {
            DeadLetterReason reason = DeadLetterReason.of(e.reason());
            letters.refused(from.name(), from.line(), reason, e.getMessage(), from.raw());
        }
        from.next();
    }

    private void refused(DeadLetter letter) {
        long id = letter.correlationId();
        Ticks<?> from = (id & 1) == 0 ? trades : quotes;
        DeadLetterReason reason = DeadLetterReason.of(letter.reason());
        String raw = suspects.remove(id);
        String detail = switch (reason) {
            case LATE -> "its time is before that of a row taken earlier";
            case AHEAD -> "its time is more than 30 days after the newest row taken";
            default -> (letter.node() + ": " + letter.cause()).replaceAll("\\p{Cntrl}+", " ");
        };
        letters.refused(from.name(), id >>> 1, reason, detail, raw == null ? letter.event() : raw);
    }

    private void cost(Cost c) {
        totals.add(c);
        try {
            if (out != null) {
                out.putLong(c.row())
                        .putLong(c.ms())
                        .putLong(c.price())
                        .putLong(c.size())
                        .putText(c.ex());
                side(c.bid());
                side(c.ask());
                out.endRow();
            }
        } catch (FileFault e) {
            failed(e);
            out = null;
            stop.set(true);
        }
    }

    private void side(long price) throws FileFault {
        if (price > 0) {
            out.putLong(price);
        } else {
            out.putAbsent();
        }
    }

    private Summary summary() {
        Summary summary =
                new Summary().put("events", events).put("late", letters.late()).put("dead letters", letters.total());
        totals.addTo(summary);
        return summary;
    }
}
