package io.millrace.time;

/**
 * How far event time has come: all events with a timestamp below it have been seen. Never goes back. Written by the
 * runtime on the stage's thread and read there by nodes.
 */
public final class Progress {
    /** Nothing has been seen. */
    public static final long NONE = Long.MIN_VALUE;

    /** All input has ended: later than anything that can be due, earlier than "nothing is due" ({@link Long#MAX_VALUE}). */
    public static final long END = Long.MAX_VALUE - 1;

    private long ns = NONE;

    /** At {@link #NONE}. */
    public Progress() {}

    /**
     * The progress.
     *
     * @return nanoseconds since the epoch, exclusive
     */
    public long ns() {
        return ns;
    }

    /**
     * Moves on; an earlier time changes nothing.
     *
     * @param newNs the new progress
     */
    public void advanceTo(long newNs) {
        if (newNs > ns) {
            ns = newNs;
        }
    }
}
