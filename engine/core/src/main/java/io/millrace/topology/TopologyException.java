package io.millrace.topology;

import java.util.List;

/** A topology that cannot be built: everything that is wrong with it, each with node, line and cure. */
public final class TopologyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * Lists problems.
     *
     * @param topology its name
     * @param problems at least one
     */
    public TopologyException(String topology, List<String> problems) {
        super("topology " + topology + " has " + problems.size() + (problems.size() == 1 ? " problem:" : " problems:")
                + "\n  - " + String.join("\n  - ", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * The problems one by one.
     *
     * @return in the order of the topology
     */
    public List<String> problems() {
        return problems;
    }
}
