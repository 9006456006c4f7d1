package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.Origins;

/**
 * Marks the events of the base of a {@code with}, so that answers can be matched: by entry, step and a number within it. A mark
 * comes again after 2^38 entries: nothing waits for so long.
 */
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
            next = Origins.first(sequence, step);
        }
        flow.origin(depth, next++);
        return true;
    }
}
