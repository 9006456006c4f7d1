package io.millrace.operators.join;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.operators.EventsBehind;
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.LateSides;
import io.millrace.operators.LateTime;
import io.millrace.operators.Pair;
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
import java.util.List;

/** Runs an interval join. */
final class IntervalJoinNode implements TimedNode, SavedByParts, Explains {
    static final String FULL = "the join holds as many keys or events as it may: raise its bound or budget";
    static final String MANY = "it matches more events than one may: raise matchesAtMost";
    static final String NO_INSERT = "join takes inserts, not replacements or retractions";
    static final String BEHIND =
            "more events of its key have ended without a match than are sent before one, and there is no room for it to wait: raise the state budget";

    private final Kind kind;

    /** Whether a left event that is matched has done what it is kept for. */
    private final boolean isOnce;

    private final int matchesAtMost;
    private final boolean sendsAlone;
    private final int aloneAtMost;
    private final boolean evicts;

    /** Whether nothing can match an event any more that is given up. */
    private final boolean tellsGivenUp;

    private final Reach reach;
    private final EventType<Object> leftType;
    private final EventType<Object> rightType;

    private final IntervalRows rows;
    private final JoinKeys keys;
    private final Side left;
    private final Side right;
    private final ExpiryCalendar calendar;
    private final LateSides late;
    private final EventsBehind behind;

    private final OwnBytes own;

    /** Where time stands. */
    @Scratch("of the event in hand")
    private long nowNs;

    private int firstMatch;
    private int due;
    private final Pair pair;
    private final Flow saved = new Flow();

    @Scratch("of the event in hand")
    private boolean isSaved;

    /** How many have been sent before the event in hand, and for its coming. */
    @Scratch("of the event in hand")
    private int sent;

    private final NodeContext context;
    private final FiringPace pace;

    /** Of what comes alone: more than an entry sends where its events bring more. */
    private final FiringPace alone;

