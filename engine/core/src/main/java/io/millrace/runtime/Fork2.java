package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** Sends an entry down up to 2 branches, the first one first. A template like {@link Segment}. */
final class Fork2 implements Node {
    private final Node a;
    private final Node b;
    private final Flow saved = new Flow();

    Fork2(Node[] branches) {
        a = branches[0];
        b = branches[1];
    }

    @Override
    public boolean on(Flow flow) {
        saved.copyFrom(flow);
        a.on(flow);
        flow.copyFrom(saved);
        b.on(flow);
        return false;
    }
}
