package io.millrace.cli;

import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.RowProblem;
import java.io.Closeable;
import java.util.function.BooleanSupplier;

/**
 * A CSV file without a header: its next sound row, and where it stands. Those in front of it that are not sound are refused.
 *
 * @param <V> what a row is
 */
public final class SoundRows<V> implements Closeable {
    private final String name;
    private final CsvReader reader;
    private final RowFunction<V> function;
    private final RefusedRows letters;
    private boolean ahead;
    private long rows;
    private V value;

    /**
     * Makes a value of a row.
     *
     * @param <V> what
     */
    @FunctionalInterface
    public interface RowFunction<V> {
        /**
         * Reads it.
         *
         * @param row    in hand
         * @param number of the row in its file, from 1
         * @return not null
         * @throws RowProblem when it is not sound
         */
        V value(CsvRow row, long number) throws RowProblem;
    }

    /**
     * Opens the file.
     *
     * @param file     its path, or {@code -} for standard input
     * @param fields   the number of fields each row must have
     * @param function makes a value of a row
     * @param letters  gets the others
     * @param stopped  whether nobody waits for more of what may be silent
     * @throws FileFault if it cannot be opened
     */
    public SoundRows(String file, int fields, RowFunction<V> function, RefusedRows letters, BooleanSupplier stopped)
            throws FileFault {
        this.name = file.equals("-") ? "standard input" : file;
        this.function = function;
        this.letters = letters;
        reader = StoppableInput.maybeSilent(file)
                ? CsvReader.ofWithoutHeader(name, StoppableInput.open(file, stopped), fields)
                : CsvReader.openWithoutHeader(file, fields);
    }

    /**
     * Reads the first row, which is judged later: what is said of it has to have a place. A file that cannot be read at all is said now.
     *
     * @throws FileFault if it is one
     */
    public void begin() throws FileFault {
        ahead = reader.next();
    }

    private boolean move() throws FileFault {
        boolean moved = ahead || reader.next();
        ahead = false;
        return moved;
    }

    /**
     * Moves to the next row that is sound.
     *
     * @throws FileFault if the file cannot be read to its end
     */
    public void next() throws FileFault {
        value = null;
        while (value == null && move()) {
            rows++;
            try {
                value = function.value(reader.row(), rows);
            } catch (RowProblem e) {
                letters.refused(name, line(), e.reason(), e.detail(), raw());
            }
        }
    }

    /**
     * What the row is.
     *
     * @return null where there is no further one
     */
    public V value() {
        return value;
    }

    /**
     * Its line.
     *
     * @return from 1
     */
    public long line() {
        return reader.row().line();
    }

    /**
     * Its text.
     *
     * @return as it stands in the file
     */
    public String raw() {
        return reader.row().raw();
    }

    /**
     * What messages call the file.
     *
     * @return its path, or that it is standard input
     */
    public String name() {
        return name;
    }

    @Override
    public void close() throws FileFault {
        reader.close();
    }
}
