package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog.Marks;
import io.millrace.transport.Resumption;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * How far one receiver of one output is, so that none of its events has an effect twice. Outputs are numbered from 1 as the log makes
 * them, whoever runs it; those that the receiver holds are counted only. The thread that calls the receiver; but the one that starts the host
 * says {@link #named} while a sink's thread may be in {@link #begin} already, so that a doubt may be said twice, and never not at all.
 */
final class ResumedOutput {
    private static final Logger LOG = System.getLogger("io.millrace.engine");

    /** So many outputs are reserved ahead, and twice as many each time that was too few. */
    private static final long AHEAD_LEAST = 64;

    private static final long AHEAD_MOST = 1 << 16;

    private final String engine;
    private final String output;
    private final boolean isAnew;

    /** What to do where its receiver wants all anew and cannot have it; null where it does not say. */
    private final String cure;

    private final boolean isCounted;
    private final boolean isIdempotent;

    /** Whether marks were lost: what came out before the snapshot that is begun with is done, what came behind it is in doubt. */
    private final boolean isUnknown;

    /** Null where nothing is given again to be compared. */
    private final Resumption.Compared compared;

    private long held;
    private long done;

    /** Whether it is known by people what is in doubt, if anything is. */
    private boolean isNamed;

    private final Marks marks;
    private final int begunAt;
    private final int doneAt;
    private long seen;

    /** Null where none is kept. */
    private final LetterMark letters;

    /** Whether a sink's thread calls it, and not that of a stage. */
    private boolean hasThread;

    /** What has been asked for, and up to where the receiver may be given outputs: what went out is known behind a loss of power, too. */
    private long asked;

    private long limit = Long.MAX_VALUE;
    private long ahead = AHEAD_LEAST;
    private boolean waits;

    /** Null as long as the journal may say that more can go out. */
    private JournalException refusal;

    /** Marks stand side by side: what was begun, what was done. */
    ResumedOutput(String engine, String output, Resumption how, Marks marks, int index, LetterMark letters) {
        this.engine = engine;
        this.output = output;
        this.letters = letters;
        this.marks = how.isMarked() ? marks : null;
        compared = how.compared();
        isAnew = how.isAnew();
        cure = how.cure();
        isCounted = !how.isMarked() && !isAnew;
        begunAt = 2 * index;
        doneAt = begunAt + 1;
        isIdempotent = how.isIdempotent();
        isUnknown = how.isMarked() && (marks.get(begunAt) == Marks.UNKNOWN || marks.get(doneAt) == Marks.UNKNOWN);
        done = isUnknown ? 0 : this.marks == null ? how.held() : marks.get(doneAt);
        held = isUnknown
                ? Marks.UNKNOWN
                : this.marks == null || isIdempotent ? done : Math.max(marks.get(begunAt), done);
        if (how.isMarked() && !how.isIdempotent()) {
            // before it is known what the log makes nothing is reserved: what is in doubt may be less than the marks
            // say
            limit = 0;
        }
    }

    /** From now on a sink's thread calls it. */
    void hasThread() {
        hasThread = true;
    }

    /** Whether that of a stage calls it. */
    boolean isOfStage() {
        return !hasThread;
    }

    String output() {
        return output;
    }

    /** Whether it wants all from the first output on. */
    boolean isAnew() {
        return isAnew;
    }

    /** What to do where it cannot have that; what is said of any receiver where this one says nothing. */
    String cureOr(String ofAny) {
        return cure == null ? ofAny : cure;
    }

    /** Whether its receiver says by a number what it holds: then it holds all up to that, or the number means nothing. */
    boolean isCounted() {
        return isCounted;
    }

    /** Whether nobody knows what its receiver was given. */
    boolean isUnknown() {
        return isUnknown;
    }

    /** Whether the journal counts for its receiver. */
    boolean isMarked() {
        return marks != null;
    }

    /**
     * So many outputs are not worked out again: a snapshot is kept when receivers have taken all that came out before it.
     *
     * @param asBefore whether what is worked out again is what came out before: not where a changed topology goes on
     */
    void beginBehind(long outputs, boolean asBefore) {
        seen = outputs;
        if (compared != null) {
            done = goOn(outputs, asBefore);
            held = done;
        }
        if (isUnknown) {
            done = outputs;
            held = isIdempotent ? outputs : held; // it knows those that come again by their ids
        }
    }

    /** The start is not refused for what receivers hold. */
    void accepted() {
        try {
            if (compared != null) {
                compared.accepted();
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new JournalException("output " + output + ": its sink cannot resume: " + e, e);
        }
    }

    /**
     * The log has lost its end: answers whether the receiver gives up what it holds beyond so many. One that goes on behind more, as behind what
     * came out of another topology, does not: it would not be given what comes in their place.
     */
    boolean givesUp(long outputs) {
        try {
            return compared != null && outputs >= done && compared.giveUp(outputs);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new JournalException(
                    "output " + output + ": its sink cannot drop the events after the first " + outputs + ": " + e, e);
        }
    }

    /** Answers behind how many it gets them. */
    private long goOn(long outputs, boolean asBefore) {
        try {
            compared.goOn(outputs);
            long all = compared.held();
            if (asBefore || all <= outputs) {
                return outputs;
            }
            compared.goOn(all);
            return all;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new JournalException(
                    "output " + output + ": its sink cannot resume after the events that it holds: " + e, e);
        }
    }

    /**
     * The log makes no more than so many: what marks say beyond that is of entries that it has lost, or was only reserved, and of no use for those
     * that come. Answers whether marks are others now, and to be forced.
     */
    boolean madeOnly(long outputs) {
        held = outputs;
        if (marks != null) {
            marks.set(begunAt, outputs);
            marks.set(doneAt, Math.min(done, outputs));
        }
        return marks != null;
    }

    /** Whether the receiver may be given the next output by now, if it is to get it. */
    boolean mayBegin() {
        long next = seen + 1;
        return next <= limit - ahead / 2 || next <= held || isReserved(next);
    }

    private boolean isReserved(long next) {
        if (refusal != null) {
            return false;
        }
        if (asked <= limit) {
            asked = seen + ahead;
        }
        try {
            limit = marks.reserve(begunAt, asked);
        } catch (JournalException e) {
            refusal = e; // the journal's thread finds the same, and halts the engine with it
            return next <= limit;
        }
        if (next <= limit) {
            waits = false;
            return true;
        }
        if (!waits) {
            waits = true;
            ahead = Math.min(AHEAD_MOST, 2 * ahead);
        }
        return false;
    }

    /** Why the receiver will be given no more by this run; null when it may be. */
    JournalException refusal() {
        return refusal;
    }

    /** Counts an output; answers false when the receiver holds it. */
    boolean begin() {
        seen++;
        if (seen <= held) {
            return false;
        }
        if (!isNamed) {
            name();
        }
        if (marks != null) {
            marks.set(begunAt, seen);
        }
        return true;
    }

    /**
     * What is in doubt is said before its receiver gets more: when that is done with, marks know nothing of it. A start gives outputs while it
     * reads, and may be killed before it has come to its end. A log that fails costs no output its receiver.
     */
    private void name() {
        isNamed = true;
        if (doubtful() > 0) {
            try {
                LOG.log(
                        Level.WARNING,
                        "engine " + engine + ": in doubt: " + inDoubt()
                                + "; from here on, its receiver is given the outputs after those");
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable t) {
                assert t != null; // it is said once more with all that was found, and Recovered has it
            }
        }
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

    /** Each output is done with when the call has returned or failed, but in doubt where that halts the engine: no letter tells of it. */
    Handover around(Handover calls) {
        return flow -> {
            if (!begin()) {
                return;
            }
            try {
                calls.accept(flow);
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable t) {
                done();
                throw t;
            }
            done();
        };
    }

    /** The last outputs that the receiver was given and may or may not have dealt with; how many. */
    long doubtful() {
        return Math.max(0, held - done);
    }

    /** The same in words: its output, and their numbers, from 1. */
    String inDoubt() {
        return output + ": " + (held - doubtful() + 1) + " to " + held;
    }

    /** It was said what is in doubt. */
    void named() {
        isNamed = true;
    }

    /** How many outputs its receiver has dealt with, as far as that is known. */
    long heldForSure() {
        return done;
    }

    /** How many its receiver holds, those too that it was given again. */
    long holds() {
        return compared == null ? held : Math.max(held, compared.held());
    }

    /** The number of the last output that it was given before. */
    long held() {
        return held;
    }
}
