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
import io.millrace.operators.EventsBehind;
import io.millrace.operators.LateSides;
import io.millrace.operators.LateTime;
import io.millrace.operators.Pair;
import io.millrace.operators.Stored;
import io.millrace.operators.Touched;
import io.millrace.operators.join.Interval.Kind;
import io.millrace.state.FiringPace;
import io.millrace.state.SavedByParts;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a join of what is in one session of both sides. Two events that are in one session stay together whatever comes: so their pair is
 * sent when the event comes that leads from one to the other, and nothing is ever taken back. What stands alone is known when its session is
 * over.
 */
final class SessionJoinNode implements TimedNode, SavedByParts, Explains {
    /** Most events that a firing frees, or of each side an event of the key, which adds one. */
    private static final int FREED_AT_ONCE = 4;

    /** What an event adds: its own turn at the end of its session, and one turn more of that, which it has made longer. */
    static final int FIRINGS = 2;

    /* Row: | root of the sessions | left side | right side | */
    private static final int LEFT = 1;
    private static final int RIGHT = 2;
    private static final int COLUMNS = 3;

    private static final int TIMER_LONGS = 6;

    private final Kind kind;

    /** Whether a left event that is matched has done what it is kept for. */
    private final boolean isOnce;

    private final int matchesAtMost;
    private final int aloneAtMost;
    private final EventType<Object> leftType;
    private final EventType<Object> rightType;
    private final JoinKeys keys;
    private final Sessions sessions;
    private final SessionSide left;
    private final SessionSide right;
    private final LateSides late;
    private final EventsBehind behind;

    @Scratch("of the event in hand")
    private final byte[] own;

    @Scratch("of the event in hand")
    private int ownLength;

    /** Where time stands. */
    @Scratch("of the event in hand")
    private long nowNs;

    private final Pair pair;
    private final Flow saved = new Flow();

    @Scratch("of the event in hand")
    private boolean isSaved;

    /** How many have been sent before the event in hand. */
    @Scratch("of the event in hand")
    private int sent;

    private final NodeContext context;
    private final FiringPace pace;
    private final LateTime time;
    private final Failures failures;
    private final Firing firing;
    private final NodeCounters counters;
    private final Touched touched;
    private final Node rest;

    @SuppressWarnings("unchecked")
    SessionJoinNode(IntervalJoin<?, ?> operator, NodeContext context) {
        this.context = context;
        Interval<?> interval = operator.interval;
        kind = interval.kind;
        isOnce = kind == Kind.SEMI || kind == Kind.ANTI;
        matchesAtMost = interval.matchesAtMost;
        aloneAtMost = operator.aloneOfKey();
        leftType = (EventType<Object>) context.inputType(0);
        rightType = (EventType<Object>) context.inputType(1);
        own = new byte[Stored.words(Math.max(leftType.maxLength(), rightType.maxLength())) * Long.BYTES];
        StateBudget budget = context.budget();
        long eventLongs = (long) SessionSide.longs(leftType.maxLength(), kind.leftAlone)
                + SessionSide.longs(rightType.maxLength(), kind.rightAlone)
                + Sessions.LONGS
                + TIMER_LONGS;
        long bytes = budget.bytes() - budget.usedBytes() - operator.leastStateBytes() * 3 / 4;
        keys = new JoinKeys(context, operator.key, COLUMNS, Long.BYTES * eventLongs, bytes);
        long seed = context.hashSeed();
        int most = interval.eventsAtMost;
        sessions = new Sessions(budget, interval.gapNs(), seed);
        left = new SessionSide(budget, keys.rows, LEFT, leftType.maxLength(), most, kind.leftAlone, seed + LEFT);
        right = new SessionSide(budget, keys.rows, RIGHT, rightType.maxLength(), most, kind.rightAlone, seed + RIGHT);
        behind = new EventsBehind(context, List.of(leftType, rightType), operator.key.maxBytes());
        late = new LateSides(context, 1, 2);
        pair = new Pair(context);
        pace = new FiringPace(budget, operator.sendsAlone() ? IntervalJoin.FIRINGS : FiringPace.FEW);
        time = new LateTime(context.progress(), operator.latenessNs());
        failures = context.failures();
        firing = context.firing();
        counters = context.counters();
        List<StateCounters> written = new ArrayList<>(List.of(keys.rows.counters()));
        sessions.counters(written);
        left.counters(written);
        right.counters(written);
        written.addAll(List.of(behind.counters()));
        touched = new Touched(counters, written.toArray(new StateCounters[0]));
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
            return failures.refuse(flow, Reason.MALFORMED, IntervalJoinNode.NO_INSERT);
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
        String why = IntervalJoinNode.BEHIND;
        boolean isDone = behind.holdOrRefuse(flow, flow.input(), nowNs, hasTo, why, why);
        context.due(nextDueNs());
        return isDone;
    }

