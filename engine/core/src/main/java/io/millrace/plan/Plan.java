package io.millrace.plan;

import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.Comparator;
import java.util.List;

/**
 * How a topology will run: stages, inboxes, rings, budgets. Immutable; prints itself.
 *
 * @param topology    what is computed
 * @param options     what decided the plan besides the topology
 * @param stages      in an order that every edge follows
 * @param edges       rings between stages
 * @param budgetBytes the state budget of each node by id; 0 where it keeps none
 * @param mostFirings by id of the node the most that fires of it in the time step of one entry, a constant of the topology; 0 where nothing does
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
     * The stage that a node belongs to: the one that runs it, of an input or a stream of dead letters the first that reads it.
     *
     * @param node its id
     * @return its index; 0 where no stage has to do with it
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
     * Refuses a plan whose rings between threads do not find room: they are there from the start, for the most that one entry can
     * cause, beside the state budget.
     *
     * @param heapBytes what there is at most
     * @throws TopologyException names the largest of them
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
                List.of("its edges between threads take " + (bytes >> 20) + " MiB, and the heap has "
                        + (heapBytes >> 20) + "; the largest is behind " + node + ", where one entry can cause "
                        + largest.mostPerQ() + " entries: lower its bound, use fewer threads, or raise -Xmx"));
    }

    /**
     * All stages that run a node: more than one where its keys are divided among threads.
     *
     * @param node its id
     * @return their indices, in order; those of an input or a stream of dead letters are the ones that read it
     */
    public List<Integer> stagesOf(int node) {
        return stages.stream()
                .filter(s -> s.nodes().contains(node) || s.sources().contains(node))
                .map(StagePlan::index)
                .toList();
    }

    /**
     * Which nodes would be in one stage where threads are given, whatever this plan does: what nodes share of their memory they
     * share within that, so that every host refuses the same events at the bounds.
     *
     * @return by id of the node; equal where they would
     */
    public List<String> sharing() {
        StageLevels levels = new StageLevels(topology, true);
        return topology.nodes().stream()
                .map(n -> levels.thread(n.id()) + " " + levels.level(n.id()))
                .toList();
    }

    /**
     * Which threads that the topology asks for, and that are to be given, this plan has not, and why.
     *
     * @return in words, with what to do; null when it has all
     */
    public String notGiven() {
        return options.threads() ? StageLevels.notGiven(topology) : null;
    }

    /**
     * The plan as text.
     *
     * @return for people
     */
    public String describe() {
        return PlanDescription.text(this);
    }

    /** As {@link #describe}. */
    @Override
    public String toString() {
        return describe();
    }
}
