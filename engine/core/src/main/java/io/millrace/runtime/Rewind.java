package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** Brings the value back to its start, in front of user code that may not be the first to read it. */
final class Rewind implements Node {
    static final Node INSTANCE = new Rewind();

    private Rewind() {}

    @Override
    public boolean on(Flow flow) {
        flow.rewind();
        return true;
    }
}
