package io.millrace.runtime;

import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeCounters;

/** The failures of one node: counted, and made into dead letters. */
final class NodeFailures implements Failures {
    private final int node;
    private final NodeCounters counters;
    private final DeadLetterPort port;
    private final LetterStream stream;

    /** The stream is null where the topology has none, and at nodes below it. */
    NodeFailures(int node, NodeCounters counters, DeadLetterPort port, LetterStream stream) {
        this.node = node;
        this.counters = counters;
        this.port = port;
        this.stream = stream;
    }

    @Override
    public boolean operatorError(Flow flow, Throwable cause) {
        letter(flow, reason(cause), null, cause);
        return false;
    }

    private static Reason reason(Throwable cause) {
        if (cause instanceof VirtualMachineError e) {
            throw e;
        }
        // a layout or a key that refuses a value says why itself
        return cause instanceof RefusedException refused ? refused.reason() : Reason.OPERATOR_ERROR;
    }

    /** What an input brought is no event: the constructor of a record, or the codec, threw. */
    void malformed(Flow flow, Throwable cause) {
        letter(flow, Reason.MALFORMED, null, cause);
    }

    @Override
    public boolean refuse(Flow flow, Reason reason, String detail) {
        letter(flow, reason, detail, null);
        return false;
    }

    @Override
    public boolean resultError(Flow flow, long dueNs, Throwable cause) {
        result(flow, dueNs, reason(cause), null, cause);
        return false;
    }

    @Override
    public boolean refuseResult(Flow flow, long dueNs, Reason reason, String detail) {
        result(flow, dueNs, reason, detail, null);
        return false;
    }

    private void result(Flow flow, long dueNs, Reason reason, String detail, Throwable cause) {
        counters.dead++;
        if (stream != null) {
            stream.takeResult(flow, node, reason, detail, cause, dueNs);
        }
        port.result(flow, node, reason, detail, cause, dueNs);
    }

    private void letter(Flow flow, Reason reason, String detail, Throwable cause) {
        counters.dead++;
        if (stream != null) {
            stream.take(flow, node, reason, detail, cause);
        }
        port.letter(flow, node, reason, detail, cause);
    }
}
