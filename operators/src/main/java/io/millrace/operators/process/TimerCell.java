package io.millrace.operators.process;

import io.millrace.time.Times;
import java.time.Duration;
import java.util.Objects;

/**
 * A timer of a key: at most one due is pending; setting it again replaces that. It fires when progress has reached its
 * due, in the order of (due, order of setting), and sees its due as now.
 *
 * <p>A due that progress, or the firing that sets it, has already passed is moved up to there, so that time does not go
 * back. After the end of input a timer fires once more at most, and periodic ones stop.
 */
public class TimerCell {
    private final KeyState state;
    private final int timer;
    private final int column;

    /**
     * Declares it.
     *
     * @param state of the process
     * @param name  unique in it
     * @param fires what is done when it is due
     */
    protected TimerCell(KeyState state, String name, FiringHandler fires) {
        this.state = state;
        timer = state.timer(name, Objects.requireNonNull(fires, name));
        column = state.timers.column(timer);
    }

    /**
     * Sets it for a while after now: after the event's own time, or after the due of the firing.
     *
     * @param delay how long after
     */
    public final void in(Duration delay) {
        state.setTimer(timer, Times.plus(state.nowNs(), Times.nanos(delay)), 0);
    }

    /**
     * Sets it for a time.
     *
     * @param dueNs nanoseconds since the epoch
     */
    public final void at(long dueNs) {
        state.setTimer(timer, dueNs, 0);
    }

    /**
     * Sets it for each period from now, until it is cancelled or set otherwise: progress that jumps over five periods
     * fires it five times. A key's own event waits for all of them; where a key may be silent for very many
     * periods use {@link #last}.
     *
     * @param period positive
     */
    public final void each(Duration period) {
        state.setTimer(timer, Times.plus(state.nowNs(), positive(period)), positive(period));
    }

    /**
     * Sets it for each period from now, until it is cancelled or set otherwise: of the periods that have passed when
     * its turn comes only the last one fires, and {@link #count} tells how many they were.
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

    /** Cancels it; nothing happens when it is not set. */
    public final void cancel() {
        state.cancelTimer(timer);
    }

    /**
     * Whether a due is pending.
     *
     * @return false, too, while it fires for the only time
     */
    public final boolean isSet() {
        return state.get(column + TimerSlots.HANDLE) != 0;
    }

    /**
     * The pending due.
     *
     * @return nanoseconds; {@link Long#MAX_VALUE} when it is not set
     */
    public final long dueNs() {
        return isSet() ? state.get(column + TimerSlots.DUE) : Long.MAX_VALUE;
    }

    /**
     * For how many periods it fires.
     *
     * @return 1, or more with {@link #last}; 0 when this call is not its firing
     */
    public final long count() {
        return state.firingCount(timer);
    }
}
