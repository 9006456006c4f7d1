package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** The end of a chain in front of an edge to another stage. */
final class SendInto implements Node {
    private final EdgeRing ring;

    SendInto(EdgeRing ring) {
        this.ring = ring;
    }

    @Override
    public boolean on(Flow flow) {
        ring.write(flow);
        return false;
    }
}
