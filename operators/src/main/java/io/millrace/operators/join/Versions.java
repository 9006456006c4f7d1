package io.millrace.operators.join;

import io.millrace.event.EntryForm;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.LateTime;
import io.millrace.operators.Stored;
import io.millrace.state.Blocks;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.FiringPace;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.time.Progress;
import io.millrace.time.Times;

/**
 * The rows of an as-of join by key and time, as long as an event to come can find them, and how many events of each key wait.
 */
final class Versions {
    /** In place of a length: the row takes back what stands before it. */
    static final int GONE = -1;

    /** Most rows of a key that an event or a firing frees: more than it adds. */
    private static final int FREED_PER_EVENT = 2;

    private static final int FREED_PER_FIRING = 4;

    /** Without a tolerance nothing says how exactly keys are to be looked after; a second is often enough. */
    private static final long KEEP_NS = 64_000_000_000L;

    /* Row of a key: | root of its timeline | its rows | events of it that wait | where rows are bounded: root of the events that wait | */
    private static final int COUNT = 1;
    private static final int WAIT = 2;

    /** For the timeline of the events that wait, where they are asked for by key. */
    static final int WAITING = 3;

    final JoinKeys keys;
    private final Blocks blocks;
    private final Timeline timeline;
    private final ExpiryCalendar calendar;
    private final FiringPace pace;
    private final AsOf how;
    private final long toleranceNs;

    /** How much longer than until progress has passed them rows are asked for: events wait for as long. */
    private final long lagNs;

    private final NodeContext context;
    private final LateTime time;
    private final NodeCounters counters;

    Versions(NodeContext context, AsOfJoin<?, ?> operator, LateTime time) {
        this.context = context;
        this.time = time;
        how = operator.how;
        counters = context.counters();
        toleranceNs = how.toleranceNs();
        lagNs = how.waitsNs();
        StateBudget budget = context.budget();
        int longs = Timeline.HEAD + Stored.longs(context.inputType(1).maxLength());
        long left = budget.bytes() - budget.usedBytes() - operator.leastStateBytes();
        int columns = operator.answersByKey() ? WAITING + 1 : WAITING;
        keys = new JoinKeys(context, operator.key, columns, (long) longs * Long.BYTES, left);
        calendar = new ExpiryCalendar(
                budget, keys.rows, toleranceNs == AsOf.ANY ? KEEP_NS : Math.max(1, Times.plus(toleranceNs, lagNs)));
        pace = new FiringPace(budget, how.arrival ? FiringPace.FEW_FREEING : FiringPace.FEW);
        blocks = new Blocks(budget, longs, blocksMax(budget, longs, operator));
        timeline = new Timeline(new EventPlaces(blocks), context.hashSeed());
    }

    /** Rows leave a quarter for events that wait. */
    private static int blocksMax(StateBudget budget, int longs, AsOfJoin<?, ?> operator) {
        long left = budget.bytes() - budget.usedBytes();
        long most = (operator.how.arrival ? left : left / 4 * 3) / ((long) longs * Long.BYTES);
        return (int) Math.max(1, Math.min(most, Integer.MAX_VALUE));
    }

    // ---- events

    /** Notes that an event of the key in hand waits; answers its row, or that there is no room. */
    int join(Flow flow) {
        int slot = keys.acquire(flow);
        if (slot != JoinKeys.NONE) {
            keys.rows.add(slot, WAIT, 1);
            counters.keys = keys.rows.count();
        }
        return slot;
    }

    void leave(int slot) {
        keys.rows.add(slot, WAIT, -1);
        releaseIfEmpty(slot);
    }

    private void releaseIfEmpty(int slot) {
        if (keys.rows.get(slot, COUNT) == 0 && keys.rows.get(slot, WAIT) == 0) {
            keys.rows.release(slot);
        }
        counters.keys = keys.rows.count();
    }

