package io.millrace.operators.aggregate;

import io.millrace.event.LongField;
import io.millrace.operator.Account;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The aggregates that the fields of one shape object declare, in the order of declaration. Made by the base class of a
 * shape, read once by the operator.
 */
public final class Declarations {
    private final List<Declared> list = new ArrayList<>();
    private final List<Declared> all = Collections.unmodifiableList(list);
    private final WindowInHand window = new WindowInHand();

    /** Makes declarations without aggregates. */
    public Declarations() {}

    /**
     * Declares a value that is a whole number.
     *
     * @param aggregate what is computed
     * @param arguments what it reads of an event, as many as its fold takes
     * @return the cell that will hold the value
     */
    public Cell addLong(Aggregate aggregate, Argument... arguments) {
        return add(aggregate, Cell.ofLong(), arguments);
    }

    /**
     * Declares a value that is a floating point number.
     *
     * @param aggregate what is computed
     * @param arguments what it reads of an event, as many as its fold takes
     * @return the cell that will hold the value
     */
    public Cell addDouble(Aggregate aggregate, Argument... arguments) {
        return add(aggregate, Cell.ofDouble(), arguments);
    }

    private Cell add(Aggregate aggregate, Cell cell, Argument... arguments) {
        list.add(new Declared(aggregate, List.of(arguments), cell));
        return cell;
    }

    /**
     * Declares a user's own aggregate whose value is a whole number.
     *
     * @param own what is computed
     * @return the cell that will hold the value
     */
    public Cell ownLong(OwnAggregate<?> own) {
        return addLong(own, own.arguments().toArray(new Argument[0]));
    }

    /**
     * Declares a user's own aggregate whose value is a floating point number.
     *
     * @param own what is computed
     * @return the cell that will hold the value
     */
    public Cell ownDouble(OwnAggregate<?> own) {
        return addDouble(own, own.arguments().toArray(new Argument[0]));
    }

    /**
     * The window that the values are of.
     *
     * @return always the same object
     */
    public WindowInHand window() {
        return window;
    }

    /**
     * What was declared.
     *
     * @return the declarations, in order
     */
    public List<Declared> all() {
        return all;
    }

    /**
     * Declares the number of events.
     *
     * @return the cell that will hold the value
     */
    public Cell count() {
        return addLong(Aggregate.COUNT);
    }

    /**
     * Declares a sum.
     *
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell sum(LongField<?> field) {
        return addLong(Aggregate.SUM, Argument.ofLong(Objects.requireNonNull(field, "sum of what")));
    }

    /**
     * Declares a minimum.
     *
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell min(LongField<?> field) {
        return addLong(Aggregate.MIN, Argument.ofLong(Objects.requireNonNull(field, "minimum of what")));
    }

    /**
     * Declares a maximum.
     *
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell max(LongField<?> field) {
        return addLong(Aggregate.MAX, Argument.ofLong(Objects.requireNonNull(field, "maximum of what")));
    }

    /**
     * Declares a sum of doubles.
     *
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell sumDouble(DoubleField<?> field) {
        return addDouble(Aggregate.SUM_DOUBLE, Argument.ofDouble(Objects.requireNonNull(field, "sum of what")));
    }

    /**
     * Declares a mean.
     *
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell mean(DoubleField<?> field) {
        return addDouble(Aggregate.MEAN, Argument.ofDouble(Objects.requireNonNull(field, "mean of what")));
    }

    /**
     * Declares the share of events for which a condition holds.
     *
     * @param condition the condition
     * @return the cell that will hold the value
     */
    public Cell share(Condition<?> condition) {
        return addDouble(Aggregate.SHARE, Argument.ofCondition(Objects.requireNonNull(condition, "share of what")));
    }

    /**
     * Declares a minimum of doubles.
     *
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell minDouble(DoubleField<?> field) {
        return addDouble(Aggregate.MIN_DOUBLE, Argument.ofDouble(Objects.requireNonNull(field, "minimum of what")));
    }

    /**
     * Declares a maximum of doubles.
     *
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell maxDouble(DoubleField<?> field) {
        return addDouble(Aggregate.MAX_DOUBLE, Argument.ofDouble(Objects.requireNonNull(field, "maximum of what")));
    }

    /**
     * Declares a sum that beyond 64 bits is the nearest long.
     *
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell sumSaturating(LongField<?> field) {
        return addLong(Aggregate.SUM_SATURATING, Argument.ofLong(field));
    }

    /**
     * Declares a whole number of the earliest or the latest event.
     *
     * @param end   {@link Aggregate#FIRST} or {@link Aggregate#LAST}
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell end(Aggregate end, LongField<?> field) {
        return addLong(end, Argument.TIME, Argument.ofLong(field));
    }

    /**
     * Declares a floating point number of the earliest or the latest event.
     *
     * @param end   {@link Aggregate#FIRST} or {@link Aggregate#LAST}
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell endDouble(Aggregate end, DoubleField<?> field) {
        return addDouble(end, Argument.TIME, Argument.ofDouble(field));
    }

    /**
     * Declares a variance or a standard deviation.
     *
     * @param kind  which, such as {@link Aggregate#VARIANCE}
     * @param field reads the number from an event
     * @return the cell that will hold the value
     */
    public Cell spread(Aggregate kind, DoubleField<?> field) {
        return addDouble(kind, Argument.ofDouble(field));
    }

    /**
     * Declares a weighted mean.
     *
     * @param value  reads the number from an event
     * @param weight reads its weight
     * @return the cell that will hold the value
     */
    public Cell vwap(DoubleField<?> value, DoubleField<?> weight) {
        return addDouble(Aggregate.VWAP, Argument.ofDouble(value), Argument.ofDouble(weight));
    }

    /**
     * Declares a part of the key that is a number.
     *
     * @param part the index of the part, from 0
     * @return the cell that will hold the value
     */
    public Cell longKey(int part) {
        Cell cell = Cell.ofLong();
        list.add(new Declared(cell, null, part));
        return cell;
    }

    /**
     * Declares a part of the key that is a text.
     *
     * @param part the index of the part, from 0
     * @return the object that will hold the text
     */
    public KeyText textKey(int part) {
        KeyText text = new KeyText();
        list.add(new Declared(null, text, part));
        return text;
    }

    /**
     * Reports the values of the aggregates.
     *
     * @param to takes them
     */
    public void explain(Account to) {
        for (Declared d : list) {
            if (d.aggregate() != null && d.arguments().isEmpty()) {
                to.say(d.name(), d.value());
            } else if (d.aggregate() != null) {
                to.value(d.name(), d.value());
            }
        }
    }

    /**
     * Names the value that a field holds.
     *
     * @param held a cell or a text of the key
     * @param name the name of the field
     */
    public void name(Object held, String name) {
        for (Declared declared : list) {
            if (held == declared.cell() || held == declared.text) {
                declared.name = name;
            }
        }
    }

    /**
     * Checks that each declared value has a name.
     *
     * @param shape the name of the shape class
     * @throws IllegalArgumentException if no field holds a value
     */
    public void requireAllNamed(String shape) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).name == null) {
                throw new IllegalArgumentException("a value of " + shape + " is held by no field: the "
                        + list.get(i).word() + "() declared as number " + (i + 1)
                        + " of its span; give it a final field, or do not declare it");
            }
        }
    }
}
