package io.millrace.transport.file;

import io.millrace.event.MisuseException;
import java.io.Flushable;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Writes CSV (RFC 4180): UTF-8, a header, LF, quotes only where needed: around a field with a comma, a quote, a carriage
 * return or a line feed. Blanks at the ends of a field need none, and are part of it. (Also quoted, because a reader
 * would lose them otherwise: a field that starts with a byte order mark, and in a file of one column what would be a
 * blank line.)
 *
 * <p>Values are put one after another, by kind; {@link #endRow} ends the row and checks their number. Numbers are plain:
 * integers as they are, doubles as {@link ShortestDouble} says. Rows are gathered; {@link #flush} and {@link #close}
 * hand on those that are whole. Nothing is allocated for a value, but for a row of more than 64 KiB. Not thread-safe.
 *
 * <p>A call that throws takes back the row in hand: the next value is the first of a new one. Rows before it stay gathered, and a
 * later call tries again to write them, at the place where they belong. Only a file in which nobody can go back (a pipe, standard
 * output, a compressed one, a stream of somebody else) takes nothing more once a write has failed, and says so at each call.
 *
 * <pre>{@code
 * try (CsvWriter out = CsvWriter.create("features.csv.gz", "CARD", "AVERAGE")) {
 *     out.putLong(card).putDouble(sum / count).endRow();
 * }
 * }</pre>
 */
public final class CsvWriter implements Abandonable, Flushable {
    private final String name;
    private final TextBuffer text;
    private final int columns;
    private int column;

    /** Whether the last call has thrown in the middle of a row. */
    private boolean broken;

    /** The rows that were ended, behind the header. */
    private long rows;

    /** Those of them that nobody can take back. */
    private long wholeRows;

    /** Whether rows are kept together with others that follow. */
    private boolean held;

    /** The columns are {@linkplain #sound counted} before the file is made. */
    private CsvWriter(String name, int columns, FileOutput out) {
        this.name = name;
        this.columns = columns;
        text = new TextBuffer(out);
    }

    private static int sound(String name, int columns) {
        if (columns < 1) {
            throw new IllegalArgumentException("no columns for " + name);
        }
        return columns;
    }

    private static int sound(String name, String... columns) {
        for (String column : columns) {
            Objects.requireNonNull(column, "column");
        }
        return sound(name, columns.length);
    }

    /**
     * Makes a file anew and writes its header.
     *
     * @param file    its path, gzip when it ends in {@code .gz}, or {@code -} for standard output
     * @param columns the names of the columns
     * @return a writer at the first row
     * @throws FileFault if the file cannot be made
     */
    public static CsvWriter create(String file, String... columns) throws FileFault {
        return new CsvWriter(file, sound(file, columns), FileOutput.create(file)).header(columns);
    }

    /**
     * Writes to a stream, the header first.
     *
     * @param name    what messages call it; gzip when it ends in {@code .gz}
     * @param out     where the bytes go; closed with the writer
     * @param columns the names of the columns
     * @return a writer at the first row
     * @throws FileFault if the stream cannot be written
     */
    public static CsvWriter of(String name, OutputStream out, String... columns) throws FileFault {
        return new CsvWriter(name, sound(name, columns), FileOutput.of(name, out)).header(columns);
    }

    /**
     * Goes on with a file whose writer begins anew and writes the same rows once more ({@link FileOutput#resume}).
     *
     * @param file    its path
     * @param columns the header
     * @return a writer at the first row, which may be there already
     * @throws FileFault if the file cannot be continued
     */
    public static CsvWriter resume(String file, String... columns) throws FileFault {
        return new CsvWriter(file, sound(file, columns), FileOutput.resume(file)).header(columns);
    }

    /** Goes on in a file that is open: with the header where it is not there. */
    static CsvWriter on(String file, RewrittenFile open, boolean hasHeader, String... columns) throws FileFault {
        CsvWriter writer = new CsvWriter(file, sound(file, columns), FileOutput.of(file, open));
        return hasHeader ? writer : writer.header(columns);
    }

    /**
     * Makes a file without header anew.
     *
     * @param file    its path, gzip when it ends in {@code .gz}, or {@code -} for standard output
     * @param columns the number of columns
     * @return a writer at the first row
     * @throws FileFault if the file cannot be made
     */
    public static CsvWriter createWithoutHeader(String file, int columns) throws FileFault {
        return new CsvWriter(file, sound(file, columns), FileOutput.create(file));
    }

    /**
     * Writes to a stream, without header.
     *
     * @param name    what messages call it; gzip when it ends in {@code .gz}
     * @param out     where the bytes go; closed with the writer
     * @param columns the number of columns
     * @return a writer at the first row
     * @throws FileFault if the stream cannot be written
     */
    public static CsvWriter ofWithoutHeader(String name, OutputStream out, int columns) throws FileFault {
        return new CsvWriter(name, sound(name, columns), FileOutput.of(name, out));
    }

    private CsvWriter header(String... names) throws FileFault {
        for (String column : names) {
            putText(column);
        }
        endRow();
        rows = 0;
        wholeRows = 0;
        return this;
    }

    /**
     * Writes an integer.
     *
     * @param value any
     * @return this
     * @throws FileFault if the file cannot be written
     */
    public CsvWriter putLong(long value) throws FileFault {
        startField();
        text.putLong(value);
        return endField();
    }

    /**
     * Writes a number, as {@link ShortestDouble} says.
     *
     * @param value finite, or NaN for "absent"
     * @return this
     * @throws FileFault                if the file cannot be written
     * @throws IllegalArgumentException if it is infinite
     */
    public CsvWriter putDouble(double value) throws FileFault {
        if (value != value) {
            return putAbsent();
        }
        startField();
        if (Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + ": column " + column + " would be infinite");
        }
        text.putDouble(value);
        return endField();
    }

    /**
     * Writes a decimal number with all its decimals: of scale 2, 1200 is 12.00.
     *
     * @param unscaled in units of the last decimal
     * @param scale    the number of decimals, 0 to 18
     * @return this
     * @throws FileFault                if the file cannot be written
     * @throws IllegalArgumentException if there is no such scale
     */
    public CsvWriter putDecimal(long unscaled, int scale) throws FileFault {
        startField();
        requireScale(scale);
        text.putDecimal(unscaled, scale);
        return endField();
    }

    static void requireScale(int scale) {
        if (scale < 0 || scale > Digits.SCALE_MAX) {
            throw new IllegalArgumentException("scale " + scale + "; use 0 to " + Digits.SCALE_MAX);
        }
    }

    /**
     * Writes text; half a surrogate pair becomes U+FFFD.
     *
     * @param value any
     * @return this
     * @throws FileFault if the file cannot be written
     */
    public CsvWriter putText(CharSequence value) throws FileFault {
        startField();
        boolean quoted = Quoting.isNeeded(value) || columns == 1 && Quoting.isBlank(value);
        quote(quoted);
        text.putText(value, quoted);
        quote(quoted);
        return endField();
    }

    /**
     * Writes a field of a row as it was read.
     *
     * @param row   the present row of a reader
     * @param field the number of the field
     * @return this
     * @throws FileFault  if the file cannot be written
     * @throws RowProblem if the row is not sound
     */
    public CsvWriter putField(CsvRow row, int field) throws FileFault, RowProblem {
        startField();
        Cell cell = row.cell(field);
        // Doubled quotes are still doubled: what had them goes out as it came in.
        boolean quoted = row.isEscaped(field)
                || Quoting.isNeeded(cell.bytes, cell.from, cell.to)
                || columns == 1 && Quoting.isBlank(cell.bytes, cell.from, cell.to);
        quote(quoted);
        text.putBytes(cell.bytes, cell.from, cell.to);
        quote(quoted);
        return endField();
    }

    /**
     * Leaves a field empty.
     *
     * @return this
     * @throws FileFault if the file cannot be written
     */
    public CsvWriter putAbsent() throws FileFault {
        return putText("");
    }

    /**
     * Writes a time {@code yyyy-MM-dd HH:mm:ss}, UTC.
     *
     * @param epochSecond seconds since the epoch, of the years 0 to 9999
     * @return this
     * @throws FileFault                if the file cannot be written
     * @throws IllegalArgumentException if the year has no four digits
     */
    public CsvWriter putEpochSecond(long epochSecond) throws FileFault {
        startField();
        text.putEpochSecond(epochSecond);
        return endField();
    }

    /**
     * Writes a time {@code yyyy-MM-dd HH:mm:ss}, UTC, with {@code .SSS} only where that is not 0.
     *
     * @param epochMs milliseconds since the epoch, of the years 0 to 9999
     * @return this
     * @throws FileFault                if the file cannot be written
     * @throws IllegalArgumentException if the year has no four digits
     */
    public CsvWriter putEpochMs(long epochMs) throws FileFault {
        startField();
        text.putEpochMs(epochMs);
        return endField();
    }

    /**
     * Writes a time {@code yyyy-MM-dd HH:mm:ss}, UTC, with 3, 6 or 9 decimals where the second is not whole.
     *
     * @param epochNs nanoseconds since the epoch
     * @return this
     * @throws FileFault if the file cannot be written
     */
    public CsvWriter putEpochNs(long epochNs) throws FileFault {
        startField();
        text.putEpochNs(epochNs);
        return endField();
    }

    /**
     * Ends the row.
     *
     * @throws FileFault             if the file cannot be written
     * @throws IllegalStateException if a field is missing
     */
    public void endRow() throws FileFault {
        if (broken) {
            takeBack();
        }
        broken = true;
        if (column != columns) {
            throw new MisuseException(name + ": a row with " + Shown.fields(column) + " instead of " + columns);
        }
        text.putByte('\n');
        column = 0;
        broken = false;
        rows++;
        if (!held) {
            whole();
        }
    }

    private void whole() {
        wholeRows = rows;
        text.endRow();
    }

    /** From here on all that is written belongs together: it is kept, or taken back, as one row is. */
    void hold() {
        held = true;
    }

    /** What was held is whole. */
    void keep() {
        held = false;
        whole();
    }

    /** Forgets the fields of the row in hand, and what is held with it. */
    void takeBack() {
        text.takeBack();
        rows = wholeRows;
        column = 0;
        broken = false;
        held = false;
    }

    /**
     * Hands on the rows that are gathered. A compressed file may keep some back until it is closed.
     *
     * @throws FileFault if the file cannot be written
     */
    @Override
    public void flush() throws FileFault {
        text.flush();
    }

    /**
     * Makes durable what has been flushed to a plain file: its bytes, and its name in its directory. Anything else is left as it is. May be called
     * by another thread than the one that writes, at any time before {@link #close}.
     *
     * @throws FileFault if it cannot be forced
     */
    public void sync() throws FileFault {
        text.sync();
    }

    /** How many rows were ended, behind the header; those that were taken back have not been. */
    long rows() {
        return rows;
    }

    /** Of a file that is made anew: what it held before goes now. */
    void empty() throws FileFault {
        text.empty();
    }

    /** Whether its file is made anew by each start, and so wants all rows. */
    boolean isMadeAnew() {
        return text.isMadeAnew();
    }

    @Override
    public void abandon() throws FileFault {
        text.abandon();
    }

    void endEarly() {
        text.endEarly();
    }

    /**
     * Hands on the rows that are gathered, and ends the file. A row that was not ended is left out.
     *
     * @throws FileFault if rows are lost, because they cannot be written
     */
    @Override
    public void close() throws FileFault {
        text.close();
    }

    private void startField() throws FileFault {
        if (broken) {
            takeBack();
        }
        broken = true; // until the field is whole
        if (column == columns) {
            throw new MisuseException(name + ": a row with more than " + columns + " fields");
        }
        if (column++ > 0) {
            text.putByte(',');
        }
    }

    private CsvWriter endField() {
        broken = false;
        return this;
    }

    private void quote(boolean quoted) throws FileFault {
        if (quoted) {
            text.putByte('"');
        }
    }
}
