package io.millrace.runtime;

import io.millrace.time.Progress;

/** The writing end of an edge to another stage: the ring, and what its reader has to know of progress. */
final class EdgeOut {
    private final EdgeRing ring;
    private final ProgressCell actual;
    private final ProgressCell bySources;
    private long told = Progress.END;

    EdgeOut(EdgeRing ring, ProgressCell actual, ProgressCell bySources) {
        this.ring = ring;
        this.actual = actual;
        this.bySources = bySources;
    }

    EdgeRing ring() {
        return ring;
    }

    /** The reader works progress out from the sources; where firing is spread the truth is less, and it is told. */
    void tellProgress(long q, int step) {
        actual.advance();
        bySources.advance();
        long held = actual.forwardNs() < bySources.forwardNs() ? actual.forwardNs() : Progress.END;
        if (held != told) {
            told = held;
            ring.writeHeldProgress(q, step, held);
        }
    }

    boolean isHeld() {
        return told != Progress.END;
    }
}
