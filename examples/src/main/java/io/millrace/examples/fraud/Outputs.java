package io.millrace.examples.fraud;

import io.millrace.cli.OpenFiles;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The files that a run writes, made anew together before anything is read. What was not asked for is not written. A file that
 * fails is reported once and then left alone, whatever becomes of the others. Where the start of the engine is refused all are left as they were
 * found, as far as they can be, and none where there was none ({@link #accepted}).
 *
 * <p>Rows come from the thread of the engine, and {@link #flush} from another one.
 */
final class Outputs implements Closeable {
    private static final String[] ALERT_COLUMNS = {"TRANSACTION_ID", "RAW_SCORE", "PROBABILITY", "SEQUENCE"};

    private final OpenFiles files;
    private final Consumer<IOException> faults;

    /** Whether files that are there go on: then rows are handed on while the start may still be refused. */
    private final boolean goesOn;

    private DeadLetterWriter deadLetters;
    private CsvWriter alerts;
    private CsvWriter features;
    private FileOutput json;
    private boolean isAccepted;

    private Outputs(boolean goesOn, Consumer<IOException> faults) {
        this.goesOn = goesOn;
        this.faults = faults;
        files = new OpenFiles(faults);
    }

    /** Opens what the options name; faults behind that are handed on as they come. */
    static Outputs create(FraudOptions options, Consumer<IOException> faults) throws IOException {
        Outputs result = new Outputs(options.journal() != null, faults);
        try {
            result.open(options, OpenFiles.looking());
            result.open(options, result.files);
            return result;
        } catch (Throwable t) {
            result.files.abandon(t);
            throw t;
        }
    }

    /** With a journal the rows are made once more from the first one, and files go on where they end. */
    private void open(FraudOptions options, OpenFiles by) throws FileFault {
        deadLetters = by.open(options.deadLetters(), goesOn ? DeadLetterWriter::resume : DeadLetterWriter::create);
        alerts = by.open(options.alerts(), name -> rows(name, ALERT_COLUMNS));
        features = by.open(options.features(), name -> rows(name, FeatureRow.COLUMNS));
        json = by.open(options.json(), FileOutput::create);
    }

    private CsvWriter rows(String name, String... columns) throws FileFault {
        return goesOn ? CsvWriter.resume(name, columns) : CsvWriter.create(name, columns);
    }

    /** The engine has started: the files stay, with what it has written to them and will write, and nothing of a run before is in what is made anew. */
    synchronized void accepted() {
        isAccepted = true;
        flush();
        json = flushed(json, FileOutput::flush);
    }

    /** Where the rows go that were not taken; null for nowhere. */
    DeadLetterWriter deadLetters() {
        return deadLetters;
    }

    synchronized void alert(Decision d, long number) {
        if (alerts != null) {
            try {
                alerts.putLong(d.id())
                        .putDouble(d.raw())
                        .putDouble(d.probability())
                        .putLong(number);
                alerts.endRow();
            } catch (FileFault e) {
                alerts = abandoned(e);
            }
        }
    }

    synchronized void features(FeatureRow row) {
        if (features != null) {
            try {
                PaymentRows.put(features, row);
            } catch (FileFault e) {
                features = abandoned(e);
            }
        }
    }

    synchronized void json(String text) {
        if (json != null) {
            try {
                json.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                json = abandoned(e);
            }
        }
    }

    /** What stands in the place of a file that failed: nothing; closing it writes nothing more either. */
    private <W> W abandoned(IOException e) {
        faults.accept(e);
        return null;
    }

    /** Whether what is gathered may be handed on by now: a file that is made anew is emptied by that. */
    synchronized boolean mayFlush() {
        return isAccepted || goesOn;
    }

    /** Hands on what is gathered: for whoever reads the files while the run waits for input. */
    synchronized void flush() {
        alerts = flushed(alerts, CsvWriter::flush);
        features = flushed(features, CsvWriter::flush);
    }

    /** Flushes a file. */
    private interface Flushing<W> {
        void flush(W file) throws IOException;
    }

    private <W> W flushed(W file, Flushing<W> how) {
        try {
            if (file != null) {
                how.flush(file);
            }
            return file;
        } catch (IOException e) {
            return abandoned(e);
        }
    }

    /** The rows of the dead letters come from the reader, too, and it has not come to all that are there. */
    synchronized void endEarly() {
        if (deadLetters != null) {
            deadLetters.endEarly();
        }
    }

    /** Ends all files, also when one of them cannot be ended. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (isAccepted) {
            files.close();
        } else {
            files.abandon();
        }
        alerts = null; // a flush may still come
        features = null;
    }
}
