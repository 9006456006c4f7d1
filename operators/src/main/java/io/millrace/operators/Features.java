package io.millrace.operators;

import io.millrace.operator.Flow;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A named row of doubles over an event: for a model, for a features file, for an explanation.
 *
 * <pre>{@code
 * static final Features<Payment> FEATURES = Features.of(Payment.class, f -> f
 *         .add("TX_AMOUNT", p -> p.amount())
 *         .add("HOUR", p -> p.hour()).missingWhen(p -> p.hour() < 0));
 * }</pre>
 *
 * <p>Immutable; may be shared by threads when its functions may. They must be functions of the event alone.
 *
 * @param <T> the event
 */
public final class Features<T> {
    private final String owner;
    private final List<String> columns;
    private final DoubleField<? super T>[] values;
    private final Condition<? super T>[] missing;

    @SuppressWarnings("unchecked")
    private Features(String owner, List<Column<T>> columns) {
        this.owner = owner;
        this.columns = columns.stream().map(Column::name).toList();
        this.values = columns.stream().map(Column::value).toArray(DoubleField[]::new);
        this.missing = columns.stream().map(Column::missing).toArray(Condition[]::new);
    }

    /** One column. */
    private record Column<T>(String name, DoubleField<? super T> value, Condition<? super T> missing) {}

    /**
     * Names the columns.
     *
     * @param type    the event
     * @param columns adds them, in order
     * @param <T>     the event
     * @return the row
     * @throws IllegalArgumentException when there is no column, or two have one name
     */
    public static <T> Features<T> of(Class<T> type, Consumer<Columns<T>> columns) {
        Columns<T> list = new Columns<>(type.getSimpleName());
        columns.accept(list);
        if (list.columns.isEmpty()) {
            throw new IllegalArgumentException("features of " + list.owner + " name no column; add one");
        }
        return new Features<>(list.owner, list.columns);
    }

    /**
     * The names of the columns.
     *
     * @return unmodifiable, without repeats
     */
    public List<String> columns() {
        return columns;
    }

    /**
     * Computes the row of an event.
     *
     * @param event the event
     * @param row   gets a value a column, NaN where it is missing; what stands behind them is left alone
     * @throws IllegalArgumentException when the row is too short
     * @throws IllegalStateException    when a function throws; names the column
     */
    public void fill(T event, double[] row) {
        fill(event, row, null);
    }

    /** The same for an event with a cursor, which the next function has to find at its start. */
    void fill(T event, double[] row, Flow rewinds) {
        int n = values.length;
        if (row.length < n) {
            throw new IllegalArgumentException("a row of " + row.length + " for the " + n + " features of " + owner);
        }
        int i = 0;
        try {
            for (; i < n; i++) {
                boolean absent = missing[i] != null && missing[i].test(event);
                if (rewinds != null) {
                    rewinds.rewind();
                }
                row[i] = absent ? Double.NaN : values[i].of(event);
                if (rewinds != null) {
                    rewinds.rewind();
                }
            }
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException("feature " + columns.get(i) + " of " + owner + ": " + t, t);
        }
    }

    /**
     * The same features in another order, without those that are not named.
     *
     * @param names the columns wanted
     * @return a row with these columns
     * @throws IllegalArgumentException when one is not a column; names it
     */
    public Features<T> select(List<String> names) {
        List<Column<T>> chosen = new ArrayList<>();
        for (String name : names) {
            int at = columns.indexOf(name);
            if (at < 0) {
                throw new IllegalArgumentException("feature " + name + " is not one of " + columns + " of " + owner);
            }
            chosen.add(new Column<>(name, values[at], missing[at]));
        }
        return new Features<>(owner, chosen);
    }

    @Override
    public String toString() {
        return owner + columns;
    }

    /**
     * The columns while they are being named.
     *
     * @param <T> the event
     */
    public static final class Columns<T> {
        private final String owner;
        private final List<Column<T>> columns = new ArrayList<>();

        private Columns(String owner) {
            this.owner = owner;
        }

        /**
         * Adds a column.
         *
         * @param column its name, unique in the row
         * @param value  computes it; NaN means missing
         * @return this
         */
        public Columns<T> add(String column, DoubleField<? super T> value) {
            Objects.requireNonNull(value, "value");
            if (column == null || column.isBlank()) {
                throw new IllegalArgumentException("features of " + owner + ": a column has no name; give it one");
            }
            if (columns.stream().anyMatch(c -> c.name().equals(column))) {
                throw new IllegalArgumentException(
                        "features of " + owner + ": two columns are named " + column + "; rename one");
            }
            columns.add(new Column<>(column, value, null));
            return this;
        }

        /**
         * Says when the last column added has no value: it is NaN then, and not computed.
         *
         * @param condition asks the event
         * @return this
         */
        public Columns<T> missingWhen(Condition<? super T> condition) {
            Objects.requireNonNull(condition, "condition");
            int last = columns.size() - 1;
            if (last < 0 || columns.get(last).missing() != null) {
                throw new IllegalArgumentException("features of " + owner
                        + ": missingWhen stands behind the add of its column, once; join conditions with ||");
            }
            Column<T> c = columns.get(last);
            columns.set(last, new Column<>(c.name(), c.value(), condition));
            return this;
        }
    }
}
