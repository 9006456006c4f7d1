package io.millrace.operators.pattern;

import io.millrace.operators.Touched;
import io.millrace.state.Scratch;

/**
 * What is due of a key, deadline by deadline: runs that only wait for theirs are matches, others are over. All that is due is found in
 * one walk, however many deadlines that are, and told in parts of as many as may be sent at once ({@link #begin}, {@link #next} until
 * there is no more, or as often as wanted, {@link #end}).
 *
 * <p>The runs of a key stand by the serial of their first event. Where no step has a time of its own, that is the order of their
 * deadlines as well: then what is due stands in front, and the others are not looked at.
 */
@Scratch("of the event or deadline in hand")
final class Deadlines {
    /** Links freed for one part, at least. */
    private static final int SWEEP = 64;

    private final KeyRuns keys;
    private final Runs runs;
    private final Links links;
    private final Candidates candidates;
    private final Outgoing outgoing;
    private final Touched touched;
    private final boolean anyOrder;
    private final boolean reportsTimeouts;
    private final int most;

    // runs that were looked at, in their order
    private final int[] run;
    private final long[] start;
    private final long[] dueNs;

    /** The place itself, or one behind it where the run is gone. */
    private final int[] there;

    private int count;

    // those behind them, as they were
    private int behind;
    private int behindCount;

    // what is due, by deadline; of those that end there the places, as they were made candidates
    private final int[] due;
    private final Order byDeadline;
    private final int[] ends;
    private int dueCount;

    // the deadline in hand
    private int groupEnd;
    private int told;
    private int sending;
    private long nowNs;

    Deadlines(PatternState state, Candidates candidates, Outgoing outgoing, boolean reportsTimeouts) {
        keys = state.keys;
        runs = state.runs;
        links = state.links;
        touched = state.touched;
        anyOrder = state.automaton.hasGaps;
        this.candidates = candidates;
        this.outgoing = outgoing;
        this.reportsTimeouts = reportsTimeouts;
        most = state.shape.matchesAtMost;
        int partials = state.shape.partialsAtMost;
        run = new int[partials];
        start = new long[partials];
        dueNs = new long[partials];
        there = new int[partials + 1];
        due = new int[partials];
        ends = new int[partials];
        byDeadline = new Order(anyOrder ? partials : 0, (a, b) -> dueNs[due[a]] < dueNs[due[b]]);
    }

    /** Finds what is due of a row until a time, with that time. */
    void begin(int slot, long untilNs) {
        count = 0;
        dueCount = 0;
        int at = keys.first(slot);
        for (; at >= 0 && (anyOrder || runs.dueNs(at) <= untilNs); at = runs.next(at)) {
            run[count] = at;
            start[count] = runs.start(at);
            dueNs[count] = runs.dueNs(at);
            there[count] = count;
            if (dueNs[count] <= untilNs) {
                due[dueCount++] = count;
            }
            count++;
        }
        there[count] = count;
        behind = at;
        behindCount = keys.runs(slot) - count;
        if (anyOrder) {
            byDeadline.sort(dueCount);
            touched.also(byDeadline.compared());
        }
        touched.also(count);
        candidates.clear();
        groupEnd = 0;
        told = 0;
        sending = 0;
    }

    /** Does the next part; what it sends is {@link Moves#outgoing}. Answers false when nothing that is due is left. */
    boolean next() {
        if (sending == candidates.count() && told == groupEnd && !nextDeadline()) {
            return false;
        }
        sendMatches();
        if (sending == candidates.count()) {
            timeOut();
        }
        links.sweep(SWEEP);
        return true;
    }

    /** Of what was done last. */
    long nowNs() {
        return nowNs;
    }

    /** Puts what is left back into the row, or lets go of that; answers whether it is still there. */
    boolean end(int slot) {
        candidates.clear();
        int first = Runs.NONE;
        int last = Runs.NONE;
        int size = behindCount;
        long nextNs = behind < 0 ? Long.MAX_VALUE : runs.dueNs(behind);
        for (int i = there(0); i < count; i = there(i + 1)) {
            if (last < 0) {
                first = run[i];
            } else {
                runs.next(last, run[i]);
            }
            last = run[i];
            nextNs = Math.min(nextNs, dueNs[i]);
            size++;
        }
        if (last < 0) {
            first = behind;
        } else {
            runs.next(last, behind);
        }
        keys.runs(slot, first, size);
        if (keys.releaseIfEmpty(slot)) {
            return false;
        }
        keys.dueNs(slot, nextNs);
        return true;
    }

    // ---- a deadline

    private boolean nextDeadline() {
        candidates.clear();
        sending = 0;
        while (groupEnd < dueCount && !isThere(due(groupEnd))) {
            groupEnd++; // a match before it has skipped it
        }
        told = groupEnd;
        if (groupEnd == dueCount) {
            return false;
        }
        nowNs = dueNs[due(groupEnd)];
        for (; groupEnd < dueCount && dueNs[due(groupEnd)] == nowNs; groupEnd++) {
            int i = due(groupEnd);
            if (isThere(i) && (runs.bits(run[i]) & Automaton.END) != 0) {
                ends[candidates.count()] = i;
                candidates.add(runs.link(run[i]), start[i]);
            }
        }
        candidates.sort();
        touched.also(candidates.compared());
        return true;
    }

    private int due(int i) {
        return due[anyOrder ? byDeadline.at(i) : i];
    }

    private void sendMatches() {
        for (; sending < candidates.count(); sending++) {
            int i = ends[candidates.number(sending)];
            if (!isThere(i)) {
                continue;
            }
            if (outgoing.count() == most) {
                return;
            }
            candidates.skip(sending);
            send(i, true);
            if (candidates.skips()) {
                removeSkipped();
            }
        }
    }

    /** What begins where the match in hand skips: some that are due, and behind them others. */
    private void removeSkipped() {
        for (int i = there(firstOf(candidates.skipFrom()));
                i < count && start[i] <= candidates.skipTo();
                i = there(i)) {
            drop(i);
        }
        while (behind >= 0 && runs.start(behind) <= candidates.skipTo()) {
            int next = runs.next(behind);
            links.release(runs.link(behind));
            runs.free(behind);
            behind = next;
            behindCount--;
        }
    }

    /** The first place of what begins with a serial, or behind it. */
    private int firstOf(long serial) {
        int from = 0;
        int to = count;
        while (from < to) {
            int middle = from + to >>> 1;
            if (start[middle] < serial) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private void timeOut() {
        for (; told < groupEnd; told++) {
            int i = due(told);
            if (!isThere(i)) {
                continue;
            }
            if (!reportsTimeouts || (runs.bits(run[i]) & Automaton.MATCHED) != 0) {
                drop(i);
            } else if (outgoing.count() < most) {
                send(i, false);
            } else {
                return;
            }
        }
    }

    private void send(int i, boolean isMatch) {
        links.hold(runs.link(run[i]));
        outgoing.add(runs.link(run[i]), isMatch);
        drop(i);
    }

    // ---- runs that were looked at

    private void drop(int i) {
        links.release(runs.link(run[i]));
        runs.free(run[i]);
        there[i] = i + 1;
    }

    private boolean isThere(int i) {
        return there[i] == i;
    }

    /** The first from a place on that is there; the ways there get shorter with each that is gone. */
    private int there(int from) {
        int at = from;
        while (there[at] != at) {
            there[at] = there[there[at]];
            at = there[at];
        }
        return at;
    }
}
