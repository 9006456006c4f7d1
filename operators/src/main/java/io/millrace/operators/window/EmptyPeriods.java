package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.HELD;

import io.millrace.state.KeyedRows;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.state.TimerHeap;
import io.millrace.time.Progress;

/**
 * Which keys have a result for each period, also for one without events: those that are declared when progress reaches its end.
 *
 * <p>A sweep goes through the list of these keys once for each period, however many an entry may fire. Where it stands decides
 * nothing: of each key it is known from which period on it is declared, to which, and which is to be told next, so that what is
 * due for the key of an event can be told before its turn. Keys that were away and have missed more than they are told at once are
 * behind the sweep: each has a timer until it has been told so far.
 */
final class EmptyPeriods implements Saved {
    /*
     * Row, behind the columns of PaneBlocks: | first | next | last | key before + 1 << 32, key behind + 1 | timer | whether it is in the list |
     * first to last are the periods that have a result, next is the one to be told next. While a key is declared its last is ALWAYS.
     * Before there is progress first and next are UNKNOWN: they are that of the progress there will be.
     */
    static final int COLUMNS = 6;

    static final long ALWAYS = Long.MAX_VALUE;

    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final int FIRST = PaneBlocks.COLUMNS;
    private static final int NEXT = FIRST + 1;
    private static final int LAST = FIRST + 2;
    private static final int LINKS = FIRST + 3;
    private static final int TIMER = FIRST + 4;

    /** Says of a key without windows that its row stays. */
    static final int LISTED = FIRST + 5;

    private static final int NONE = -1;
    private static final long LOW = 0xFFFF_FFFFL;

    private final KeyedRows rows;
    private final Periods periods;
    private final long latenessNs;
    private final Progress progress;
    private final int declaredMost;
    private final TimerHeap behind;
    private int declared;

    /** Ends of the list. */
    private int head = NONE;

    private int tail = NONE;

    /** The sweep: whether it has begun, its period, the key that is next; before it has begun, when that is to be tried. */
    private boolean isOn;

    private long period;
    private int cursor = NONE;
    private long beginsNs = Progress.NONE + 1;

    /** The period of the first progress there was. */
    private long origin = UNKNOWN;

    /** The newest period that an event was in: when all input has ended none behind it has a result. */
    private long newest = Long.MIN_VALUE;

    /** The period that {@link #visit} found untold. */
    @Scratch("of the key in hand")
    long told;

    EmptyPeriods(
            KeyedRows rows, Periods periods, long latenessNs, int declaredMost, Progress progress, StateBudget budget) {
        behind = new TimerHeap(budget, 0);
        this.rows = rows;
        this.periods = periods;
        this.latenessNs = latenessNs;
        this.declaredMost = declaredMost;
        this.progress = progress;
        budget.keeps(this);
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(declared);
        to.putInt(head);
        to.putInt(tail);
        to.putBoolean(isOn);
        to.putLong(period);
        to.putInt(cursor);
        to.putLong(beginsNs);
        to.putLong(origin);
        to.putLong(newest);
    }

    @Override
    public void load(StateReader from) {
        declared = from.getInt();
        head = from.getInt();
        tail = from.getInt();
        isOn = from.getBoolean();
        period = from.getLong();
        cursor = from.getInt();
        beginsNs = from.getLong();
        origin = from.getLong();
        newest = from.getLong();
    }

    // ---- which keys

    boolean isListed(int slot) {
        return rows.get(slot, LISTED) != 0;
    }

    /** Whether a key is declared, or there may be one more; it may have windows though it is not. */
    boolean hasRoomFor(int slot) {
        return declaredMost == 0 || declared < declaredMost || slot >= 0 && isDeclared(slot);
    }

    private boolean isDeclared(int slot) {
        return isListed(slot) && rows.get(slot, LAST) == ALWAYS;
    }

    /** A key is declared from a period on. */
    void watch(int slot, long first) {
        rows.set(slot, FIRST, first);
        rows.set(slot, NEXT, first);
        rows.set(slot, LAST, ALWAYS);
        declared++;
        if (!isListed(slot)) {
            append(slot);
        }
        if (first != UNKNOWN) {
            origin = origin == UNKNOWN ? first : origin;
            if (!isOn) {
                begin(first);
            }
        }
    }

    /**
     * A key is declared from now on. When it was until lately, and an event may still change what was told of it last, it counts
     * as if it had been all the time.
     *
     * @return false when it cannot be: more is to be told of the time before that it was declared
     */
    boolean declare(int slot) {
        if (isListed(slot)) {
            if (isDeclared(slot)) {
                return true;
            }
            long last = rows.get(slot, LAST);
            if (Window.forgetNs(periods.end(last), latenessNs) > progress.ns()) {
                rows.set(slot, LAST, ALWAYS);
                declared++;
                return true;
            }
            if (next(slot) <= last) {
                return false;
            }
            unlink(slot); // it is a new key, and the last of them
        }
        watch(slot, lowest());
        return true;
    }

    /** A key is not declared any more: periods that have not ended have no result of nothing. */
    void undeclare(int slot) {
        if (!isDeclared(slot)) {
            return;
        }
        declared--;
        long lowest = lowest();
        rows.set(slot, LAST, lowest == UNKNOWN ? UNKNOWN : lowest - periods.stride);
        if (lowest == UNKNOWN || latenessNs == 0 && next(slot) > lowest - periods.stride) {
            remove(slot);
        }
    }

    /** Whether all periods that time has have ended: what is declared then changes nothing. */
    boolean areOver() {
        return lowest() == ALWAYS;
    }

