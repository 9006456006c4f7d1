package io.millrace.dsl;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import io.millrace.operators.lookback.Cell;
import io.millrace.operators.lookback.Declarations;
import io.millrace.operators.lookback.KeyText;

/**
 * A class of yours whose fields are the aggregates of one window or span. One instance is made for each node and moved
 * over the state, so results are typed, named by their fields, and nothing is boxed:
 *
 * <pre>{@code
 * static class Spend extends Aggregates<Payment> {
 *     final LongValue payments = count();
 *     final LongValue cents = sum(Payment::cents);
 * }
 * }</pre>
 *
 * <p>Fields have to be final and set in construction; there is no other field. The functions must depend on the event
 * only; each is called once for an event, also when several aggregates share it (the same function object).
 *
 * <p><b>Whole numbers</b> are exact: an event with which a sum would not fit 64 bits goes to the dead letters (out of
 * range) and is not kept. <b>Doubles</b> are summed with twice the working precision (Ogita, Rump, Oishi, Accurate Sum
 * and Dot Product, 2005) and never subtracted: what leaves the window, infinities and NaN included, leaves no trace. A
 * sum whose parts go beyond the range of a double is infinite or NaN.
 *
 * @param <T> the event
 */
public abstract class Aggregates<T> {
    final Declarations declarations = new Declarations();

    /** For subclasses. */
    protected Aggregates() {}

    /**
     * The number of events.
     *
     * @return 0 when there are none
     */
    protected final LongValue count() {
        return new LongValue(declarations.count());
    }

    /**
     * The sum of a whole number.
     *
     * @param field of what
     * @return 0 when there are no events
     */
    protected final LongValue sum(LongField<? super T> field) {
        return new LongValue(declarations.sum(field));
    }

    /**
     * The smallest of a whole number.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final LongValue min(LongField<? super T> field) {
        return new LongValue(declarations.min(field));
    }

    /**
     * The largest of a whole number.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final LongValue max(LongField<? super T> field) {
        return new LongValue(declarations.max(field));
    }

    /**
     * The sum of a floating point number.
     *
     * @param field of what
     * @return 0.0 when there are no events
     */
    protected final DoubleValue sumDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.sumDouble(field));
    }

    /**
     * The smallest of a floating point number; NaN when one of them is.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final DoubleValue minDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.minDouble(field));
    }

    /**
     * The largest of a floating point number; NaN when one of them is.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final DoubleValue maxDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.maxDouble(field));
    }

    /**
     * The sum of a number divided by the number of events.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final DoubleValue mean(DoubleField<? super T> field) {
        return new DoubleValue(declarations.mean(field));
    }

    /**
     * The number of events for which a condition holds, divided by the number of all.
     *
     * @param condition the condition
     * @return absent when there are no events
     */
    protected final DoubleValue share(Condition<? super T> condition) {
        return new DoubleValue(declarations.share(condition));
    }

    /**
     * The key, when it is one number.
     *
     * @return the key of the event in hand
     */
    protected final LongValue longKey() {
        return longKey(0);
    }

    /**
     * A part of the key that is a number.
     *
     * @param part 0, 1, …
     * @return that part of the key of the event in hand
     */
    protected final LongValue longKey(int part) {
        return new LongValue(declarations.longKey(part));
    }

    /**
     * The key, when it is one text.
     *
     * @return the key of the event in hand
     */
    protected final TextValue textKey() {
        return textKey(0);
    }

    /**
     * A part of the key that is a text.
     *
     * @param part 0, 1, …
     * @return that part of the key of the event in hand
     */
    protected final TextValue textKey(int part) {
        return new TextValue(declarations.textKey(part));
    }

    /** A whole number that is kept or computed; valid during the call. */
    public static final class LongValue {
        final Cell cell;

        LongValue(Cell cell) {
            this.cell = cell;
        }

        /**
         * The value.
         *
         * @return 0 when there is none
         */
        public long get() {
            return cell.asLong();
        }

        /**
         * Whether there is a value.
         *
         * @return false for the smallest and the largest of nothing
         */
        public boolean isPresent() {
            return cell.isPresent();
        }

        @Override
        public String toString() {
            return isPresent() ? Long.toString(get()) : "absent";
        }
    }

    /** A floating point number that is kept or computed; valid during the call. */
    public static final class DoubleValue {
        final Cell cell;

        DoubleValue(Cell cell) {
            this.cell = cell;
        }

        /**
         * The value.
         *
         * @return NaN when there is none
         */
        public double get() {
            return cell.asDouble();
        }

        /**
         * Whether there is a value. NaN can be one.
         *
         * @return false for the mean, share, smallest and largest of nothing
         */
        public boolean isPresent() {
            return cell.isPresent();
        }

        @Override
        public String toString() {
            return isPresent() ? Double.toString(get()) : "absent";
        }
    }

    /** A text of a key; valid during the call. */
    public static final class TextValue {
        final KeyText text;

        TextValue(KeyText text) {
            this.text = text;
        }

        /**
         * The text.
         *
         * @return a view that the next event overwrites; {@code toString} makes a copy
         */
        public CharSequence get() {
            return text;
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
