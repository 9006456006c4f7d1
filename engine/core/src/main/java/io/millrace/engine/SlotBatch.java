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
    private final EntryEncoder<V> encoder;
    private final InputLane<V> lane;

    SlotBatch(Ingress ingress, EntryEncoder<V> encoder, InputLane<V> lane) {
        this.ingress = ingress;
        this.encoder = encoder;
        this.lane = lane;
    }

    /**
     * Publishes a part of a list, no longer than a claim may be. Answers up to where its events have their places: none of
     * them where there is no room for all.
     */
    int publish(List<? extends V> events, Header header, int from, int to) {
        ingress.requireRunning();
        if (lane.counts().hasRun() || !ingress.hasRoomInPlace(lane, to - from)) { // drops are told first
            return from;
        }
        int i = from;
        try {
            while (i < to && put(events.get(i), header)) {
                i++;
            }
            return i;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            Throwable failed = BatchFailure.at(i, e);
            throw BatchFailure.unchecked(
                    failed instanceof RefusedException refused ? lane.counts().refused(refused) : failed);
        } finally {
            ingress.publishClaims();
        }
    }

    private boolean put(V event, Header header) {
        long q = ingress.claimNext();
        if (q < 0) {
            return false;
        }
        InputRing ring = ingress.ring();
        ingress.encoding(true);
        try {
            encoder.encode(event, header, ring.slots(), ring.offset(q));
        } finally {
            ingress.encoding(false);
        }
        if (!ingress.isClaimed(q)) {
            return false; // the codec has closed the engine, which gave up this claim
        }
        ingress.complete();
        return true;
    }
}
