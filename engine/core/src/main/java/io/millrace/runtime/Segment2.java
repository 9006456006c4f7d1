package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/**
 * Up to 2 steps, one after another. A template: it is defined once more, as a hidden copy, for each place in a plan, so that
 * each of its call sites sees one class.
 */
final class Segment2 implements Node {
    private final Node a;
    private final Node b;

    Segment2(Node[] steps) {
        a = steps[0];
        b = steps[1];
    }

    @Override
    public boolean on(Flow flow) {
        return a.on(flow) && b.on(flow);
    }
}
