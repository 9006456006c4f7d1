package io.millrace.runtime;

import io.millrace.event.Reason;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeCounters;

/** The failures of one node: counted, and made into dead letters. */
final class NodeFailures implements Failures {
    private final int node;
    private final NodeCounters counters;
    private final DeadLetterPort port;

    NodeFailures(int node, NodeCounters counters, DeadLetterPort port) {
        this.node = node;
        this.counters = counters;
        this.port = port;
    }

    @Override
    public boolean operatorError(Flow flow, Throwable cause) {
        if (cause instanceof VirtualMachineError e) {
            throw e;
        }
        counters.dead++;
        port.letter(flow.sequence(), node, Reason.OPERATOR_ERROR, null, cause, flow.entry(), flow.entryOffset());
        return false;
    }

    /** What an input brought is no event: the constructor of a record, or the codec, threw. */
    void malformed(Flow flow, Throwable cause) {
        counters.dead++;
        port.letter(flow.sequence(), node, Reason.MALFORMED, null, cause, flow.entry(), flow.entryOffset());
    }

    @Override
    public boolean refuse(Flow flow, Reason reason, String detail) {
        counters.dead++;
        port.letter(flow.sequence(), node, reason, detail, null, flow.entry(), flow.entryOffset());
        return false;
    }

    @Override
    public void firingError(Flow flow, long dueNs, Throwable cause) {
        if (cause instanceof VirtualMachineError e) {
            throw e;
        }
        counters.dead++;
        String what = "firing due at " + dueNs + " ns of key " + flow.key();
        port.letter(flow.sequence(), node, Reason.OPERATOR_ERROR, what, cause, null, 0);
    }
}
