package io.millrace.transport;

/**
 * Where a sink goes on when its engine starts again on a journal, and what it put out is worked out once more: so that each output
 * has its effect once. Immutable.
 */
public final class Resumption {
    /** Who knows what a sink has. */
    private enum Way {
        MARKED,
        IDEMPOTENT,
        AFTER,
        ANEW
    }

    private static final Resumption MARKED = new Resumption(Way.MARKED, 0);
    private static final Resumption IDEMPOTENT = new Resumption(Way.IDEMPOTENT, 0);
    private static final Resumption ANEW = new Resumption(Way.ANEW, 0);

    private final Way way;
    private final long held;

    private Resumption(Way way, long held) {
        this.way = way;
        this.held = held;
    }

    /**
     * For what cannot say what it has, and must not get anything twice: the journal keeps a mark before and behind each call. What was
     * called and did not return when the process ended is in doubt: it is not sent again, and {@code Engine.recovered} names it. What was
     * handed to a sink that gathers is in doubt until the sink was flushed. The marks of an output's receivers are told apart by the order
     * in which they are bound, so that is to stay; and what waits in the ring of a sink that may drop ({@code Delivery.dropNewest},
     * untethered) counts as given to it.
     *
     * <p>The marks survive the end of the process, however it ends, and at level DISK a loss of power too: before an output goes out its number is
     * reserved, by a force ahead of need, so what can have gone out is known when older marks are back. What was given since they were
     * forced (a second ago, or some thousands of outputs at high rates) is in doubt then, with what was only reserved, and not sent again. At level
     * PROCESS nothing is reserved: the receiver gets once more, and none of it is in doubt, what it was given since the newest snapshot.
     * A start behind a loss of power says that this may be so ({@code Recovered.report}), where the system tells its starts apart; where it
     * does not, each start that was not closed counts as one. Where nothing may be in doubt, let it say what it holds ({@link #after}), or know
     * outputs by their ids ({@link #idempotent}).
     *
     * @return the default
     */
    public static Resumption marked() {
        return MARKED;
    }

    /**
     * For what knows by the id of an output ({@link io.millrace.event.Meta#sequence}, {@link io.millrace.event.Meta#ordinal}) that it has
     * had it: what is in doubt it gets once more.
     *
     * @return behind the last that the journal knows to be done
     */
    public static Resumption idempotent() {
        return IDEMPOTENT;
    }

    /**
     * For what can say how much it holds: a file that counts its rows, a database that stores the number in the transaction of the
     * event. It holds all up to that number, so it has to take each event: one at which it throws halts the engine, behind the last attempt that
     * was declared, and comes once more at the next start. A delivery that may leave events out is refused.
     *
     * @param outputs how many events of the output it holds, from the first on; zero or more
     * @return it gets those behind them
     */
    public static Resumption after(long outputs) {
        if (outputs < 0) {
            throw new IllegalArgumentException("resume behind " + outputs + " outputs; use zero or more");
        }
        return new Resumption(Way.AFTER, outputs);
    }

    /**
     * For what makes everything anew: it gets all outputs from the first one on. The engine has to work all of them out then, so it makes
     * no use of snapshots, cannot start when older entries have been given up behind one, and refuses to make any.
     *
     * @return from the first one
     */
    public static Resumption anew() {
        return ANEW;
    }

    /**
     * Whether the journal keeps marks.
     *
     * @return false where the sink knows
     */
    public boolean isMarked() {
        return way == Way.MARKED || way == Way.IDEMPOTENT;
    }

    /**
     * Whether what is in doubt is sent again.
     *
     * @return true where the sink knows it by its id
     */
    public boolean isIdempotent() {
        return way == Way.IDEMPOTENT;
    }

    /**
     * Whether all is wanted from the first output on.
     *
     * @return true for what makes everything anew
     */
    public boolean isAnew() {
        return way == Way.ANEW;
    }

    /**
     * How many outputs the sink holds.
     *
     * @return 0 where marks say so
     */
    public long held() {
        return held;
    }
}
