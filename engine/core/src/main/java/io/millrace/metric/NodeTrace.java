package io.millrace.metric;

import java.util.List;

/**
 * What one node put out at the traced entries, as hashes.
 *
 * @param node its name
 * @param complete false if it put out more than is kept
 * @param puts in order
 */
public record NodeTrace(String node, boolean complete, List<Put> puts) {
    /**
     * One event.
     *
     * @param entry the place in the input order at which it came out
     * @param hash of output, form, event time, key and bytes; if the event has no layout, of its metadata
     */
    public record Put(long entry, long hash) {}
}
