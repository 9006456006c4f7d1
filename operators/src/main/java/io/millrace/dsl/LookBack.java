package io.millrace.dsl;

import io.millrace.dsl.Aggregates.DoubleValue;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.Aggregates.Ohlc;
import io.millrace.dsl.Aggregates.TextValue;
import io.millrace.event.LongField;
import io.millrace.event.MisuseException;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.OwnAggregate;
import io.millrace.operators.lookback.History;
import io.millrace.operators.lookback.LookBackOperator;
import io.millrace.operators.lookback.SpanDeclaration;
import io.millrace.topology.KeyInfo;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A class of yours that says what is kept of the past of a key. The same class, moved over the state, is the result.
 *
 * <pre>{@code
 * static class Spree extends LookBack<Payment> {
 *     final Span<Payment> minute = last(Duration.ofMinutes(1));
 *     final LongValue payments = minute.count(), cents = minute.sum(Payment::cents);
 * }
 * }</pre>
 *
 * <p>For an event at time t, a span of size s and delay d holds the events of its key with
 * {@code t - d - s < t' <= t - d}. Without a delay that includes the event itself, and events of exactly its time if
 * they came before it.
 *
 * <p>An event that is older than the newest of its key, but not late, takes its place; its result is as of its own
 * time. Results that were sent are not revised.
 *
 * <p>All spans read one chain of events, or of steps with {@link Span#every}. Fields must be final and set during
 * construction.
 *
 * @param <T> the type of the events that are kept
 */
public abstract class LookBack<T> {
    private final History history = new History();

    /** For subclasses. */
    protected LookBack() {}

    /**
     * Makes the operator for one stream: each event is kept, and gets an answer.
     *
     * @param history makes the object that declares what is kept, a new one at each call; called here and once for each
     *     node
     * @param key     the key of the stream; null if it is not known
     * @param <T>     the type of the events
     * @param <H>     the shape class
     * @return the operator, for {@code via}
     * @throws IllegalArgumentException if the shape class is not as it must be; names the field and the cure
     */
    public static <T, H extends LookBack<T>> LookBackOperator<T, H> operator(Supplier<H> history, KeyInfo key) {
        Shapes.made(history);
        return LookBackOperator.of(history, LookBack::declared, key);
    }

    /**
     * Makes the operator for two streams of one key: events of input 0 get an answer, events of input 1 are kept.
     *
     * @param history makes the object that declares what is kept, a new one at each call; called here and once for each
     *     node
     * @param key     the key of both streams; null if it is not known
     * @param <Q>     the type of the events that get an answer
     * @param <C>     the type of the events that are kept
     * @param <H>     the shape class
     * @return the operator
     * @throws IllegalArgumentException if the shape class is not as it must be; names the field and the cure
     */
    public static <Q, C, H extends LookBack<C>> LookBackOperator<Q, H> operatorOfTwoStreams(
            Supplier<H> history, KeyInfo key) {
        Shapes.made(history);
        return LookBackOperator.twoStreams(history, LookBack::declared, key);
    }

    private static History declared(LookBack<?> shape) {
        History history = shape.history;
        ShapeFields.name(shape, LookBack.class, history::name);
        history.requireAllNamed(shape.getClass().getName());
        return history;
    }

    /**
     * Declares the time before the event, {@code (t - size, t]}, with a class of aggregates.
     *
     * @param size       how long
     * @param aggregates makes the object that declares the aggregates
     * @param <A>        its class
     * @return that object
     */
    protected final <A extends Aggregates<T>> A last(Duration size, Supplier<A> aggregates) {
        return last(size).of(aggregates);
    }

    /**
     * Declares a time that ended some time before the event, {@code (t - delay - size, t - delay]}, with a class of
     * aggregates.
     *
     * @param size       how long
     * @param delay      how long before the event it ended
     * @param aggregates makes the object that declares the aggregates
     * @param <A>        its class
     * @return that object
     */
    protected final <A extends Aggregates<T>> A last(Duration size, Duration delay, Supplier<A> aggregates) {
        return last(size, delay).of(aggregates);
    }

    /**
     * Declares the time before the event: {@code (t - size, t]}.
     *
     * @param size how long
     * @return the span, on which aggregates are declared
     */
    protected final Span<T> last(Duration size) {
        return last(size, Duration.ZERO);
    }

    /**
     * Declares a time that ended some time before the event: {@code (t - delay - size, t - delay]}.
     *
     * @param size  how long
     * @param delay how long before the event it ended
     * @return the span, on which aggregates are declared
     */
    protected final Span<T> last(Duration size, Duration delay) {
        return new Span<>(history.last(size, delay));
    }

    /**
     * The key, if it is one number.
     *
     * @return the key of the event
     */
    protected final LongValue longKey() {
        return longKey(0);
    }

    /**
     * A part of the key that is a number.
     *
     * @param part the index of the part, from 0
     * @return that part of the key of the event
     */
    protected final LongValue longKey(int part) {
        return new LongValue(history.own().longKey(part));
    }

    /**
     * The key, if it is one text.
     *
     * @return the key of the event
     */
    protected final TextValue textKey() {
        return textKey(0);
    }

    /**
     * A part of the key that is a text.
     *
     * @param part the index of the part, from 0
     * @return that part of the key of the event
     */
    protected final TextValue textKey(int part) {
        return new TextValue(history.own().textKey(part));
    }

    /**
     * The event that the result is for.
     *
     * @return the event: a view that is valid during the call, or a value
     * @throws IllegalStateException if the events that are kept are those of another stream (use {@link #question}),
     *     and after the call in runs that check this
     */
    @SuppressWarnings("unchecked")
    public final T event() {
        if (history.twoStreams()) {
            throw new MisuseException("the event that asks is of another stream than what is kept: take it with"
                    + " question(Type.class), or put the result beside it by with(…)");
        }
        return (T) history.event();
    }

    /**
     * The event that the result is for, if the events that are kept are those of another stream.
     *
     * @param type the class of the event
     * @param <Q>  the type of the event
     * @return the event: a view that is valid during the call, or a value
     * @throws ClassCastException    if the event is of another class
     * @throws IllegalStateException after the call, in runs that check this
     */
    public final <Q> Q question(Class<Q> type) {
        return type.cast(history.event());
    }

    /**
     * A span of time before the event, on which aggregates are declared.
     *
     * @param <T> the type of the events that are kept
     */
    public static final class Span<T> extends FurtherOfSpan<T> {
        final SpanDeclaration declaration;

        Span(SpanDeclaration declaration) {
            this.declaration = declaration;
        }

        @Override
        Declarations declarations() {
            return declaration.aggregates();
        }

        /**
         * Keeps sums of steps instead of single events, which bounds the memory of a key. The span then ends with the
         * step of the event: 60 seconds with a step of one second are the 60 seconds, aligned to the epoch, of which
         * the event's own is the last.
         *
         * @param step the length of a step; size and delay must be multiples of it
         * @return this
         */
        public Span<T> every(Duration step) {
            declaration.every(Objects.requireNonNull(step, "step"));
            return this;
        }

        /**
         * Declares the aggregates in a class of their own.
         *
         * @param aggregates makes the object that declares them
         * @param <A>        its class
         * @return that object
         */
        public <A extends Aggregates<T>> A of(Supplier<A> aggregates) {
            A shape = Shapes.made(aggregates);
            declaration.aggregates(shape.declarations);
            return shape;
        }

        /**
         * The number of events.
         *
         * @return the value; 0 without events
         */
        public LongValue count() {
            return new LongValue(declaration.aggregates().count());
        }

        /**
         * The sum of a whole number. An event with which it would not fit 64 bits goes to the dead letters
         * ({@code out-of-range}) and is not kept.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; 0 without events
         */
        public LongValue sum(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().sum(field));
        }

        /**
         * The smallest value of a whole number.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public LongValue min(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().min(field));
        }

        /**
         * The largest value of a whole number.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public LongValue max(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().max(field));
        }

        /**
         * The sum of a floating point number, computed with twice its precision.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; 0.0 without events
         */
        public DoubleValue sumDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().sumDouble(field));
        }

        /**
         * The smallest value of a floating point number; NaN if one of the values is NaN.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public DoubleValue minDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().minDouble(field));
        }

        /**
         * The largest value of a floating point number; NaN if one of the values is NaN.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public DoubleValue maxDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().maxDouble(field));
        }

        /**
         * The mean of a number: its sum divided by the number of events.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public DoubleValue mean(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().mean(field));
        }

        /**
         * The share of the events for which a condition holds, from 0 to 1.
         *
         * @param condition called with each event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public DoubleValue share(Condition<? super T> condition) {
            return new DoubleValue(declaration.aggregates().share(condition));
        }

        /**
         * The sum of a whole number. Beyond 64 bits it is the nearest value that fits, and no event is refused for it.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; 0 without events
         */
        public LongValue sumSaturating(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().sumSaturating(field));
        }

        /**
         * A whole number of the earliest event; of several events of one time, of the first to come.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public LongValue first(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().end(Aggregate.FIRST, field));
        }

        /**
         * A whole number of the latest event; of several events of one time, of the last to come.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public LongValue last(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().end(Aggregate.LAST, field));
        }

        /**
         * A floating point number of the earliest event; of several events of one time, of the first to come.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public DoubleValue firstDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().endDouble(Aggregate.FIRST, field));
        }

        /**
         * A floating point number of the latest event; of several events of one time, of the last to come.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public DoubleValue lastDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().endDouble(Aggregate.LAST, field));
        }

        /**
         * The variance of the whole population: the mean squared deviation from the mean; 0 if all values are equal.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public DoubleValue variance(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().spread(Aggregate.VARIANCE, field));
        }

        /**
         * The standard deviation of the whole population: the square root of {@link #variance}.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent without events
         */
        public DoubleValue deviation(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().spread(Aggregate.DEVIATION, field));
        }

        /**
         * The variance, estimated from a sample: divided by one less than the number of events.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent with fewer than two events
         */
        public DoubleValue sampleVariance(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().spread(Aggregate.SAMPLE_VARIANCE, field));
        }

        /**
         * The standard deviation, estimated from a sample: the square root of {@link #sampleVariance}.
         *
         * @param field reads the number from an event; a captured variable that changes is outside the log
         * @return the value; absent with fewer than two events
         */
        public DoubleValue sampleDeviation(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().spread(Aggregate.SAMPLE_DEVIATION, field));
        }

        /**
         * Open, high, low and close: the first, largest, smallest and last value of a number, as a bar of a chart shows
         * them.
         *
         * @param field reads the number from an event, such as a price;
         *     a captured variable that changes is outside the log
         * @return the four values; each absent without events
         */
        public Ohlc ohlc(DoubleField<? super T> field) {
            return new Ohlc(declaration.aggregates(), field);
        }

        /**
         * The mean of a number, weighted by another one, such as the price of a share weighted by the volume.
         *
         * @param price reads the number from an event; a captured variable that changes is outside the log
         * @param size  reads its weight
         * @return the value; absent if the weights add up to 0
         */
        public DoubleValue vwap(DoubleField<? super T> price, DoubleField<? super T> size) {
            return new DoubleValue(declaration.aggregates().vwap(price, size));
        }

        /**
         * An aggregate of your own whose result is a whole number.
         *
         * @param aggregate the aggregate, one object for each value that is declared
         * @return its result
         */
        public LongValue ownLong(OwnAggregate<? super T> aggregate) {
            return new LongValue(declaration.aggregates().ownLong(aggregate));
        }

        /**
         * An aggregate of your own whose result is a floating point number.
         *
         * @param aggregate the aggregate, one object for each value that is declared
         * @return its result
         */
        public DoubleValue ownDouble(OwnAggregate<? super T> aggregate) {
            return new DoubleValue(declaration.aggregates().ownDouble(aggregate));
        }
    }
}
