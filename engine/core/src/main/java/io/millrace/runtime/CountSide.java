package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeCounters;

/** Counts what goes out by another output than the main one, which the node itself counts. */
final class CountSide implements Node {
    private final NodeCounters counters;
    private final int port;

    CountSide(NodeCounters counters, int port) {
        this.counters = counters;
        this.port = port;
    }

    @Override
    public boolean on(Flow flow) {
        counters.side(port);
        return true;
    }
}
