package io.millrace.transport;

import java.util.Objects;

/**
 * How a host hands events to a sink, and what it does when the sink fails. Immutable; each setting answers a changed copy.
 *
 * <p>A sink says itself what suits it ({@link EventSink#delivery}); whoever binds it may say otherwise.
 */
public final class Delivery {
    private static final int SLOTS = 1024;
    private static final int SLOTS_MIN = 2;
    private static final int SLOTS_MAX = 1 << 20;

    /** What becomes of an event for which there is no slot. */
    private enum Full {
        WAITS("blocking", "waits"),
        DROPS_NEWEST("blocking", "drops newest"),
        MISSES_WHAT_WAITS("untethered", "goes on with the newest"),
        MISSES_NEWEST("untethered", "drops newest");

        private final String how;
        private final String what;

        Full(String how, String what) {
            this.how = how;
            this.what = what;
        }
    }

    private static final Delivery UNTETHERED = new Delivery(SLOTS, Full.MISSES_WHAT_WAITS, true, 1, null);
    private static final Delivery INLINE = new Delivery(0, Full.WAITS, false, 1, null);
    private static final Delivery BLOCKING = new Delivery(SLOTS, Full.WAITS, false, 1, null);

    private final int slots;
    private final Full full;
    private final boolean countsFailures;
    private final int attempts;
    private final Backoff backoff;

    private Delivery(int slots, Full full, boolean countsFailures, int attempts, Backoff backoff) {
        this.slots = slots;
        this.full = full;
        this.countsFailures = countsFailures;
        this.attempts = attempts;
        this.backoff = backoff;
    }

    /**
     * On the engine's own thread, in the middle of an entry: for what never waits.
     *
     * @return a sink that fails halts the engine
     */
    public static Delivery inline() {
        return INLINE;
    }

    /**
     * On a thread of its own, behind a bounded ring: for what may wait (a disk, a network, a lock). The event is copied.
     *
     * <p>What the sink publishes into the same engine finds no room when the engine waits for the sink: with a full ring a publish that
     * would wait is refused there, as it is from inside a receiver. {@code tryPublish} says so instead.
     *
     * @return with 1024 slots; a full ring makes the engine wait; a sink that fails halts the engine
     */
    public static Delivery blocking() {
        return BLOCKING;
    }

    /**
     * As {@link #blocking}, and never in anybody's way: for a tap, a screen, a probe, whose loss is nobody else's business. It may be
     * behind by as many events as its ring has slots. When it is further behind, what comes is missed, and so is what waits in
     * the ring: it goes on with what comes then ({@link #dropNewest} keeps what waits). What it has missed is told to it
     * ({@link EventSink#missed}), counted in the statistics and said by health. No failure of it halts the engine, or makes a dead
     * letter: an event at which it throws counts as failed. Only a failure of the machine, a {@link VirtualMachineError} such as memory or
     * stack that has run out, halts all the same. Nobody waits for it but {@code close}, for a second at most. It is no part of
     * what a host guarantees of its output, or of an output's digest.
     *
     * @return with 1024 slots
     */
    public static Delivery untethered() {
        return UNTETHERED;
    }

    /**
     * The slots of the ring in front of a blocking sink; how far an untethered one may be behind.
     *
     * @param count a power of two, 2 to 2^20
     * @return a changed copy
     */
    public Delivery slots(int count) {
        requireBlocking("slots");
        if (count < SLOTS_MIN || count > SLOTS_MAX || Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException(
                    "ring of " + count + " slots; use a power of two from " + SLOTS_MIN + " to " + SLOTS_MAX);
        }
        return new Delivery(count, full, countsFailures, attempts, backoff);
    }

    /**
     * A full ring does not make the engine wait: the event is dropped for this sink and counted. Health says so. An untethered sink
     * gets what waits in its ring then, and misses what found no room.
     *
     * @return a changed copy
     */
    public Delivery dropNewest() {
        requireBlocking("dropNewest");
        return new Delivery(
                slots, isUntethered() ? Full.MISSES_NEWEST : Full.DROPS_NEWEST, countsFailures, attempts, backoff);
    }

    /**
     * A sink that fails to flush or to close does not halt the engine: the failure is counted, and health says so. What the
     * sink had taken may be lost. A failure of the machine halts all the same.
     *
     * @return a changed copy
     */
    public Delivery countFailures() {
        return new Delivery(slots, full, true, attempts, backoff);
    }

    /**
     * A blocking sink that throws in {@code on} or {@code flush} is called again; what comes behind waits meanwhile, so the order
     * stays. An event at which the last attempt has failed is a dead letter, and a flush is as it is without this. A sink that had
     * taken an event before it threw gets it twice: it may know it by its id. A host that closes tries on until its stop
     * deadline.
     *
     * @param times   in all, 1 to 100
     * @param between how long to wait in between
     * @return a changed copy
     */
    public Delivery retry(int times, Backoff between) {
        requireBlocking("retry");
        Attempts.check(times);
        return new Delivery(slots, full, countsFailures, times, Objects.requireNonNull(between, "between"));
    }

    private void requireBlocking(String setting) {
        if (!isBlocking()) {
            throw new IllegalStateException(setting + " is a setting of a blocking sink; begin with blocking()");
        }
    }

    /**
     * Whether the sink has a thread of its own.
     *
     * @return false for inline
     */
    public boolean isBlocking() {
        return slots > 0;
    }

    /**
     * The slots of its ring.
     *
     * @return 0 for inline
     */
    public int slots() {
        return slots;
    }

    /**
     * Whether a full ring keeps what waits in it, and what comes is dropped, or missed by an untethered sink.
     *
     * @return false where the engine waits, and where the sink goes on with the newest ({@link #goesOnWithNewest})
     */
    public boolean dropsNewest() {
        return full == Full.DROPS_NEWEST || full == Full.MISSES_NEWEST;
    }

    /**
     * Whether nobody ever waits for it.
     *
     * @return true for a tap
     */
    public boolean isUntethered() {
        return full == Full.MISSES_WHAT_WAITS || full == Full.MISSES_NEWEST;
    }

    /**
     * Whether it misses what waits, too, when it has fallen behind.
     *
     * @return true for an untethered one that does not drop the newest
     */
    public boolean goesOnWithNewest() {
        return full == Full.MISSES_WHAT_WAITS;
    }

    /**
     * Whether failures are counted only.
     *
     * @return false where they halt the engine
     */
    public boolean countsFailures() {
        return countsFailures;
    }

    /**
     * How often a sink is called for one event.
     *
     * @return 1 where it is not called again
     */
    public int attempts() {
        return attempts;
    }

    /**
     * How long to wait between attempts.
     *
     * @return null where there is one
     */
    public Backoff backoff() {
        return backoff;
    }

    @Override
    public String toString() {
        String how = isBlocking() ? full.how + ", " + slots + " slots, " + full.what : "inline";
        how += attempts == 1 ? "" : ", " + attempts + " attempts, backing off " + backoff;
        return how + (countsFailures ? ", failures are counted" : ", a failure halts");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Delivery d
                && d.slots == slots
                && d.full == full
                && d.countsFailures == countsFailures
                && d.attempts == attempts
                && Objects.equals(d.backoff, backoff);
    }

    @Override
    public int hashCode() {
        return ((slots * 4 + full.ordinal()) * 2 + (countsFailures ? 1 : 0)) * 31 + attempts;
    }
}
