package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/** Stands in front of a node with several inputs and says which one the entry comes by. */
final class EnterInput implements Node {
    private final int input;

    EnterInput(int input) {
        this.input = input;
    }

    @Override
    public boolean on(Flow flow) {
        flow.input(input);
        return true;
    }
}
