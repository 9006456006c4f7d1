package io.millrace.examples.tradecost;

import io.millrace.cli.RefusedRows;
import io.millrace.cli.StoppableInput;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.RowProblem;
import java.io.Closeable;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;

/**
 * One of the two files: its next sound row, and where it stands.
 *
 * @param <V> what a row is
 */
final class Ticks<V> implements Closeable {
    /** More milliseconds are no time of an event: nanoseconds have to fit a long. */
    static final long MS_MAX = Long.MAX_VALUE / 1_000_000 - 1;

    private final String name;
    private final CsvReader reader;
    private final RowFunction<V> function;
    private final ToLongFunction<V> msOf;
    private final RefusedRows letters;
    private boolean ahead;
    private long rows;
    private V event;
    private long ms;

    /** Makes an event of a row. */
    @FunctionalInterface
    interface RowFunction<V> {
        V event(CsvRow row, long number) throws RowProblem;
    }

    Ticks(
            String name,
            int fields,
            RowFunction<V> function,
            ToLongFunction<V> msOf,
            RefusedRows letters,
            BooleanSupplier stopped)
            throws FileFault {
        this.name = name.equals("-") ? "standard input" : name;
        this.reader = StoppableInput.maybeSilent(name)
                ? CsvReader.ofWithoutHeader(this.name, StoppableInput.open(name, stopped), fields)
                : CsvReader.openWithoutHeader(name, fields);
        this.function = function;
        this.msOf = msOf;
        this.letters = letters;
    }

    static Trade trade(CsvRow row, long number) throws RowProblem {
        return new Trade(number, ms(row), notNegative(row, 1), notNegative(row, 2), exchange(row, 3));
    }

    static Quote quote(CsvRow row, long number) throws RowProblem {
        notNegative(row, 2);
        notNegative(row, 4); // sizes are not asked for, and have to be sound all the same
        return new Quote(ms(row), notNegative(row, 1), notNegative(row, 3), exchange(row, 5));
    }

    /** A price or a size. */
    private static long notNegative(CsvRow row, int field) throws RowProblem {
        return row.asLong(field, 0, Long.MAX_VALUE);
    }

    private static long ms(CsvRow row) throws RowProblem {
        return row.asLong(0, 0, MS_MAX);
    }

    private static String exchange(CsvRow row, int field) throws RowProblem {
        if (row.isEmpty(field)) {
            throw new RowProblem(DeadLetterReason.MISSING_VALUE, "field " + (field + 1) + ", the exchange, is empty");
        }
        return row.asText(field).toString();
    }

    /** Reads the first row, which is judged later: what is said of it has to have a place. A file that cannot be read at all is said now. */
    void begin() throws FileFault {
        ahead = reader.next();
    }

    private boolean move() throws FileFault {
        boolean moved = ahead || reader.next();
        ahead = false;
        return moved;
    }

    /** Moves to the next row that is sound; answers whether there is one. */
    boolean next() throws FileFault {
        event = null;
        while (event == null && move()) {
            rows++;
            try {
                event = function.event(reader.row(), rows);
                ms = msOf.applyAsLong(event);
            } catch (RowProblem e) {
                letters.refused(
                        name,
                        reader.row().line(),
                        e.reason(),
                        e.detail(),
                        reader.row().raw());
            }
        }
        return event != null;
    }

    boolean hasEvent() {
        return event != null;
    }

    V event() {
        return event;
    }

    long ms() {
        return ms;
    }

    long line() {
        return reader.row().line();
    }

    String raw() {
        return reader.row().raw();
    }

    String name() {
        return name;
    }

    @Override
    public void close() throws FileFault {
        reader.close();
    }
}
