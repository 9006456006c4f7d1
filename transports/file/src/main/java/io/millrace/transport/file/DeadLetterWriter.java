package io.millrace.transport.file;

import java.io.Flushable;
import java.io.OutputStream;

/**
 * Writes rows that were not taken as CSV with the columns {@code line,reason,detail,row}: enough to mend the input and
 * send it again. Not thread-safe.
 */
public final class DeadLetterWriter implements Abandonable, Flushable {
    private static final String[] COLUMNS = {"line", "reason", "detail", "row"};

    private final CsvWriter out;

    private DeadLetterWriter(CsvWriter out) {
        this.out = out;
    }

    /**
     * Makes a file anew.
     *
     * @param file its path, gzip when it ends in {@code .gz}, or {@code -} for standard output
     * @return a file with a header
     * @throws FileFault if the file cannot be made
     */
    public static DeadLetterWriter create(String file) throws FileFault {
        return new DeadLetterWriter(CsvWriter.create(file, COLUMNS));
    }

    /**
     * Goes on with a file whose writer begins anew and writes the same rows once more ({@link FileOutput#resume}).
     *
     * @param file its path
     * @return a file with a header, which may be there already
     * @throws FileFault if the file cannot be continued
     */
    public static DeadLetterWriter resume(String file) throws FileFault {
        return new DeadLetterWriter(CsvWriter.resume(file, COLUMNS));
    }

    /**
     * Writes to a stream.
     *
     * @param name what messages call it; gzip when it ends in {@code .gz}
     * @param out  where the bytes go; closed with the writer
     * @return an output with a header
     * @throws FileFault if the stream cannot be written
     */
    public static DeadLetterWriter of(String name, OutputStream out) throws FileFault {
        return new DeadLetterWriter(CsvWriter.of(name, out, COLUMNS));
    }

    /**
     * Writes the present row of a reader.
     *
     * @param row     the row
     * @param problem why it was not taken
     * @throws FileFault if the file cannot be written
     */
    public void put(CsvRow row, RowProblem problem) throws FileFault {
        put(row.line(), problem.reason(), problem.detail(), row.raw());
    }

    /**
     * Writes a row.
     *
     * @param line   where it starts, from 1
     * @param reason why it was not taken
     * @param detail what exactly
     * @param row    its text, as it stood in the file
     * @throws FileFault if the file cannot be written
     */
    public void put(long line, DeadLetterReason reason, CharSequence detail, CharSequence row) throws FileFault {
        out.putLong(line).putText(reason.text()).putText(detail).putText(row).endRow();
    }

    /**
     * Hands on what is gathered.
     *
     * @throws FileFault if the file cannot be written
     */
    @Override
    public void flush() throws FileFault {
        out.flush();
    }

    /**
     * Declares that a writer that continues a file ({@link #resume}) ends before it has written all rows again, because
     * it was interrupted: {@link #close} then leaves the rows that are there, and does not report the file as longer
     * than it should be.
     */
    public void endEarly() {
        out.endEarly();
    }

    @Override
    public void abandon() throws FileFault {
        out.abandon();
    }

    @Override
    public void close() throws FileFault {
        out.close();
    }
}
