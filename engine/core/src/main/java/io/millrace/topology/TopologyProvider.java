package io.millrace.topology;

import io.millrace.state.Migration;
import java.util.Map;

/**
 * How tools (describe, replay, explain, what-if, benchmarks) find a topology by name on a class path: a service of {@link
 * java.util.ServiceLoader}.
 */
public interface TopologyProvider {
    /**
     * The name to ask for.
     *
     * @return unique on a class path
     */
    String name();

    /**
     * Makes the topology.
     *
     * @param options name and value as given to the tool; unknown ones are an {@link IllegalArgumentException}
     * @return the topology
     */
    Topology topology(Map<String, String> options);

    /**
     * Which component of the records of an input says what became known of its events, such as that a payment was fraud: tools that
     * compare outputs tell them apart by it.
     *
     * @return null where there is none
     */
    default String label() {
        return null;
    }

    /**
     * Makes the topology that wrote a journal, or that one with changes: for replay and what-if.
     *
     * @param facts   what the journal keeps of its service ({@code Setup.journal(journal, facts)}) and of its nodes, by name
     * @param changes name and value as given to the tool, as of {@link #topology}; empty for what was recorded
     * @return by default the topology of the changes, which the facts do not concern
     */
    default Topology recorded(Map<String, String> facts, Map<String, String> changes) {
        return topology(changes);
    }

    /**
     * What becomes of the snapshot of a journal that was written by the topology as it was before: for the look whether this build can take it
     * over, and for replays and explanations that begin with it when it has.
     *
     * @return by default what needs no word
     */
    default Migration migration() {
        return Migration.none();
    }
}
