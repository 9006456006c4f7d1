package io.millrace.engine;

import io.millrace.event.EntryKind;
import io.millrace.runtime.EntryEncoder;

/**
 * The places of an exclusive engine's ring that are claimed and not published yet: those that are complete, and behind them the
 * one whose event is being filled in. For the one thread that publishes, see {@link Exclusivity}: whoever becomes that thread later
 * sees what the one before has left here.
 */
final class PendingClaims {
    private static final long NONE = -1;

    private final String engine;
    private final InputRing ring;
    private final Exclusivity exclusive;

    /** The first of them: of an entry about drops, or of an event. */
    private long first = NONE;

    /** The last that is complete. */
    private long complete = NONE;

    /** That of the event in hand. */
    private long inHand = NONE;

    /** Whether user code runs at the moment that encodes the event in hand. */
    private boolean encoding;

    PendingClaims(String engine, InputRing ring, Exclusivity exclusive) {
        this.engine = engine;
        this.ring = ring;
        this.exclusive = exclusive;
    }

    /** An event is begun, where nothing else is pending: its place, and the first that was claimed with it. */
    void begin(long from, long q) {
        first = from;
        inHand = q;
    }

    /**
     * Claims the next slot behind events that are complete; or answers that something else has to come first, or what the ring
     * answers.
     */
    long next(InputLane<?> lane) {
        exclusive.requireOwner();
        if (lane.isBehind() || lane.counts().hasRun()) {
            return InputRing.FULL;
        }
        long q = ring.claim(null);
        if (q >= 0) {
            inHand = q;
            first = complete < 0 ? q : first;
        } else if (q == InputRing.CLOSED) {
            complete = NONE; // published with the void entry behind them
        }
        return q;
    }

    /**
     * The next slot, to be published together with events that are complete, if there are any. Not where the time is to be told or
     * somebody waits for this thread; what else waits aside does so for a piece at most.
     */
    long nextTogether(InputLane<?> lane) {
        boolean together = complete >= 0 && inHand < 0 && !encoding && exclusive.tickNs() == 0 && !exclusive.isWanted();
        return together ? next(lane) : InputRing.FULL;
    }

    /** Whether this is the place of the event in hand. */
    boolean isInHand(long q) {
        exclusive.requireOwner();
        return inHand == q;
    }

    /** Tells that user code begins or ends to encode the event in hand: nothing is published meanwhile. */
    void encoding(boolean now) {
        encoding = now;
    }

    /** That the caller is not a codec, of whose event the slot would be given up under it. */
    void requireNoCodec(String does) {
        if (exclusive.isOwner() && encoding) {
            throw new IllegalStateException("engine " + engine
                    + ": a codec, or the function that reads an event's time, " + does + " while its event is being"
                    + " encoded in the ring; do that before the event is published, or after it");
        }
    }

    /** The event in hand is complete; published when there are enough of them. */
    void complete() {
        complete = inHand;
        inHand = NONE;
        if (complete - first + 1 >= ring.piece()) {
            publishComplete();
        }
    }

    /** The event in hand is complete, and published with those before it. */
    void publish() {
        complete = inHand;
        inHand = NONE;
        publishComplete();
    }

    private void publishComplete() {
        long last = complete;
        complete = NONE;
        ring.publish(first, last);
    }

    /** For who waits for all that was committed: publishes what is complete, if that is its own. */
    void publishOwn() {
        if (exclusive.isOwner() && complete >= 0) {
            publishComplete();
            first = inHand;
        }
    }

    /** What is complete is published. An event that was begun and will not be committed keeps its place in the order and causes nothing. */
    void giveUp() {
        if (inHand >= 0) {
            EntryEncoder.plain(ring.slots(), ring.offset(inHand), EntryKind.VOID, 0, 0);
            publish();
        } else if (complete >= 0) {
            publishComplete();
        }
    }

    /** The same at the end of a batch, however that came, unless another thread is the one that publishes by now. */
    void giveUpOwn() {
        if (exclusive.isOwner()) {
            giveUp();
        }
    }
}