    /** For the coming of an event that waits some of what goes before the first is sent, and then that one is taken. */
    private void goOn(Flow flow) {
        int most = Math.min(aloneAtMost, IntervalJoin.FIRINGS);
        long ns = nowNs;
        int fired = 0;
        while (fired < most && fireNext(ns, flow)) {
            fired++;
        }
        if (takeFirst(flow) || fired > 0) {
            pace.fired(fired, sessions.nextDueNs() <= ns);
            noteSent(fired);
        }
    }

    private void noteSent(int fired) {
        context.due(nextDueNs());
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
    }

    /** Takes the first event that waits, when nothing goes before it any more. One at a time, since each may make many pairs. */
    private boolean takeFirst(Flow flow) {
        if (behind.isEmpty() || sessions.nextDueNs() <= behind.firstNs()) {
            return false;
        }
        nowNs = behind.take(flow, firing);
        sent = 0;
        if (!take(flow, flow.input() == 0)) {
            failures.operatorError(flow, new IllegalStateException(EventsBehind.CANNOT_BE));
        }
        return true;
    }

    /** Takes the event in hand, which has waited or need not; answers false, and only what is due has been sent, when it has to wait. */
    private boolean take(Flow flow, boolean isLeft) {
        try {
            ownLength = Held.copyValue(flow, isLeft ? leftType : rightType, own, 0);
        } catch (Throwable t) {
            failures.operatorError(flow, t);
            return true;
        }
        int slot = keys.find(flow);
        open(slot);
        if (slot != JoinKeys.NONE) {
            if (!sendDue(slot, flow)) {
                return false;
            }
            slot = freeDead(slot, isLeft ? left : right, isLeft ? right : left);
        }
        sessions.look(flow.timeNs());
        if (pairs(isLeft) > matchesAtMost) {
            failures.refuse(flow, Reason.OVER_BOUND, IntervalJoinNode.MANY);
        } else if (!join(slot, flow, isLeft)) {
            failures.refuse(flow, Reason.OVER_BOUND, IntervalJoinNode.FULL);
        }
        return true;
    }

    private void open(int slot) {
        boolean isThere = slot != JoinKeys.NONE;
        sessions.root(isThere ? keys.rows.get(slot, 0) : 0);
        left.open(isThere ? keys.rows.get(slot, LEFT) : 0);
        right.open(isThere ? keys.rows.get(slot, RIGHT) : 0);
    }

    private void close(int slot) {
        keys.rows.set(slot, 0, sessions.root());
    }

    /** How many pairs the event in hand makes, also of events that it brings together; where each left event is told once, how many. */
    private long pairs(boolean isLeft) {
        int older = sessions.older();
        int newer = sessions.newer();
        long lefts = (long) sessions.lefts(older) + sessions.lefts(newer);
        long rights = (long) sessions.rights(older) + sessions.rights(newer);
        if (isOnce) {
            return !isLeft ? lefts : rights > 0 ? lefts + (kind == Kind.SEMI ? 1 : 0) : 0;
        }
        return (isLeft ? rights : lefts)
                + (long) sessions.lefts(older) * sessions.rights(newer)
                + (long) sessions.lefts(newer) * sessions.rights(older);
    }

