package io.millrace.transport;

/**
 * How a host hands events to a sink, and what it does when the sink fails. Immutable; each setting answers a changed copy.
 *
 * <p>A sink says itself what suits it ({@link EventSink#delivery}); whoever binds it may say otherwise.
 */
public final class Delivery {
    private static final int SLOTS = 1024;
    private static final int SLOTS_MIN = 2;
    private static final int SLOTS_MAX = 1 << 20;
    private static final Delivery INLINE = new Delivery(0, false, false);
    private static final Delivery BLOCKING = new Delivery(SLOTS, false, false);

    private final int slots;
    private final boolean dropsNewest;
    private final boolean countsFailures;

    private Delivery(int slots, boolean dropsNewest, boolean countsFailures) {
        this.slots = slots;
        this.dropsNewest = dropsNewest;
        this.countsFailures = countsFailures;
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
     * @return with 1024 slots; a full ring makes the engine wait; a sink that fails halts the engine
     */
    public static Delivery blocking() {
        return BLOCKING;
    }

    /**
     * The slots of the ring in front of a blocking sink.
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
        return new Delivery(count, dropsNewest, countsFailures);
    }

    /**
     * A full ring does not make the engine wait: the event is dropped for this sink and counted. Health says so.
     *
     * @return a changed copy
     */
    public Delivery dropNewest() {
        requireBlocking("dropNewest");
        return new Delivery(slots, true, countsFailures);
    }

    /**
     * A sink that fails to flush or to close does not halt the engine: the failure is counted, and health says so. What the
     * sink had taken may be lost. A failure of the machine halts all the same.
     *
     * @return a changed copy
     */
    public Delivery countFailures() {
        return new Delivery(slots, dropsNewest, true);
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
     * Whether a full ring drops.
     *
     * @return false where the engine waits
     */
    public boolean dropsNewest() {
        return dropsNewest;
    }

    /**
     * Whether failures are counted only.
     *
     * @return false where they halt the engine
     */
    public boolean countsFailures() {
        return countsFailures;
    }

    @Override
    public String toString() {
        String how =
                isBlocking() ? "blocking, " + slots + " slots, " + (dropsNewest ? "drops newest" : "waits") : "inline";
        return how + (countsFailures ? ", failures are counted" : ", a failure halts");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Delivery d
                && d.slots == slots
                && d.dropsNewest == dropsNewest
                && d.countsFailures == countsFailures;
    }

    @Override
    public int hashCode() {
        return slots * 4 + (dropsNewest ? 2 : 0) + (countsFailures ? 1 : 0);
    }
}
