package io.millrace.cli;

import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * What becomes of the rows that a command does not take: all are counted, the first three are shown, and all are written where
 * {@code --dead-letters} says so. For one thread at a time.
 */
public final class RefusedRows {
    private static final int SHOWN = 3;

    private final String command;
    private final String cure;
    private final PrintStream errors;
    private DeadLetterWriter writer;
    private Consumer<FileFault> faults = e -> {};
    private boolean severalFiles;
    private long shown;
    private long total;
    private long late;

    /**
     * None yet.
     *
     * @param command the command's name, for messages
     * @param kept    the name of the file that will keep them, or null
     * @param errors  where the first ones are shown
     */
    public RefusedRows(String command, String kept, PrintStream errors) {
        this.command = command;
        this.cure = "left out, " + (kept == null ? "--dead-letters FILE keeps such rows" : "kept in " + kept);
        this.errors = errors;
    }

    /**
     * From now on they are written there.
     *
     * @param to        the file
     * @param onFailure hears why it cannot be written, once; after that nothing more is
     */
    public void writeTo(DeadLetterWriter to, Consumer<FileFault> onFailure) {
        writer = to;
        faults = onFailure;
    }

    /** Says that rows come from several files: what is written of one begins with that of it, since its line alone says too little. */
    public void ofSeveralFiles() {
        severalFiles = true;
    }

    /**
     * Counts, shows and writes a row.
     *
     * @param file   where it stood
     * @param line   its line, from 1
     * @param reason why
     * @param detail the same in words
     * @param row    its text
     */
    public void refused(String file, long line, DeadLetterReason reason, String detail, String row) {
        count(reason);
        report(file, line, reason, detail, row);
    }

    /**
     * Counts a row that will be reported later.
     *
     * @param reason why it is not taken
     */
    public void count(DeadLetterReason reason) {
        total++;
        late += reason == DeadLetterReason.LATE ? 1 : 0;
    }

    /**
     * Shows and writes a row that has been counted.
     *
     * @param file   where it stood
     * @param line   its line, from 1
     * @param reason why
     * @param detail the same in words
     * @param row    its text
     */
    public void report(String file, long line, DeadLetterReason reason, String detail, String row) {
        if (shown++ < SHOWN) {
            // written as the faults of files are: one line, however long or odd the row
            FileFault text = new FileFault(file, line, reason.text() + ": " + detail, row, cure);
            errors.println("millrace " + command + ": " + text.getMessage());
        }
        try {
            if (writer != null) {
                writer.put(line, reason, severalFiles ? file + ":" + line + ": " + detail : detail, row);
            }
        } catch (FileFault e) {
            writer = null;
            faults.accept(e);
        }
    }

    /** Hands on what is gathered. */
    public void flush() {
        try {
            if (writer != null) {
                writer.flush();
            }
        } catch (FileFault e) {
            writer = null;
            faults.accept(e);
        }
    }

    /**
     * How many there were.
     *
     * @return a count
     */
    public long total() {
        return total;
    }

    /**
     * How many of them were late.
     *
     * @return a count
     */
    public long late() {
        return late;
    }
}
