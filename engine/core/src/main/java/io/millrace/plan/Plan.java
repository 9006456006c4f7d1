package io.millrace.plan;

import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.Comparator;
import java.util.List;

/**
 * How a topology will run: stages, inboxes, rings, budgets. Immutable. It prints itself.
 *
 * @param topology what is computed
 * @param options what decided the plan besides the topology
 * @param stages in an order that every edge follows
 * @param edges rings between stages
 * @param budgetBytes the state budget of each node by id; 0 if it keeps no state
 * @param mostFirings by id of the node, how many of its items fire at most in the time step of one entry, a constant of
 *     the topology; 0 if it fires nothing
 */
public record Plan(
        Topology topology,
        PlanOptions options,
        List<StagePlan> stages,
        List<EdgePlan> edges,
        List<Long> budgetBytes,
        List<Integer> mostFirings) {

    /** How many events of one historic source may be set aside as too far ahead. */
    public static final int SET_ASIDE = 16;

    /** How many dead letters of one node, caused by one entry, a stream of dead letters carries. */
    public static final int LETTERS_OF_NODE = 64;

    /**
     * Returns the stage of a node: the one that runs it; for an input or a stream of dead letters, the first that reads
     * it.
     *
     * @param node its id
     * @return its index; 0 if no stage is concerned with it
     */
    public int stageOf(int node) {
        for (StagePlan s : stages) {
            if (s.nodes().contains(node) || s.sources().contains(node)) {
                return s.index();
            }
        }
        return 0;
    }

    /**
     * Refuses a plan whose rings between threads do not fit into memory. They are allocated at start, for the most that
     * one entry can cause, in addition to the state budget.
     *
     * @param heapBytes the available memory
     * @throws TopologyException if they do not fit; names the largest of them
     */
    public void requireRoomForEdges(long heapBytes) {
        long bytes = edges.stream().mapToLong(EdgePlan::bytes).sum();
        if (bytes < heapBytes / 4 * 3) {
            return;
        }
        EdgePlan largest =
                edges.stream().max(Comparator.comparingLong(EdgePlan::bytes)).orElseThrow();
        String node = topology.nodes().get(largest.edge().from()).where();
        throw new TopologyException(
                topology.name(),
                List.of("its edges between threads take " + (bytes >> 20) + " MiB, but the "
                        + "heap has only " + (heapBytes >> 20) + " MiB. The largest "
                        + "edge starts at " + node + ", where one entry can cause " + largest.mostPerQ()
                        + " entries; lower its bound, use fewer threads, or raise -Xmx"));
    }

    /**
     * Returns all stages that run a node: more than one if its keys are divided among threads.
     *
     * @param node its id
     * @return their indices, in order; for an input or a stream of dead letters, those that read it
     */
    public List<Integer> stagesOf(int node) {
        return stages.stream()
                .filter(s -> s.nodes().contains(node) || s.sources().contains(node))
                .map(StagePlan::index)
                .toList();
    }

    /**
     * Returns which nodes would be in one stage if threads were given, whatever this plan does. Nodes share memory
     * within that group, so that every host refuses the same events at the bounds.
     *
     * @return by id of the node; equal for nodes of one group
     */
    public List<String> sharing() {
        StageLevels levels = new StageLevels(topology, true);
        return topology.nodes().stream()
                .map(n -> levels.thread(n.id()) + " " + levels.level(n.id()))
                .toList();
    }

    /**
     * Returns which threads that the topology asks for, and that are to be given, this plan does not have, and why.
     *
     * @return in words, with what to do; null if it has all
     */
    public String notGiven() {
        return options.threads() ? StageLevels.notGiven(topology) : null;
    }

    /**
     * Returns the plan as text.
     *
     * @return for people
     */
    public String describe() {
        return PlanDescription.text(this);
    }

    /** Returns the same as {@link #describe}. */
    @Override
    public String toString() {
        return describe();
    }
}
