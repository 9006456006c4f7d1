package io.millrace.operators.aggregate;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import java.util.Objects;

/**
 * What an aggregate reads of an event, as 64 bits: a long itself, a double by its bits (every NaN as the canonical
 * one), a condition as 1 or 0, the event's time, or its place in the order.
 */
public final class Argument {
    /** The time of the event, in nanoseconds since the epoch. No function of yours is called for it. */
    public static final Argument TIME = new Argument(null, null, null);

    /**
     * The sequence of the entry that brought the event; events of one entry have the same. No function of yours is
     * called for it.
     */
    public static final Argument SEQUENCE = new Argument(null, null, null);

    /**
     * The turn of an event among all that came to the node, or of a row of a table among all that were set. Ties are
     * broken by it: as by the sequence and, within one entry, in the order in which they came. Whoever fills it in
     * keeps the count.
     */
    public static final Argument TURN = new Argument(null, null, null);

    private final LongField<Object> ofLong;
    private final DoubleField<Object> ofDouble;
    private final Condition<Object> condition;

    private Argument(LongField<Object> ofLong, DoubleField<Object> ofDouble, Condition<Object> condition) {
        this.ofLong = ofLong;
        this.ofDouble = ofDouble;
        this.condition = condition;
    }

    /**
     * A whole number.
     *
     * @param field reads it from an event
     * @return the argument
     */
    @SuppressWarnings("unchecked")
    public static Argument ofLong(LongField<?> field) {
        return new Argument((LongField<Object>) Objects.requireNonNull(field, "field"), null, null);
    }

    /**
     * A floating point number.
     *
     * @param field reads it from an event
     * @return the argument
     */
    @SuppressWarnings("unchecked")
    public static Argument ofDouble(DoubleField<?> field) {
        return new Argument(null, (DoubleField<Object>) Objects.requireNonNull(field, "field"), null);
    }

    /**
     * A condition: 1 if it holds, otherwise 0.
     *
     * @param condition called with an event
     * @return the argument
     */
    @SuppressWarnings("unchecked")
    public static Argument ofCondition(Condition<?> condition) {
        return new Argument(null, null, (Condition<Object>) Objects.requireNonNull(condition, "condition"));
    }

    /**
     * The function of a whole number, for nodes that give it a call site of its own.
     *
     * @return null for other arguments
     */
    public LongField<Object> ofLong() {
        return ofLong;
    }

    /**
     * The function of a floating point number.
     *
     * @return null for other arguments
     */
    public DoubleField<Object> ofDouble() {
        return ofDouble;
    }

    /**
     * The condition.
     *
     * @return null for other arguments
     */
    public Condition<Object> condition() {
        return condition;
    }

    /**
     * Reads the argument. Not for {@link #TIME}, {@link #SEQUENCE} and {@link #TURN}.
     *
     * @param event the event
     * @return its 64 bits
     * @throws Exception what the function throws
     */
    public long bits(Object event) throws Exception {
        if (ofLong != null) {
            return ofLong.of(event);
        }
        if (ofDouble != null) {
            return Double.doubleToLongBits(ofDouble.of(event));
        }
        return condition.test(event) ? 1 : 0;
    }

    /** Whether a function of yours reads it. */
    boolean isRead() {
        return this != TIME && this != SEQUENCE && this != TURN;
    }

    /** Whether both read the event with the same function object; what they do is not compared. */
    boolean isSame(Argument other) {
        if (!isRead() || !other.isRead()) {
            return this == other;
        }
        return ofLong == other.ofLong && ofDouble == other.ofDouble && condition == other.condition;
    }
}
