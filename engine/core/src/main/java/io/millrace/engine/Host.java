package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.runtime.Core;
import java.util.List;

/** What live engine and inline host share. */
record Host(Core core, Bindings bindings, DeadLetters deadLetters, Sinks sinks, List<InputCounts> inputs) {
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

    /** Which inputs drop, in words; null when none has. */
    String whyDropped() {
        for (InputCounts c : inputs) {
            String why = c.why();
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    String name() {
        return core.plan().topology().name();
    }
}
