package io.millrace.operators.join;

import io.millrace.event.Reason;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.time.Progress;

/** Where late events of the two sides of a join go: to a side stream each, or to the dead letters where nobody reads it. */
final class LateSides {
    private final Node left;
    private final Node right;
    private final Failures failures;
    private final Progress progress;
    private final NodeCounters counters;

    /** The left side has a port, the right side the next. */
    LateSides(NodeContext context, int port) {
        left = context.isRead(port) ? context.rest(port) : null;
        right = context.isRead(port + 1) ? context.rest(port + 1) : null;
        failures = context.failures();
        progress = context.progress();
        counters = context.counters();
    }

    /** Sends the entry in hand; answers false, so that a node can return it. */
    boolean send(Flow flow, int side) {
        counters.late++;
        Node to = side == 0 ? left : right;
        if (to == null) {
            return failures.refuse(flow, Reason.LATE, null);
        }
        flow.late(progress.ns());
        to.on(flow);
        return false;
    }
}
