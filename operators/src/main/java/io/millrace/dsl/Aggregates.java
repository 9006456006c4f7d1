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
 * A class of yours whose fields are the aggregates of one window, span or group of rows. One instance is made for each node and moved
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
 * range) and is not kept. Where what several steps keep fits and together does not, the result is a dead letter: without an event, since
 * those are kept. <b>Doubles</b> are summed with twice the working precision (Ogita, Rump, Oishi, Accurate Sum
 * and Dot Product, 2005) and never subtracted: what leaves the window, infinities and NaN included, leaves no trace. A
 * sum whose parts go beyond the range of a double is infinite or NaN.
 *
 * <p>The rows of a group ({@link KeyedStream#group}) are kept whatever their sums are: where two are of one time, or alike in what is
 * compared, that which was set first comes first. Their window is all of time.
 *
 * @param <T> the event
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
     * The sum of a whole number; beyond 64 bits the nearest long, and no event is refused for it.
     *
     * @param field of what
     * @return 0 when there are no events
     */
    protected final LongValue sumSaturating(LongField<? super T> field) {
        return new LongValue(declarations.sumSaturating(field));
    }

    /**
     * A whole number of the earliest event; of two at one time that which came first.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final LongValue first(LongField<? super T> field) {
        return new LongValue(declarations.end(Aggregate.FIRST, field));
    }

    /**
     * A whole number of the latest event; of two at one time that which came last.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final LongValue last(LongField<? super T> field) {
        return new LongValue(declarations.end(Aggregate.LAST, field));
    }

    /**
     * A floating point number of the earliest event; of two at one time that which came first.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final DoubleValue firstDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.endDouble(Aggregate.FIRST, field));
    }

    /**
     * A floating point number of the latest event; of two at one time that which came last.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final DoubleValue lastDouble(DoubleField<? super T> field) {
        return new DoubleValue(declarations.endDouble(Aggregate.LAST, field));
    }

    /**
     * The mean squared deviation from the mean of all there is; 0 where all values are equal.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final DoubleValue variance(DoubleField<? super T> field) {
        return new DoubleValue(declarations.spread(Aggregate.VARIANCE, field));
    }

    /**
     * The standard deviation of all there is, the root of {@link #variance}.
     *
     * @param field of what
     * @return absent when there are no events
     */
    protected final DoubleValue deviation(DoubleField<? super T> field) {
        return new DoubleValue(declarations.spread(Aggregate.DEVIATION, field));
    }

    /**
     * The variance as estimated from a sample: divided by one less than the number of events.
     *
     * @param field of what
     * @return absent when there are fewer than two events
     */
    protected final DoubleValue sampleVariance(DoubleField<? super T> field) {
        return new DoubleValue(declarations.spread(Aggregate.SAMPLE_VARIANCE, field));
    }

    /**
     * The standard deviation as estimated from a sample, the root of {@link #sampleVariance}.
     *
     * @param field of what
     * @return absent when there are fewer than two events
     */
    protected final DoubleValue sampleDeviation(DoubleField<? super T> field) {
        return new DoubleValue(declarations.spread(Aggregate.SAMPLE_DEVIATION, field));
    }

    /**
     * The first, largest, smallest and last of a number: what a bar of a chart shows.
     *
     * @param field of what, such as a price
     * @return each absent when there are no events
     */
    protected final Ohlc ohlc(DoubleField<? super T> field) {
        return new Ohlc(declarations, field);
    }

    /**
     * The mean of a number, each weighted by another: the price of a share weighted by the volume.
     *
     * @param price of what
     * @param size  its weight
     * @return absent when the weights add up to 0
     */
    protected final DoubleValue vwap(DoubleField<? super T> price, DoubleField<? super T> size) {
        return new DoubleValue(declarations.vwap(price, size));
    }

    /**
     * An aggregate of your own whose result is a whole number.
     *
     * @param aggregate one object for each value declared
     * @return what it makes of the events
     */
    protected final LongValue ownLong(OwnAggregate<? super T> aggregate) {
        return new LongValue(declarations.ownLong(aggregate));
    }

    /**
     * An aggregate of your own whose result is a floating point number.
     *
     * @param aggregate one object for each value declared
     * @return what it makes of the events
     */
    protected final DoubleValue ownDouble(OwnAggregate<? super T> aggregate) {
        return new DoubleValue(declarations.ownDouble(aggregate));
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

    /** What makes shapes, their values named by their fields; of a factory that makes a new one at each call. */
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
     * @return nanoseconds of event time
     * @throws IllegalStateException in a look-back, and after the call in runs that check this
     */
    public final long windowStartNs() {
        return declarations.window().startNs();
    }

    /**
     * The first nanosecond behind the window.
     *
     * @return nanoseconds of event time
     * @throws IllegalStateException in a look-back, and after the call in runs that check this
     */
    public final long windowEndNs() {
        return declarations.window().endNs();
    }

    /**
     * How often a result of the window was sent before this one.
     *
     * @return 0 for the first; 2^31 - 1 also for those behind it
     * @throws IllegalStateException in a look-back, and after the call in runs that check this
     */
    public final int revision() {
        return declarations.window().revision();
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

    /** First, largest, smallest and last; valid during the call. */
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
         * That of the earliest event.
         *
         * @return NaN when there is none
         */
        public double open() {
            return open.get();
        }

        /**
         * The largest; NaN when one is.
         *
         * @return NaN when there is none
         */
        public double high() {
            return high.get();
        }

        /**
         * The smallest; NaN when one is.
         *
         * @return NaN when there is none
         */
        public double low() {
            return low.get();
        }

        /**
         * That of the latest event.
         *
         * @return NaN when there is none
         */
        public double close() {
            return close.get();
        }

        /**
         * Whether there are events.
         *
         * @return false when there are none
         */
        public boolean isPresent() {
            return open.isPresent();
        }

        @Override
        public String toString() {
            return open + " " + high + " " + low + " " + close;
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
