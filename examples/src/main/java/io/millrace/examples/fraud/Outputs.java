package io.millrace.examples.fraud;

import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The files that a run writes, made anew together before anything is read. What was not asked for is not written. */
final class Outputs implements Closeable {
    private final List<Closeable> open = new ArrayList<>();
    private DeadLetterWriter deadLetters;
    private CsvWriter alerts;
    private CsvWriter features;
    private FileOutput json;

    private Outputs() {}

    static Outputs create(FraudOptions options) throws IOException {
        Outputs result = new Outputs();
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

    /** Where rows go that were not taken, or null. */
    DeadLetterWriter deadLetters() {
        return deadLetters;
    }

    void alert(Decision d, long number) throws FileFault {
        if (alerts != null) {
            alerts.putLong(d.id()).putDouble(d.raw()).putDouble(d.probability()).putLong(number);
            alerts.endRow();
        }
    }

    void features(FeatureRow row) throws FileFault {
        PaymentRows.put(features, row);
    }

    void json(String text) throws IOException {
        if (json != null) {
            json.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Ends all files, also when one of them cannot be ended; throws the first fault. Closing twice does nothing. */
    @Override
    public void close() throws IOException {
        IOException first = null;
        for (Closeable c : open) {
            try {
                c.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        open.clear();
        if (first != null) {
            throw first;
        }
    }
}
