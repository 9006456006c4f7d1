package io.millrace.topology;

import io.millrace.state.Migration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets tools (describe, replay, explain, what-if, benchmarks) find a topology by name on a class path: a service of
 * {@link java.util.ServiceLoader}.
 */
public interface TopologyProvider {
    /**
     * Returns the name by which tools ask for the topology.
     *
     * @return unique on a class path
     */
    String name();

    /**
     * Creates the topology.
     *
     * @param options name and value as given to the tool; an unknown name is an {@link IllegalArgumentException}
     * @return the topology
     */
    Topology topology(Map<String, String> options);

    /**
     * Returns which component of an input's records tells what became known of its events later, for example that a
     * payment was fraud. Tools that compare outputs use it to tell them apart.
     *
     * @return null if there is none
     */
    default String label() {
        return null;
    }

    /**
     * Creates the topology that wrote a journal, possibly with changes: for replay and what-if.
     *
     * @param facts what the journal keeps of its topology, options among it, and of its service
     *     ({@code Journaling.fact}), by name
     * @param changes name and value as given to the tool, as for {@link #topology}; empty for what was recorded
     * @return by default the topology of the changes and of the options that were kept ({@link Topology#withOption})
     */
    default Topology recorded(Map<String, String> facts, Map<String, String> changes) {
        Map<String, String> options = new LinkedHashMap<>();
        facts.forEach((name, value) -> {
            if (name.startsWith(Topology.OPTION_FACT)) {
                options.put(name.substring(Topology.OPTION_FACT.length()), value);
            }
        });
        options.putAll(changes);
        return topology(options);
    }

    /**
     * Returns what becomes of the snapshot of a journal that an earlier version of the topology wrote: used to check
     * whether this build can take it over, and for replays and explanations that begin with it after it has been taken
     * over.
     *
     * @return by default a migration that declares nothing
     */
    default Migration migration() {
        return Migration.none();
    }
}