    /** The row that stands beside an event of that time; NONE when there is none. */
    int find(int slot, long timeNs) {
        if (slot == JoinKeys.NONE) {
            return Timeline.NONE;
        }
        timeline.root(keys.rows.get(slot, 0));
        int before = how.direction == AsOf.Direction.FORWARD ? Timeline.NONE : before(timeNs);
        int behind = how.direction == AsOf.Direction.BACKWARD ? Timeline.NONE : behind(timeNs);
        if (before == Timeline.NONE || behind == Timeline.NONE) {
            return before == Timeline.NONE ? behind : before;
        }
        long aheadNs = timeline.timeNs(behind) - timeNs;
        long agoNs = timeNs - timeline.timeNs(before);
        // Without a tolerance one of them may be more than a long holds.
        return Long.compareUnsigned(aheadNs, agoNs) < 0 ? behind : before;
    }

    private int before(long timeNs) {
        if (how.strict && timeNs == Long.MIN_VALUE) {
            return Timeline.NONE;
        }
        int found = timeline.floor(how.strict ? timeNs - 1 : timeNs);
        boolean counts = found != Timeline.NONE
                && !isGone(found)
                && (toleranceNs == AsOf.ANY || timeline.timeNs(found) >= Times.minus(timeNs, toleranceNs));
        return counts ? found : Timeline.NONE;
    }

    private int behind(long timeNs) {
        int found = timeline.ceiling(how.strict ? timeNs + 1 : timeNs);
        boolean counts = found != Timeline.NONE
                && !isGone(found)
                && (toleranceNs == AsOf.ANY || timeline.timeNs(found) <= Times.plus(timeNs, toleranceNs));
        return counts ? found : Timeline.NONE;
    }

    private boolean isGone(int id) {
        return blocks.get(id, Timeline.HEAD) == GONE;
    }

    long[] page(int id) {
        return blocks.page(id);
    }

    int event(int id) {
        return blocks.base(id) + Timeline.HEAD;
    }

    // ---- rows

    /** Whether a row of that time has no room beside the others of its key, once of what is dead a little has been freed. */
    boolean isFullFor(int slot, long timeNs, long horizonNs) {
        timeline.root(keys.rows.get(slot, 0));
        forget(slot, horizonNs, FREED_PER_EVENT);
        int id = timeline.floor(timeNs);
        return isFull(slot) && (id == Timeline.NONE || timeline.timeNs(id) != timeNs);
    }

    /** Keeps a row in place of that of its time; answers false when there is no room. */
    boolean put(int slot, Flow flow, byte[] event, int length, long horizonNs) {
        timeline.root(keys.rows.get(slot, 0));
        forget(slot, horizonNs, FREED_PER_EVENT);
        int id = timeline.floor(flow.timeNs());
        boolean isThere = id != Timeline.NONE && timeline.timeNs(id) == flow.timeNs();
        if (!isThere && how.evicts && isFull(slot)) {
            counters.evicted++;
            if (timeline.timeNs(timeline.first()) > flow.timeNs()) {
                return true; // it is itself the earliest
            }
            evictFirst(slot);
        }
        id = isThere ? id : add(slot, flow.timeNs());
        keys.rows.set(slot, 0, timeline.root());
        if (id == Timeline.NONE) {
            releaseIfEmpty(slot);
            return false;
        }
        if (flow.form() == EntryForm.RETRACTION) {
            blocks.set(id, Timeline.HEAD, GONE);
        } else {
            Stored.write(blocks.writable(id), event(id), event, length);
        }
        pace.added(1);
        arm(slot);
        counters.keys = keys.rows.count();
        return true;
    }

    private boolean isFull(int slot) {
        return how.versionsAtMost > 0 && keys.rows.get(slot, COUNT) >= how.versionsAtMost;
    }

