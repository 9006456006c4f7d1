package io.millrace.engine;

import io.millrace.event.Header;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;
import java.util.List;

/**
 * Publishes the events of a batch in an exclusive engine. Each is encoded in its slot, and a piece is published as soon as it is
 * complete: the engine reads the first events while the last are encoded. What turns out not to fit leaves a void entry. For the
 * one thread that publishes.
 */
final class SlotBatch<V> {
    private final Ingress ingress;
    private final PendingClaims claims;
    private final EntryEncoder<V> encoder;
    private final InputLane<V> lane;

    /** An event that was asked for and found no slot; null when there is none. */
    private V left;

    SlotBatch(Ingress ingress, EntryEncoder<V> encoder, InputLane<V> lane) {
        this.ingress = ingress;
        this.claims = ingress.claims();
        this.encoder = encoder;
        this.lane = lane;
    }

    /**
     * Publishes a part of a list, no longer than a claim may be. Answers up to where its events have their places: none of them
     * where there is no room for all. The first that has none may be {@link #takeLeft left}.
     */
    int publish(List<? extends V> events, Header header, int from, int to) {
        ingress.requireRunning();
        if (!ingress.hasRoomInPlace(lane, to - from)) {
            return from;
        }
        int i = from;
        try {
            while (i < to && put(events.get(i), header)) {
                i++;
            }
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            Throwable failed = BatchFailure.at(i, e);
            throw BatchFailure.unchecked(
                    failed instanceof RefusedException refused ? lane.counts().refused(refused) : failed);
        } finally {
            claims.giveUpOwn();
        }
        ingress.requireOpen();
        return i;
    }

    private boolean put(V event, Header header) {
        long q = claims.next(lane);
        if (q < 0) {
            left = event; // a list is asked for it once
            return false;
        }
        InputRing ring = ingress.ring();
        claims.encoding(true);
        try {
            encoder.encode(event, header, ring.slots(), ring.offset(q));
        } finally {
            claims.encoding(false);
        }
        claims.complete();
        return true;
    }

    /** The event that was asked for and has no place, or null. */
    V takeLeft() {
        V event = left;
        if (event != null) {
            left = null;
        }
        return event;
    }
}
