package io.millrace.topology;

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
}
