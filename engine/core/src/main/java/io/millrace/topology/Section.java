package io.millrace.topology;

import io.millrace.operator.Shards;
import java.util.List;

/**
 * A section whose keys are processed in parallel: each of the {@link Shards#COUNT} virtual shards has nodes of its own,
 * and a thread runs whole shards.
 *
 * @param name its name, and that of its threads
 * @param threads how many threads run the shards; results do not depend on it
 * @param nodes the ids of its nodes: one after another, in order
 * @param entrances the ids of the nodes by which events come in
 */
public record Section(String name, int threads, List<Integer> nodes, List<Integer> entrances) {
    /**
     * Returns where the shards of a thread begin.
     *
     * @param thread 0, 1, …; {@link #threads} for the end of the last
     * @return the number of a shard
     */
    public int firstShard(int thread) {
        return thread * Shards.COUNT / threads;
    }
}
