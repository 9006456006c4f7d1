package io.millrace.operators.join;

import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.ArrayList;
import java.util.List;

/** What an interval join keeps: a row a key with its two sides, and when to look after it. */
final class IntervalRows {
    /** Where no interval says how exactly keys are to be looked after; a second is often enough. */
    private static final long KEEP_NS = 64_000_000_000L;

    /* Row: | left side | right side | an event of either side … | */
    private static final int OWN = 2 * Side.COLUMNS;

    final JoinKeys keys;
    final Side left;
    final Side right;
    final ExpiryCalendar calendar;
    private final NodeCounters counters;

    IntervalRows(IntervalJoin<?, ?> operator, NodeContext context, Reach reach) {
        Interval<?> interval = operator.interval;
        Interval.Kind kind = interval.kind;
        boolean byRow = interval.until != null;
        boolean isWindowed = reach.isWindowed();
        int ofLeft = context.inputType(0).maxLength();
        int ofRight = context.inputType(1).maxLength();
        StateBudget budget = context.budget();
        int leftLongs = Side.longs(ofLeft, kind.leftAlone, byRow, isWindowed);
        int rightLongs = Side.longs(ofRight, kind.rightAlone, false, isWindowed);
        int own = EventPlaces.ownLongs(Math.max(leftLongs, rightLongs));
        long eventBytes = 8L * (leftLongs + rightLongs - own);
        long bytes = budget.bytes() - budget.usedBytes() - operator.leastStateBytes() * 3 / 4;
        keys = new JoinKeys(context, operator.key, OWN + own, eventBytes, bytes);
        calendar = new ExpiryCalendar(budget, keys.rows, reach.spanNs() == 0 ? KEEP_NS : reach.spanNs());
        int most = interval.eventsAtMost;
        long seed = context.hashSeed();
        left = new Side(budget, keys.rows, 0, OWN, own, ofLeft, most, kind.leftAlone, byRow, isWindowed, seed);
        right = new Side(
                budget, keys.rows, Side.COLUMNS, OWN, own, ofRight, most, kind.rightAlone, false, isWindowed, seed);
        counters = context.counters();
    }

    /** Of what is written. */
    List<StateCounters> counters() {
        List<StateCounters> written = new ArrayList<>(List.of(keys.rows.counters()));
        left.counters(written);
        right.counters(written);
        return written;
    }

    void open(int slot) {
        if (slot == JoinKeys.NONE) {
            left.open(0);
            right.open(0);
            return;
        }
        long[] page = keys.rows.page(slot);
        int base = keys.rows.base(slot);
        left.open(page[base]);
        right.open(page[base + Side.COLUMNS]);
    }

    /** When the next key is to be looked after. */
    long nextDueNs() {
        return calendar.buckets() == 0 ? Long.MAX_VALUE : Math.min(calendar.nextDueNs(), Progress.END);
    }

    /** Puts the key in hand on the calendar for when the last that is kept of it now has ended. */
    void arm(int slot) {
        if (calendar.isArmed(slot)) {
            return;
        }
        long lastNs = Long.MIN_VALUE;
        if (!right.isEmpty()) {
            lastNs = right.momentNs(right.last());
        }
        if (!left.isEmpty() && !left.isEnding()) {
            lastNs = Math.max(lastNs, left.momentNs(left.last()));
        }
        if (lastNs != Long.MIN_VALUE) {
            calendar.arm(slot, Times.plus(lastNs, 1));
        }
    }

    /** Frees a little of what is of no use any more of the key in hand; answers its row, which may have gone. */
    int freeDead(int slot, long nowNs) {
        boolean wasEmpty = left.isEmpty() && right.isEmpty(); // and its row has gone with the last that was sent
        if (wasEmpty) {
            return JoinKeys.NONE;
        }
        int freed = left.free(slot, nowNs) + right.free(slot, nowNs);
        return freed > 0 && releaseIfEmpty(slot) ? JoinKeys.NONE : slot;
    }

    /** Frees what is of no use any more of the key whose turn it is. */
    void lookAfter(long progressNs) {
        int slot = calendar.pop(progressNs >= Progress.END ? Long.MAX_VALUE : progressNs);
        if (slot < 0) {
            return;
        }
        open(slot);
        int freed = left.free(slot, progressNs) + right.free(slot, progressNs);
        counters.maxFreed = Math.max(counters.maxFreed, freed);
        if (releaseIfEmpty(slot)) {
            return;
        }
        if (left.firstDead(progressNs) != Timeline.NONE || right.firstDead(progressNs) != Timeline.NONE) {
            calendar.armAgain(slot, progressNs);
        } else {
            arm(slot);
        }
    }

    /** Gives back the row of the key in hand, when nothing of it is left; answers whether it has. */
    boolean releaseIfEmpty(int slot) {
        boolean isEmpty = left.isEmpty() && right.isEmpty();
        if (isEmpty) {
            keys.rows.release(slot);
        }
        counters.keys = keys.rows.count();
        return isEmpty;
    }
}
