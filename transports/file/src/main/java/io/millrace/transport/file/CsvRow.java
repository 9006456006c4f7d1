package io.millrace.transport.file;

import io.millrace.transport.EventSource;
import java.nio.charset.StandardCharsets;

/**
 * The present row of a {@link CsvReader}: one object, moved from row to row, valid until the reader goes on.
 *
 * <p>Fields are asked for by number, in the order in which the columns were named at opening. Whoever asks a row that is
 * not sound, or a field that is not what was asked for, gets a {@link RowProblem}: keep line and text for the dead
 * letters and go on. Nothing is allocated for a sound row, but for decimals of more than 15 digits (a short text each).
 */
public final class CsvRow {
    private final RowScanner rows;
    private final CsvColumns columns;
    private final FieldText[] texts;
    private final Cell cell = new Cell();
    private final EventSource.Encoded bytes = new Bytes();

    /** The row as it stands in the file. */
    private final class Bytes implements EventSource.Encoded {
        @Override
        public int length() {
            return rows.rowEnd() - rows.rowStart();
        }

        @Override
        public void copyTo(byte[] target, int offset, int length) {
            System.arraycopy(rows.bytes(), rows.rowStart(), target, offset, length);
        }
    }

    CsvRow(RowScanner rows, CsvColumns columns) {
        this.rows = rows;
        this.columns = columns;
        texts = new FieldText[columns.names().size()];
    }

    /**
     * Where the row starts.
     *
     * @return the line, from 1; a header is line 1
     */
    public long line() {
        return rows.line();
    }

    /**
     * The number of fields that can be asked for, the same in each row.
     *
     * @return the number of columns named at opening
     */
    public int fieldCount() {
        return texts.length;
    }

    /**
     * The row as it stands in the file, for dead letters. Of a row that is not CSV only its first line, and of that at
     * most 1 MiB.
     *
     * @return the text without its line end; U+FFFD for what is not UTF-8
     */
    public String raw() {
        return new String(rows.bytes(), rows.rowStart(), rows.rowEnd() - rows.rowStart(), StandardCharsets.UTF_8);
    }

    /**
     * Asks only whether the row is sound: CSV, UTF-8, as many fields as the header. All other questions ask this first.
     *
     * @throws RowProblem if it is not
     */
    public void check() throws RowProblem {
        if (rows.problem() != null) {
            throw new RowProblem(DeadLetterReason.MALFORMED, rows.problem());
        }
        if (rows.fieldCount() != columns.inFile()) {
            throw new RowProblem(
                    DeadLetterReason.MALFORMED, Shown.fields(rows.fieldCount()) + " instead of " + columns.inFile());
        }
    }

    /**
     * Whether a field has no text.
     *
     * @param field its number
     * @return true when it is empty
     * @throws RowProblem if the row is not sound
     */
    public boolean isEmpty(int field) throws RowProblem {
        return cell(field).length() == 0;
    }

    /**
     * A field as text, empty where it is.
     *
     * @param field its number
     * @return a view without quotes, one a column, valid until the reader goes on
     * @throws RowProblem if the row is not sound
     */
    public CharSequence asText(int field) throws RowProblem {
        Cell source = cell(field);
        if (texts[field] == null) {
            texts[field] = new FieldText();
        }
        texts[field].set(source.bytes, source.from, source.to, isEscaped(field));
        return texts[field];
    }

    /**
     * An integer: an optional sign and digits.
     *
     * @param field its number
     * @return its value
     * @throws RowProblem if it is empty, something else, or beyond 64 bits
     */
    public long asLong(int field) throws RowProblem {
        return NumberParser.parseLong(value(field));
    }

    /**
     * An integer between bounds.
     *
     * @param field its number
     * @param min   the smallest that is taken
     * @param max   the largest that is taken
     * @return its value
     * @throws RowProblem if it is empty, something else, or out of range
     */
    public long asLong(int field, long min, long max) throws RowProblem {
        long value = asLong(field);
        if (value < min || value > max) {
            throw cell.outOfRange("between " + min + " and " + max);
        }
        return value;
    }

