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
import io.millrace.state.FiringPace;
import io.millrace.state.SavedByParts;
import io.millrace.state.StateCounters;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.Arrays;

/** Runs an as-of join: takes events and rows, answers what has waited long enough, looks after keys. */
final class AsOfNode implements TimedNode, SavedByParts, Explains {
    private static final String FULL = "the join holds as many keys or rows as it may: raise its bound or budget";
    private static final String MANY =
            "its key has as many rows as it may, and more events that ask for them are due than are"
                    + " answered before a row: raise versionsAtMost";

    private final AsOf how;
    private final EventType<Object> leftType;
    private final EventType<Object> rightType;
    private final byte[] own;
    private final Versions versions;
    private final WaitingEvents waiting;
    private final FiringPace pace;

    /** Whether what is due of a key is answered before a row that needs the room. */
    private final boolean byKey;

    private final Pair pair;
    private final Flow saved = new Flow();
    private final LateSides late;
    private final long stampDelayNs;
    private final NodeContext context;
    private final LateTime time;
    private final Failures failures;
    private final Firing firing;
    private final NodeCounters counters;
    private final Touched touched;
    private final Node rest;

    @SuppressWarnings("unchecked")
    AsOfNode(AsOfJoin<?, ?> operator, NodeContext context) {
        this.context = context;
        how = operator.how;
        leftType = (EventType<Object>) context.inputType(0);
        rightType = (EventType<Object>) context.inputType(1);
        int longest = Math.max(leftType.maxLength(), rightType.maxLength());
        own = new byte[Stored.words(longest) * Long.BYTES];
        time = new LateTime(context.progress(), operator.latenessNs());
        versions = new Versions(context, operator, time);
        pair = new Pair(context);
        late = new LateSides(context, 1, 2);
        boolean isBackward = how.direction == AsOf.Direction.BACKWARD;
        stampDelayNs = how.waitsNs();
        long waitNs = isBackward && how.strict ? 0 : Times.plus(stampDelayNs, 1);
        byKey = operator.answersByKey();
        waiting = how.arrival ? null : waiting(waitNs);
        pace = new FiringPace(context.budget(), AsOfJoin.FIRINGS);
        failures = context.failures();
        firing = context.firing();
        counters = context.counters();
        touched = touched();
        rest = context.rest(0);
    }

    private WaitingEvents waiting(long waitNs) {
        int longest = leftType.maxLength();
        return byKey
                ? new WaitingEvents(
                        context.budget(), longest, waitNs, versions.keys.rows, Versions.WAITING, context.hashSeed() + 1)
                : new WaitingEvents(context.budget(), longest, waitNs);
    }

    /** The longs in front of an event that waits. */
    static int heldHead() {
        return Math.max(WaitingEvents.HEAD_MAX, Timeline.HEAD);
    }

    @Override
    public boolean on(Flow flow) {
        touched.begin();
        boolean goesOn = event(flow);
        count();
        return goesOn;
    }

    private boolean event(Flow flow) {
        boolean isRow = flow.input() == 1;
        if (!isRow && flow.form() != EntryForm.INSERT) {
            return failures.refuse(flow, Reason.MALFORMED, "asOf answers inserts, not replacements or retractions");
        }
        if (flow.timeNs() < time.ns()) {
            return late.send(flow, isRow ? 1 : 0, null);
        }
        int length = Versions.GONE;
        if (!isRow || flow.form() != EntryForm.RETRACTION) {
            try {
                length = Held.copyValue(flow, isRow ? rightType : leftType, own, 0);
            } catch (Throwable t) {
                return failures.operatorError(flow, t);
            }
        }
        if (isRow) {
            return put(flow, length);
        }
        return how.arrival ? answer(flow, length) : hold(flow, length);
    }

    private Touched touched() {
        StateCounters[] ofRows = versions.counters();
        StateCounters[] ofEvents = waiting == null ? new StateCounters[0] : waiting.counters();
        StateCounters[] all = Arrays.copyOf(ofRows, ofRows.length + ofEvents.length);
        System.arraycopy(ofEvents, 0, all, ofRows.length, ofEvents.length);
        return new Touched(counters, all, versions.calendar());
    }

    private void count() {
        touched.also(versions.takeSlots() + (waiting == null ? 0 : waiting.takeSlots()));
        touched.end();
    }

