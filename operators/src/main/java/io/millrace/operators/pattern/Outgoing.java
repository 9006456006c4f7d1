package io.millrace.operators.pattern;

/** Matches, and partial ones whose time is over, that are to be sent: chains that are held until then. */
final class Outgoing {
    private final Links links;
    private final int[] chains;
    private final boolean[] complete;
    private int count;

    Outgoing(Links links, int most) {
        this.links = links;
        chains = new int[most];
        complete = new boolean[most];
    }

    /** Takes over a hold on a chain. */
    void add(int chain, boolean isMatch) {
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
