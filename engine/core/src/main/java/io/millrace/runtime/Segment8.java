package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/**
 * Up to 8 steps, one after another. A template: it is defined once more, as a hidden copy, for each place in a plan, so that
 * each of its call sites sees one class.
 */
final class Segment8 implements Node {
    private final Node a;
    private final Node b;
    private final Node c;
    private final Node d;
    private final Node e;
    private final Node f;
    private final Node g;
    private final Node h;

    Segment8(Node[] steps) {
        a = steps[0];
        b = steps[1];
        c = steps[2];
        d = steps[3];
        e = steps[4];
        f = steps[5];
        g = steps[6];
        h = steps[7];
    }

    @Override
    public boolean on(Flow flow) {
        return a.on(flow)
                && b.on(flow)
                && c.on(flow)
                && d.on(flow)
                && e.on(flow)
                && f.on(flow)
                && g.on(flow)
                && h.on(flow);
    }
}
