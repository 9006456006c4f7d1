package io.millrace.plan;

import java.util.List;

/**
 * A thread and the fused chain it runs.
 *
 * @param index    0, 1, …; edges lead from smaller to larger
 * @param name     the name asked for
 * @param nodes    the ids of its operators and sinks, in the order of their evaluation
 * @param sources  the ids of the sources it reads from the input ring
 * @param inboxes  where entries wait within a step
 * @param timed    the ids of its nodes that fire, in order
 * @param shards   of sections of parallel keys the shards that it runs
 */
public record StagePlan(
        int index,
        String name,
        List<Integer> nodes,
        List<Integer> sources,
        List<InboxPlan> inboxes,
        List<Integer> timed,
        ShardRange shards) {
    /**
     * The inbox of a node.
     *
     * @param node its id
     * @return null when its inputs call it directly
     */
    public InboxPlan inbox(int node) {
        for (InboxPlan i : inboxes) {
            if (i.node() == node) {
                return i;
            }
        }
        return null;
    }
}