    /**
     * A decimal number, exactly: an optional sign and digits with at most one point.
     *
     * @param field its number
     * @param scale the number of decimals it may have, 0 to 18
     * @return its value in units of the last decimal: of scale 2, 12.3 is 1230
     * @throws RowProblem               if it is empty, something else, has more decimals, or is beyond 64 bits
     * @throws IllegalArgumentException if there is no such scale
     */
    public long asDecimal(int field, int scale) throws RowProblem {
        CsvWriter.requireScale(scale);
        return NumberParser.parseDecimal(value(field), scale);
    }

    /**
     * A decimal number, rounded only as {@link Double#parseDouble} does; never a name, a blank or a suffix.
     *
     * @param field its number
     * @return its value, finite
     * @throws RowProblem if it is empty, something else, or too large for a double
     */
    public double asDouble(int field) throws RowProblem {
        return NumberParser.parseDouble(value(field));
    }

    /**
     * A decimal number between bounds.
     *
     * @param field its number
     * @param min   the smallest that is taken
     * @param max   the largest that is taken
     * @return its value
     * @throws RowProblem if it is empty, something else, or out of range
     */
    public double asDouble(int field, double min, double max) throws RowProblem {
        double value = asDouble(field);
        if (value < min || value > max) {
            throw cell.outOfRange(bounds(min, max));
        }
        return value;
    }

    private static String bounds(double min, double max) {
        if (max >= Double.MAX_VALUE) {
            return "at least " + ShortestDouble.text(min);
        }
        return "between " + ShortestDouble.text(min) + " and " + ShortestDouble.text(max);
    }

    /**
     * A time {@code yyyy-MM-dd HH:mm:ss}, UTC.
     *
     * @param field its number
     * @return seconds since the epoch
     * @throws RowProblem if it is empty, something else, or not on the calendar
     */
    public long asEpochSecond(int field) throws RowProblem {
        return UtcTime.parseSecond(value(field));
    }

    /**
     * A time {@code yyyy-MM-dd HH:mm:ss}, UTC, optionally with {@code .SSS}.
     *
     * @param field its number
     * @return milliseconds since the epoch
     * @throws RowProblem if it is empty, something else, or not on the calendar
     */
    public long asEpochMs(int field) throws RowProblem {
        return UtcTime.parseMs(value(field));
    }

    /**
     * A time {@code yyyy-MM-dd HH:mm:ss}, UTC.
     *
     * @param field its number
     * @return nanoseconds since the epoch
     * @throws RowProblem if it is empty, something else, not on the calendar, or beyond the years 1677 to 2262
     */
    public long asEpochNs(int field) throws RowProblem {
        return UtcTime.parseNs(value(field));
    }

    /**
     * A time {@code yyyy-MM-dd HH:mm:ss}, UTC, optionally with a point and up to nine decimals.
     *
     * @param field its number
     * @return nanoseconds since the epoch
     * @throws RowProblem if it is empty, something else, not on the calendar, or beyond the years 1677 to 2262
     */
    public long asExactEpochNs(int field) throws RowProblem {
        return UtcTime.parseExactNs(value(field));
    }

    /** The field, which must have a value. */
    Cell value(int field) throws RowProblem {
        Cell source = cell(field);
        if (source.length() == 0) {
            throw source.missing();
        }
        return source;
    }

    /** The field as it stands between its quotes, doubled quotes still doubled. */
    Cell cell(int field) throws RowProblem {
        check();
        int inFile = columns.fieldOf()[field];
        return cell.set(columns.names().get(field), rows.bytes(), rows.fieldStart(inFile), rows.fieldEnd(inFile));
    }

    /** As {@link #raw}, and valid as long as the row is. */
    EventSource.Encoded bytes() {
        return bytes;
    }

    /** Whether the fields that are asked for from here on are shown as hashes in problems. */
    void sensitive(boolean are) {
        cell.isSensitive = are;
    }

    /** Whether a field holds doubled quotes. */
    boolean isEscaped(int field) {
        return rows.isEscaped(columns.fieldOf()[field]);
    }
}
