package io.millrace.transport;

import java.util.Objects;

/**
 * Where a sink goes on when its engine starts again on a journal, and what it put out is worked out once more: so that each output
 * has its effect once. Immutable, but for what is {@link #compared}.
 */
public final class Resumption {
    /** Who knows what a sink has. */
    private enum Way {
        MARKED,
        IDEMPOTENT,
        AFTER,
        COMPARED,
        ANEW
    }

    private static final Resumption MARKED = new Resumption(Way.MARKED, 0, null, null);
    private static final Resumption IDEMPOTENT = new Resumption(Way.IDEMPOTENT, 0, null, null);
    private static final Resumption ANEW = new Resumption(Way.ANEW, 0, null, null);

    private final Way way;
    private final long held;
    private final Compared compared;
    private final String cure;

    private Resumption(Way way, long held, Compared compared, String cure) {
        this.way = way;
        this.held = held;
        this.compared = compared;
        this.cure = cure;
    }

    /** What is held, and compared with what comes again. Called by the thread that starts the engine. */
    public interface Compared {
        /**
         * How many events of the output it holds, from the first on. Asked in front of {@link #goOn}, and behind the last event that is
         * worked out once more: then it still says what it held when it went on.
         *
         * @return zero or more; no more than what it went on behind, where it cannot say how many it holds behind that
         */
        long held();

        /**
         * Hears which event is the next that it gets. In front of the first one; maybe twice.
         *
         * @param outputs behind how many it goes on; of no more than it holds
         * @throws Exception keeps the engine from starting
         */
        void goOn(long outputs) throws Exception;

        /**
         * Hears that the journal makes no more than so many: power was lost, and with it the end of the journal, as its level allows. What is held
         * behind them is to be given up once the start is {@link #accepted}, for good, since others of these numbers will come.
         *
         * @param outputs how many it may go on holding; fewer than it holds
         * @return false where it gives up nothing: then the start is refused, and says how many are to be left
         * @throws Exception keeps the engine from starting
         */
        default boolean giveUp(long outputs) throws Exception {
            return false;
        }

        /**
         * Hears that the start is not refused: all that comes again is worked out, and no receiver holds more than the journal makes. What was held
         * may be changed from then on, and not before: who put back another journal is told so, and wants to find it as it was. Called once, by
         * the thread that starts the engine, maybe while the one that calls the sink is at work; some events that come again may come
         * behind it.
         *
         * @throws Exception keeps the engine from starting
         */
        default void accepted() throws Exception {}
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
        return new Resumption(Way.AFTER, outputs, null, null);
    }

    /**
     * For what can say how much it holds, and of that a loss of power may hurt anything that was not made durable with a snapshot ({@link
     * EventSink#sync}): a file that is forced no more often. It gets again all that came out behind the snapshot that the start goes on from,
     * lets stand what it has of that and puts right what is missing or another. Where a changed topology goes on with the state of the one
     * before, it gets what is behind that it holds, as with {@link #after}: what came out of the one before stays. It has to take each event, as
     * there.
     *
     * @param held says how much it holds
     * @return it gets those behind the newest snapshot
     */
    public static Resumption compared(Compared held) {
        return new Resumption(Way.COMPARED, 0, Objects.requireNonNull(held, "held"), null);
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
     * As {@link #anew()}, for a sink that knows what else there is.
     *
     * @param cure what to do where snapshots are made, for the message that refuses them: {@code use ..}
     * @return from the first one
     */
    public static Resumption anew(String cure) {
        return new Resumption(Way.ANEW, 0, null, Objects.requireNonNull(cure, "cure"));
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
     * What to do where it cannot be given all from the first output on.
     *
     * @return null where it does not say
     */
    public String cure() {
        return cure;
    }

    /**
     * How many outputs the sink holds.
     *
     * @return 0 where marks say so
     */
    public long held() {
        return compared == null ? held : compared.held();
    }

    /**
     * What is compared with what comes again.
     *
     * @return null where nothing is
     */
    public Compared compared() {
        return compared;
    }
}
