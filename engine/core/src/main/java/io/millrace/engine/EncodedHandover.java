package io.millrace.engine;

import io.millrace.event.EventType;
import io.millrace.operator.Flow;
import io.millrace.transport.EncodedSink;

/** Hands over bytes: those the value was read from, or, where it has none yet, those of its type. The stage's thread. */
final class EncodedHandover<V> implements Handover {
    private final EncodedSink<? super V> sink;
    private final EventType<V> type;
    private final byte[] scratch;

    EncodedHandover(EncodedSink<? super V> sink, EventType<V> type) {
        this.sink = sink;
        this.type = type;
        scratch = new byte[type.maxLength()];
    }

    @Override
    public void accept(Flow flow) throws Exception {
        if (flow.bytes() != null) {
            sink.on(flow.bytes(), flow.offset(), flow.length(), flow);
        } else {
            sink.on(scratch, 0, type.encode(flow.<V>value(), scratch, 0), flow);
        }
    }
}
