package io.millrace.engine;

import io.millrace.runtime.Core;
import java.util.List;

/** What one host asks outside. */
final class Lookups {
    private final List<LookupRunner<?, ?>> runners;

    Lookups(List<LookupRunner<?, ?>> runners) {
        this.runners = List.copyOf(runners);
    }

    /** Before the start: where replies go. */
    void publishBy(Core core, EntryGate gate) {
        runners.forEach(r -> r.publishBy(core, gate));
    }

    /** What is wrong, in words; null when nothing is. */
    String why() {
        String all = null;
        for (LookupRunner<?, ?> r : runners) {
            String why = r.why();
            all = all == null ? why : why == null ? all : all + "; " + why;
        }
        return all;
    }
}
