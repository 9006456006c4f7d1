package io.millrace.runtime;

import io.millrace.operator.TimedNode;
import io.millrace.time.Progress;
import io.millrace.time.SourceTime;

/**
 * The progress at one place of a stage: at a source, or at a node that cares. Its own progress is the smallest that its
 * inputs forward; what it forwards is that, less its allowed lateness. While something due waits to be fired it forwards just
 * less than the smallest due time left: a window that is due at its end is stamped one nanosecond before it, and that result
 * must not be late further down because its turn to fire came some entries later.
 */
final class ProgressCell {
    private final int node;
    private final SourceTime source;
    private final ProgressCell[] inputs;
    private final long latenessNs;
    private final Progress progress = new Progress();
    private TimedNode timed;
    private boolean holds;
    private boolean heldByEdge;
    private long heldNs;
    private long forwardNs = Progress.NONE;

    ProgressCell(int node, SourceTime source, ProgressCell[] inputs, long latenessNs) {
        this.node = node;
        this.source = source;
        this.inputs = inputs;
        this.latenessNs = latenessNs;
    }

    int node() {
        return node;
    }

    Progress progress() {
        return progress;
    }

    /** The node fires; whether what it fires goes on to other nodes, so that what is left holds progress back. */
    void timed(TimedNode fires, boolean sendsWhenFiring) {
        timed = fires;
        holds = sendsWhenFiring;
    }

    TimedNode timed() {
        return timed;
    }

    /** Takes what the stage upstream says of an edge that is held back. */
    void holdAt(long ns) {
        heldByEdge = ns != Progress.END;
        heldNs = ns;
    }

    /** Whether the others decide: all sources that reach it are silent or ended, and nothing of theirs is still to come. */
    boolean holdsNobody() {
        if (source != null) {
            return source.isIdle();
        }
        if (heldByEdge || holds && isBehind()) {
            return false;
        }
        for (ProgressCell c : inputs) {
            if (!c.holdsNobody()) {
                return false;
            }
        }
        return inputs.length > 0;
    }

    /** Takes over what the inputs forward. */
    void advance() {
        if (source != null) {
            forwardNs = source.progressNs();
            return;
        }
        progress.advanceTo(inputs.length == 1 ? inputs[0].forwardNs : smallest());
        forward();
    }

    /** Works out what to forward; again after firing. */
    void forward() {
        long ns = progress.ns();
        if (holds) {
            long due = timed.nextDueNs();
            if (due <= ns) {
                ns = due == Progress.NONE ? due : due - 1;
            }
        }
        if (heldByEdge) {
            ns = Math.min(ns, heldNs);
        }
        if (ns != Progress.END) {
            ns = ns < Progress.NONE + latenessNs ? Progress.NONE : ns - latenessNs;
        }
        forwardNs = ns;
    }

    private long smallest() {
        long active = Progress.END;
        long idle = Progress.END;
        boolean anyActive = false;
        for (ProgressCell c : inputs) {
            if (c.holdsNobody()) {
                idle = Math.min(idle, c.forwardNs);
            } else {
                anyActive = true;
                active = Math.min(active, c.forwardNs);
            }
        }
        return anyActive ? active : inputs.length == 0 ? Progress.NONE : idle;
    }

    long forwardNs() {
        return forwardNs;
    }

    /** Whether something due waits to be fired. */
    boolean isBehind() {
        return timed != null && timed.nextDueNs() <= progress.ns();
    }
}
