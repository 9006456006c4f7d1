package io.millrace.operators.aggregate;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An aggregate of your own. One class says what is read of an event, what is kept, and what the result is. It works in
 * windows, in look-backs and for groups of rows, because what is kept of two sets of events can be merged.
 *
 * <pre>{@code
 * static final class Range<T> extends OwnAggregate<T> {          // kept: smallest, largest
 *     Range(LongField<? super T> field) {
 *         super("range");
 *         reads(field);
 *     }
 *     public int summaryLongs() { return 2; }
 *     public void clear(long[] s, int at) { s[at] = Long.MAX_VALUE; s[at + 1] = Long.MIN_VALUE; }
 *     public void add(long[] s, int at, long[] from, int p) {
 *         s[at] = Math.min(s[at], from[p]);
 *         s[at + 1] = Math.max(s[at + 1], from[p]);
 *     }
 *     public void merge(long[] s, int at, long[] other, int p) {
 *         s[at] = Math.min(s[at], other[p]);
 *         s[at + 1] = Math.max(s[at + 1], other[p + 1]);
 *     }
 *     protected void result(long[] s, int at, Cell result) {
 *         if (s[at] > s[at + 1]) {
 *             result.absent();
 *         } else {
 *             result.set(s[at + 1] - s[at]);
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p><b>What is kept</b> is a fixed number of longs ({@link #summaryLongs}), written only by {@link #clear},
 * {@link #add} and {@link #merge}. The object itself holds no state and allocates nothing, and what it computes depends
 * on its arguments only. Keep a double by its bits, with {@link Double#doubleToLongBits}, so that all NaN have the same
 * bits. Arguments and results have that already; what is kept is up to you.
 *
 * <p><b>Order.</b> Events are added as they come, not in the order of their times; of events of one time, the first to
 * come is added first. In {@code merge} the added set is later in time, or came later at one time, except where
 * sessions meet. An aggregate that depends on order must read the time ({@link #readsTime}) and keep it. The rows of a
 * group are added, and their sets merged, in any order, the same in each run.
 *
 * <p><b>Failures.</b>
 *
 * <ul>
 *   <li>If {@code add} or {@code merge} throws while an event is taken, or {@code result} while a look-back answers it,
 *       the event is a dead letter and is not kept.
 *   <li>If a window can make no result, because {@code result} throws, or {@code merge} where its parts are put
 *       together, it leaves a dead letter of the result each time that it would be told, with the key and without an
 *       event. The events are kept, and later results of them are right.
 *   <li>What is already kept is also merged ahead, for later results (blocks of a look-back, panes of a window by
 *       count). If {@code merge} or {@code add} throws there, the event being taken is kept. Only a result that needs
 *       what could not be merged fails ({@link BrokenAggregateException}): it is a dead letter, in a look-back of the
 *       event that asks, in windows and groups of the result.
 *   <li>Rows of a group are always kept; while one throws, nothing is told of the group.
 *   <li>{@code clear} must not throw: the engine would halt.
 * </ul>
 *
 * @param <T> the type of the events
 */
public abstract class OwnAggregate<T> implements Aggregate, Fold {
    private final String word;
    private final List<Argument> arguments = new ArrayList<>();

    /**
     * For subclasses.
     *
     * @param word the name of the aggregate in descriptions, such as {@code range}
     */
    protected OwnAggregate(String word) {
        this.word = word;
    }

    /**
     * Declares that a whole number is read, as the next argument.
     *
     * @param field reads it from the event
     */
    protected final void reads(LongField<? super T> field) {
        arguments.add(Argument.ofLong(field));
    }

    /**
     * Declares that a floating point number is read, as the next argument: the bits of the double.
     *
     * @param field reads it from the event
     */
    protected final void readsDouble(DoubleField<? super T> field) {
        arguments.add(Argument.ofDouble(field));
    }

    /**
     * Declares that a condition is evaluated, as the next argument: 1 if it holds, otherwise 0.
     *
     * @param condition called with the event
     */
    protected final void readsCondition(Condition<? super T> condition) {
        arguments.add(Argument.ofCondition(condition));
    }

    /** Declares that the event's time is read, as the next argument: nanoseconds since the epoch. */
    protected final void readsTime() {
        arguments.add(Argument.TIME);
    }

    /** Declares that the sequence of the event's entry is read, as the next argument: the smaller one came first. */
    protected final void readsSequence() {
        arguments.add(Argument.SEQUENCE);
    }

    /**
     * Writes the result.
     *
     * @param summary holds what is kept
     * @param at      the index of its first long
     * @param result  takes the result: {@link Cell#set(long)}, {@link Cell#set(double)} or {@link Cell#absent}
     */
    protected abstract void result(long[] summary, int at, Cell result);

    /**
     * The arguments that are read.
     *
     * @return the arguments, in order
     */
    public final List<Argument> arguments() {
        return Collections.unmodifiableList(arguments);
    }

    @Override
    public final String word() {
        return word;
    }

    @Override
    public final Fold fold() {
        return this;
    }

    @Override
    public final boolean needsCount() {
        return false;
    }

    @Override
    public final boolean givesBack() {
        return false;
    }

    @Override
    public final Fold ofChanges() {
        return this;
    }

    @Override
    public final boolean isInvertible() {
        return false;
    }

    @Override
    public abstract int summaryLongs();

    @Override
    public abstract void clear(long[] summary, int at);

    @Override
    public final void result(long[] summaries, int at, int count, Cell cell) {
        result(summaries, at, cell);
    }
}
