package io.millrace.examples.fraud;

import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The files that a run writes, made anew together before anything is read. What was not asked for is not written. A file that
 * fails is reported once and then left alone, whatever becomes of the others.
 *
 * <p>Rows come from the thread of the engine, letters from that of the reader too, and {@link #flush} from a third one.
 */
final class Outputs implements Closeable {
    private final List<Closeable> open = new ArrayList<>();
    private final Consumer<IOException> faults;
    private DeadLetterWriter deadLetters;
    private CsvWriter alerts;
    private CsvWriter features;
    private FileOutput json;

    private Outputs(Consumer<IOException> faults) {
        this.faults = faults;
    }

    /** Opens what the options name; faults behind that are handed on as they come. */
    static Outputs create(FraudOptions options, Consumer<IOException> faults) throws IOException {
        Outputs result = new Outputs(faults);
        try {
            result.open(options);
            return result;
        } catch (FileFault e) {
            result.close();
            throw e;
        }
    }

    private void open(FraudOptions options) throws FileFault {
        if (options.deadLetters() != null) {
            deadLetters = DeadLetterWriter.create(options.deadLetters());
            open.add(deadLetters);
        }
        if (options.alerts() != null) {
            alerts = CsvWriter.create(options.alerts(), "TRANSACTION_ID", "RAW_SCORE", "PROBABILITY", "SEQUENCE");
            open.add(alerts);
        }
        if (options.features() != null) {
            features = CsvWriter.create(options.features(), FeatureRow.COLUMNS);
            open.add(features);
        }
        if (options.json() != null) {
            json = FileOutput.create(options.json());
            open.add(json);
        }
    }

    synchronized void deadLetter(long line, DeadLetterReason reason, String detail, String row) {
        if (deadLetters != null) {
            try {
                deadLetters.put(line, reason, detail, row);
            } catch (FileFault e) {
                deadLetters = abandoned(e);
            }
        }
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

    /** Hands on what is gathered: for whoever reads the files while the run waits for input. */
    synchronized void flush() {
        deadLetters = flushed(deadLetters, DeadLetterWriter::flush);
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

    /** Ends all files, also when one of them cannot be ended. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        for (Closeable c : open) {
            try {
                c.close();
            } catch (IOException e) {
                faults.accept(e);
            }
        }
        open.clear();
        deadLetters = null; // a flush may still come
        alerts = null;
        features = null;
    }
}
