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
 * A class of yours that says what is kept of a key's history; the same class, moved over the state, is the result:
 *
 * <pre>{@code
 * static class Spree extends LookBack<Payment> {
 *     final Span<Payment> minute = last(Duration.ofMinutes(1));
 *     final LongValue payments = minute.count(), cents = minute.sum(Payment::cents);
 * }
 * }</pre>
 *
 * <p>For an event e at time t a span of size s and delay d holds the events of e's key with {@code t - d - s < t' <= t
 * - d}; without a delay those at exactly t count when they came before e, and e itself. An event behind the newest of
 * its key, but not late, takes its place; its result is as of its own time. Results that were sent are not revised.
 *
 * <p>All spans read one chain of events (or, with {@link Span#every}, of steps). Fields have to be final and set in
 * construction.
 *
 * @param <T> the event that is kept
 */
public abstract class LookBack<T> {
    private final History history = new History();

    /** For subclasses. */
    protected LookBack() {}

    /**
     * The operator for one stream: each event is kept, and asks.
     *
     * @param history makes the shape object, a new one at each call; called here and once for each node
     * @param key     the key of the stream; null when it is not known
     * @param <T>     the event
     * @param <H>     the shape
     * @return the operator, for {@code via}
     * @throws IllegalArgumentException when the shape is not as it has to be; names the field and the cure
     */
    public static <T, H extends LookBack<T>> LookBackOperator<T, H> operator(Supplier<H> history, KeyInfo key) {
        Shapes.made(history);
        return LookBackOperator.of(history, LookBack::declared, key);
    }

    /**
     * The operator for two streams of one key: input 0 asks, input 1 is kept.
     *
     * @param history makes the shape object, a new one at each call; called here and once for each node
     * @param key     the key of both streams; null when it is not known
     * @param <Q>     the event that asks
     * @param <C>     the event that is kept
     * @param <H>     the shape
     * @return the operator
     * @throws IllegalArgumentException when the shape is not as it has to be; names the field and the cure
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
     * The time before the event, with a class of aggregates.
     *
     * @param size       how long
     * @param aggregates makes the object that declares them
     * @param <A>        its class
     * @return that object
     */
    protected final <A extends Aggregates<T>> A last(Duration size, Supplier<A> aggregates) {
        return last(size).of(aggregates);
    }

    /**
     * The time that ended a while before the event, with a class of aggregates.
     *
     * @param size       how long
     * @param delay      how long before the event it ended
     * @param aggregates makes the object that declares them
     * @param <A>        its class
     * @return that object
     */
    protected final <A extends Aggregates<T>> A last(Duration size, Duration delay, Supplier<A> aggregates) {
        return last(size, delay).of(aggregates);
    }

    /**
     * The time before the event: {@code (t - size, t]}.
     *
     * @param size how long
     * @return a span, on which aggregates are declared
     */
    protected final Span<T> last(Duration size) {
        return last(size, Duration.ZERO);
    }

    /**
     * The time that ended a while before the event: {@code (t - delay - size, t - delay]}.
     *
     * @param size  how long
     * @param delay how long before the event it ended
     * @return a span, on which aggregates are declared
     */
    protected final Span<T> last(Duration size, Duration delay) {
        return new Span<>(history.last(size, delay));
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
        return new LongValue(history.own().longKey(part));
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
        return new TextValue(history.own().textKey(part));
    }

    /**
     * The event that the result is for.
     *
     * @return a view valid during the call, or a value
     * @throws IllegalStateException when questions and content are two streams (see {@link #question}), and after the
     *     call in runs that check this
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
     * The event that asks, when questions and content are two streams.
     *
     * @param type its class
     * @param <Q>  its type
     * @return a view valid during the call, or a value
     * @throws ClassCastException    when it is another class
     * @throws IllegalStateException after the call, in runs that check this
     */
    public final <Q> Q question(Class<Q> type) {
        return type.cast(history.event());
    }

    /**
     * A span of time before the event.
     *
     * @param <T> the event that is kept
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
         * Keeps sums of steps instead of events: bounded memory for a key. The span then ends with the step of the
         * event: with 60 seconds every second it is the 60 seconds, aligned to the epoch, of which the event's own is
         * the last.
         *
         * @param step divides size and delay
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
         * @return 0 when there are none
         */
        public LongValue count() {
            return new LongValue(declaration.aggregates().count());
        }

        /**
         * The sum of a whole number.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return 0 when there are no events
         */
        public LongValue sum(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().sum(field));
        }

        /**
         * The smallest of a whole number.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public LongValue min(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().min(field));
        }

        /**
         * The largest of a whole number.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public LongValue max(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().max(field));
        }

        /**
         * The sum of a floating point number.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return 0.0 when there are no events
         */
        public DoubleValue sumDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().sumDouble(field));
        }

        /**
         * The smallest of a floating point number; NaN when one of them is.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public DoubleValue minDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().minDouble(field));
        }

        /**
         * The largest of a floating point number; NaN when one of them is.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public DoubleValue maxDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().maxDouble(field));
        }

        /**
         * The sum of a number divided by the number of events.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public DoubleValue mean(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().mean(field));
        }

        /**
         * The number of events for which a condition holds, divided by the number of all.
         *
         * @param condition the condition; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public DoubleValue share(Condition<? super T> condition) {
            return new DoubleValue(declaration.aggregates().share(condition));
        }

        /**
         * The sum of a whole number; beyond 64 bits the nearest long, and no event is refused for it.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return 0 when there are no events
         */
        public LongValue sumSaturating(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().sumSaturating(field));
        }

        /**
         * A whole number of the earliest event; of two at one time that which came first.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public LongValue first(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().end(Aggregate.FIRST, field));
        }

        /**
         * A whole number of the latest event; of two at one time that which came last.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public LongValue last(LongField<? super T> field) {
            return new LongValue(declaration.aggregates().end(Aggregate.LAST, field));
        }

        /**
         * A floating point number of the earliest event; of two at one time that which came first.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public DoubleValue firstDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().endDouble(Aggregate.FIRST, field));
        }

        /**
         * A floating point number of the latest event; of two at one time that which came last.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public DoubleValue lastDouble(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().endDouble(Aggregate.LAST, field));
        }

        /**
         * The mean squared deviation from the mean of all there is; 0 where all values are equal.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public DoubleValue variance(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().spread(Aggregate.VARIANCE, field));
        }

        /**
         * The standard deviation of all there is, the root of {@link #variance}.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are no events
         */
        public DoubleValue deviation(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().spread(Aggregate.DEVIATION, field));
        }

        /**
         * The variance as estimated from a sample: divided by one less than the number of events.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are fewer than two events
         */
        public DoubleValue sampleVariance(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().spread(Aggregate.SAMPLE_VARIANCE, field));
        }

        /**
         * The standard deviation as estimated from a sample, the root of {@link #sampleVariance}.
         *
         * @param field of what; a captured variable that changes is outside the log
         * @return absent when there are fewer than two events
         */
        public DoubleValue sampleDeviation(DoubleField<? super T> field) {
            return new DoubleValue(declaration.aggregates().spread(Aggregate.SAMPLE_DEVIATION, field));
        }

        /**
         * The first, largest, smallest and last of a number: what a bar of a chart shows.
         *
         * @param field of what, such as a price; a captured variable that changes is outside the log
         * @return each absent when there are no events
         */
        public Ohlc ohlc(DoubleField<? super T> field) {
            return new Ohlc(declaration.aggregates(), field);
        }

        /**
         * The mean of a number, each weighted by another: the price of a share weighted by the volume.
         *
         * @param price of what; a captured variable that changes is outside the log
         * @param size  its weight
         * @return absent when the weights add up to 0
         */
        public DoubleValue vwap(DoubleField<? super T> price, DoubleField<? super T> size) {
            return new DoubleValue(declaration.aggregates().vwap(price, size));
        }

        /**
         * An aggregate of your own whose result is a whole number.
         *
         * @param aggregate one object for each value declared
         * @return what it makes of the events
         */
        public LongValue ownLong(OwnAggregate<? super T> aggregate) {
            return new LongValue(declaration.aggregates().ownLong(aggregate));
        }

        /**
         * An aggregate of your own whose result is a floating point number.
         *
         * @param aggregate one object for each value declared
         * @return what it makes of the events
         */
        public DoubleValue ownDouble(OwnAggregate<? super T> aggregate) {
            return new DoubleValue(declaration.aggregates().ownDouble(aggregate));
        }
    }
}
