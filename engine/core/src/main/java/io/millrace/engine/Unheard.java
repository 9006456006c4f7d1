package io.millrace.engine;

import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.transport.EventSink;
import java.util.Set;

/**
 * Who takes the outputs of an engine that only warms up: sinks that take marked events, and receivers of outputs for which that
 * was declared, are called themselves; all others have a stand-in. Stand-ins are of three classes, another one each round: so the
 * JIT does not take the call of a receiver for a call of the one class it has seen, and the first real one is no surprise to it.
 */
final class Unheard {
    private final Set<Output<?>> called;
    private final int round;

    Unheard(Set<Output<?>> called, int round) {
        this.called = called;
        this.round = round;
    }

    /** Whether the receivers of an output are called themselves. */
    boolean calls(Output<?> output) {
        return called.contains(output);
    }

    boolean calls(Output<?> output, EventSink<?> sink) {
        return sink.takesMarked() || calls(output) && !isKept(sink);
    }

    /** What the real host begins with would be what the rehearsal left in it. */
    private static boolean isKept(EventSink<?> sink) {
        return sink instanceof View<?> || sink instanceof LookupRunner<?, ?>;
    }

    /** A new one each time: what is bound to several outputs is one sink, and these are not. */
    Nobody standIn() {
        return switch (round % 3) {
            case 0 -> new First();
            case 1 -> new Second();
            default -> new Third();
        };
    }

    /** Takes all and does nothing. */
    abstract static class Nobody implements Receiver<Object>, MetaReceiver<Object>, EventSink<Object> {
        @Override
        public void on(Object event) {
            // not real
        }

        @Override
        public void on(Object event, Meta meta) {
            // not real
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static final class First extends Nobody {}

    private static final class Second extends Nobody {}

    private static final class Third extends Nobody {}
}
