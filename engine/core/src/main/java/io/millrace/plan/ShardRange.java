package io.millrace.plan;

import io.millrace.operator.Shards;

/**
 * Virtual shards that one thread runs.
 *
 * @param from the first
 * @param to the one after the last
 */
public record ShardRange(int from, int to) {
    /** All shards, run by one thread. */
    public static final ShardRange ALL = new ShardRange(0, Shards.COUNT);

    /**
     * Returns how many there are.
     *
     * @return 1 to 64
     */
    public int size() {
        return to - from;
    }
}
