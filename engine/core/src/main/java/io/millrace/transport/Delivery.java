package io.millrace.transport;

import java.util.Objects;

/**
 * How a host hands events to a sink, and what happens when the sink fails. Immutable: each setting returns a changed
 * copy.
 *
 * <p>A sink states what suits it ({@link EventSink#delivery}); the setup that binds it may choose otherwise.
 */
public final class Delivery {
    private static final int SLOTS = 1024;
    private static final int SLOTS_MIN = 2;
    private static final int SLOTS_MAX = 1 << 20;

    /** What happens to an event for which there is no slot. */
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
     * Calls the sink on the engine's own thread, in the middle of an entry. For sinks that never wait.
     *
     * @return a delivery under which a failing sink halts the engine
     */
    public static Delivery inline() {
        return INLINE;
    }

    /**
     * Calls the sink on a thread of its own, behind a bounded ring. For sinks that may wait (for a disk, a network, a
     * lock). Events are copied.
     *
     * <p>If the sink publishes into the same engine, there may be no room because the engine waits for the sink. With a
     * full ring, a publish that would wait is therefore refused, as it is from inside a receiver; {@code tryPublish}
     * reports that there is no room.
     *
     * @return a delivery with 1024 slots; a full ring makes the engine wait, and a failing sink halts the engine
     */
    public static Delivery blocking() {
        return BLOCKING;
    }

    /**
     * Calls the sink on a thread of its own, as {@link #blocking} does, and never lets it hold up the engine. For a
     * tap, a screen or a probe, whose losses matter to nobody else. It is not covered by what a host guarantees for its
     * output, nor by the digest of an output.
     *
     * <p>The sink may be behind by as many events as its ring has slots. When it falls further behind, it misses both
     * the new events and those that wait in the ring, and goes on with the events after that ({@link #dropNewest} keeps
     * those that wait). The sink is told how many it has missed ({@link EventSink#missed}); they are counted in the
     * statistics and reported by health.
     *
     * <p>Its failures neither halt the engine nor make dead letters: an event for which it throws counts as failed.
     * Only a failure of the JVM, a {@link VirtualMachineError} such as memory or stack running out, halts the engine
     * all the same. Nobody waits for the sink except {@code close}, for at most a second.
     *
     * @return a delivery with 1024 slots
     */
    public static Delivery untethered() {
        return UNTETHERED;
    }

    /**
     * Sets the slots of the ring before a blocking sink: how far it, or an untethered sink, may be behind.
     *
     * @param count a power of two, 2 to 2^20
     * @return a changed copy
     * @throws IllegalArgumentException if it is no power of two, or out of range
     * @throws IllegalStateException if the delivery is inline; begin with {@link #blocking}
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
     * Makes a full ring drop the event for this sink instead of making the engine wait. Drops are counted, and health
     * reports them. An untethered sink then gets what waits in its ring, and misses what found no room.
     *
     * @return a changed copy
     * @throws IllegalStateException if the delivery is inline; begin with {@link #blocking}
     */
    public Delivery dropNewest() {
        requireBlocking("dropNewest");
        return new Delivery(
                slots, isUntethered() ? Full.MISSES_NEWEST : Full.DROPS_NEWEST, countsFailures, attempts, backoff);
    }

    /**
     * Makes failures in flush or close count only, instead of halting the engine. Health reports them, and what the
     * sink had taken may be lost. A failure of the JVM halts the engine all the same.
     *
     * @return a changed copy
     */
    public Delivery countFailures() {
        return new Delivery(slots, full, true, attempts, backoff);
    }

    /**
     * Calls a blocking sink again if it throws in {@code on} or {@code flush}. Later events wait meanwhile, so the
     * order is kept. If the last attempt fails, an event becomes a dead letter, and a flush fails as it would without
     * retries. A sink that had already taken an event before it threw gets it twice, and can recognise it by its id. A
     * host that closes goes on retrying until its stop deadline.
     *
     * @param times attempts in all, 1 to 100
     * @param between how long to wait between attempts
     * @return a changed copy
     * @throws IllegalArgumentException if the number is out of range
     * @throws IllegalStateException if the delivery is inline; begin with {@link #blocking}
     */
    public Delivery retry(int times, Backoff between) {
        requireBlocking("retry");
        Attempts.check(times);
        return new Delivery(slots, full, countsFailures, times, Objects.requireNonNull(between, "between"));
    }

    private void requireBlocking(String setting) {
        if (!isBlocking()) {
            throw new IllegalStateException(
                    setting + " is a setting of blocking sinks only; begin with Delivery.blocking()");
        }
    }

    /**
     * Tells whether the sink has a thread of its own.
     *
     * @return false for inline delivery
     */
    public boolean isBlocking() {
        return slots > 0;
    }

    /**
     * Returns the slots of its ring.
     *
     * @return 0 for inline delivery
     */
    public int slots() {
        return slots;
    }

    /**
     * Tells whether a full ring keeps the events that wait in it, and new ones are dropped, or missed by an untethered
     * sink.
     *
     * @return false if the engine waits, or the sink goes on with the newest ({@link #goesOnWithNewest})
     */
    public boolean dropsNewest() {
        return full == Full.DROPS_NEWEST || full == Full.MISSES_NEWEST;
    }

    /**
     * Tells whether the engine never waits for the sink because it is untethered.
     *
     * @return true for {@link #untethered}
     */
    public boolean isUntethered() {
        return full == Full.MISSES_WHAT_WAITS || full == Full.MISSES_NEWEST;
    }

    /**
     * Tells whether a sink that has fallen behind also misses the events that wait in its ring.
     *
     * @return true for an untethered sink that does not drop the newest
     */
    public boolean goesOnWithNewest() {
        return full == Full.MISSES_WHAT_WAITS;
    }

    /**
     * Tells whether failures are only counted.
     *
     * @return false if they halt the engine
     */
    public boolean countsFailures() {
        return countsFailures;
    }

    /**
     * Returns how often a sink is called for one event, at most.
     *
     * @return 1 if there are no retries
     */
    public int attempts() {
        return attempts;
    }

    /**
     * Returns how long to wait between attempts.
     *
     * @return null if there is only one
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
