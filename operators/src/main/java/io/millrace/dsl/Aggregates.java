package io.millrace.dsl;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.KeyText;
import io.millrace.operators.aggregate.OwnAggregate;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A class of yours whose fields are the aggregates of a window, of a span of a look-back, or of a group of rows. The
 * same class is the result: one object for each node is moved over the state, so results are typed, named by their
 * fields, and nothing is boxed.
 *
 * <pre>{@code
 * static class Spend extends Aggregates<Payment> {
 *     final LongValue payments = count();
 *     final LongValue cents = sum(Payment::cents);
 * }
 * }</pre>
 *
 * <p>Fields must be final and set during construction. A function must depend on its event only:
 * a captured variable that changes is outside the log. It is called once for each event, even if several aggregates
 * share the same function object.
 *
 * <p><b>Whole numbers</b> are exact. An event with which a sum would not fit 64 bits goes to the dead letters
 * ({@code out-of-range}) and is not kept. If what several steps keep fits, but together does not, the result is a dead
 * letter, without an event, since the events are kept.
 *
 * <p><b>Doubles</b> are summed with twice the working precision (Ogita, Rump, Oishi, Accurate Sum and Dot Product,
 * 2005) and never subtracted: what leaves the window leaves no trace, not even infinities and NaN. A sum whose parts
 * exceed the range of a double is infinite or NaN.
 *
 * <p><b>Groups.</b> The rows of a group ({@link KeyedStream#group}) are kept whatever their sums are. Of rows with one
 * time, or that compare as equal, the one that was set first comes first. Their window is all of time.
 *
 * @param <T> the type of the events
 */
public abstract class Aggregates<T> extends FurtherAggregates<T> {
    final Declarations declarations = new Declarations();

    /** For subclasses. */
    protected Aggregates() {}

    @Override
    final Declarations declarations() {
        return declarations;
    }

    /**
     * The number of events.
     *
     * @return the value; 0 without events
     */
    protected final LongValue count() {
        return new LongValue(declarations.count());
    }

    /**
     * The sum of a whole number. An event with which it would not fit 64 bits goes to the dead letters
     * ({@code out-of-range}) and is not kept.
     *
     * @param field reads the number from an event
     * @return the value; 0 without events
     */
    protected final LongValue sum(LongField<? super T> field) {
        return new LongValue(declarations.sum(field));
    }

    /**
     * The smallest value of a whole number.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final LongValue min(LongField<? super T> field) {
        return new LongValue(declarations.min(field));
    }

    /**
     * The largest value of a whole number.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final LongValue max(LongField<? super T> field) {
        return new LongValue(declarations.max(field));
    }

    /**
     * The sum of a floating point number, computed with twice its precision.
     *
     * @param field reads the number from an event
     * @return the value; 0.0 without events
     */
    protected final DoubleValue sumDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.sumDouble(field));
    }

    /**
     * The smallest value of a floating point number; NaN if one of the values is NaN.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final DoubleValue minDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.minDouble(field));
    }

    /**
     * The largest value of a floating point number; NaN if one of the values is NaN.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final DoubleValue maxDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.maxDouble(field));
    }

    /**
     * The mean of a number: its sum divided by the number of events.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final DoubleValue mean(DoubleField<? super T> field) {
        return new DoubleValue(declarations.mean(field));
    }

    /**
     * The share of the events for which a condition holds, from 0 to 1.
     *
     * @param condition called with each event
     * @return the value; absent without events
     */
    protected final DoubleValue share(Condition<? super T> condition) {
        return new DoubleValue(declarations.share(condition));
    }

    /**
     * The sum of a whole number. Beyond 64 bits it is the nearest value that fits, and no event is refused for it.
     *
     * @param field reads the number from an event
     * @return the value; 0 without events
     */
    protected final LongValue sumSaturating(LongField<? super T> field) {
        return new LongValue(declarations.sumSaturating(field));
    }

    /**
     * A whole number of the earliest event; of several events of one time, of the first to come.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final LongValue first(LongField<? super T> field) {
        return new LongValue(declarations.end(Aggregate.FIRST, field));
    }

    /**
     * A whole number of the latest event; of several events of one time, of the last to come.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final LongValue last(LongField<? super T> field) {
        return new LongValue(declarations.end(Aggregate.LAST, field));
    }

    /**
     * A floating point number of the earliest event; of several events of one time, of the first to come.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final DoubleValue firstDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.endDouble(Aggregate.FIRST, field));
    }

    /**
     * A floating point number of the latest event; of several events of one time, of the last to come.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final DoubleValue lastDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.endDouble(Aggregate.LAST, field));
    }

    /**
     * The variance of the whole population: the mean squared deviation from the mean; 0 if all values are equal.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final DoubleValue variance(DoubleField<? super T> field) {
        return new DoubleValue(declarations.spread(Aggregate.VARIANCE, field));
    }

    /**
     * The standard deviation of the whole population: the square root of {@link #variance}.
     *
     * @param field reads the number from an event
     * @return the value; absent without events
     */
    protected final DoubleValue deviation(DoubleField<? super T> field) {
        return new DoubleValue(declarations.spread(Aggregate.DEVIATION, field));
    }

    /**
     * The variance, estimated from a sample: divided by one less than the number of events.
     *
     * @param field reads the number from an event
     * @return the value; absent with fewer than two events
     */
    protected final DoubleValue sampleVariance(DoubleField<? super T> field) {
        return new DoubleValue(declarations.spread(Aggregate.SAMPLE_VARIANCE, field));
    }

    /**
     * The standard deviation, estimated from a sample: the square root of {@link #sampleVariance}.
     *
     * @param field reads the number from an event
     * @return the value; absent with fewer than two events
     */
    protected final DoubleValue sampleDeviation(DoubleField<? super T> field) {
        return new DoubleValue(declarations.spread(Aggregate.SAMPLE_DEVIATION, field));
    }

    /**
     * Open, high, low and close: the first, largest, smallest and last value of a number, as a bar of a chart shows
     * them.
     *
     * @param field reads the number from an event, such as a price
     * @return the four values; each absent without events
     */
    protected final Ohlc ohlc(DoubleField<? super T> field) {
        return new Ohlc(declarations, field);
    }

    /**
     * The mean of a number, weighted by another one, such as the price of a share weighted by the volume.
     *
     * @param price reads the number from an event
     * @param size  reads its weight
     * @return the value; absent if the weights add up to 0
     */
    protected final DoubleValue vwap(DoubleField<? super T> price, DoubleField<? super T> size) {
        return new DoubleValue(declarations.vwap(price, size));
    }

    /**
     * An aggregate of your own whose result is a whole number.
     *
     * @param aggregate the aggregate, one object for each value that is declared
     * @return its result
     */
    protected final LongValue ownLong(OwnAggregate<? super T> aggregate) {
        return new LongValue(declarations.ownLong(aggregate));
    }

    /**
     * An aggregate of your own whose result is a floating point number.
     *
     * @param aggregate the aggregate, one object for each value that is declared
     * @return its result
     */
    protected final DoubleValue ownDouble(OwnAggregate<? super T> aggregate) {
        return new DoubleValue(declarations.ownDouble(aggregate));
    }

    /**
     * The key, if it is one number.
     *
     * @return the key of the result
     */
    protected final LongValue longKey() {
        return longKey(0);
    }

    /**
     * A part of the key that is a number.
     *
     * @param part the index of the part, from 0
     * @return that part of the key of the result
     */
    protected final LongValue longKey(int part) {
        return new LongValue(declarations.longKey(part));
    }

    /**
     * The key, if it is one text.
     *
     * @return the key of the result
     */
    protected final TextValue textKey() {
        return textKey(0);
    }

    /**
     * A part of the key that is a text.
     *
     * @param part the index of the part, from 0
     * @return that part of the key of the result
     */
    protected final TextValue textKey(int part) {
        return new TextValue(declarations.textKey(part));
    }

    /** Makes shapes whose values are named by their fields, from a factory that makes a new object at each call. */
    static <A extends Aggregates<?>> Supplier<A> of(Supplier<A> factory) {
        Shapes.made(factory);
        return () -> named(factory.get());
    }

    /** The shape that a factory made, its values named by its fields. */
    static <A extends Aggregates<?>> A named(A shape) {
        Objects.requireNonNull(shape, "aggregates: the factory returned null");
        ShapeFields.name(shape, Aggregates.class, shape.declarations::name);
        shape.declarations.requireAllNamed(shape.getClass().getName());
        return shape;
    }

    // ---- the window that the values are of

    /**
     * The first nanosecond of the window.
     *
     * @return nanoseconds of event time, since the epoch
     * @throws IllegalStateException in a look-back, and after the call in runs that check this
     */
    public final long windowStartNs() {
        return declarations.window().startNs();
    }

    /**
     * The first nanosecond after the window.
     *
     * @return nanoseconds of event time, since the epoch
     * @throws IllegalStateException in a look-back, and after the call in runs that check this
     */
    public final long windowEndNs() {
        return declarations.window().endNs();
    }

    /**
     * How many results of the window were sent before this one.
     *
     * @return 0 for the first result; 2^31 - 1 also for all results after that many
     * @throws IllegalStateException in a look-back, and after the call in runs that check this
     */
    public final int revision() {
        return declarations.window().revision();
    }

    /** A whole number that is kept or computed. Valid during the call. */
    public static final class LongValue {
        final Cell cell;

        LongValue(Cell cell) {
            this.cell = cell;
        }

        /**
         * The value.
         *
         * @return the value; 0 if it is absent
         */
        public long get() {
            return cell.asLong();
        }

        /**
         * Whether there is a value.
         *
         * @return false for example for the smallest value of no events
         */
        public boolean isPresent() {
            return cell.isPresent();
        }

        @Override
        public String toString() {
            return isPresent() ? Long.toString(get()) : "absent";
        }
    }

    /** A floating point number that is kept or computed. Valid during the call. */
    public static final class DoubleValue {
        final Cell cell;

        DoubleValue(Cell cell) {
            this.cell = cell;
        }

        /**
         * The value.
         *
         * @return the value; NaN if it is absent
         */
        public double get() {
            return cell.asDouble();
        }

        /**
         * Whether there is a value. The value itself may be NaN.
         *
         * @return false for example for the mean or the smallest value of no events
         */
        public boolean isPresent() {
            return cell.isPresent();
        }

        @Override
        public String toString() {
            return isPresent() ? Double.toString(get()) : "absent";
        }
    }

    /** Open, high, low and close. Valid during the call. */
    public static final class Ohlc {
        final DoubleValue open;
        final DoubleValue high;
        final DoubleValue low;
        final DoubleValue close;

        Ohlc(Declarations declarations, DoubleField<?> field) {
            open = new DoubleValue(declarations.endDouble(Aggregate.FIRST, field));
            high = new DoubleValue(declarations.maxDouble(field));
            low = new DoubleValue(declarations.minDouble(field));
            close = new DoubleValue(declarations.endDouble(Aggregate.LAST, field));
        }

        /**
         * The value of the earliest event.
         *
         * @return NaN without events
         */
        public double open() {
            return open.get();
        }

        /**
         * The largest value; NaN if one of the values is NaN.
         *
         * @return NaN without events
         */
        public double high() {
            return high.get();
        }

        /**
         * The smallest value; NaN if one of the values is NaN.
         *
         * @return NaN without events
         */
        public double low() {
            return low.get();
        }

        /**
         * The value of the latest event.
         *
         * @return NaN without events
         */
        public double close() {
            return close.get();
        }

        /**
         * Whether there are values.
         *
         * @return false without events
         */
        public boolean isPresent() {
            return open.isPresent();
        }

        @Override
        public String toString() {
            return open + " " + high + " " + low + " " + close;
        }
    }

    /** A text of a key. Valid during the call. */
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
