package io.millrace.operators;

import io.millrace.event.Reason;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.time.Progress;

/** Where late events of each input of a node go: to a side stream, or to the dead letters if nothing reads that. */
public final class LateSides {
    /** By input; null where nobody reads it. */
    private final Node[] sides;

    private final Failures failures;
    private final Progress progress;
    private final NodeCounters counters;

    /**
     * Makes the sides. That of the first input is a port of the node, those of the other inputs are the ports after it.
     *
     * @param context the context of the node
     * @param port    the port of the first input
     * @param inputs  how many inputs have a side
     */
    public LateSides(NodeContext context, int port, int inputs) {
        sides = new Node[inputs];
        for (int i = 0; i < inputs; i++) {
            sides[i] = context.isRead(port + i) ? context.rest(port + i) : null;
        }
        failures = context.failures();
        progress = context.progress();
        counters = context.counters();
    }

    /**
     * Counts the current entry and sends it.
     *
     * @param flow   the current entry
     * @param input  the input by which it came
     * @param detail the detail of the dead letter; null if its reason is enough
     * @return false, so that a node can return it
     */
    public boolean send(Flow flow, int input, String detail) {
        counters.late++;
        Node to = sides[input];
        if (to == null) {
            return failures.refuse(flow, Reason.LATE, detail);
        }
        flow.late(progress.ns());
        to.on(flow);
        return false;
    }
}
