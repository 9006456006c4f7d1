package io.millrace.operators.join;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.operators.LateSides;
import io.millrace.operators.LateTime;
import io.millrace.operators.Pair;
import io.millrace.operators.Stored;
import io.millrace.operators.Touched;
import io.millrace.operators.join.Interval.Kind;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.FiringPace;
import io.millrace.state.SavedByParts;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.ArrayList;
import java.util.List;

/** Runs an interval join. */
final class IntervalJoinNode implements TimedNode, SavedByParts, Explains {
    static final String FULL = "the join holds as many keys or events as it may: raise its bound or budget";
    static final String MANY = "it matches more events than one may: raise matchesAtMost";
    static final String NO_INSERT = "join takes inserts, not replacements or retractions";
    static final String BEHIND =
            "more events of its key have ended without a match than are sent before one: bound them by eventsAtMost";

    /** Where no interval says how exactly keys are to be looked after; a second is often enough. */
    private static final long KEEP_NS = 64_000_000_000L;

    /* Row: | left side | right side | an event of either side … | */
    private static final int OWN = 2 * Side.COLUMNS;

    private final Kind kind;

    /** Whether a left event that is matched has done what it is kept for. */
    private final boolean isOnce;

    private final int matchesAtMost;
    private final boolean sendsAlone;
    private final int aloneAtMost;
    private final boolean evicts;
    private final Reach reach;
    private final EventType<Object> leftType;
    private final EventType<Object> rightType;

    private final JoinKeys keys;
    private final Side left;
    private final Side right;
    private final ExpiryCalendar calendar;
    private final LateSides late;

    private final byte[] own;
    private int ownLength;

    /** Where time stands. */
    @Scratch("of the event in hand")
    private long nowNs;

    private int firstMatch;
    private int due;
    private final Pair pair;
    private final Flow saved = new Flow();

    @Scratch("of the event in hand")
    private boolean isSaved;

    private final NodeContext context;
    private final FiringPace pace;
    private final LateTime time;
    private final Failures failures;
    private final Firing firing;
    private final NodeCounters counters;
    private final Touched touched;
    private final Node rest;

    @SuppressWarnings("unchecked")
    IntervalJoinNode(IntervalJoin<?, ?> operator, NodeContext context) {
        this.context = context;
        Interval<?> interval = operator.interval;
        kind = interval.kind;
        isOnce = kind == Kind.SEMI || kind == Kind.ANTI;
        matchesAtMost = interval.matchesAtMost;
        sendsAlone = operator.sendsAlone();
        aloneAtMost = operator.aloneOfKey();
        evicts = interval.evicts;
        reach = new Reach(interval, context.hasCursor(0));
        boolean isWindowed = reach.isWindowed();
        boolean byRow = interval.until != null;
        leftType = (EventType<Object>) context.inputType(0);
        rightType = (EventType<Object>) context.inputType(1);
        int longest = Math.max(leftType.maxLength(), rightType.maxLength());
        own = new byte[Stored.words(longest) * Long.BYTES];
        StateBudget budget = context.budget();
        int leftLongs = Side.longs(leftType.maxLength(), kind.leftAlone, byRow, isWindowed);
        int rightLongs = Side.longs(rightType.maxLength(), kind.rightAlone, false, isWindowed);
        int ownLongs = EventPlaces.ownLongs(Math.max(leftLongs, rightLongs));
        long eventBytes = 8L * (leftLongs + rightLongs - ownLongs);
        long bytes = budget.bytes() - budget.usedBytes() - operator.leastStateBytes() * 3 / 4;
        keys = new JoinKeys(context, operator.key, OWN + ownLongs, eventBytes, bytes);
        calendar = new ExpiryCalendar(budget, keys.rows, reach.spanNs() == 0 ? KEEP_NS : reach.spanNs());
        pace = new FiringPace(budget, operator.sendsAlone() ? FiringPace.FEW : FiringPace.FEW_FREEING);
        int most = interval.eventsAtMost;
        left = new Side(
                budget,
                keys.rows,
                0,
                OWN,
                ownLongs,
                leftType.maxLength(),
                most,
                kind.leftAlone,
                byRow,
                isWindowed,
                context.hashSeed());
        right = new Side(
                budget,
                keys.rows,
                Side.COLUMNS,
                OWN,
                ownLongs,
                rightType.maxLength(),
                most,
                kind.rightAlone,
                false,
                isWindowed,
                context.hashSeed());
        late = new LateSides(context, 1, 2);
        pair = new Pair(context);
        time = new LateTime(context.progress(), operator.latenessNs());
        failures = context.failures();
        firing = context.firing();
        counters = context.counters();
        touched = touched();
        rest = context.rest(0);
    }

