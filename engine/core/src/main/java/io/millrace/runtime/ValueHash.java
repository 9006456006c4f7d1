package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.metric.Hash64;
import io.millrace.operator.Flow;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/** Takes the bytes of values into a hash: those they were read from, or those they would be stored as. One thread. */
final class ValueHash implements Saved {
    private static final long UNREADABLE = 0x6E6F20666F726D21L;

    private final EventType<?> type;
    private final byte[] encoded;
    private long unreadable;

    /** Without a type there are no bytes, and a value adds nothing. */
    ValueHash(EventType<?> type) {
        this.type = type;
        this.encoded = type == null ? null : new byte[type.maxLength()];
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(unreadable);
    }

    @Override
    public void load(StateReader from) {
        unreadable = from.getLong();
    }

    long add(long hash, Flow flow) {
        if (flow.bytes() != null) {
            return Hash64.add(hash, flow.bytes(), flow.offset(), flow.length());
        }
        return type == null ? hash : addEncoded(hash, type, flow);
    }

    /** A value that does not fit its layout went on all the same, as long as nobody stored it: no reason to fail here. */
    private <T> long addEncoded(long hash, EventType<T> of, Flow flow) {
        try {
            int length = of.encode(flow.<T>value(), encoded, 0);
            flow.rewind();
            return Hash64.add(hash, encoded, 0, length);
        } catch (RuntimeException e) {
            unreadable++;
            flow.rewind();
            return Hash64.add(hash, UNREADABLE);
        }
    }

    long unreadable() {
        return unreadable;
    }
}
