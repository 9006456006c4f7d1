package io.millrace.transport;

/**
 * Where a sink goes on when its engine starts again on a journal, and what it put out is worked out once more: so that each output
 * has its effect once. Immutable.
 */
public final class Resumption {
    private static final Resumption MARKED = new Resumption(-1, true);
    private static final Resumption AGAIN = new Resumption(0, false);

    private final long held;
    private final boolean isMarked;

    private Resumption(long held, boolean isMarked) {
        this.held = held;
        this.isMarked = isMarked;
    }

    /**
     * For what cannot say what it has, and must not get anything twice: the journal keeps a mark before and behind each call. What was
     * called and did not return when the process ended is in doubt: it is not sent again, and {@code Engine.recovered} names it. What was
     * handed to a sink that gathers is in doubt until the sink was flushed.
     *
     * @return the default
     */
    public static Resumption marked() {
        return MARKED;
    }

    /**
     * For what knows by the id of an output that it has had it (an idempotent service), or makes everything anew: it gets all that
     * the journal brings back once more, in order.
     *
     * @return from the first one
     */
    public static Resumption again() {
        return AGAIN;
    }

    /**
     * For what can say how much it holds: a file that counts its rows, a database that stores the number in the transaction of the
     * event.
     *
     * @param outputs how many events of the output it holds, from the first on; zero or more
     * @return it gets those behind them
     */
    public static Resumption after(long outputs) {
        if (outputs < 0) {
            throw new IllegalArgumentException("resume behind " + outputs + " outputs; use zero or more");
        }
        return new Resumption(outputs, false);
    }

    /**
     * Whether the journal keeps marks.
     *
     * @return false where the sink knows
     */
    public boolean isMarked() {
        return isMarked;
    }

    /**
     * How many outputs the sink holds.
     *
     * @return -1 where marks say so
     */
    public long held() {
        return held;
    }
}