    private boolean put(Flow flow, int length) {
        int slot = versions.keys.acquire(flow);
        if (byKey && slot != JoinKeys.NONE && !makeRoom(slot, flow)) {
            return failures.refuse(flow, Reason.OVER_BOUND, MANY);
        }
        if (slot == JoinKeys.NONE || !versions.put(slot, flow, own, length, horizonNs(slot))) {
            failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        return false;
    }

    /**
     * Answers what is due of a key, where a row has no room beside the rows that it asks for: so which row is refused or given up
     * does not hang on how far answering has come. Answers false when more is due than an event may cause.
     */
    private boolean makeRoom(int slot, Flow flow) {
        long ns = time.ns();
        if (!waiting.isDue(slot, ns) || !versions.isFullFor(slot, flow.timeNs(), horizonNs(slot))) {
            return true;
        }
        saved.copyFrom(flow);
        int fired = 0;
        while (fired < AsOfJoin.FIRINGS && waiting.popOf(slot, ns)) {
            fired++;
            answerHeld(flow);
        }
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
        flow.copyFrom(saved);
        return !waiting.isDue(slot, ns) || !versions.isFullFor(slot, flow.timeNs(), horizonNs(slot));
    }

    /** At once. */
    private boolean answer(Flow flow, int length) {
        int found = versions.find(versions.keys.find(flow), flow.timeNs());
        if (found == Timeline.NONE && how.inner) {
            return false;
        }
        pair.left(own, length);
        pair(found, flow);
        return true;
    }

    private void pair(int found, Flow flow) {
        if (found == Timeline.NONE) {
            pair.noRight();
        } else {
            pair.right(versions.page(found), versions.event(found));
        }
        pair.put(flow);
        counters.out++;
    }

    private boolean hold(Flow flow, int length) {
        int slot = versions.join(flow);
        if (slot == JoinKeys.NONE) {
            return failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        if (!waiting.hold(flow, slot, own, length)) {
            versions.leave(slot);
            return failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        pace.added(1);
        context.due(time.due(waiting.dueNs(flow.timeNs())));
        return false;
    }

    /** The earliest time that an event of a key may have which is still to be answered. */
    private long horizonNs(int slot) {
        return waiting == null ? time.ns() : Math.min(time.ns(), waiting.earliestNs(slot));
    }

    @Override
    public void explain(Flow flow, Account to) {
        if (pair.isIn(flow)) {
            long leftNs = Times.minus(flow.timeNs(), stampDelayNs);
            Taken left = Taken.by(0).within(leftNs, leftNs).of(flow.eventSequence());
            pair.explain(to, left, Taken.by(1).within(how.earliestNs(leftNs), how.latestNs(leftNs)));
        }
    }

    @Override
    public long nextDueNs() {
        long ofRows = versions.nextDueNs();
        return time.due(waiting == null ? ofRows : Math.min(ofRows, waiting.nextDueNs()));
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        long ns = time.of(progressNs);
        int fired = 0;
        touched.begin();
        int answers = waiting == null ? 0 : pace.most(progressNs >= Progress.END, most);
        while (fired < answers && waiting.pop(ns)) {
            fired++;
            answerHeld(flow);
        }
        pace.fired(fired, waiting != null && waiting.nextDueNs() <= ns);
        int share = Math.min(most, fired + versions.share(progressNs, most));
        int answered = fired;
        while (fired < share && versions.nextDueNs() <= ns) {
            fired++;
            int slot = versions.popKey(ns);
            if (slot >= 0) {
                versions.lookAfter(slot, ns, horizonNs(slot));
            }
        }
        versions.lookedAfter(fired - answered, ns);
        count();
        return fired;
    }

    private void answerHeld(Flow flow) {
        int slot = waiting.slot();
        long timeNs = waiting.timeNs();
        versions.keys.keyOf(slot, flow);
        flow.fires(firing, waiting.dueNs());
        int found = versions.find(slot, timeNs);
        boolean sends = found != Timeline.NONE || !how.inner;
        if (sends) {
            pair.left(waiting.page(), waiting.event());
            pair(found, flow);
        }
        waiting.release(flow, firing);
        versions.leave(slot);
        if (sends) {
            flow.timeNs(Times.plus(timeNs, stampDelayNs));
            rest.on(flow);
        }
    }
}