    // ---- an event

    private Touched touched() {
        List<StateCounters> written = new ArrayList<>(List.of(keys.rows.counters()));
        left.counters(written);
        right.counters(written);
        return new Touched(counters, written.toArray(new StateCounters[0]), calendar);
    }

    @Override
    public boolean on(Flow flow) {
        touched.begin();
        boolean goesOn = event(flow);
        count();
        return goesOn;
    }

    private boolean event(Flow flow) {
        boolean isLeft = flow.input() == 0;
        if (flow.form() != EntryForm.INSERT) {
            return failures.refuse(flow, Reason.MALFORMED, NO_INSERT);
        }
        nowNs = time.ns();
        if (flow.timeNs() < nowNs) {
            return late.send(flow, isLeft ? 0 : 1, null);
        }
        try {
            ownLength = Held.copyValue(flow, isLeft ? leftType : rightType, own, 0);
            reach.of(flow, isLeft);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        int slot = keys.find(flow);
        open(slot);
        if (slot != JoinKeys.NONE) {
            if (sendsAlone && !sendDue(slot, flow)) {
                return failures.refuse(flow, Reason.OVER_BOUND, BEHIND);
            }
            slot = freeDead(slot);
        }
        firstMatch = firstMatch(isLeft);
        Side other = isLeft ? right : left;
        boolean hasMatch = isMatch(other, firstMatch);
        if (hasMatch && isTooMany(isLeft)) {
            return failures.refuse(flow, Reason.OVER_BOUND, MANY);
        }
        boolean isMatched = hasMatch && !(reach.overlap && staysAlone(other));
        if (isKept(isLeft, isMatched)) {
            slot = keep(slot, flow, isLeft, isMatched);
            if (slot == JoinKeys.NONE) {
                return failures.refuse(flow, Reason.OVER_BOUND, FULL);
            }
        }
        if (hasMatch && isLeft) {
            sendOfLeft(flow);
        } else if (hasMatch) {
            sendOfRight(slot, flow);
        }
        return false;
    }

    private void open(int slot) {
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

    /** Whether the event in hand is alone in one of its windows: what is nearest of the other side on either hand shares the most with it. */
    private boolean staysAlone(Side other) {
        int before = other.floor(reach.ownNs());
        int behind = other.ceiling(reach.ownNs());
        if (before != Timeline.NONE) {
            reach.meets(other.timeNs(before));
        }
        if (behind != Timeline.NONE) {
            reach.meets(other.timeNs(behind));
        }
        return reach.aloneNs() <= reach.aloneToNs();
    }

    private boolean isKept(boolean isLeft, boolean isMatched) {
        boolean isDone = isLeft && isMatched && isOnce;
        boolean mayMatch = reach.endNs() >= nowNs;
        return !isDone && (mayMatch || (isLeft ? kind.leftAlone : kind.rightAlone) && !isMatched);
    }

    /** Keeps the event in hand; answers the row of its key, or that there is no room. */
    private int keep(int found, Flow flow, boolean isLeft, boolean isMatched) {
        int slot = found == JoinKeys.NONE ? keys.acquire(flow) : found;
        if (slot == JoinKeys.NONE) {
            return JoinKeys.NONE;
        }
        Side side = isLeft ? left : right;
        boolean takesPlace = evicts && side.isFull();
        if (takesPlace && side.isEarliest(flow.timeNs())) {
            counters.evicted++; // it itself
            return slot;
        }
        boolean isKept = takesPlace
                ? side.replaceEarliest(slot, flow, reach, isMatched, own, ownLength)
                : side.add(slot, flow, reach, isMatched, own, ownLength);
        if (!isKept) {
            releaseIfEmpty(slot);
            return JoinKeys.NONE;
        }
        counters.evicted += takesPlace ? 1 : 0;
        pace.added(1);
        arm(slot);
        context.due(nextDueNs());
        counters.keys = keys.rows.count();
        return slot;
    }

    /** The first event of the other side that matches, if it begins early enough. */
    private int firstMatch(boolean isLeft) {
        if (isLeft) {
            return right.ceiling(reach.fromNs());
        }
        return left.isEnding() ? left.firstReaching(reach.ownNs()) : left.ceiling(reach.fromNs());
    }

    private int nextMatch(boolean isLeft, int id) {
        if (isLeft) {
            return right.next(id);
        }
        return left.isEnding() ? left.nextReaching(id, reach.ownNs()) : left.next(id);
    }

    private boolean isMatch(Side other, int id) {
        return id != Timeline.NONE && other.timeNs(id) <= reach.endNs();
    }

    /**
     * Whether the event in hand makes more pairs than one may, of which one comes for each window that holds both sides. They are
     * counted only where the key has so many events at all.
     */
    private boolean isTooMany(boolean isLeft) {
        Side other = isLeft ? right : left;
        return (other.count() > matchesAtMost || reach.overlap) && !(isLeft && isOnce) && countsTooMany(isLeft, other);
    }

    private boolean countsTooMany(boolean isLeft, Side other) {
        int matches = 0;
        long pairs = 0;
        for (int id = firstMatch; isMatch(other, id) && matches <= matchesAtMost; id = nextMatch(isLeft, id)) {
            matches++;
            pairs += kind == Kind.ANTI ? 1 : reach.pairs(other.timeNs(id));
        }
        return matches > matchesAtMost || pairs > matchesAtMost;
    }

    // ---- pairs

    private void sendOfLeft(Flow flow) {
        isSaved = false;
        pair.left(own, ownLength);
        int id = firstMatch;
        boolean isMatch = true;
        while (isMatch) {
            int next = isOnce ? Timeline.NONE : right.next(id);
            isMatch = isMatch(right, next);
            sendWithRight(id, flow, isMatch);
            id = next;
        }
    }

    private void sendWithRight(int id, Flow flow, boolean isMore) {
        matched(right, id);
        if (kind == Kind.ANTI) {
            return;
        }
        long[] page = right.page(id);
        int base = right.base(id);
        pair.right(page, base + right.head());
        send(flow, page[base + Timeline.TIME], isMore);
    }

    private void sendOfRight(int slot, Flow flow) {
        isSaved = false;
        int id = firstMatch;
        boolean isMatch = true;
        while (isMatch) {
            int next = nextMatch(false, id);
            isMatch = isMatch(left, next);
            sendWithLeft(slot, id, flow, isMatch);
            id = next;
        }
        if (isOnce) {
            releaseIfEmpty(slot);
        }
    }

    private void sendWithLeft(int slot, int id, Flow flow, boolean isMore) {
        long leftNs = left.timeNs(id);
        pair.left(left.page(id), left.event(id));
        if (!isOnce) {
            matched(left, id);
        } else if (!reach.overlap || !staysAlone(id)) {
            left.remove(slot, id);
        }
        if (kind == Kind.ANTI) {
            return;
        }
        pair.right(own, 0, ownLength);
        send(flow, leftNs, isMore);
    }

    /** The event in hand stands beside one of a side: where windows overlap, in those that hold both. */
    private void matched(Side side, int id) {
        if (reach.overlap) {
            side.meets(id, reach);
        } else {
            side.matched(id);
        }
    }

    /** Whether a left event is still alone in a window that does not hold the event in hand. */
    private boolean staysAlone(int id) {
        left.meets(id, reach);
        return left.comesAlone(id);
    }

    /** Sends the pair of the event in hand and one of that time: once for each window that holds both. */
    private void send(Flow flow, long otherNs, boolean isMore) {
        int times = reach.pairs(otherNs);
        for (int i = 0; i < times; i++) {
            asItCame(flow, isMore || i + 1 < times);
            send(flow, reach.pairNs(i, otherNs));
        }
    }

    /** Before a pair: puts back what the one before has changed. Most events make one, and for that nothing is put aside. */
    private void asItCame(Flow flow, boolean isMore) {
        if (isSaved) {
            flow.copyFrom(saved);
        } else if (isMore) {
            saved.copyFrom(flow);
            isSaved = true;
        }
    }

    private void send(Flow flow, long timeNs) {
        pair.put(flow);
        flow.reason(null);
        flow.timeNs(timeNs);
        counters.out++;
        rest.on(flow);
    }

    // ---- alone

    /** Sends what is due for the key of the event in hand; answers false when that is more than goes before an event. */
    private boolean sendDue(int slot, Flow flow) {
        int sent = 0;
        Side side = firstAlone(nowNs);
        if (side != null) {
            saved.copyFrom(flow);
        }
        while (side != null && sent < aloneAtMost) {
            sent++;
            end(side, slot, due, flow);
            side = firstAlone(nowNs);
        }
        if (sent > 0) {
            context.due(nextDueNs());
            flow.copyFrom(saved);
            counters.firings += sent;
            counters.maxFirings = Math.max(counters.maxFirings, sent);
        }
        return side == null;
    }

    /** The side of the key in hand of which an event comes alone first; null when none has ended. {@link #due} is that event. */
    private Side firstAlone(long progressNs) {
        int ofLeft = left.firstAlone(progressNs);
        int ofRight = right.firstAlone(progressNs);
        boolean isLeft =
                ofRight == Timeline.NONE || ofLeft != Timeline.NONE && left.aloneNs(ofLeft) <= right.aloneNs(ofRight);
        due = isLeft ? ofLeft : ofRight;
        return due == Timeline.NONE ? null : isLeft ? left : right;
    }

    /** Frees a little of what is of no use any more of the key in hand; answers its row, which may have gone. */
    private int freeDead(int slot) {
        boolean wasEmpty = left.isEmpty() && right.isEmpty(); // and its row has gone with the last that was sent
        if (wasEmpty) {
            return JoinKeys.NONE;
        }
        int freed = left.free(slot, nowNs) + right.free(slot, nowNs);
        return freed > 0 && releaseIfEmpty(slot) ? JoinKeys.NONE : slot;
    }

    /** Lets go of an event whose moment has passed; alone where it is to, in each of its windows where they overlap. */
    private void end(Side side, int slot, int id, Flow flow) {
        boolean sends = side.comesAlone(id);
        boolean stays = false;
        long momentNs = sends ? side.aloneNs(id) : 0;
        if (sends) {
            keys.keyOf(slot, flow);
            flow.fires(firing, Times.plus(momentNs, 1));
            stays = side.fires(id, firing, reach) && !(isOnce && !side.comesAlone(id));
            if (side == left) {
                pair.left(left.page(id), left.event(id));
                pair.noRight();
            } else {
                pair.noLeft();
                pair.right(right.page(id), right.event(id));
            }
        }
        if (!stays) {
            side.remove(slot, id);
            releaseIfEmpty(slot);
        }
        if (sends) {
            send(flow, momentNs);
        }
    }

    // ---- time

    @Override
    public void explain(Flow flow, Account to) {
        if (pair.isIn(flow)) {
            pair.explain(to, Taken.by(0), Taken.by(1));
        }
    }

    @Override
    public long nextDueNs() {
        return time.due(Math.min(calendarDueNs(), aloneDueNs()));
    }

    private long aloneDueNs() {
        return Math.min(left.nextDueNs(), right.nextDueNs());
    }

    private long calendarDueNs() {
        return calendar.buckets() == 0 ? Long.MAX_VALUE : Math.min(calendar.nextDueNs(), Progress.END);
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        long ns = time.of(progressNs);
        int fired = 0;
        touched.begin();
        while (fired < most && aloneDueNs() <= ns) {
            fired++;
            Side side = left.nextDueNs() <= right.nextDueNs() ? left : right;
            int id = side.pop(ns);
            int slot = side.slot(id);
            open(slot);
            end(side, slot, id, flow);
        }
        context.due(nextDueNs());
        int share = progressNs == Progress.END ? most : Math.min(most, fired + pace.most(most));
        int sent = fired;
        while (fired < share && calendarDueNs() <= ns) {
            fired++;
            lookAfter(ns);
        }
        pace.fired(fired - sent, calendarDueNs() <= ns);
        count();
        return fired;
    }

    /** Frees what is of no use any more of the key whose turn it is. */
    private void lookAfter(long progressNs) {
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
        context.due(nextDueNs());
    }

    /** Puts a key on the calendar for when the last that is kept of it now has ended. */
    private void arm(int slot) {
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

    private boolean releaseIfEmpty(int slot) {
        boolean isEmpty = left.isEmpty() && right.isEmpty();
        if (isEmpty) {
            keys.rows.release(slot);
        }
        counters.keys = keys.rows.count();
        return isEmpty;
    }

    private void count() {
        touched.also(left.takeSlots() + right.takeSlots());
        touched.end();
    }
}
