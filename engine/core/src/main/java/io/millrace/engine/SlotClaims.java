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
    private final EntryEncoder<V> encoder;
    private final InPlaceType<V, W> type;
    private final InputCounts counts;
    private final Idle idle = new Idle(Idle.BRIEF);
    private final byte[] drops = new byte[InputCounts.DROPS_LENGTH];
    private long claimed = NONE;

    /** The event in hand found no room: it is filled in scratch and forgotten. */
    private boolean dropping;

    SlotClaims(Ingress ingress, InPlaceInput<V, W> input) {
        this.ingress = ingress;
        int source = ingress.host().core().source(input);
        encoder = new EntryEncoder<>(input, source);
        type = input.inPlaceType();
        counts = ingress.host().inputs().get(source);
    }

    @Override
    public W claim() {
        ingress.requireRunning();
        claimed = NONE;
        long q = ingress.claim(counts, drops, idle);
        dropping = q == Publisher.DROPPED;
        if (dropping) {
            return encoder.claim(type);
        }
        claimed = q;
        return encoder.claim(type, ingress.ring().slots(), ingress.ring().offset(q));
    }

    @Override
    public long commit(Header header) {
        ingress.requireRunning();
        try {
            if (dropping) {
                encoder.commit(header);
                dropping = false;
                counts.drop();
                return Publisher.DROPPED;
            }
            return publish(header);
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
    }

    private long publish(Header header) {
        long q = claimed;
        claimed = NONE;
        if (q == NONE || !ingress.isClaimed(q)) {
            throw new IllegalStateException(
                    "commit without claim: none was begun, or it was given up because something else was published since");
        }
        boolean complete = false;
        try {
            encoder.commit(header, ingress.ring().slots(), ingress.ring().offset(q));
            complete = true;
        } finally {
            if (!complete) {
                ingress.giveUpClaim();
            }
        }
        ingress.publishClaim();
        return q;
    }
}
