package io.millrace.examples.tradecost;

import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import java.io.PrintStream;

/** The rows that were not taken, as they come: the first three are shown, all are written where that was asked for. */
final class Letters {
    private static final int SHOWN = 3;

    private final PrintStream errors;
    private final String cure;
    private DeadLetterWriter writer;
    private FileFault fault;
    private long total;
    private long late;

    Letters(String kept, PrintStream errors) {
        this.errors = errors;
        this.cure = "left out, " + (kept == null ? "--dead-letters FILE keeps such rows" : "kept in " + kept);
    }

    void writeTo(DeadLetterWriter to) {
        writer = to;
    }

    void refused(String file, long line, DeadLetterReason reason, String detail, String raw) {
        total++;
        late += reason == DeadLetterReason.LATE ? 1 : 0;
        if (total <= SHOWN) {
            FileFault text = new FileFault(file, line, reason.text() + ": " + detail, raw, cure);
            errors.println("millrace trade-cost: " + text.getMessage());
        }
        try {
            if (writer != null) {
                writer.put(line, reason, detail, raw);
            }
        } catch (FileFault e) {
            writer = null;
            fault = e;
        }
    }

    /** Why letters could not be written; null when they could. */
    FileFault fault() {
        return fault;
    }

    long total() {
        return total;
    }

    long late() {
        return late;
    }
}