    private int add(int slot, long timeNs) {
        int id = isFull(slot) ? Timeline.NONE : timeline.add(timeNs);
        if (id != Timeline.NONE) {
            keys.rows.add(slot, COUNT, 1);
        }
        return id;
    }

    private void evictFirst(int slot) {
        timeline.remove(timeline.first());
        keys.rows.set(slot, 0, timeline.root());
        keys.rows.add(slot, COUNT, -1);
    }

    // ---- forgetting

    long nextDueNs() {
        return calendar.buckets() == 0 ? Long.MAX_VALUE : Math.min(calendar.nextDueNs(), Progress.END);
    }

    /** How many keys may be looked after now; what has been is said to {@link #lookedAfter}. */
    int share(long progressNs, int most) {
        return pace.most(progressNs >= Progress.END, most);
    }

    void lookedAfter(int keys, long progressNs) {
        pace.fired(keys, nextDueNs() <= progressNs);
    }

    /** Takes the key whose turn it is off the calendar; negative when it is no key's. */
    int popKey(long progressNs) {
        return calendar.pop(progressNs >= Progress.END ? Long.MAX_VALUE : progressNs);
    }

    /** Frees what is dead of a key. */
    void lookAfter(int slot, long progressNs, long horizonNs) {
        timeline.root(keys.rows.get(slot, 0));
        int freed = forget(slot, horizonNs, FREED_PER_FIRING);
        counters.maxFreed = Math.max(counters.maxFreed, freed);
        if (!timeline.isEmpty()) {
            if (freed == FREED_PER_FIRING) {
                calendar.armAgain(slot, progressNs); // there may be more
                context.due(time.due(nextDueNs()));
            } else {
                arm(slot);
            }
        }
        releaseIfEmpty(slot);
    }

    private int forget(int slot, long horizonNs, int most) {
        int freed = 0;
        for (int id = timeline.first(); freed < most && id != Timeline.NONE; id = timeline.first()) {
            if (!isDead(id, horizonNs)) {
                break;
            }
            timeline.remove(id);
            freed++;
        }
        if (freed > 0) {
            keys.rows.set(slot, 0, timeline.root());
            keys.rows.add(slot, COUNT, -freed);
        }
        return freed;
    }

    /** Whether no event at or behind the horizon can find the first row of a key. */
    private boolean isDead(int first, long horizonNs) {
        long timeNs = timeline.timeNs(first);
        if (horizonNs >= Progress.END) {
            return true;
        }
        if (how.direction == AsOf.Direction.FORWARD || isGone(first)) {
            return timeNs < horizonNs;
        }
        if (toleranceNs != AsOf.ANY && Times.plus(timeNs, toleranceNs) < horizonNs) {
            return true;
        }
        int second = timeline.next(first);
        return second != Timeline.NONE
                && (how.strict ? timeline.timeNs(second) < horizonNs : timeline.timeNs(second) <= horizonNs);
    }

    /** Puts a key on the calendar for when something of it can be freed for certain. */
    private void arm(int slot) {
        if (calendar.isArmed(slot)) {
            return;
        }
        int first = timeline.first();
        boolean several = keys.rows.get(slot, COUNT) > 1;
        long afterNs;
        if (several || isGone(first) || how.direction == AsOf.Direction.FORWARD) {
            afterNs = timeline.timeNs(timeline.last());
        } else if (toleranceNs != AsOf.ANY) {
            afterNs = Times.plus(timeline.timeNs(first), toleranceNs);
        } else {
            return; // the newest row of a key stays
        }
        calendar.arm(slot, Times.plus(Times.plus(afterNs, lagNs), 1));
        context.due(time.due(nextDueNs()));
    }

    /** Of what is written. */
    StateCounters[] counters() {
        return new StateCounters[] {keys.rows.counters(), blocks.counters()};
    }

    ExpiryCalendar calendar() {
        return calendar;
    }

    /** Steps in timelines since the last call. */
    int takeSlots() {
        return timeline.takeSlots();
    }
}
