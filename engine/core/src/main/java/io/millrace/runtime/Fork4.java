package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** Sends an entry down up to 4 branches, the first one first. A template like {@link Segment}. */
final class Fork4 implements Node {
    private final Node a;
    private final Node b;
    private final Node c;
    private final Node d;
    private final Flow saved = new Flow();

    Fork4(Node[] branches) {
        a = branches[0];
        b = branches[1];
        c = branches[2];
        d = branches[3];
    }

    @Override
    public boolean on(Flow flow) {
        saved.copyFrom(flow);
        a.on(flow);
        flow.copyFrom(saved);
        b.on(flow);
        flow.copyFrom(saved);
        c.on(flow);
        flow.copyFrom(saved);
        d.on(flow);
        return false;
    }
}
