package io.millrace.topology;

import java.util.List;

/**
 * Thrown for a topology that cannot be built or run; lists everything that is wrong with it, each with node, line and
 * cure.
 */
public final class TopologyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * Creates an exception that lists problems.
     *
     * @param topology the name of the topology
     * @param problems at least one
     */
    public TopologyException(String topology, List<String> problems) {
        super("topology " + topology + " has " + problems.size() + (problems.size() == 1 ? " problem:" : " problems:")
                + "\n  - " + String.join("\n  - ", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Returns the problems one by one.
     *
     * @return in the order of the topology
     */
    public List<String> problems() {
        return problems;
    }
}
