package io.millrace.operators.process;

import io.millrace.time.Times;
import java.time.Duration;
import java.util.Objects;

/**
 * A timer of a key. At most one due time is pending; setting the timer again replaces it. A timer fires when progress
 * has reached its due time, in the order of (due time, order of setting), and the handler sees that time as now.
 *
 * <p>A due time that progress, or the firing that sets it, has already passed is moved up to there, so that time does
 * not go back. After the end of input a timer fires once more at most, and periodic timers stop.
 */
public class TimerCell {
    private final KeyState state;
    private final int timer;
    private final int column;

    /**
     * Declares a timer.
     *
     * @param state the state of the process
     * @param name  unique in the process
     * @param fires called when the timer is due
     */
    protected TimerCell(KeyState state, String name, FiringHandler fires) {
        this.state = state;
        timer = state.timer(name, Objects.requireNonNull(fires, name));
        column = state.timers.column(timer);
    }

    /**
     * Sets the timer for a time after now: after the event's own time, or after the due time of the firing.
     *
     * @param delay how long after
     */
    public final void in(Duration delay) {
        state.setTimer(timer, Times.plus(state.nowNs(), Times.nanos(delay)), 0);
    }

    /**
     * Sets the timer for a moment.
     *
     * @param dueNs nanoseconds since the epoch
     */
    public final void at(long dueNs) {
        state.setTimer(timer, dueNs, 0);
    }

    /**
     * Sets the timer for each period from now, until it is cancelled or set otherwise. If progress jumps over five
     * periods, it fires five times, and an event of the key waits for all of them. If a key may be silent for very many
     * periods, use {@link #last}.
     *
     * @param period positive
     */
    public final void each(Duration period) {
        state.setTimer(timer, Times.plus(state.nowNs(), positive(period)), positive(period));
    }

    /**
     * Sets the timer for each period from now, until it is cancelled or set otherwise. Of the periods that have passed
     * when its turn comes only the last one fires, and {@link #count} says how many they were.
     *
     * @param period positive
     */
    public final void last(Duration period) {
        state.setTimer(timer, Times.plus(state.nowNs(), positive(period)), -positive(period));
    }

    private static long positive(Duration period) {
        long ns = Times.nanos(period);
        if (ns <= 0) {
            throw new IllegalArgumentException("a period of " + period + "; use a positive one");
        }
        return ns;
    }

    /** Cancels the timer. If it is not set, nothing happens. */
    public final void cancel() {
        state.cancelTimer(timer);
    }

    /**
     * Whether a due time is pending.
     *
     * @return also false while the timer fires for the only time
     */
    public final boolean isSet() {
        return state.get(column + TimerSlots.HANDLE) != 0;
    }

    /**
     * The pending due time.
     *
     * @return nanoseconds since the epoch; {@link Long#MAX_VALUE} if the timer is not set
     */
    public final long dueNs() {
        return isSet() ? state.get(column + TimerSlots.DUE) : Long.MAX_VALUE;
    }

    /**
     * For how many periods the timer fires.
     *
     * @return 1, or more with {@link #last}; 0 if this call is not its firing
     */
    public final long count() {
        return state.firingCount(timer);
    }
}
