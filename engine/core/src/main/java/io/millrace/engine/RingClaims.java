package io.millrace.engine;

import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;

/** Fills events of a live engine in scratch of its own; the slot is claimed when the event is complete. One thread. */
final class RingClaims<V, W> implements Claims<W> {
    private final Ingress ingress;
    private final EntryEncoder<V> encoder;
    private final InPlaceType<V, W> type;
    private final InputCounts counts;
    private final InputLane<V> lane;

    RingClaims(Ingress ingress, InPlaceInput<V, W> input) {
        this.ingress = ingress;
        int source = ingress.host().core().source(input);
        encoder = new EntryEncoder<>(input, source);
        type = input.inPlaceType();
        lane = new InputLane<>(ingress, input);
        counts = lane.counts();
    }

    @Override
    public W claim() {
        return encoder.claim(type);
    }

    @Override
    public long commit(Header header) {
        int length;
        try {
            length = encoder.commit(header);
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
        ingress.requireRunning();
        return ingress.publish(lane, encoder.bytes(), encoder.offset(header), length);
    }
}
