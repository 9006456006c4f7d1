package io.millrace.transport.file;

import io.millrace.event.Header;
import io.millrace.event.RefusedException;
import io.millrace.event.ThrownText;
import io.millrace.transport.EventSource;
import java.util.Objects;

/**
 * Brings events from a CSV file, and ends with it. Each event carries the line of its row as its correlation id, so
 * that code that refuses it later can tell which row it was. A row that cannot be taken does not stop the reading: it
 * is counted and becomes a dead letter of the input, with its line and its bytes, or goes to the handler of
 * {@link #onProblem}.
 *
 * <p>It is used by one thread, that of the host that polls it.
 *
 * @param <V> the type of the events
 */
public final class CsvSource<V> implements EventSource<V> {
    private final CsvReader reader;
    private final RowFunction<V> function;
    private final Header header = new Header();

    /** Null if they become dead letters. */
    private Problems problems;

    private Watcher<V> watcher = (row, event) -> {};

    /**
     * Makes an event from a row.
     *
     * @param <V> the type of the events
     */
    @FunctionalInterface
    public interface RowFunction<V> {
        /**
         * Makes the event of a row.
         *
         * @param row fields in the order of the requested columns; valid during the call only
         * @return the event
         * @throws RowProblem if the row is no event; any other exception has the same effect
         */
        V event(CsvRow row) throws RowProblem;
    }

    /** Gets the rows that cannot be taken. */
    @FunctionalInterface
    public interface Problems {
        /**
         * Gets a row.
         *
         * @param row valid during the call only
         * @param problem what is wrong with it
         * @throws FileFault if it cannot be written down; ends the source
         */
        void on(CsvRow row, RowProblem problem) throws FileFault;
    }

    /**
     * Sees rows just before their events are published.
     *
     * @param <V> the type of the events
     */
    @FunctionalInterface
    public interface Watcher<V> {
        /**
         * Sees a row.
         *
         * @param row valid during the call only
         * @param event what was made from it
         */
        void on(CsvRow row, V event);
    }

    private CsvSource(CsvReader reader, RowFunction<V> function) {
        this.reader = reader;
        this.function = Objects.requireNonNull(function, "function");
    }

    /**
     * Creates a source on a reader that is already open, and that is closed with this source.
     *
     * @param reader the rows
     * @param function makes events from them
     * @param <V> the type of the events
     * @return a source at the first row
     */
    public static <V> CsvSource<V> of(CsvReader reader, RowFunction<V> function) {
        return new CsvSource<>(reader, function);
    }

    /**
     * Creates a source of a file whose columns are named after the components of a record, in any order. Extra columns
     * are ignored.
     *
     * @param file its name, or {@code -} for standard input
     * @param record components may be {@code long int short byte double boolean} (0 or 1, or true or false),
     *     {@code String}, an enum (its name), {@code Instant} ({@code yyyy-MM-dd HH:mm:ss}, UTC, with decimals if the
     *     second is not whole), {@code UUID}, and {@code long} or {@code BigDecimal} with
     *     {@link io.millrace.event.Scale} (12.34); with {@link io.millrace.event.Nullable}, where primitives are boxed,
     *     an empty field is null
     * @param <R> the type of the record
     * @return a source at the first row
     * @throws FileFault if the file cannot be opened, or a column is missing
     * @throws IllegalArgumentException if a component has a type that a column cannot hold
     */
    public static <R extends Record> CsvSource<R> of(String file, Class<R> record) throws FileFault {
        RecordRows<R> rows = new RecordRows<>(record);
        return new CsvSource<>(CsvReader.open(file, rows.columns()), rows);
    }

    /**
     * Sets a handler for rows that cannot be taken. It replaces the dead letters of the engine, which no longer count
     * them.
     *
     * @param sees called on the polling thread; sees the fields of a refused row in plain
     * @return this
     */
    public CsvSource<V> onProblem(Problems sees) {
        problems = Objects.requireNonNull(sees, "problems");
        return this;
    }

    /**
     * Sets a watcher that sees rows just before their events are published.
     *
     * @param sees called on the polling thread
     * @return this
     */
    public CsvSource<V> watched(Watcher<V> sees) {
        watcher = Objects.requireNonNull(sees, "watcher");
        return this;
    }

    @Override
    public boolean isFinite() {
        return true;
    }

    @Override
    public int poll(Target<? super V> target, int most) throws FileFault {
        int taken = 0;
        for (int i = 0; i < most; i++) {
            if (!reader.next()) {
                return taken > 0 ? taken : ENDED;
            }
            take(reader.row(), target);
            taken++;
        }
        return taken;
    }

    private void take(CsvRow row, Target<? super V> target) throws FileFault {
        try {
            row.check();
            V event = event(row, problems == null && target.isSensitive());
            watcher.on(row, event);
            target.take(event, header.clear().correlationId(row.line()));
        } catch (RowProblem problem) {
            refuse(row, problem, target);
        } catch (RefusedException e) {
            refuse(row, new RowProblem(DeadLetterReason.of(e.reason()), e.getMessage()), target);
        }
    }

    private void refuse(CsvRow row, RowProblem problem, Target<? super V> target) throws FileFault {
        if (problems != null) {
            problems.on(row, problem);
        } else {
            String why = "line " + row.line() + ": " + problem.detail();
            target.refuse(row.bytes(), problem.reason().ofEngine(), why);
        }
    }

    /** If a user function throws, it is the row's fault, as with an operator: the other rows go on. */
    private V event(CsvRow row, boolean sensitive) throws RowProblem {
        row.sensitive(sensitive); // a function's: of a record each column says so itself
        try {
            return Objects.requireNonNull(function.event(row), "no event was made of it");
        } catch (RuntimeException e) {
            String text = sensitive || e.getMessage() == null ? ThrownText.of(e, sensitive) : e.getMessage();
            throw new RowProblem(DeadLetterReason.MALFORMED, Shown.value(text));
        } finally {
            row.sensitive(false);
        }
    }

    @Override
    public void close() throws FileFault {
        reader.close();
    }
}
