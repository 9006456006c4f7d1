package io.millrace.plan;

import io.millrace.operator.Shards;

/**
 * Virtual shards that one thread runs.
 *
 * @param from the first
 * @param to   behind the last
 */
public record ShardRange(int from, int to) {
    /** Where one thread runs them all. */
    public static final ShardRange ALL = new ShardRange(0, Shards.COUNT);

    /**
     * How many there are.
     *
     * @return 1 to 64
     */
    public int size() {
        return to - from;
    }
}
