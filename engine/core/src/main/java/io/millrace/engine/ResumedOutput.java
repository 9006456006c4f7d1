package io.millrace.engine;

import io.millrace.journal.JournalLog.Marks;
import io.millrace.transport.Resumption;

/**
 * How far one receiver of one output is, so that none of its events has an effect twice. Outputs are numbered from 1 as the log makes
 * them, whoever runs it; those that the receiver holds are counted only. The thread that calls the receiver.
 */
final class ResumedOutput {
    private final String output;
    private final boolean isAnew;
    private final boolean isCounted;
    private long held;
    private final long doubtful;
    private final Marks marks;
    private final int begunAt;
    private final int doneAt;
    private long seen;

    /** Null where none is kept. */
    private final LetterMark letters;

    /** Marks stand side by side: what was begun, what was done. */
    ResumedOutput(String output, Resumption how, Marks marks, int index, LetterMark letters) {
        this.output = output;
        this.letters = letters;
        this.marks = how.isMarked() ? marks : null;
        isAnew = how.isAnew();
        isCounted = !how.isMarked() && !isAnew;
        begunAt = 2 * index;
        doneAt = begunAt + 1;
        long done = this.marks == null ? how.held() : marks.get(doneAt);
        held = this.marks == null || how.isIdempotent() ? done : Math.max(marks.get(begunAt), done);
        doubtful = held - done;
    }

    String output() {
        return output;
    }

    /** Whether it wants all from the first output on. */
    boolean isAnew() {
        return isAnew;
    }

    /** Whether its receiver says by a number what it holds: then it holds all up to that, or the number means nothing. */
    boolean isCounted() {
        return isCounted;
    }

    /** So many outputs are not worked out again. */
    void beginBehind(long outputs) {
        seen = outputs;
    }

    /** The log makes no more than so many: what marks say beyond that is of entries that it has lost, and of no use for those that come. */
    void madeOnly(long outputs) {
        held = outputs;
        if (marks != null) {
            marks.set(begunAt, outputs);
            marks.set(doneAt, outputs);
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

    /** Its receiver has failed for good with the output in hand; false when that was told before the start. */
    boolean noteLetter() {
        return letters == null || letters.note(seen);
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
