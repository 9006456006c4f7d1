package io.millrace.operators.join;

import io.millrace.event.LongField;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.operator.Flow;
import io.millrace.operators.join.Interval.Kind;
import io.millrace.operators.window.Partition;
import io.millrace.state.Scratch;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.concurrent.TimeUnit;

/** How far an interval reaches from the event in hand: between which times the other side matches it, and in which windows. */
final class Reach {
    private final boolean anyTime;
    private final long offsetNs;
    private final long toNs;
    private final LongField<Object> until;
    private final TimeUnit unit;
    private final boolean rewinds;
    private final Partition windows;
    private final long windowNs;
    private final long stepNs;

    /** Whether an event may be in several windows, each of which is a join of its own. */
    final boolean overlap;

    @Scratch("of the event in hand")
    private long ownNs;

    @Scratch("of the event in hand")
    private long fromNs;

    @Scratch("of the event in hand")
    private long endNs;

    /** Last moments of the windows in which it is alone, of the first and of the last. */
    @Scratch("of the event in hand")
    private long aloneNs;

    @Scratch("of the event in hand")
    private long aloneToNs;

    /**
     * Of no event yet.
     *
     * @param hasCursor whether reading a left event moves it
     */
    @SuppressWarnings("unchecked") // it reads left events
    Reach(Interval<?> interval, boolean hasCursor) {
        anyTime = interval.isAnyTime();
        offsetNs = anyTime ? 0 : Times.nanos(interval.from);
        toNs = interval.to == null ? 0 : Times.nanos(interval.to);
        until = (LongField<Object>) interval.until;
        unit = interval.unit;
        rewinds = until != null && hasCursor;
        boolean isWindowed = interval.window != null;
        windows = isWindowed ? new Partition(interval.window) : null;
        windowNs = isWindowed ? Partition.sizeNs(interval.window) : 0;
        stepNs = isWindowed ? Partition.stepNs(interval.window) : 0;
        overlap = isWindowed && interval.kind != Kind.SEMI && Partition.overlap(interval.window);
    }

    /** How long an event of a key may be of use; 0 when no interval says so. */
    long spanNs() {
        return until == null && !anyTime ? Math.max(1, windowNs + Times.minus(toNs, offsetNs)) : 0;
    }

    boolean isWindowed() {
        return windows != null;
    }

    /** Works it out for an event. */
    void of(Flow flow, boolean isLeft) throws Exception {
        ownNs = flow.timeNs();
        if (rewinds) {
            flow.rewind();
        }
        if (windows != null) {
            if (!windows.find(ownNs)) {
                throw new RefusedException(Reason.OUT_OF_RANGE, "its window does not lie within the range of time");
            }
            fromNs = windows.startNs();
            endNs = windows.endNs() - 1;
            aloneNs = windows.firstEndNs() - 1;
            aloneToNs = endNs;
        } else if (anyTime) {
            fromNs = Long.MIN_VALUE;
            endNs = Progress.END;
        } else if (isLeft) {
            fromNs = Times.plus(ownNs, offsetNs);
            endNs = until == null
                    ? Times.plus(ownNs, toNs)
                    : Math.min(unit.toNanos(until.of(flow.value())), Progress.END);
        } else {
            fromNs = until == null ? Times.minus(ownNs, toNs) : Long.MIN_VALUE;
            endNs = Times.minus(ownNs, offsetNs);
        }
    }

    long ownNs() {
        return ownNs;
    }

    /** Before this nothing of the other side matches; where left events say their ends, nothing is said of them. */
    long fromNs() {
        return fromNs;
    }

    /** Behind this nothing of the other side matches. */
    long endNs() {
        return endNs;
    }

    /** The last moment of the first window in which the event in hand is alone; behind {@link #aloneToNs} when it is in none. */
    long aloneNs() {
        return aloneNs;
    }

    long aloneToNs() {
        return aloneToNs;
    }

    /** The last moment of the window behind the one that has this. */
    long nextNs(long lastMomentNs) {
        return Times.plus(lastMomentNs, stepNs);
    }

    /** The last moment of the window in front of the one that has this. */
    long beforeNs(long lastMomentNs) {
        return Times.minus(lastMomentNs, stepNs);
    }

    /** The windows of one of the other side are none in which the event in hand is alone. */
    void meets(long otherNs) {
        int n = windows.shared(ownNs, otherNs);
        if (n == 0) {
            return;
        }
        if (windows.lastNs(0) <= aloneNs) {
            aloneNs = Math.max(aloneNs, nextNs(windows.lastNs(n - 1)));
        } else {
            aloneToNs = Math.min(aloneToNs, beforeNs(windows.lastNs(0)));
        }
    }

    /** How many pairs the event in hand makes with one of the other side: one for each window that holds both. */
    int pairs(long otherNs) {
        return overlap ? windows.shared(ownNs, otherNs) : 1;
    }

    /** The time of one of those that were counted last. */
    long pairNs(int i, long otherNs) {
        return overlap ? windows.lastNs(i) : Math.max(ownNs, otherNs);
    }

    /** The last moment of one of the windows counted last. */
    long lastNs(int i) {
        return windows.lastNs(i);
    }
}
