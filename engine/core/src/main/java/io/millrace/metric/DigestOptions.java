package io.millrace.metric;

/**
 * What a host keeps of its outputs, so that two runs can be compared.
 *
 * @param every     entries from one checkpoint to the next, a power of two; 0: no digest. When an output has made more
 *                  checkpoints than are kept, it goes on with twice the distance
 * @param traceFrom the first entry for which the hash of everything that each node puts out is kept; for a replay only: it
 *                  allocates
 * @param traceTo   the entry behind the last one of those; {@code traceFrom} for none
 */
public record DigestOptions(int every, long traceFrom, long traceTo) {
    /** No digest: it costs nothing. */
    public static final DigestOptions NONE = new DigestOptions(0, 0, 0);

    /**
     * Checks them.
     *
     * @param every     a power of two, or 0
     * @param traceFrom zero or more
     * @param traceTo   not before it
     */
    public DigestOptions {
        if (every < 0 || every > 1 << 30 || Integer.bitCount(every) > 1) {
            throw new IllegalArgumentException("a digest every " + every + " entries; use a power of two up to 2^30");
        }
        if (traceFrom < 0 || traceTo < traceFrom) {
            throw new IllegalArgumentException("a trace from entry " + traceFrom + " to " + traceTo
                    + "; use places in the input order, the second one behind the last");
        }
    }

    /**
     * A running hash for each output, with checkpoints.
     *
     * @param entries from one checkpoint to the next, a power of two
     * @return without a trace
     */
    public static DigestOptions every(int entries) {
        if (entries < 1) {
            throw new IllegalArgumentException("a digest every " + entries + " entries; use at least 1");
        }
        return new DigestOptions(entries, 0, 0);
    }

    /**
     * The same with a hash of everything that each node puts out at some entries.
     *
     * @param from the first entry
     * @param to   the one behind the last
     * @return a changed copy
     */
    public DigestOptions withTrace(long from, long to) {
        return new DigestOptions(every, from, to);
    }

    /**
     * Whether there is a digest.
     *
     * @return false for {@link #NONE}
     */
    public boolean isOn() {
        return every > 0;
    }

    /**
     * Whether nodes are traced.
     *
     * @return true with at least one entry to trace
     */
    public boolean traces() {
        return isOn() && traceTo > traceFrom;
    }
}
