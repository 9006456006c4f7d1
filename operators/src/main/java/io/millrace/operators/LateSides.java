package io.millrace.operators;

import io.millrace.event.Reason;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.time.Progress;

/** Where late events of each input of a node go: to a side stream, or to the dead letters where nobody reads that. */
public final class LateSides {
    /** By input; null where nobody reads it. */
    private final Node[] sides;

    private final Failures failures;
    private final Progress progress;
    private final NodeCounters counters;

    /**
     * The side stream of the first input is a port of the node, those of the others are the next.
     *
     * @param context of the node
     * @param port    of the first input
     * @param inputs  how many have one
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
     * Counts the entry in hand and sends it.
     *
     * @param flow   has it
     * @param input  by which it came
     * @param detail for a dead letter; null when its reason says it all
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
