package io.millrace.transport;

import java.util.Objects;

/**
 * Where a sink goes on when its engine starts again on a journal and works out its outputs again, so that each output
 * has its effect once. Immutable, except what is passed to {@link #compared}.
 */
public final class Resumption {
    /** How it is known what a sink has. */
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

    /**
     * The events that a sink holds, to be compared with those that come again. Called by the thread that starts the
     * engine.
     */
    public interface Compared {
        /**
         * Returns how many events of the output the sink holds, from the first on. Called before {@link #goOn}, and
         * again after the last event that is worked out again; even then it returns what the sink held when it went on.
         *
         * @return zero or more; if it cannot tell how many it holds beyond where it went on, no more than up to there
         */
        long held();

        /**
         * Tells the sink which event is the next that it gets. Called before the first event, possibly twice.
         *
         * @param outputs the number of events after which it goes on; no more than it holds
         * @throws Exception prevents the engine from starting
         */
        void goOn(long outputs) throws Exception;

        /**
         * Tells the sink that the journal yields fewer events than it holds: a power loss has cost the end of the
         * journal, as its level allows. The events beyond the given number are to be discarded for good once the start
         * is {@link #accepted}, since other events will get their numbers.
         *
         * @param outputs how many events the sink may keep; fewer than it holds
         * @return false if it discards nothing; the start is then refused, with a message that says how many events are
         *     to be kept
         * @throws Exception prevents the engine from starting
         */
        default boolean giveUp(long outputs) throws Exception {
            return false;
        }

        /**
         * Tells the sink that the start is accepted: everything that comes again has been worked out, and no receiver
         * holds more than the journal yields. Only from now on may what was held be changed; if somebody has put back a
         * wrong journal, the start is refused and what was held is untouched. Called once, by the thread that starts
         * the engine, possibly while another thread is calling the sink; some events that come again may come after it.
         *
         * @throws Exception prevents the engine from starting
         */
        default void accepted() throws Exception {}
    }

    /**
     * For a sink that cannot tell what it has and must not get anything twice. The journal keeps a mark before and
     * after each call. An output whose call had not returned when the process ended is in doubt: it is not sent again,
     * and {@code Engine.recovered} names it. Outputs handed to a sink that gathers are in doubt until the sink is
     * flushed. The marks of an output's receivers are told apart by the order in which they are bound, so that order
     * has to stay the same. Outputs that wait in the ring of a sink that may drop ({@code Delivery.dropNewest},
     * untethered) count as given to it.
     *
     * <p>Marks survive the end of the process in whatever way. After a power loss it depends on the level of the
     * journal:
     * <ul>
     * <li>DISK: marks survive it too. Before an output is handed over its number is reserved, by a force ahead of need,
     *     so it is known what can have been handed over even when older marks are back. The outputs given since marks
     *     were last forced (a second ago, or some thousands of outputs at high rates), and those only reserved, are in
     *     doubt and not sent again.
     * <li>PROCESS: nothing is reserved. The receiver gets again everything that it was given since the newest snapshot,
     *     and none of it is in doubt. A start after a power loss reports that this may be so
     *     ({@code Recovered.report}), if the system can tell its boots apart; if it cannot, each start after an engine
     *     that was not closed counts as one.
     * </ul>
     *
     * <p>If nothing may be in doubt, let the sink say what it holds ({@link #after}), or recognise outputs by their ids
     * ({@link #idempotent}).
     *
     * @return the default
     */
    public static Resumption marked() {
        return MARKED;
    }

    /**
     * For a sink that recognises an output it has had by its id ({@link io.millrace.event.Meta#sequence},
     * {@link io.millrace.event.Meta#ordinal}). Outputs in doubt are sent again.
     *
     * @return goes on after the last output that the journal knows to be done
     */
    public static Resumption idempotent() {
        return IDEMPOTENT;
    }

    /**
     * For a sink that can tell how many outputs it holds: a file that counts its rows, a database that stores the
     * number in the transaction of the event. It holds all outputs up to that number, so it has to take each one. An
     * output for which it throws halts the engine, after the last declared attempt, and comes again at the next start.
     * A delivery that may leave events out is refused.
     *
     * @param outputs how many events of the output it holds, from the first on; zero or more
     * @return goes on after these
     * @throws IllegalArgumentException if the number is negative
     */
    public static Resumption after(long outputs) {
        if (outputs < 0) {
            throw new IllegalArgumentException("resume behind " + outputs + " outputs; use zero or more");
        }
        return new Resumption(Way.AFTER, outputs, null, null);
    }

    /**
     * For a sink that can tell how many outputs it holds, but may lose or damage, in a power loss, any of them that was
     * not made durable with a snapshot ({@link EventSink#sync}): a file that is forced no more often. It gets again all
     * outputs after the snapshot that the start goes on from, keeps those that it has, and corrects those that are
     * missing or different. If a changed topology goes on with the state of the previous one, it gets only what comes
     * after the outputs that it holds, as with {@link #after}: the outputs of the previous topology stay. It has to
     * take each output, as with {@link #after}.
     *
     * @param held tells how much it holds
     * @return goes on after the newest snapshot
     */
    public static Resumption compared(Compared held) {
        return new Resumption(Way.COMPARED, 0, Objects.requireNonNull(held, "held"), null);
    }

    /**
     * For a sink that makes everything anew and gets all outputs from the first one on. The engine then has to work out
     * all of them, so it uses no snapshots, refuses to make any, and cannot start once older entries have been given up
     * because of one.
     *
     * @return goes on from the first output
     */
    public static Resumption anew() {
        return ANEW;
    }

    /**
     * For a sink that makes everything anew, as {@link #anew()}, and that knows an alternative.
     *
     * @param cure what to do if snapshots are made, for the message that refuses them: {@code use ..}
     * @return goes on from the first output
     */
    public static Resumption anew(String cure) {
        return new Resumption(Way.ANEW, 0, null, Objects.requireNonNull(cure, "cure"));
    }

    /**
     * Tells whether the journal keeps marks.
     *
     * @return false if the sink knows what it holds
     */
    public boolean isMarked() {
        return way == Way.MARKED || way == Way.IDEMPOTENT;
    }

    /**
     * Tells whether outputs in doubt are sent again.
     *
     * @return true if the sink recognises them by their ids
     */
    public boolean isIdempotent() {
        return way == Way.IDEMPOTENT;
    }

    /**
     * Tells whether the sink wants all outputs from the first one on.
     *
     * @return true for a sink that makes everything anew
     */
    public boolean isAnew() {
        return way == Way.ANEW;
    }

    /**
     * Returns what to do if the sink cannot be given all outputs from the first one on.
     *
     * @return null if it does not say
     */
    public String cure() {
        return cure;
    }

    /**
     * Returns how many outputs the sink holds.
     *
     * @return 0 if marks tell it
     */
    public long held() {
        return compared == null ? held : compared.held();
    }

    /**
     * Returns what is compared with the outputs that come again.
     *
     * @return null if nothing is
     */
    public Compared compared() {
        return compared;
    }
}
