package io.millrace.testkit;

import io.millrace.runtime.Core;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/** What a driver still has to fire behind an entry, and that this comes to an end: a test that waits for ever says nothing. */
final class Draining {
    /** Entries behind one: tens of millions of firings, far more than a test has due at once. */
    private static final long MOST = 1 << 22;

    private long most = MOST;
    private long[] firingsBefore;

    void most(long entries) {
        most = entries;
    }

    /** Whether one more entry is needed, behind so many that have come of the one that was sent. */
    boolean isBehind(Core core, long entries) {
        for (int stage = 0; stage < core.stageCount(); stage++) {
            if (core.isBehind(stage)) {
                require(core, entries);
                return true;
            }
        }
        return false;
    }

    /** So many entries have come of the one that was sent. */
    void require(Core core, long entries) {
        if (entries == most) { // what fires in one more goes on for ever
            firingsBefore = firings(core);
        }
        if (entries > most) {
            throw new IllegalStateException(
                    "drain: " + entries + " entries behind the one that was sent there is more to do, " + blame(core));
        }
    }

    private static long[] firings(Core core) {
        long[] all = new long[core.counters().length];
        for (int id = 0; id < all.length; id++) {
            all[id] = core.counters()[id].firings;
        }
        return all;
    }

    private String blame(Core core) {
        List<String> again = new ArrayList<>();
        for (TopologyNode n : core.plan().topology().nodes()) {
            if (firingsBefore != null && core.counters()[n.id()].firings > firingsBefore[n.id()]) {
                again.add(n.where());
            }
        }
        return again.isEmpty()
                ? "since each answer of a lookup asks for another; give a service that ends"
                : "since this fires again and again: " + String.join(", ", again)
                        + "; set nothing due anew for the time it fires at";
    }
}
