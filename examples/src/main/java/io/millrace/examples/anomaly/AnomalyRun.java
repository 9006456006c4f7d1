package io.millrace.examples.anomaly;

import io.millrace.cli.FileRun;
import io.millrace.cli.OpenFiles;
import io.millrace.cli.Progress;
import io.millrace.cli.StoppableInput;
import io.millrace.cli.Summary;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.RowProblem;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** One run: the series, through an engine on this thread, into the scores. */
final class AnomalyRun extends FileRun {
    private final AnomalyOptions options;
    private final Detections detections;
    private final String name;
    private CsvReader reader;
    private CsvWriter out;
    private List<Labels.Period> labels = List.of();
    private long events;

    AnomalyRun(AnomalyOptions options) {
        super("anomaly", new Files(options.deadLetters(), options.json(), options.writesToStandardOutput()));
        this.options = options;
        detections = new Detections(options.threshold());
        name = options.series().equals("-") ? "standard input" : options.series();
    }

    @Override
    protected void read() throws FileFault {
        try (CsvReader rows = reader()) {
            reader = rows;
            if (options.labels() != null) {
                labels = Labels.read(options.labels(), options.seriesKey(), options.series());
            }
            write();
        }
    }

    private CsvReader reader() throws FileFault {
        String file = options.series();
        return StoppableInput.maybeSilent(file)
                ? CsvReader.of(name, StoppableInput.open(file, this::isStopped), "timestamp", "value")
                : CsvReader.open(file, "timestamp", "value");
    }

    @Override
    protected void open(OpenFiles outputs) throws FileFault {
        out = outputs.open(options.out(), f -> CsvWriter.create(f, "timestamp", "value", "anomaly_score"));
    }

    @Override
    protected Summary work() throws FileFault {
        publishAll();
        return new Summary().put("events", events).put("late", letters.late()).put("dead letters", letters.total());
    }

    @Override
    protected void print(PrintStream to) {
        detections.print(to, labels);
    }

    private void publishAll() throws FileFault {
        try (Inline engine = started(Engine.of(AnomalyTopology.of(options.window(), options.step()))
                        .output(AnomalyTopology.SCORES, this::score)::inline);
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            Publisher<Sample> publisher = engine.publisher(AnomalyTopology.SAMPLES);
            try {
                while (!isStopped() && reader.next()) {
                    publish(publisher);
                    progress.look();
                }
            } catch (FileFault e) {
                failed(e); // what was read is finished
            }
            publisher.end();
        }
    }

    private void publish(Publisher<Sample> to) {
        CsvRow row = reader.row();
        try {
            // any other text is a time, as far as it goes: it is put out as read, and labels are compared with it
            if (row.isEmpty(0)) {
                throw new RowProblem(DeadLetterReason.MISSING_VALUE, "timestamp is empty");
            }
            to.publish(new Sample(events + 1, row.asDouble(1)));
            events++;
        } catch (RowProblem e) {
            letters.refused(name, row.line(), e.reason(), e.detail(), row.raw());
        }
    }

    /** Called while its row is in hand. */
    private void score(Score s) {
        try {
            CsvRow row = reader.row();
            detections.add(row.asText(0).toString(), s.score());
            if (out != null) {
                out.putField(row, 0).putField(row, 1).putDouble(s.score()).endRow();
            }
        } catch (RowProblem e) {
            throw new IllegalStateException("the row has been read before", e);
        } catch (FileFault e) {
            outputFailed(e);
            out = null;
        }
    }
}
