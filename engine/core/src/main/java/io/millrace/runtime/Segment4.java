package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/**
 * Up to 4 steps, one after another. A template: it is defined once more, as a hidden copy, for each place in a plan, so that
 * each of its call sites sees one class.
 */
final class Segment4 implements Node {
    private final Node a;
    private final Node b;
    private final Node c;
    private final Node d;

    Segment4(Node[] steps) {
        a = steps[0];
        b = steps[1];
        c = steps[2];
        d = steps[3];
    }

    @Override
    public boolean on(Flow flow) {
        return a.on(flow) && b.on(flow) && c.on(flow) && d.on(flow);
    }
}
