package io.millrace.engine;

import io.millrace.journal.JournalLog.Marks;
import io.millrace.transport.Resumption;

/**
 * How far one receiver of one output is, so that none of its events has an effect twice. Outputs are numbered from 1 as the log makes
 * them, whoever runs it; those that the receiver holds are counted only. The thread that calls the receiver.
 */
final class ResumedOutput {
    /** Where there is no journal: everything is new. */
    static final ResumedOutput NEW = new ResumedOutput(Resumption.again(), null, 0);

    private final long held;
    private final long doubtful;
    private final Marks marks;
    private final int begunAt;
    private final int doneAt;
    private long seen;

    /** Marks stand side by side: what was begun, what was done. */
    ResumedOutput(Resumption how, Marks marks, int index) {
        this.marks = how.isMarked() ? marks : null;
        begunAt = 2 * index;
        doneAt = begunAt + 1;
        if (this.marks == null) {
            held = how.held();
            doubtful = 0;
        } else {
            held = Math.max(marks.get(begunAt), marks.get(doneAt));
            doubtful = held - marks.get(doneAt);
        }
    }

    /** Counts an output; answers false when the receiver holds it. */
    boolean begin() {
        seen++;
        if (seen <= held) {
            return false;
        }
        if (marks != null) {
            marks.set(begunAt, seen);
        }
        return true;
    }

    /** The receiver has done all it does with what it was given. */
    void done() {
        if (marks != null && seen > held) {
            marks.set(doneAt, seen);
        }
    }

    /** The last outputs that the receiver was given and may or may not have dealt with; how many. */
    long doubtful() {
        return doubtful;
    }

    /** The number of the last output that it was given before. */
    long held() {
        return held;
    }
}