    /** Puts the event in hand into its session and sends what it makes; answers false, and nothing has changed, when there is no room. */
    private boolean join(int found, Flow flow, boolean isLeft) {
        int older = sessions.older();
        int newer = sessions.newer();
        boolean isKept = !(isOnce && isLeft && sessions.rights(older) + sessions.rights(newer) > 0);
        int slot = found == JoinKeys.NONE ? keys.acquire(flow) : found;
        if (slot == JoinKeys.NONE) {
            return false;
        }
        boolean isNew = older == Sessions.NONE && newer == Sessions.NONE;
        int begun = isNew ? sessions.begin(slot, flow.timeNs()) : Sessions.NONE;
        boolean hasRoom = !isNew || begun != Sessions.NONE;
        if (!hasRoom || isKept && !(isLeft ? left : right).add(slot, flow, own, ownLength)) {
            if (begun != Sessions.NONE) {
                sessions.end(begun);
            }
            close(slot);
            releaseIfEmpty(slot);
            return false;
        }
        boolean isBridge = older != Sessions.NONE && newer != Sessions.NONE;
        long olderLastNs = isBridge ? sessions.lastNs(older) : 0;
        long newerFirstNs = isBridge ? sessions.timeNs(newer) : 0;
        boolean leftIsOlder = sessions.lefts(older) > 0 && sessions.rights(newer) > 0;
        boolean leftIsNewer = sessions.lefts(newer) > 0 && sessions.rights(older) > 0;
        int id = isNew ? begun : sessions.grow(flow.timeNs());
        sessions.holds(id, isLeft, isKept ? 1 : 0);
        if (!comesAlone(id)) {
            sessions.setMatched(id);
        }
        sessions.renewUp(id);
        close(slot);
        pace.added(FIRINGS);
        context.due(nextDueNs());
        counters.keys = keys.rows.count();
        isSaved = false;
        if (isOnce) {
            sendOnce(slot, id, flow, isLeft);
        } else {
            sendOwn(id, flow, isLeft);
        }
        if (isBridge && !isOnce) {
            if (leftIsOlder) {
                sendBetween(sessions.timeNs(id), olderLastNs, newerFirstNs, sessions.lastNs(id), flow);
            }
            if (leftIsNewer) {
                sendBetween(newerFirstNs, sessions.lastNs(id), sessions.timeNs(id), olderLastNs, flow);
            }
        }
        return true;
    }

    /** Whether what a session holds is to come alone, as it stands: then all of it is of one side. */
    private boolean comesAlone(int id) {
        return kind.leftAlone && sessions.rights(id) == 0 || kind.rightAlone && sessions.lefts(id) == 0;
    }

    // ---- pairs

    /** The event in hand beside all of the other side. */
    private void sendOwn(int id, Flow flow, boolean isLeft) {
        SessionSide other = isLeft ? right : left;
        long ownNs = flow.timeNs();
        long lastNs = sessions.lastNs(id);
        if (isLeft) {
            pair.left(own, ownLength);
        }
        for (int o = other.from(sessions.timeNs(id)); other.isUpTo(o, lastNs); o = other.next(o)) {
            if (isLeft) {
                pair.right(right.page(o), right.event(o));
            } else {
                pair.left(left.page(o), left.event(o));
                pair.right(own, 0, ownLength);
            }
            sendPair(flow, Math.max(ownNs, other.timeNs(o)));
        }
    }

    /** The left events of one time beside the right ones of another; there are some of both, so it takes as many steps as pairs. */
    private void sendBetween(long leftFromNs, long leftToNs, long rightFromNs, long rightToNs, Flow flow) {
        for (int l = left.from(leftFromNs); left.isUpTo(l, leftToNs); l = left.next(l)) {
            pair.left(left.page(l), left.event(l));
            for (int r = right.from(rightFromNs); right.isUpTo(r, rightToNs); r = right.next(r)) {
                pair.right(right.page(r), right.event(r));
                sendPair(flow, Math.max(left.timeNs(l), right.timeNs(r)));
            }
        }
    }

    /** Where each left event is told once: all that now have a right one in their session, beside the first of it. */
    private void sendOnce(int slot, int id, Flow flow, boolean isLeft) {
        if (sessions.rights(id) == 0) {
            return;
        }
        int first = right.from(sessions.timeNs(id));
        if (isLeft && kind == Kind.SEMI) {
            pair.left(own, ownLength);
            pair.right(right.page(first), right.event(first));
            sendPair(flow, Math.max(flow.timeNs(), right.timeNs(first)));
        }
        int l = left.from(sessions.timeNs(id));
        while (left.isUpTo(l, sessions.lastNs(id))) {
            long timeNs = Math.max(left.timeNs(l), right.timeNs(first));
            if (kind == Kind.SEMI) {
                pair.left(left.page(l), left.event(l));
                pair.right(right.page(first), right.event(first));
            }
            int next = left.next(l);
            left.remove(slot, l);
            sessions.holds(id, true, -1);
            if (kind == Kind.SEMI) {
                sendPair(flow, timeNs);
            }
            l = next;
        }
    }

    private void sendPair(Flow flow, long timeNs) {
        if (isSaved) {
            flow.copyFrom(saved);
        } else {
            saved.copyFrom(flow);
            isSaved = true;
        }
        send(flow, timeNs);
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
        int id = firstAlone();
        if (id != Sessions.NONE) {
            saved.copyFrom(flow);
        }
        while (id != Sessions.NONE && sent < aloneAtMost) {
            sent++;
            sendAlone(slot, id, flow);
            id = firstAlone();
        }
        if (sent > 0) {
            flow.copyFrom(saved);
            pace.fired(sent, sessions.nextDueNs() <= nowNs);
            noteSent(sent);
        }
        return id == Sessions.NONE;
    }

