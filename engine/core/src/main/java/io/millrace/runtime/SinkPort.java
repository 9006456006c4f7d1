package io.millrace.runtime;

import io.millrace.operator.Flow;

/** Where a sink node hands its events to. Called on the stage's thread; must not throw. */
@FunctionalInterface
public interface SinkPort {
    /**
     * Takes an output.
     *
     * @param flow value, header, and the output's ordinal; valid during the call
     */
    void accept(Flow flow);
}
