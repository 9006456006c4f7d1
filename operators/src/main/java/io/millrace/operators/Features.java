package io.millrace.operators;

import io.millrace.operator.Flow;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A row of named doubles computed from an event: for a model, for a features file, for an explanation.
 *
 * <pre>{@code
 * static final Features<Payment> FEATURES = Features.of(Payment.class, f -> f
 *         .add("TX_AMOUNT", p -> p.amount())
 *         .add("HOUR", p -> p.hour()).missingWhen(p -> p.hour() < 0));
 * }</pre>
 *
 * <p>Immutable. Threads may share it if they may share its functions, which must depend on the event only.
 *
 * @param <T> the type of the event
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
     * Declares the features.
     *
     * @param type    the class of the event
     * @param columns adds the features, in order
     * @param <T>     the type of the event
     * @return the features
     * @throws IllegalArgumentException if there is no feature, or two have one name
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
     * The names of the features, in order.
     *
     * @return unmodifiable, without repeats
     */
    public List<String> columns() {
        return columns;
    }

    /**
     * Computes the features of an event.
     *
     * @param event the event
     * @param row   gets one value for each feature, NaN if it is missing; elements after them are left alone
     * @throws IllegalArgumentException if the row is too short
     * @throws IllegalStateException    if a function throws; names the feature
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
     * @param names the features that are wanted
     * @return these features, in this order
     * @throws IllegalArgumentException if one is not a feature of this; names it
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
     * The features, while they are being declared.
     *
     * @param <T> the type of the event
     */
    public static final class Columns<T> {
        private final String owner;
        private final List<Column<T>> columns = new ArrayList<>();

        private Columns(String owner) {
            this.owner = owner;
        }

        /**
         * Adds a feature.
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
         * Says when the last added feature is missing: it is then NaN, and not computed.
         *
         * @param condition called with the event
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