    private int firstAlone() {
        int id = sessions.firstOpen();
        return id != Sessions.NONE && sessions.isOver(id, nowNs) ? id : Sessions.NONE;
    }

    /** Sends the first event of a session that is over, all of which is of one side, and gives it up. */
    private void sendAlone(int slot, int id, Flow flow) {
        boolean isLeft = sessions.lefts(id) > 0;
        SessionSide side = isLeft ? left : right;
        long momentNs = sessions.endNs(id);
        int event = side.from(sessions.timeNs(id));
        keys.keyOf(slot, flow);
        flow.fires(firing, Times.plus(momentNs, 1));
        side.release(event, firing);
        if (isLeft) {
            pair.left(left.page(event), left.event(event));
            pair.noRight();
        } else {
            pair.noLeft();
            pair.right(right.page(event), right.event(event));
        }
        remove(slot, id, isLeft, event);
        send(flow, momentNs);
    }

    /** Takes an event of a session that is over out of it, and with the last of them the session. */
    private void remove(int slot, int id, boolean isLeft, int event) {
        (isLeft ? left : right).remove(slot, event);
        sessions.holds(id, isLeft, -1);
        if (sessions.lefts(id) + sessions.rights(id) == 0) {
            sessions.end(id);
            close(slot);
            releaseIfEmpty(slot);
        }
    }

    /**
     * Frees a little of what is of no use any more of the key in hand, and of each side: so one that has some finds room for an event. Answers
     * the row of the key, which may have gone.
     */
    private int freeDead(int slot, SessionSide own, SessionSide other) {
        freeDead(slot, own);
        freeDead(slot, other);
        return sessions.isEmpty() ? JoinKeys.NONE : slot; // the row has gone with the last session
    }

    private void freeDead(int slot, SessionSide side) {
        for (int freed = 0; freed < FREED_AT_ONCE; freed++) {
            int event = side.from(Long.MIN_VALUE);
            int id = event == Timeline.NONE ? Sessions.NONE : sessions.floor(side.timeNs(event));
            if (id == Sessions.NONE || !sessions.isOver(id, nowNs)) {
                return;
            }
            remove(slot, id, side == left, event);
        }
    }

    /** Frees a few events of a session that is over, and it itself with the last; answers how many. */
    private int free(int slot, int id) {
        int held = sessions.lefts(id) + sessions.rights(id);
        int freed = Math.min(held, FREED_AT_ONCE);
        int lefts = Math.min(sessions.lefts(id), freed);
        for (int i = 0; i < freed; i++) {
            boolean isLeft = i < lefts;
            remove(slot, id, isLeft, (isLeft ? left : right).from(sessions.timeNs(id)));
        }
        return freed;
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
        return time.due(Math.min(behind.firstNs(), sessions.nextDueNs()));
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        long ns = time.of(progressNs);
        int share = pace.most(progressNs >= Progress.END, most);
        int fired = 0;
        touched.begin();
        while (fired < share && fireNext(ns, flow)) {
            fired++;
        }
        if (fired < share && takeFirst(flow)) {
            fired++;
            while (fired < share && fireNext(ns, flow)) {
                fired++;
            }
        }
        pace.fired(fired, sessions.nextDueNs() <= ns);
        context.due(nextDueNs());
        count();
        return fired;
    }

    /** What is due first of all, unless an event waits that came before it was; answers false when there is none. */
    private boolean fireNext(long progressNs, Flow flow) {
        long upToNs = Math.min(progressNs, behind.firstNs());
        if (sessions.nextDueNs() > upToNs) {
            return false;
        }
        int id = sessions.due(upToNs);
        if (id != Sessions.NONE) {
            end(id, flow);
        }
        return true;
    }

    private void end(int id, Flow flow) {
        int slot = sessions.slot(id);
        open(slot);
        if (sessions.isMatched(id)) {
            counters.maxFreed = Math.max(counters.maxFreed, free(slot, id));
        } else {
            sendAlone(slot, id, flow);
        }
    }

    private void releaseIfEmpty(int slot) {
        if (sessions.isEmpty()) {
            keys.rows.release(slot);
        }
        counters.keys = keys.rows.count();
    }

    private void count() {
        touched.also(left.takeSlots() + right.takeSlots() + sessions.takeSlots());
        touched.end();
    }
}
