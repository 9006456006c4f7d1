package io.millrace.metric;

import java.util.List;

/**
 * What one node put out at the entries that were traced, as hashes.
 *
 * @param node     its name
 * @param complete false when it put out more than is kept
 * @param puts     in order
 */
public record NodeTrace(String node, boolean complete, List<Put> puts) {
    /**
     * One event.
     *
     * @param entry the place in the input order at which it came out
     * @param hash  of output, form, event time, key and bytes; of what has no layout, of what travels beside it
     */
    public record Put(long entry, long hash) {}
}
