package io.millrace.operators.window;

import io.millrace.operators.window.Window.Kind;
import io.millrace.time.Progress;

/**
 * Numbers the periods of time: that of index i begins at {@link #start} and ends where i + 1 begins; a window of n
 * periods begins with one and covers the n - 1 behind it. Where the size of a window is no multiple of its step a step has two
 * periods, until where a window ends and from there: windows begin with even ones only. Remembers the last period asked for,
 * because times come close together.
 */
final class Periods {
    private final Kind kind;
    private final long stepNs;
    private final long offsetNs;
    private final int panes;

    /** From the period with which a window begins to that of the next. */
    final int stride;

    /** How long the first of two periods of a step is. */
    private final long restNs;

    /** How far back the first window of an event begins before its step: in the first period of the step, in the second. */
    private final long backNs;

    private final long sizeNs;
    private final long earlyNs;
    private final CalendarDays days;

    /** Whether all periods are of one length. */
    private final boolean isEven;

    private long index;
    private long fromNs = 1;
    private long toNs;

    Periods(Window window) {
        kind = window.kind;
        stepNs = Math.max(1, window.stepNs);
        offsetNs = Math.floorMod(window.offsetNs, stepNs);
        panes = window.panes();
        stride = window.panesOfStep();
        restNs = stride == 1 ? stepNs : window.sizeNs % stepNs;
        backNs = (window.steps() - 1L) * stepNs;
        sizeNs = window.sizeNs;
        earlyNs = window.earlyNs;
        isEven = kind == Kind.PERIODS && stride == 1;
        days = kind == Kind.DAYS ? CalendarDays.of(window.zone) : null;
    }

    /** Finds the period of a time; false when its windows would not lie within the range of time. */
    boolean find(long ns) {
        return ns >= fromNs && ns < toNs || look(ns);
    }

    /** The period found. */
    long index() {
        return index;
    }

    private boolean look(long ns) {
        if (kind == Kind.GLOBAL) {
            fromNs = Long.MIN_VALUE;
            toNs = Progress.END;
        } else if (kind == Kind.DAYS) {
            if (!days.covers(ns)) {
                return false;
            }
            index = days.day(ns);
            fromNs = days.start(index);
            toNs = days.start(index + 1);
        } else {
            return lookUp(ns);
        }
        return ns < toNs;
    }

    private boolean lookUp(long ns) {
        long within = Math.floorMod(Math.floorMod(ns, stepNs) - offsetNs, stepNs);
        boolean second = within >= restNs;
        long back = within + (second ? backNs - stepNs : backNs);
        if (ns < Long.MIN_VALUE + Math.max(back, within) || ns - within > Progress.END - sizeNs) {
            return false;
        }
        long step = Math.floorDiv(ns - within, stepNs); // because the offset is less than a step
        index = second ? step * stride + 1 : step * stride;
        fromNs = ns - within + (second ? restNs : 0);
        toNs = ns - within + (second || stride == 1 ? stepNs : restNs);
        return true;
    }

    /** The window that begins last of those that a period is in. */
    long newest(long ofIndex) {
        return stride == 1 ? ofIndex : ofIndex & ~1L;
    }

    /** The window that begins first of those that a period is in. */
    long oldest(long ofIndex) {
        long first = ofIndex - panes + 1;
        return stride == 1 ? first : first + (first & 1);
    }

    /** Whether a window begins with a period. */
    boolean isWindow(long ofIndex) {
        return stride == 1 || (ofIndex & 1) == 0;
    }

    /** Whether the window that begins with a period is within the range of time. */
    boolean isWithin(long ofIndex) {
        if (kind == Kind.DAYS) {
            return days.covers(days.start(ofIndex));
        }
        return kind == Kind.GLOBAL || ofIndex / stride <= Math.floorDiv(Progress.END - sizeNs - offsetNs, stepNs);
    }

    /** The first window that has not ended at the time found. */
    long lowest() {
        return oldest(index);
    }

    /** When a period begins, for indexes near one that was found. */
    long start(long ofIndex) {
        if (isEven) {
            return offsetNs + ofIndex * stepNs;
        }
        if (ofIndex == index && fromNs < toNs) {
            return fromNs;
        }
        return switch (kind) {
            case GLOBAL -> ofIndex <= 0 ? Long.MIN_VALUE : Progress.END;
            case DAYS -> days.start(ofIndex);
            default -> offsetNs + (stride == 1 ? ofIndex : ofIndex >> 1) * stepNs + (isWindow(ofIndex) ? 0 : restNs);
        };
    }

    /**
     * The first moment for a partial result of a window behind a time; its end when there is none before it. Without an end
     * moments count from the epoch.
     */
    long moment(long start, long end, long after) {
        if (earlyNs == 0) {
            return end;
        }
        long seen = Math.max(after, start);
        long since = kind == Kind.GLOBAL ? seen : seen - start;
        long passed = seen - Math.floorMod(since, earlyNs);
        return passed > end - earlyNs ? end : Math.min(end, passed + earlyNs);
    }

    /** When the window that begins with a period ends. */
    long end(long ofIndex) {
        return start(ofIndex + panes);
    }
}
