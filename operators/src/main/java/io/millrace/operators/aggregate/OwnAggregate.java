package io.millrace.operators.aggregate;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An aggregate of your own: one class that says what is read of an event, what is kept, and what comes of it. It works
 * in windows, in look-backs and for groups of rows, because two sets of events can be put together.
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
 * <p><b>What is kept</b> is a fixed number of longs ({@link #summaryLongs}), written by {@link #clear}, {@link #add} and
 * {@link #merge}, nowhere else: the object itself holds no state, allocates nothing, and what it computes depends on the
 * arguments alone. A double is kept by its bits, of {@link Double#doubleToLongBits}: those of a NaN are then always the same. What is
 * in arguments and results is so by itself; what is kept is yours.
 *
 * <p><b>Order.</b> Events are not added in the order of their time: out of order ones come when they come. Of events of
 * one time the one that came first is added first. In {@code merge} the set that is added is later in time, or at one
 * time came later, except where sessions meet. An aggregate that depends on order reads the time ({@link #readsTime})
 * and keeps it. The rows of a group are added, and their sets merged, in any order, the same at each run.
 *
 * <p><b>Failures.</b> When {@code add} or {@code merge} throws while an event is taken, or {@code result} while a look-back answers it,
 * the event is a dead letter and is not kept. A window of which no result can be made, because {@code result} throws, or {@code merge}
 * where its parts are put together, leaves a dead letter of that result, with the key and no event, whenever it is told: the events are kept, and
 * later results of them are right. What has been kept already is put together for later results as well (blocks of a look-back, panes
 * of a window by count): a {@code merge} or {@code add} that throws there costs nothing yet, and the event in hand is kept. What needs what could
 * not be put together ({@link BrokenAggregateException}) is a dead letter: in a look-back of the event that asks for it, of windows and
 * groups of the result. {@code clear} must not throw: the engine halts. Rows of a group are always kept; while one throws nothing is
 * told of the group.
 *
 * @param <T> the event
 */
public abstract class OwnAggregate<T> implements Aggregate, Fold {
    private final String word;
    private final List<Argument> arguments = new ArrayList<>();

    /**
     * For subclasses.
     *
     * @param word the word for it in listings, such as {@code range}
     */
    protected OwnAggregate(String word) {
        this.word = word;
    }

    /**
     * Says that a whole number is read, as the next argument.
     *
     * @param field of the event
     */
    protected final void reads(LongField<? super T> field) {
        arguments.add(Argument.ofLong(field));
    }

    /**
     * Says that a floating point number is read, as the next argument: the bits of the double.
     *
     * @param field of the event
     */
    protected final void readsDouble(DoubleField<? super T> field) {
        arguments.add(Argument.ofDouble(field));
    }

    /**
     * Says that a condition is asked, as the next argument: 1 or 0.
     *
     * @param condition of the event
     */
    protected final void readsCondition(Condition<? super T> condition) {
        arguments.add(Argument.ofCondition(condition));
    }

    /** Says that the event's time is read, as the next argument: nanoseconds. */
    protected final void readsTime() {
        arguments.add(Argument.TIME);
    }

    /** Says that the sequence of the event's entry is read, as the next argument: the smaller one came first. */
    protected final void readsSequence() {
        arguments.add(Argument.SEQUENCE);
    }

    /**
     * Writes the result.
     *
     * @param summary holds the summary
     * @param at      its first long
     * @param result  where to: {@link Cell#set(long)}, {@link Cell#set(double)} or {@link Cell#absent}
     */
    protected abstract void result(long[] summary, int at, Cell result);

    /**
     * What is read.
     *
     * @return in order
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
