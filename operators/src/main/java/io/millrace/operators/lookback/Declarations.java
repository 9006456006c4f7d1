package io.millrace.operators.lookback;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The aggregates that the fields of one shape object declare, in the order of declaration. Made by the base class of a
 * shape, read once by the operator.
 */
public final class Declarations {
    final List<Declared> list = new ArrayList<>();

    /** One declared value: an aggregate of an argument, or a part of the key. */
    static final class Declared {
        final Aggregate aggregate;
        final Argument argument;
        final Cell cell;
        final KeyText text;
        final int keyPart;
        String name;

        Declared(Aggregate aggregate, Argument argument, Cell cell, KeyText text, int keyPart) {
            this.aggregate = aggregate;
            this.argument = argument;
            this.cell = cell;
            this.text = text;
            this.keyPart = keyPart;
        }

        String word() {
            return aggregate != null ? aggregate.word() : text != null ? "textKey" : "longKey";
        }
    }

    /** Nothing declared. */
    public Declarations() {}

    private Cell add(Aggregate aggregate, Argument argument) {
        Cell cell = new Cell();
        list.add(new Declared(aggregate, argument, cell, null, -1));
        return cell;
    }

    /**
     * Declares the number of events.
     *
     * @return where it will stand
     */
    public Cell count() {
        return add(Aggregate.COUNT, null);
    }

    /**
     * Declares a sum.
     *
     * @param field of what
     * @return where it will stand
     */
    public Cell sum(LongField<?> field) {
        return add(Aggregate.SUM, Argument.ofLong(Objects.requireNonNull(field, "sum of what")));
    }

    /**
     * Declares a minimum.
     *
     * @param field of what
     * @return where it will stand
     */
    public Cell min(LongField<?> field) {
        return add(Aggregate.MIN, Argument.ofLong(Objects.requireNonNull(field, "minimum of what")));
    }

    /**
     * Declares a maximum.
     *
     * @param field of what
     * @return where it will stand
     */
    public Cell max(LongField<?> field) {
        return add(Aggregate.MAX, Argument.ofLong(Objects.requireNonNull(field, "maximum of what")));
    }

    /**
     * Declares a sum of doubles.
     *
     * @param field of what
     * @return where it will stand
     */
    public Cell sumDouble(DoubleField<?> field) {
        return add(Aggregate.SUM_DOUBLE, Argument.ofDouble(Objects.requireNonNull(field, "sum of what")));
    }

    /**
     * Declares a mean.
     *
     * @param field of what
     * @return where it will stand
     */
    public Cell mean(DoubleField<?> field) {
        return add(Aggregate.MEAN, Argument.ofDouble(Objects.requireNonNull(field, "mean of what")));
    }

    /**
     * Declares the share of events for which a condition holds.
     *
     * @param condition the condition
     * @return where it will stand
     */
    public Cell share(Condition<?> condition) {
        return add(Aggregate.SHARE, Argument.ofCondition(Objects.requireNonNull(condition, "share of what")));
    }

    /**
     * Declares a minimum of doubles.
     *
     * @param field of what
     * @return where it will stand
     */
    public Cell minDouble(DoubleField<?> field) {
        return add(Aggregate.MIN_DOUBLE, Argument.ofDouble(Objects.requireNonNull(field, "minimum of what")));
    }

    /**
     * Declares a maximum of doubles.
     *
     * @param field of what
     * @return where it will stand
     */
    public Cell maxDouble(DoubleField<?> field) {
        return add(Aggregate.MAX_DOUBLE, Argument.ofDouble(Objects.requireNonNull(field, "maximum of what")));
    }

    /**
     * Declares a part of the key that is a number.
     *
     * @param part 0, 1, …
     * @return where it will stand
     */
    public Cell longKey(int part) {
        Cell cell = new Cell();
        list.add(new Declared(null, null, cell, null, part));
        return cell;
    }

    /**
     * Declares a part of the key that is a text.
     *
     * @param part 0, 1, …
     * @return where it will stand
     */
    public KeyText textKey(int part) {
        KeyText text = new KeyText();
        list.add(new Declared(null, null, null, text, part));
        return text;
    }

    void name(Object held, String name) {
        for (Declared declared : list) {
            if (held == declared.cell || held == declared.text) {
                declared.name = name;
            }
        }
    }

    void requireAllNamed(String shape) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).name == null) {
                throw new IllegalArgumentException("a value of " + shape + " is held by no field: the "
                        + list.get(i).word() + "() declared as number " + (i + 1)
                        + " of its span; give it a final field, or do not declare it");
            }
        }
    }
}
