package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** The end of an output that nobody reads. */
final class Discard implements Node {
    static final Node INSTANCE = new Discard();

    private Discard() {}

    @Override
    public boolean on(Flow flow) {
        return false;
    }
}
