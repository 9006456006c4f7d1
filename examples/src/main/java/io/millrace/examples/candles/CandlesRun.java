package io.millrace.examples.candles;

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

/** One run: the file of ticks, through an engine on this thread, into the bars. */
final class CandlesRun extends FileRun {
    private static final int COLUMNS = 11;

    private final CandlesOptions options;
    private final Header header = new Header();

    private final Suspects suspects = new Suspects(Suspects.AHEAD.toNanos());
    private SoundRows<Tick> ticks;
    private CsvWriter out;
    private long events;
    private long bars;

    CandlesRun(CandlesOptions options) {
        super("candles", new Files(options.deadLetters(), options.json(), options.writesToStandardOutput()));
        this.options = options;
    }

    @Override
    protected void read() throws FileFault {
        try (SoundRows<Tick> rows = new SoundRows<>(options.ticks(), 3, TickRows::tick, letters, this::isStopped)) {
            ticks = rows;
            ticks.begin();
            write();
        }
    }

    @Override
    protected void open(OpenFiles outputs) throws FileFault {
        out = outputs.open(options.out(), name -> CsvWriter.createWithoutHeader(name, COLUMNS));
    }

    @Override
    protected Summary work() throws FileFault {
        publishAll();
        return new Summary()
                .put("events", events)
                .put("bars", bars)
                .put("late", letters.late())
                .put("dead letters", letters.total());
    }

    private void publishAll() throws FileFault {
        try (Inline engine = started(Engine.of(CandlesTopology.of(options.size()))
                        .output(CandlesTopology.CANDLES, this::bar)
                        .onDeadLetter(this::refused)::inline);
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            Publisher<Tick> publisher = engine.publisher(CandlesTopology.TICKS);
            try {
                if (!isStopped()) {
                    ticks.next();
                }
                while (!isStopped() && ticks.value() != null) {
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
        suspects.see(ticks.line(), ticks.value().ns(), ticks::raw);
        try {
            to.publish(ticks.value(), header.clear().correlationId(ticks.line()));
            events++;
        } catch (RefusedException e) {
            DeadLetterReason reason = DeadLetterReason.of(e.reason());
            letters.refused(ticks.name(), ticks.line(), reason, e.getMessage(), ticks.raw());
        }
        ticks.next();
    }

    private void refused(DeadLetter letter) {
        letters.refused(
                ticks.name(),
                letter.correlationId(),
                DeadLetterReason.of(letter.reason()),
                Suspects.detail(letter, "its time", "a row"),
                suspects.rowOf(letter));
    }

    private void bar(Candle c) {
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
            outputFailed(e);
            out = null;
        }
    }
}
