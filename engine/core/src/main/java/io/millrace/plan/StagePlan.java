package io.millrace.plan;

import java.util.List;

/**
 * A thread and the fused chain that it runs.
 *
 * @param index 0, 1, …; edges lead from smaller to larger
 * @param name the name that was asked for
 * @param nodes the ids of its operators and sinks, in the order of their evaluation
 * @param sources the ids of the sources that it reads from the input ring
 * @param inboxes where entries wait within a step
 * @param timed the ids of its nodes that fire, in order
 * @param shards the shards of sections of parallel keys that it runs
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
     * Returns the inbox of a node.
     *
     * @param node its id
     * @return null if its inputs call it directly
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
