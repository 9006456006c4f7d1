package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.runtime.Core;

/** What live engine and inline host share. */
record Host(Core core, Bindings bindings, DeadLetters deadLetters, Sinks sinks) {
    /** Whether any input with event time follows the clock: only then ticks mean something. */
    boolean anyLive() {
        for (Input<?> i : core.plan().topology().inputs()) {
            if (i.hasEventTime() && bindings.isLive(i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an input takes part in progress, so that its end matters. */
    boolean isTimed(int source) {
        return core.plan().topology().inputs().get(source).hasEventTime();
    }

    int timedSources() {
        int n = 0;
        for (int i = 0; i < sources(); i++) {
            n += isTimed(i) ? 1 : 0;
        }
        return n;
    }

    int sources() {
        return core.plan().topology().inputs().size();
    }

    String name() {
        return core.plan().topology().name();
    }
}
