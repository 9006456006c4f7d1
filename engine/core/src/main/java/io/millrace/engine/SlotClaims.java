package io.millrace.engine;

import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;

/**
 * Fills events of an exclusive engine where they stand, in the slot of the ring: nothing is copied. What is begun and not
 * committed, and what turns out not to fit, leaves a void entry. For the one thread that publishes.
 */
final class SlotClaims<V, W> implements Claims<W> {
    private static final long NONE = -1;

    private final Ingress ingress;
    private final PendingClaims pending;
    private final EntryEncoder<V> encoder;
    private final InPlaceType<V, W> type;
    private final InputCounts counts;
    private final InputLane<V> lane;
    private long claimed = NONE;

    /** Why the event in hand is filled in scratch: it found no room, and is forgotten or waits in front of the ring; else a place. */
    private long noRoom;

    SlotClaims(Ingress ingress, InPlaceInput<V, W> input) {
        this.ingress = ingress;
        this.pending = ingress.claims();
        int source = ingress.host().core().source(input);
        encoder = new EntryEncoder<>(input, source);
        type = input.inPlaceType();
        lane = new InputLane<>(ingress, input);
        counts = lane.counts();
    }

    @Override
    public W claim() {
        ingress.requireRunning();
        claimed = NONE;
        long q = ingress.claim(lane);
        noRoom = Math.min(q, 0);
        if (noRoom < 0) {
            return encoder.claim(type);
        }
        claimed = q;
        return encoder.claim(type, ingress.ring().slots(), ingress.ring().offset(q));
    }

    @Override
    public long commit(Header header) {
        return commit(header, false);
    }

    @Override
    public long commitMore(Header header) {
        return commit(header, true);
    }

    private long commit(Header header, boolean more) {
        ingress.requireRunning();
        if (noRoom < 0) {
            return commitFromScratch(header);
        }
        try {
            return publish(header, more);
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
    }

    private long commitFromScratch(Header header) {
        int length;
        try {
            length = encoder.commit(header);
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
        boolean waits = noRoom == Publisher.WAITING;
        noRoom = 0;
        if (waits) {
            return ingress.publish(lane, encoder.bytes(), encoder.offset(header), length);
        }
        return ingress.drop(counts);
    }

    private long publish(Header header, boolean more) {
        long q = claimed;
        claimed = NONE;
        if (q == NONE || !pending.isInHand(q)) {
            throw new IllegalStateException(
                    "commit() without a claim: claim() was not called, or its claim ended because "
                            + "another event was published after it");
        }
        boolean complete = false;
        pending.encoding(true);
        try {
            encoder.commit(header, ingress.ring().slots(), ingress.ring().offset(q));
            complete = true;
        } finally {
            pending.encoding(false);
            if (!complete) {
                pending.giveUp();
            }
        }
        if (more) {
            pending.complete();
        } else {
            pending.publish();
            ingress.requireOpen();
        }
        return q;
    }
}