    /** The first period that has not ended; UNKNOWN where there is no progress. */
    private long lowest() {
        if (progress.ns() == Progress.NONE || !periods.find(progress.ns())) {
            return origin == UNKNOWN ? UNKNOWN : ALWAYS;
        }
        return periods.lowest();
    }

    private long next(int slot) {
        return Math.max(rows.get(slot, NEXT), origin);
    }

    /** Whether a key has a result for a period that has ended. */
    boolean has(int slot, long ofPeriod) {
        return isListed(slot)
                && ofPeriod >= Math.max(rows.get(slot, FIRST), origin)
                && ofPeriod <= rows.get(slot, LAST);
    }

    /** Whether it is yet to be told. */
    boolean isUntold(int slot, long ofPeriod) {
        return next(slot) <= ofPeriod;
    }

    // ---- what is told

    /** An event was in a period. */
    void saw(long ofPeriod) {
        newest = Math.max(newest, ofPeriod);
    }

    /** A result for a period of a key is told, of whatever is in it. */
    void passed(int slot, long ofPeriod) {
        if (isListed(slot) && next(slot) == ofPeriod) {
            rows.set(slot, NEXT, ofPeriod + periods.stride);
        }
    }

    /** The period of a key to be told next. */
    long nextOf(int slot) {
        return next(slot);
    }

    /** When that ends; {@link Long#MAX_VALUE} when there is none. */
    long dueNs(int slot) {
        if (!isListed(slot) || !isOn || next(slot) > rows.get(slot, LAST)) {
            return Long.MAX_VALUE;
        }
        return endNs(next(slot));
    }

    private long endNs(long ofPeriod) {
        boolean over = ofPeriod == ALWAYS || progress.ns() == Progress.END && ofPeriod > newest;
        return over || !periods.isWithin(ofPeriod) ? Long.MAX_VALUE : periods.end(ofPeriod);
    }

    // ---- the sweep

    long nextDueNs() {
        if (head == NONE) {
            return Long.MAX_VALUE;
        }
        return isOn ? Math.min(endNs(period), behind.nextDueNs()) : beginsNs;
    }

    /** Looks at one key; answers its slot when period {@link #told} of it is to be told now, else -1. */
    int visit() {
        if (!isOn) {
            tryToBegin();
            return NONE;
        }
        return behind.nextDueNs() <= endNs(period) ? visitBehind() : visitNext();
    }

    private int visitNext() {
        int slot = cursor;
        long last = rows.get(slot, LAST);
        if (next(slot) == period && period <= last) {
            told = period;
            rows.set(slot, NEXT, period + periods.stride);
            advance();
            return slot;
        }
        advance();
        if (next(slot) > last && Window.forgetNs(periods.end(last), latenessNs) <= progress.ns()) {
            remove(slot);
        }
        return NONE;
    }

    private void tryToBegin() {
        beginsNs = progress.ns() + 1; // where no period is yet, or none any more
        if (periods.find(progress.ns())) {
            origin = origin == UNKNOWN ? periods.lowest() : origin;
            begin(periods.lowest());
        }
    }

    private void begin(long first) {
        isOn = true;
        period = first;
        cursor = head;
    }

    /** A key that the sweep has passed. */
    private int visitBehind() {
        behind.pop(behind.nextDueNs());
        int slot = (int) behind.payload();
        boolean isTold = dueNs(slot) <= behind.dueNs();
        if (isTold) {
            told = next(slot);
            rows.set(slot, NEXT, told + periods.stride);
        }
        remember(slot);
        return isTold ? slot : NONE;
    }

    /**
     * After a key that was away has been told what it missed, as much as is told at once: what is left of it the sweep may have
     * passed. It does not go back, since all the other keys would wait meanwhile.
     */
    void remember(int slot) {
        if (behind.isSet(rows.get(slot, TIMER)) || dueNs(slot) > progress.ns() || next(slot) > period) {
            return;
        }
        long timer = behind.set(dueNs(slot), slot);
        rows.set(slot, TIMER, timer);
        if (timer < 0) {
            begin(next(slot)); // without room for a timer it does go back
        }
    }

    private void advance() {
        cursor = after(cursor);
        if (cursor == NONE) {
            period += periods.stride;
            cursor = head;
        }
    }

    // ---- the list

    private int before(int slot) {
        return (int) (rows.get(slot, LINKS) >>> 32) - 1;
    }

    private int after(int slot) {
        return (int) (rows.get(slot, LINKS) & LOW) - 1;
    }

    private void link(int slot, int before, int after) {
        rows.set(slot, LINKS, before + 1L << 32 | after + 1L);
    }

    private void append(int slot) {
        rows.set(slot, LISTED, 1);
        link(slot, tail, NONE);
        if (tail == NONE) {
            head = slot;
        } else {
            link(tail, before(tail), slot);
        }
        tail = slot;
    }

    private void remove(int slot) {
        unlink(slot);
        if (rows.get(slot, HELD) == 0) {
            rows.release(slot);
        }
    }

    private void unlink(int slot) {
        behind.cancel(rows.get(slot, TIMER));
        if (cursor == slot) {
            advance();
        }
        int before = before(slot);
        int after = after(slot);
        if (before == NONE) {
            head = after;
        } else {
            link(before, before(before), after);
        }
        if (after == NONE) {
            tail = before;
        } else {
            link(after, before, after(after));
        }
        if (cursor == slot) {
            cursor = head; // it was the last, and the first that the next sweep looks at
        }
        isOn &= head != NONE;
        rows.set(slot, LISTED, 0);
    }
}
