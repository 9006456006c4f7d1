package io.millrace.engine;

import io.millrace.event.Meta;
import io.millrace.transport.EventSink;

/** A part of an inline host that works on its owner's thread where that flushes its sinks, of which this is one that gets no events. */
abstract class SinkBeside implements EventSink<Object> {
    @Override
    public final void on(Object event, Meta meta) {
        throw new UnsupportedOperationException("this sink only stands beside another one; no output is bound to it");
    }

    /** Behind those of the other sinks. The owner's thread, which is not to wait here. */
    @Override
    public abstract void flush();

    @Override
    public void close() {
        // it holds nothing
    }
}
