package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** Numbers the events of the base of a {@code with} within one step of one entry, so that answers can be matched. */
final class MarkOrigin implements Node {
    private final int depth;
    private long sequence = -1;
    private int step = -1;
    private long next;

    MarkOrigin(int depth) {
        this.depth = depth;
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.sequence() != sequence || flow.step() != step) {
            sequence = flow.sequence();
            step = flow.step();
            next = 0;
        }
        flow.origin(depth, next++);
        return true;
    }
}
