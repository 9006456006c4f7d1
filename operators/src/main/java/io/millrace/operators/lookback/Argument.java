package io.millrace.operators.lookback;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;

/**
 * A function of an event whose value aggregates fold, as 64 bits: a long itself, a double by its bits (every NaN the
 * canonical one), a condition as 1 or 0. Exactly one of the three is set.
 */
@SuppressWarnings("unchecked")
record Argument(LongField<Object> ofLong, DoubleField<Object> ofDouble, Condition<Object> condition) {
    static Argument ofLong(LongField<?> field) {
        return new Argument((LongField<Object>) field, null, null);
    }

    static Argument ofDouble(DoubleField<?> field) {
        return new Argument(null, (DoubleField<Object>) field, null);
    }

    static Argument ofCondition(Condition<?> field) {
        return new Argument(null, null, (Condition<Object>) field);
    }

    long bits(Object event) throws Exception {
        if (ofLong != null) {
            return ofLong.of(event);
        }
        if (ofDouble != null) {
            return Double.doubleToLongBits(ofDouble.of(event));
        }
        return condition.test(event) ? 1 : 0;
    }

    /** Whether both read the event with the same function object; what they do is not compared. */
    boolean isSame(Argument other) {
        return ofLong == other.ofLong && ofDouble == other.ofDouble && condition == other.condition;
    }
}
