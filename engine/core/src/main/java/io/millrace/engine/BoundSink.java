package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import java.util.ArrayList;
import java.util.List;

/** A sink, and all outputs of one host that it is bound to. Flushed and closed once, by the thread that hands it its events. */
final class BoundSink {
    private final EventSink<?> sink;
    private final Delivery delivery;
    private final List<Output<?>> outputs = new ArrayList<>();
    private BlockingSink runner;

    BoundSink(EventSink<?> sink, Delivery delivery) {
        this.sink = sink;
        this.delivery = delivery;
    }

    EventSink<?> sink() {
        return sink;
    }

    Delivery delivery() {
        return delivery;
    }

    /** Its thread; null for an inline sink, and before the start. */
    BlockingSink runner() {
        return runner;
    }

    void runner(BlockingSink runs) {
        runner = runs;
    }

    List<Output<?>> outputs() {
        return outputs;
    }

    /** Adds an output that the sink takes too; answers its index. */
    int add(Output<?> output, Delivery as) {
        if (!as.equals(delivery)) {
            throw new IllegalArgumentException(where() + " and output " + output.name()
                    + " hand events to one sink in two" + " ways (" + delivery + "; " + as + "); bind it in one way");
        }
        outputs.add(output);
        return outputs.size() - 1;
    }

    SinkFault fault(String what, Throwable cause) {
        return new SinkFault(
                where() + ": its sink " + simpleName() + " " + what + (cause == null ? "" : ": " + cause), cause);
    }

    String where() {
        return (outputs.size() == 1 ? "output " : "outputs ")
                + String.join(", ", outputs.stream().map(Output::name).toList());
    }

    private String simpleName() {
        String name = sink.getClass().getName();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
