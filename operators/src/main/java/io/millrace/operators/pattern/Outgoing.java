package io.millrace.operators.pattern;

import java.util.Arrays;

/** Matches, and partial ones whose time is over, that are to be sent: chains that are held until then. */
final class Outgoing {
    private final Links links;
    private int[] chains = new int[16];
    private boolean[] complete = new boolean[16];
    private int count;

    Outgoing(Links links) {
        this.links = links;
    }

    /** Takes over a hold on a chain. */
    void add(int chain, boolean isMatch) {
        if (count == chains.length) {
            chains = Arrays.copyOf(chains, 2 * count);
            complete = Arrays.copyOf(complete, 2 * count);
        }
        chains[count] = chain;
        complete[count++] = isMatch;
    }

    int count() {
        return count;
    }

    int chain(int i) {
        return chains[i];
    }

    boolean isMatch(int i) {
        return complete[i];
    }

    /** Lets go of all. */
    void clear() {
        for (int i = 0; i < count; i++) {
            links.release(chains[i]);
        }
        count = 0;
    }
}
