package io.millrace.bench.identical;

import io.millrace.metric.Digest;

/**
 * One way to run the input.
 *
 * @param name  in words
 * @param run   does so
 * @param since the first entry whose outputs it lets out; 0 but for a replay from a snapshot
 */
record Way(String name, Run run, long since) {
    /** Runs all of it. */
    @FunctionalInterface
    interface Run {
        /** Answers the digest of all outputs; those of a stretch are noted. */
        Digest run(Noted noted);
    }
}
