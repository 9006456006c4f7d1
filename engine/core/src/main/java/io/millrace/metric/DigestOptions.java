package io.millrace.metric;

/**
 * What a host keeps of its outputs, so that two runs can be compared.
 *
 * @param every entries from one checkpoint to the next, a power of two up to 2^30; 0 for no digest. When an output has
 *     made more checkpoints than are kept, it goes on with twice the distance
 * @param traceFrom the first entry for which a hash of everything that each node puts out is kept; for a replay only,
 *     since it allocates
 * @param traceTo the entry after the last one of those; equal to {@code traceFrom} for none
 */
public record DigestOptions(int every, long traceFrom, long traceTo) {
    /** No digest, at no cost. */
    public static final DigestOptions NONE = new DigestOptions(0, 0, 0);

    /**
     * Checks the options.
     *
     * @param every a power of two up to 2^30, or 0
     * @param traceFrom zero or more
     * @param traceTo not before {@code traceFrom}
     * @throws IllegalArgumentException if one of them is not so
     */
    public DigestOptions {
        if (every < 0 || every > 1 << 30 || Integer.bitCount(every) > 1) {
            throw new IllegalArgumentException("a digest every " + every + " entries; use a power of two up to 2^30");
        }
        if (traceFrom < 0 || traceTo < traceFrom) {
            throw new IllegalArgumentException("a trace from entry " + traceFrom + " to " + traceTo
                    + "; use entry numbers, with the second one after the last entry to trace");
        }
    }

    /**
     * Keeps a running hash for each output, with checkpoints.
     *
     * @param entries from one checkpoint to the next, a power of two up to 2^30
     * @return without a trace
     * @throws IllegalArgumentException if the number is not so
     */
    public static DigestOptions every(int entries) {
        if (entries < 1) {
            throw new IllegalArgumentException("a digest every " + entries + " entries; use at least 1");
        }
        return new DigestOptions(entries, 0, 0);
    }

    /**
     * Adds a hash of everything that each node puts out at some entries.
     *
     * @param from the first entry
     * @param to the entry after the last
     * @return a changed copy
     */
    public DigestOptions withTrace(long from, long to) {
        return new DigestOptions(every, from, to);
    }

    /**
     * Tells whether there is a digest.
     *
     * @return false for {@link #NONE}
     */
    public boolean isOn() {
        return every > 0;
    }

    /**
     * Tells whether nodes are traced.
     *
     * @return true if there is at least one entry to trace
     */
    public boolean traces() {
        return isOn() && traceTo > traceFrom;
    }
}
