package io.millrace.engine;

import io.millrace.operator.Flow;

/** Hands one output to one receiver, on the thread of the output's stage. */
@FunctionalInterface
interface Handover {
    /** What it throws makes the causing entry a dead letter of the output. */
    void accept(Flow flow) throws Exception;

    /** What is bound to an output, before there is a host: opened once for each. */
    @FunctionalInterface
    interface Outlet {
        Handover open(Sinks sinks);
    }
}
