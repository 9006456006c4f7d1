package io.millrace.runtime;

import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;

/** The writing end of an edge to another stage: the ring, and what its reader has to know of progress. */
final class EdgeOut implements Saved {
    private final EdgeRing ring;
    private final ProgressCell[] cells;
    private final ProgressCell[] edges;
    private long told = Progress.END;

    /** Cells and edges are those that are nearest before it. */
    EdgeOut(EdgeRing ring, ProgressCell[] cells, ProgressCell[] edges) {
        this.ring = ring;
        this.cells = cells;
        this.edges = edges;
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(told);
    }

    @Override
    public void load(StateReader from) {
        told = from.getLong();
    }

    EdgeRing ring() {
        return ring;
    }

    /** The reader works progress out from the sources; where firing is spread the truth is less, and it is told. */
    void tellProgress(long q, int step) {
        long held = heldNs();
        if (held != told) {
            told = held;
            ring.writeHeldProgress(q, step, held);
        }
    }

    private long heldNs() {
        return Math.min(ProgressCell.smallestHeldNs(cells), ProgressCell.smallestHeldNs(edges));
    }

    /** Whether the reader has been told something else. */
    boolean isNews() {
        return heldNs() != told;
    }

    boolean isHeld() {
        return told != Progress.END;
    }
}
