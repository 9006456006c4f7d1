package io.millrace.examples.tradecost;

import io.millrace.cli.FileRun;
import io.millrace.cli.OpenFiles;
import io.millrace.cli.Progress;
import io.millrace.cli.SoundRows;
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

/** One run: the two files, whichever is earlier first, through an engine on this thread, into the output. */
final class TradeCostRun extends FileRun {
    private static final String[] COLUMNS = {"row", "ms", "price", "size", "ex", "bid", "ask"};

    private final TradeCostOptions options;
    private final Totals totals = new Totals();
    private final Header header = new Header();

    /** Of the trades, and of the quotes. */
    private final Suspects[] suspects = {
        new Suspects(Suspects.AHEAD.toMillis()), new Suspects(Suspects.AHEAD.toMillis())
    };

    private SoundRows<Trade> trades;
    private SoundRows<Quote> quotes;
    private CsvWriter out;
    private long events;

    TradeCostRun(TradeCostOptions options) {
        super("trade-cost", new Files(options.deadLetters(), options.json(), options.writesToStandardOutput()));
        this.options = options;
        letters.ofSeveralFiles();
    }

    @Override
    protected void read() throws FileFault {
        try (SoundRows<Trade> t = new SoundRows<>(options.trades(), 6, Ticks::trade, letters, this::isStopped);
                SoundRows<Quote> q = new SoundRows<>(options.quotes(), 8, Ticks::quote, letters, this::isStopped)) {
            trades = t;
            quotes = q;
            trades.begin();
            quotes.begin();
            write();
        }
    }

    @Override
    protected void open(OpenFiles outputs) throws FileFault {
        out = outputs.open(options.out(), name -> CsvWriter.create(name, COLUMNS));
    }

    @Override
    protected Summary work() throws FileFault {
        merge();
        Summary summary =
                new Summary().put("events", events).put("late", letters.late()).put("dead letters", letters.total());
        totals.addTo(summary);
        return summary;
    }

    // ---- events

    private void merge() throws FileFault {
        try (Inline engine = started(Engine.of(TradeCostTopology.of(options.tolerance()))
                        .output(TradeCostTopology.COSTS, this::cost)
                        .onDeadLetter(this::refused)::inline);
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            Publisher<Trade> toTrades = engine.publisher(TradeCostTopology.TRADES);
            Publisher<Quote> toQuotes = engine.publisher(TradeCostTopology.QUOTES);
            try {
                if (!isStopped()) {
                    trades.next();
                    quotes.next();
                }
                while (!isStopped() && (trades.value() != null || quotes.value() != null)) {
                    Trade trade = trades.value();
                    Quote quote = quotes.value();
                    if (quote != null && (trade == null || quote.ms() <= trade.ms())) {
                        publish(toQuotes, quotes, quote.ms(), 1);
                    } else {
                        publish(toTrades, trades, trade.ms(), 0);
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

    private <V> void publish(Publisher<V> to, SoundRows<V> from, long ms, int side) throws FileFault {
        long id = from.line() << 1 | side;
        suspects[side].see(id, ms, from::raw);
        try {
            to.publish(from.value(), header.clear().correlationId(id));
            events++;
        } catch (RefusedException e) {
            DeadLetterReason reason = DeadLetterReason.of(e.reason());
            letters.refused(from.name(), from.line(), reason, e.getMessage(), from.raw());
        }
        from.next();
    }

    private void refused(DeadLetter letter) {
        long id = letter.correlationId();
        SoundRows<?> from = (id & 1) == 0 ? trades : quotes;
        letters.refused(
                from.name(),
                id >>> 1,
                DeadLetterReason.of(letter.reason()),
                Suspects.detail(letter, "its time", "a row"),
                suspects[(int) (id & 1)].rowOf(letter));
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
            outputFailed(e);
            out = null;
        }
    }

    private void side(long price) throws FileFault {
        if (price > 0) {
            out.putLong(price);
        } else {
            out.putAbsent();
        }
    }
}
