package io.millrace.testkit;

import io.millrace.event.Entry;
import io.millrace.event.Output;
import io.millrace.lineage.Explanation;
import io.millrace.plan.Plan;
import io.millrace.runtime.Core;
import io.millrace.runtime.Explaining;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The entries of a test driver, kept so that its outputs can be explained. */
public final class Recording {
    private final Plan plan;
    private final DriverPorts ports;
    private final List<byte[]> entries = new ArrayList<>();

    Recording(Plan plan, DriverPorts ports, long evaluated) {
        if (evaluated > 0 || plan.stages().size() > 1) {
            throw new IllegalStateException("a driver that has evaluated " + evaluated + " entries on "
                    + plan.stages().size() + " threads; record one without threads, before its first entry");
        }
        this.plan = plan;
        this.ports = ports;
    }

    /** Adds an entry to a recording, if there is one. */
    static void add(Recording to, byte[] bytes, int offset) {
        if (to != null) {
            to.entries.add(Arrays.copyOfRange(bytes, offset, offset + Entry.length(bytes, offset)));
        }
    }

    /**
     * Explains an output.
     *
     * @param output   the output at which it came out
     * @param sequence the entry with which it came out
     * @param ordinal  its number among those of that entry and output
     * @return what made it; null if there is no such output
     */
    public Explanation explain(Output<?> output, long sequence, int ordinal) {
        Explaining explaining = new Explaining(plan.topology(), output, sequence, ordinal);
        do {
            run(explaining);
        } while (explaining.isFound() && explaining.more());
        return explaining.isFound() ? explaining.explanation() : null;
    }

    private void run(Explaining explaining) {
        Core core = new Core(plan, explaining.around(ports.alike(letter -> {})));
        for (int q = 0; q < entries.size() && explaining.reads(q); q++) {
            explaining.begin(q, entries.get(q), 0);
            core.process(q, entries.get(q), 0);
        }
    }
}
