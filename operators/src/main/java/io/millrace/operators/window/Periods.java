package io.millrace.operators.window;

import io.millrace.operators.window.Window.Kind;
import io.millrace.time.Progress;

/**
 * Numbers the periods of time: that of index i begins at {@link #start} and ends where i + 1 begins; a window of n
 * periods begins with one and covers the n - 1 behind it. Remembers the last period asked for, because times come close
 * together.
 */
final class Periods {
    private final Kind kind;
    private final long stepNs;
    private final long offsetNs;
    private final int steps;
    private final long earlyNs;
    private final CalendarDays days;

    private long index;
    private long fromNs = 1;
    private long toNs;

    Periods(Window window) {
        kind = window.kind;
        stepNs = Math.max(1, window.stepNs);
        offsetNs = Math.floorMod(window.offsetNs, stepNs);
        steps = window.steps();
        earlyNs = window.earlyNs;
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
        long beyond = (steps - 1L) * stepNs;
        long within = Math.floorMod(Math.floorMod(ns, stepNs) - offsetNs, stepNs);
        if (ns < Long.MIN_VALUE + within + beyond || ns - within > Progress.END - stepNs - beyond) {
            return false;
        }
        fromNs = ns - within;
        toNs = fromNs + stepNs;
        index = Math.floorDiv(fromNs, stepNs); // because the offset is less than a step
        return true;
    }

    /** Whether the window that begins with a period is within the range of time. */
    boolean isWithin(long ofIndex) {
        if (kind == Kind.DAYS) {
            return days.covers(days.start(ofIndex));
        }
        return kind == Kind.GLOBAL || ofIndex <= Math.floorDiv(Progress.END - steps * stepNs - offsetNs, stepNs);
    }

    /** The first window that has not ended at the time found. */
    long lowest() {
        return index - steps + 1;
    }

    /** When a period begins, for indexes near one that was found. */
    long start(long ofIndex) {
        if (ofIndex == index && fromNs < toNs) {
            return fromNs;
        }
        return switch (kind) {
            case GLOBAL -> ofIndex <= 0 ? Long.MIN_VALUE : Progress.END;
            case DAYS -> days.start(ofIndex);
            default -> offsetNs + ofIndex * stepNs;
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
        return start(ofIndex + steps);
    }
}
