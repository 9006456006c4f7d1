package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;
import io.millrace.transport.EventSource;
import java.util.List;

/** Publishes into the ring of a live engine: encodes into scratch of its own, claims, copies, publishes. One thread. */
final class RingPublisher<V> implements EncodedPublisher<V> {
    private final Ingress ingress;
    private final EntryEncoder<V> encoder;
    private final InputCounts counts;
    private final InputLane<V> lane;
    private final int stride;

    /** Null where several threads publish. */
    private final SlotBatch<V> inPlace;

    /** Room for a batch; made when there is one that is encoded beside the ring. */
    private byte[] batch;

    RingPublisher(Ingress ingress, Input<V> input) {
        this.ingress = ingress;
        int source = ingress.host().core().source(input);
        encoder = new EntryEncoder<>(input, source);
        lane = new InputLane<>(ingress, input);
        counts = lane.counts();
        inPlace = ingress.isExclusive() ? new SlotBatch<>(ingress, encoder, lane) : null;
        stride = Entry.MAX_HEADER_LENGTH + input.type().maxLength() + 7 & -8; // longs at multiples of 8
    }

    @Override
    public long publish(V event, Header header) {
        int length = encode(event, header);
        ingress.requireRunning();
        return ingress.publish(lane, encoder.bytes(), 0, length);
    }

    @Override
    public long tryPublish(V event, Header header) {
        int length = encode(event, header);
        ingress.requireRunning();
        long q = ingress.tryPublish(lane, encoder.bytes(), 0, length);
        if (q < 0) {
            if (q == InputRing.CLOSED) {
                ingress.requireRunning(); // throws: it has been closed since
            }
            counts.refuse();
        }
        return q;
    }

    /**
     * Where one thread publishes the bytes are copied to where they stay. Where several do, no codec runs between claiming a place
     * and publishing it: they are checked in scratch.
     */
    @Override
    public boolean offer(EventSource.Encoded event, Header header, Refused to) {
        ingress.requireRunning();
        try {
            boolean inSlot = ingress.hasRoomInPlace(lane, 2); // one for the entry about drops
            int length = inSlot ? takeInPlace(event, header) : encoder.take(event, header);
            if (length == EntryEncoder.NONE) {
                counts.refuse();
                to.refused(event, encoder.noneReason(), encoder.noneWhy());
                return true;
            }
            return inSlot || ingress.offer(lane, encoder.bytes(), 0, length) != InputRing.FULL;
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
    }

    private int takeInPlace(EventSource.Encoded event, Header header) {
        long q = ingress.claim(lane);
        int length = EntryEncoder.NONE;
        ingress.claims().encoding(true);
        try {
            length = encoder.take(
                    event, header, ingress.ring().slots(), ingress.ring().offset(q));
            return length;
        } finally {
            ingress.claims().encoding(false);
            if (length != EntryEncoder.NONE) {
                ingress.claims().publish();
            } else {
                ingress.claims().giveUp();
            }
        }
    }

    @Override
    public void countRefused() {
        counts.refuse();
    }

    @Override
    public byte[] keep(EventSource.Encoded bytes) {
        encoder.keep(bytes);
        return encoder.bytes();
    }

    @Override
    public Answer submit(V event, Header header) {
        Undecided undecided = counts.undecided();
        undecided.requireDeclared();
        try {
            return tryPublish(event, header) >= 0 ? Answer.TAKEN : undecided.give("the input ring is full");
        } catch (EngineStoppedException | RefusedException e) {
            return undecided.give(e.getMessage());
        }
    }

    private int encode(V event, Header header) {
        try {
            return encoder.encode(event, header);
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
    }

    @Override
    public int publishBatch(List<? extends V> events, Header header) {
        int most = ingress.batchMax();
        int n = events.size(); // once: what it answers later may be something else
        int taken = 0;
        for (int from = 0; from < n; from += most) {
            int to = Math.min(n, from + most);
            int placed = inPlace == null ? from : inPlace.publish(events, header, from, to);
            taken += placed - from;
            V left = inPlace == null ? null : inPlace.takeLeft();
            if (left != null) {
                taken += publishLeft(left, header, placed++);
            }
            taken += publishCopied(events, header, placed, to);
        }
        return taken;
    }

    private int publishLeft(V event, Header header, int place) {
        try {
            return publish(event, header) == DROPPED ? 0 : 1;
        } catch (RefusedException e) {
            throw e.at(place);
        }
    }

    /** Encodes events beside the ring, and publishes them by one claim. */
    private int publishCopied(List<? extends V> events, Header header, int from, int to) {
        if (batch == null && from < to) {
            batch = new byte[ingress.batchMax() * stride];
        }
        for (int i = from; i < to; i++) {
            try {
                encoder.encode(events.get(i), header, batch, (i - from) * stride);
            } catch (VirtualMachineError e) {
                throw e; // where memory or stack is at its end no claim is begun
            } catch (Throwable e) {
                throw BatchFailure.unchecked(publishBefore(i, i - from, BatchFailure.at(i, e)));
            }
        }
        return from < to ? publishReady(to - from, from) : 0;
    }

    /** As if published one after another; answers what is to be thrown. */
    private Throwable publishBefore(int at, int ready, Throwable failed) {
        try {
            if (ready > 0) {
                publishReady(ready, at - ready);
            }
        } catch (Throwable e) {
            return BatchFailure.both(failed, e);
        }
        return failed instanceof RefusedException refused ? counts.refused(refused) : failed;
    }

    private int publishReady(int n, int first) {
        ingress.requireRunning();
        if (ingress.tryPublishAll(lane, batch, stride, n)) {
            return n;
        }
        int taken = 0;
        for (int i = 0; i < n; i++) {
            try {
                int at = i * stride;
                long q = ingress.publish(lane, batch, at, Entry.length(batch, at));
                taken += q == DROPPED ? 0 : 1;
            } catch (RefusedException e) {
                throw e.at(first + i);
            }
        }
        return taken;
    }

    @Override
    public void end() {
        int length = encoder.plain(EntryKind.END, 0);
        ingress.end(lane, encoder.bytes(), length);
    }
}
