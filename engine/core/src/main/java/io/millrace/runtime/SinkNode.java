package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeCounters;

/** The end of a chain: numbers the outputs of an entry and hands them over. */
final class SinkNode implements Node {
    private final SinkPort port;
    private final NodeCounters counters;
    private long sequence = -1;
    private int next;

    SinkNode(SinkPort port, NodeCounters counters) {
        this.port = port;
        this.counters = counters;
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.sequence() != sequence) {
            sequence = flow.sequence();
            next = 0;
        }
        flow.ordinal(next++);
        counters.out++;
        port.accept(flow);
        return false;
    }
}