    private final int aloneOfEvent;
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
        tellsGivenUp = interval.tellsGivenUp();
        reach = new Reach(interval, context.hasCursor(0));
        leftType = (EventType<Object>) context.inputType(0);
        rightType = (EventType<Object>) context.inputType(1);
        own = new OwnBytes(leftType, rightType);
        StateBudget budget = context.budget();
        rows = new IntervalRows(operator, context, reach);
        keys = rows.keys;
        left = rows.left;
        right = rows.right;
        calendar = rows.calendar;
        pace = new FiringPace(budget, operator.sendsAlone() ? FiringPace.FEW : FiringPace.FEW_FREEING);
        alone = new FiringPace(budget, IntervalJoin.FIRINGS);
        aloneOfEvent = interval.aloneIn();
        behind = new EventsBehind(context, List.of(leftType, rightType), operator.key.maxBytes());
        late = new LateSides(context, 1, 2);
        pair = new Pair(context);
        time = new LateTime(context.progress(), operator.latenessNs());
        failures = context.failures();
        firing = context.firing();
        counters = context.counters();
        List<StateCounters> written = rows.counters();
        written.addAll(List.of(behind.counters()));
        touched = new Touched(counters, written.toArray(new StateCounters[0]), calendar);
        rest = context.rest(0);
    }

    // ---- an event

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
        sent = 0;
        if (flow.timeNs() < nowNs) {
            return late.send(flow, isLeft ? 0 : 1, null);
        }
        if (behind.isBehind(flow) && hold(flow, false)) {
            goOn(flow);
        } else if (!take(flow, isLeft)) {
            hold(flow, true);
        }
        return false;
    }

    /** Has the event in hand wait until what is due of its key has been sent, or refuses it; false when it goes ahead. */
    private boolean hold(Flow flow, boolean hasTo) {
        boolean isDone = behind.holdOrRefuse(flow, flow.input(), nowNs, hasTo, BEHIND, BEHIND);
        context.due(nextDueNs());
        return isDone;
    }

    /** For the coming of an event that waits some of what goes before the first is sent, and then that one is taken. */
    private void goOn(Flow flow) {
        int most = Math.min(aloneAtMost, IntervalJoin.FIRINGS);
        long ns = nowNs;
        int fired = 0;
        while (fired < most && sendNext(ns, flow)) {
            fired++;
        }
        int taken = takeFirst(flow) ? 1 : 0;
        alone.fired(fired, aloneDueNs() <= ns);
        noteSent(fired + taken);
    }

    private void noteSent(int fired) {
        context.due(nextDueNs());
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
    }

    /** Takes the event in hand, which has waited or need not; answers false, and only what is due has been sent, when it has to wait. */
    private boolean take(Flow flow, boolean isLeft) {
        try {
            own.see(flow, isLeft ? leftType : rightType);
            reach.of(flow, isLeft);
        } catch (Throwable t) {
            failures.operatorError(flow, t);
            return true;
        }
        int slot = keys.find(flow);
        rows.open(slot);
        if (slot != JoinKeys.NONE) {
            if (sendsAlone && !sendDue(slot, flow)) {
                return false;
            }
            slot = rows.freeDead(slot, nowNs);
        }
        match(slot, flow, isLeft);
        return true;
    }

    private void match(int found, Flow flow, boolean isLeft) {
        int slot = found;
        firstMatch = firstMatch(isLeft);
        Side other = isLeft ? right : left;
        boolean hasMatch = isMatch(other, firstMatch);
        if (hasMatch && isTooMany(isLeft)) {
            failures.refuse(flow, Reason.OVER_BOUND, MANY);
            return;
        }
        boolean isMatched = hasMatch && !(reach.overlap && staysAlone(other));
        if (isKept(isLeft, isMatched)) {
            slot = keep(slot, flow, isLeft, isMatched);
            if (slot == JoinKeys.NONE) {
                failures.refuse(flow, Reason.OVER_BOUND, FULL);
                return;
            }
        }
        if (hasMatch && isLeft) {
            sendOfLeft(flow);
        } else if (hasMatch) {
            sendOfRight(slot, flow);
        }
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
            if (tellsGivenUp && side.isAlone && !isMatched) {
                sendOwnAlone(flow, isLeft);
            }
            return slot;
        }
        boolean isKept = takesPlace
                ? keepInPlace(side, slot, flow, isMatched)
                : side.add(slot, flow, reach, isMatched, own.whole(), own.length());
        if (!isKept) {
            rows.releaseIfEmpty(slot);
            return JoinKeys.NONE;
        }
        pace.added(1);
        alone.added(aloneOfEvent);
        rows.arm(slot);
        context.due(nextDueNs());
        counters.keys = keys.rows.count();
        return slot;
    }

    /** Keeps the event in hand in place of the earliest of its side; answers false, and nothing has changed, when there is no room. */
    private boolean keepInPlace(Side side, int slot, Flow flow, boolean isMatched) {
        long header = side.headerInPlaceOfEarliest(flow, reach, isMatched);
        if (header == HeldHeaders.NO_ROOM) {
            return false;
        }
        counters.evicted++;
        int first = side.first();
        if (tellsGivenUp && side.comesAlone(first)) {
            sendGivenUp(side, first, flow);
        }
        side.replaceEarliest(slot, flow, reach, isMatched, header, own.whole(), own.length());
        return true;
    }

    /** Sends what is given up for the event in hand, and has not been matched: it is of the same key. */
    private void sendGivenUp(Side side, int id, Flow flow) {
        saved.copyFrom(flow);
        long ns = Math.max(side.timeNs(id), nowNs);
        flow.fires(firing, Times.plus(ns, 1));
        side.fires(id, firing, reach);
        side.putAlone(id, pair);
        send(flow, ns);
        flow.copyFrom(saved);
    }

    /** The event in hand, which nothing has matched, is itself the one that is given up. */
    private void sendOwnAlone(Flow flow, boolean isLeft) {
        pair.alone(isLeft, own.whole(), own.length());
        send(flow, flow.timeNs());
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
        own.toLeft(pair, flow);
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
            rows.releaseIfEmpty(slot);
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
        own.toRight(pair);
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
            flow.copyFrom(saved);
            alone.fired(sent, aloneDueNs() <= nowNs);
            noteSent(sent);
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

    /** Lets go of an event whose moment has passed; alone where it is to, in each of its windows where they overlap. */
    private void end(Side side, int slot, int id, Flow flow) {
        boolean sends = side.comesAlone(id);
        boolean stays = false;
        long momentNs = sends ? side.aloneNs(id) : 0;
        if (sends) {
            keys.keyOf(slot, flow);
            flow.fires(firing, Times.plus(momentNs, 1));
            stays = side.fires(id, firing, reach) && !(isOnce && !side.comesAlone(id));
            side.putAlone(id, pair);
        }
        if (!stays) {
            side.remove(slot, id);
            rows.releaseIfEmpty(slot);
        }
        if (sends) {
            send(flow, Math.min(momentNs, Progress.END - 1)); // as what a window without an end tells
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
        return time.due(Math.min(behind.firstNs(), Math.min(rows.nextDueNs(), aloneDueNs())));
    }

    private long aloneDueNs() {
        return Math.min(left.nextDueNs(), right.nextDueNs());
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        long ns = time.of(progressNs);
        int ofAlone = alone.most(progressNs >= Progress.END, most);
        int fired = 0;
        touched.begin();
        while (fired < ofAlone && sendNext(ns, flow)) {
            fired++;
        }
        if (fired < ofAlone && takeFirst(flow)) {
            fired++;
            while (fired < ofAlone && sendNext(ns, flow)) {
                fired++;
            }
        }
        alone.fired(fired, aloneDueNs() <= ns);
        context.due(nextDueNs());
        int share = Math.min(most, fired + pace.most(progressNs >= Progress.END, most));
        int before = fired;
        while (fired < share && rows.nextDueNs() <= Math.min(ns, behind.firstNs())) {
            fired++;
            rows.lookAfter(Math.min(ns, behind.firstNs()));
            context.due(nextDueNs());
        }
        pace.fired(fired - before, rows.nextDueNs() <= ns);
        count();
        return fired;
    }

    /** Sends the first of all that is due, unless an event waits that came before it was. */
    private boolean sendNext(long progressNs, Flow flow) {
        long upToNs = Math.min(progressNs, behind.firstNs());
        if (aloneDueNs() > upToNs) {
            return false;
        }
        Side side = left.nextDueNs() <= right.nextDueNs() ? left : right;
        int id = side.pop(upToNs);
        int slot = side.slot(id);
        rows.open(slot);
        end(side, slot, id, flow);
        return true;
    }

    /** Takes the first event that waits, when nothing goes before it any more. One at a time, since each may match many. */
    private boolean takeFirst(Flow flow) {
        if (behind.isEmpty() || aloneDueNs() <= behind.firstNs()) {
            return false;
        }
        nowNs = behind.take(flow, firing);
        sent = 0;
        if (!take(flow, flow.input() == 0)) {
            failures.operatorError(flow, new IllegalStateException(EventsBehind.CANNOT_BE));
        }
        return true;
    }

    private void count() {
        if (Touched.counts()) {
            touched.also(left.takeSlots() + right.takeSlots());
            touched.end();
        }
    }
}
