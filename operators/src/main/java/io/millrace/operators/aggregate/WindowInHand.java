package io.millrace.operators.aggregate;

import io.millrace.event.MisuseException;

/** Which window a result is of: set by the node, read through the shape. One thread, the stage's. */
public final class WindowInHand {
    private long startNs;
    private long endNs;
    private int revision;
    private boolean known;

    /** None yet. */
    WindowInHand() {}

    /**
     * Says which.
     *
     * @param start    first nanosecond
     * @param end      first nanosecond behind it
     * @param ofResult how often a result of it was sent before
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
     * @return nanoseconds
     * @throws IllegalStateException when there is no window: in a look-back, or after the call
     */
    public long startNs() {
        require();
        return startNs;
    }

    /**
     * The first nanosecond behind the window.
     *
     * @return nanoseconds
     * @throws IllegalStateException when there is no window
     */
    public long endNs() {
        require();
        return endNs;
    }

    /**
     * How often a result of the window was sent before.
     *
     * @return 0 for the first
     * @throws IllegalStateException when there is no window
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
