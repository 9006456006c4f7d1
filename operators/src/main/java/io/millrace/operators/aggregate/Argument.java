package io.millrace.operators.aggregate;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import java.util.Objects;

/**
 * Something of an event that aggregates fold, as 64 bits: a long itself, a double by its bits (every NaN the canonical
 * one), a condition as 1 or 0, the event's time, or its place in the order.
 */
public final class Argument {
    /** The time of the event in nanoseconds; no function of yours is called for it. */
    public static final Argument TIME = new Argument(null, null, null);

    /**
     * The sequence of the entry that brought the event, of several that one entry brings the same; no function of yours is called for it.
     */
    public static final Argument SEQUENCE = new Argument(null, null, null);

    /**
     * The turn of an event among all that came to the node, or of a row of a table among all that were set, by which ties are broken: as
     * the sequence, and of several that one entry brings in the order of their coming. Who fills it in counts, and keeps the count.
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
     * Whether something holds: 1 or 0.
     *
     * @param condition asks an event
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
     * Reads the argument; not for {@link #TIME}, {@link #SEQUENCE} and {@link #TURN}.
     *
     * @param event the event
     * @return 64 bits
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
