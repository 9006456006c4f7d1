package io.millrace.engine;

import io.millrace.event.Meta;
import io.millrace.transport.EventSink;

/** A receiver that is called as a sink is. */
final class ReceiverSink<V> implements EventSink<V> {
    private final Receiver<? super V> receiver;

    ReceiverSink(Receiver<? super V> receiver) {
        this.receiver = receiver;
    }

    @Override
    public void on(V event, Meta meta) throws Exception {
        receiver.on(event);
    }

    @Override
    public void close() {
        // a receiver holds nothing
    }
}
