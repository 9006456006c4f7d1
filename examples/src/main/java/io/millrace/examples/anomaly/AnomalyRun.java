package io.millrace.examples.anomaly;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.examples.cli.Command;
import io.millrace.examples.cli.Interrupts;
import io.millrace.examples.cli.OpenFiles;
import io.millrace.examples.cli.Progress;
import io.millrace.examples.cli.RefusedRows;
import io.millrace.examples.cli.StoppableInput;
import io.millrace.examples.cli.Summary;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import io.millrace.transport.file.RowProblem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run: the series, through an engine on this thread, into the scores. */
final class AnomalyRun {
    private final AnomalyOptions options;
    private final RefusedRows letters;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Interrupts interrupts = Interrupts.stopping(stop);
    private final Detections detections;
    private final String name;
    private CsvReader reader;
    private CsvWriter out;
    private IOException fault;
    private List<Labels.Period> labels = List.of();
    private long events;

    AnomalyRun(AnomalyOptions options) {
        this.options = options;
        detections = new Detections(options.threshold());
        name = options.series().equals("-") ? "standard input" : options.series();
        letters = new RefusedRows("anomaly", options.deadLetters(), System.err);
    }

    int run() {
        try (interrupts) {
            try (CsvReader rows = open()) {
                reader = rows;
                process();
            } catch (FileFault e) {
                failed(e);
            }
            if (fault != null) {
                System.err.println("millrace anomaly: " + fault.getMessage());
            }
            return interrupts.happened() ? Command.INTERRUPTED : fault == null ? Command.OK : Command.FAILED;
        }
    }

    private CsvReader open() throws FileFault {
        String file = options.series();
        return StoppableInput.maybeSilent(file)
                ? CsvReader.of(name, StoppableInput.open(file, stop::get), "timestamp", "value")
                : CsvReader.open(file, "timestamp", "value");
    }

    /** The first fault counts; that reading ended because of an interrupt is none. */
    private void failed(IOException e) {
        if (fault == null && e != null && !interrupts.happened()) {
            fault = e;
        }
    }

    private void process() throws FileFault {
        if (options.labels() != null) {
            labels = Labels.read(options.labels(), options.seriesKey(), options.series());
        }
        try (OpenFiles files = new OpenFiles(this::failed)) {
            out = files.open(options.out(), f -> CsvWriter.create(f, "timestamp", "value", "anomaly_score"));
            letters.writeTo(files.open(options.deadLetters(), DeadLetterWriter::create), this::failed);
            FileOutput json = files.open(options.json(), FileOutput::create);
            publishAll();
            Summary summary = new Summary()
                    .put("events", events)
                    .put("late", letters.late())
                    .put("dead letters", letters.total());
            if (json != null) {
                json.write(summary.json().getBytes(StandardCharsets.UTF_8));
            }
            files.end();
            PrintStream to = options.writesToStandardOutput() ? System.err : System.out;
            detections.print(to, labels);
            summary.print(to);
        } catch (FileFault e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("files fail with a FileFault", e);
        }
    }

    private void publishAll() {
        try (Inline engine = Engine.of(AnomalyTopology.of(options.window(), options.step()))
                        .output(AnomalyTopology.SCORES, this::write)
                        .inline();
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            Publisher<Sample> publisher = engine.publisher(AnomalyTopology.SAMPLES);
            try {
                while (!stop.get() && reader.next()) {
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
            row.asText(0);
            to.publish(new Sample(events + 1, row.asDouble(1)));
            events++;
        } catch (RowProblem e) {
            letters.refused(name, row.line(), e.reason(), e.detail(), row.raw());
        }
    }

    /** Called while its row is in hand. */
    private void write(Score s) {
        try {
            CsvRow row = reader.row();
            detections.add(row.asText(0).toString(), s.score());
            if (out != null) {
                out.putField(row, 0).putField(row, 1).putDouble(s.score()).endRow();
            }
        } catch (RowProblem e) {
            throw new IllegalStateException("the row has been read before", e);
        } catch (FileFault e) {
            failed(e);
            out = null;
            stop.set(true);
        }
    }
}
