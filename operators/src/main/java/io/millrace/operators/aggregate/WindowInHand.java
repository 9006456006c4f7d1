package io.millrace.operators.aggregate;

import io.millrace.event.MisuseException;

/** The window that a result is of: set by the node, read through the shape. Used by one thread, that of the stage. */
public final class WindowInHand {
    private long startNs;
    private long endNs;
    private int revision;
    private boolean known;

    /** None yet. */
    WindowInHand() {}

    /**
     * Sets the window.
     *
     * @param start    its first nanosecond
     * @param end      the first nanosecond after it
     * @param ofResult how many results of it were sent before
     */
    public void set(long start, long end, int ofResult) {
        startNs = start;
        endNs = end;
        revision = ofResult;
        known = true;
    }

    /** Forgets it. */
    public void clear() {
        known = false;
    }

    /**
     * The first nanosecond of the window.
     *
     * @return nanoseconds since the epoch
     * @throws IllegalStateException if there is no window, as in a look-back or after the call
     */
    public long startNs() {
        require();
        return startNs;
    }

    /**
     * The first nanosecond after the window.
     *
     * @return nanoseconds since the epoch
     * @throws IllegalStateException if there is no window
     */
    public long endNs() {
        require();
        return endNs;
    }

    /**
     * How many results of the window were sent before.
     *
     * @return 0 for the first
     * @throws IllegalStateException if there is no window
     */
    public int revision() {
        require();
        return revision;
    }

    private void require() {
        if (!known) {
            throw new MisuseException("no window is in hand: a span of a look-back has none,"
                    + " and the result of a window is valid during the call only; copy what you need of it");
        }
    }
}
