package io.millrace.operators.pattern;

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
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.LateSides;
import io.millrace.operators.LateTime;
import io.millrace.state.FiringPace;
import io.millrace.state.SavedByParts;
import io.millrace.time.Progress;

/** Takes the events of each key in their order, and sends matches. */
final class PatternNode implements TimedNode, SavedByParts, Explains {
    private static final String NO_ROOM =
            "no room for its partial matches; raise the state budget, or lower" + " partialsAtMost";

    private final PatternShape shape;
    private final int[] inputOfStep;
    private final Object match;
    private final ChainSource source;
    private final PatternState state;
    private final KeyRuns keys;
    private final StoredEvents events;
    private final Moves moves;
    private final Deadlines deadlines;
    private final FiringPace pace;
    private final int deadlinesOfEvent;
    private final Choice choice;
    private final EventType<Object>[] types;
    private final EventReader[] shown;
    private final boolean[] hasCursor;
    private final byte[] bytes;
    private final Node matches;
    private final Node timedOut;
    private final LateSides late;
    private final NodeContext context;
    private final LateTime time;
    private final Failures failures;
    private final NodeCounters counters;
    private final Firing firing;
    private final Flow waiting = new Flow();
    private final Flow out = new Flow();

    @SuppressWarnings("unchecked")
    PatternNode(PatternOperator<Object, Object> operator, NodeContext context) {
        this.context = context;
        match = operator.make();
        shape = operator.shapeOf(match);
        Automaton automaton = new Automaton(shape);
        inputOfStep = automaton.inputOf;
        state = new PatternState(operator, automaton, shape, context);
        keys = state.keys;
        events = state.events;
        types = (EventType<Object>[]) new EventType<?>[operator.inputs()];
        shown = new EventReader[types.length];
        hasCursor = new boolean[types.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = (EventType<Object>) context.inputType(i);
            shown[i] = context.cutting(new EventReader(types[i]));
            hasCursor[i] = context.hasCursor(i);
        }
        EventType<?>[] ofSteps = new EventType<?>[automaton.steps];
        for (int s = 0; s < ofSteps.length; s++) {
            ofSteps[s] = types[automaton.inputOf[s]];
        }
        source = new ChainSource(state.links, events, shape, ofSteps, context);
        shape.source = source;
        choice = new Choice(automaton, source);
        counters = context.counters();
        moves = context.keeps(new Moves(state, choice, counters));
        deadlines = moves.deadlines(state, context.isRead(PatternOperator.TIMED_OUT));
        pace = new FiringPace(context.budget(), PatternOperator.FIRINGS);
        deadlinesOfEvent = operator.deadlinesOfEvent();
        bytes = new byte[PatternState.longest(operator, context)];
        matches = context.rest(0);
        timedOut = context.rest(PatternOperator.TIMED_OUT);
        late = new LateSides(context, PatternOperator.LATE, types.length);
        time = new LateTime(context.progress(), operator.latenessNs());
        failures = context.failures();
        firing = context.firing();
    }

    // ---- events

    @Override
    public boolean on(Flow flow) {
        state.touched.begin();
        boolean goesOn = event(flow);
        state.touched.end();
        return goesOn;
    }

    private boolean event(Flow flow) {
        int input = types.length == 1 ? 0 : flow.input();
        long timeNs = flow.timeNs();
        long nowNs = time.ns();
        if (timeNs < nowNs) {
            return late.send(flow, input, "its time is before progress");
        }
        int slot = keys.find(flow);
        if (timeNs > nowNs || slot >= 0 && keys.hasWaiting(slot)) {
            return hold(flow, input, slot);
        }
        if (slot >= 0 && keys.dueNs(slot) <= timeNs) {
            slot = catchUp(flow, slot, timeNs);
        }
        return take(flow, input, slot);
    }

    /** Does what is due of the key in hand before its event, all of it in one walk; answers the row of the key. */
    private int catchUp(Flow flow, int slot, long timeNs) {
        waiting.copyFrom(flow);
        int fired = 0;
        deadlines.begin(slot, timeNs);
        while (deadlines.next()) {
            fires(flow, slot, deadlines.nowNs());
            send(flow, deadlines.nowNs());
            fired++;
        }
        int row = deadlines.end(slot) ? slot : KeyRuns.NONE;
        pace.caughtUp(nextDueNs() <= context.progress().ns());
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
        context.due(nextDueNs());
        flow.copyFrom(waiting);
        return row;
    }

    /** Takes an event whose turn it is. */
    private boolean take(Flow flow, int input, int slot) {
        long timeNs = flow.timeNs();
        int length = 0;
        try {
            choice.event(flow.value(), hasCursor[input] ? flow.cursor() : null, input, timeNs);
            moves.ask(slot);
            if (moves.isTaken()) {
                length = Held.copyValue(flow, types[input], bytes, 0);
            }
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        if (slot < 0 && !moves.isTaken()) {
            return false;
        }
        int event = StoredEvents.NONE;
        int row = slot;
        if (moves.isTaken()) {
            event = moves.reserve() ? moves.takeEvent() : StoredEvents.NONE;
            row = event < 0 || slot >= 0 ? slot : keys.acquire(flow);
            if (event < 0 || row < 0) {
                return refuse(flow, event);
            }
            events.write(event, input, timeNs, bytes, 0, length);
            events.hold(event);
        }
        apply(flow, row, event, timeNs);
        return false;
    }

    private boolean refuse(Flow flow, int event) {
        moves.giveBack();
        if (event >= 0) {
            events.free(event);
        }
        return failures.refuse(flow, Reason.OVER_BOUND, NO_ROOM);
    }

    /** Does what was asked, lets go of the event, and sends what came of it. */
    private void apply(Flow flow, int row, int event, long timeNs) {
        countWalked();
        moves.apply(row, event, timeNs);
        if (event >= 0) {
            events.release(event);
            pace.added(deadlinesOfEvent);
        }
        context.due(nextDueNs());
        send(flow, timeNs);
    }

    // ---- events that wait for progress

    private boolean hold(Flow flow, int input, int slot) {
        int length;
        try {
            length = Held.copyValue(flow, types[input], bytes, 0);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        int event = moves.takeEvent();
        int row = event < 0 ? KeyRuns.NONE : slot >= 0 ? slot : keys.acquire(flow);
        long header = row < 0 ? HeldHeaders.NO_ROOM : state.headers.keep(flow);
        boolean fits = header != HeldHeaders.NO_ROOM && state.waiting.set(flow.timeNs(), event) >= 0;
        if (!fits) {
            state.headers.drop(header == HeldHeaders.NO_ROOM ? 0 : header);
            if (row >= 0) {
                keys.releaseIfEmpty(row);
            }
            return refuse(flow, event);
        }
        events.write(event, input, flow.timeNs(), bytes, 0, length);
        events.hold(event);
        events.waits(event, flow.eventSequence(), row, header);
        keys.waiting(row, 1);
        pace.added(1);
        context.due(time.due(flow.timeNs()));
        return false;
    }

    /** Takes the first of the events that wait. */
    private void release(Flow flow, int event, long timeNs) {
        int row = events.row(event);
        int input = events.input(event);
        int length = events.length(event);
        keys.waiting(row, -1);
        keys.keyOf(row, flow);
        flow.fires(firing, timeNs);
        state.headers.release(events.header(event), events.sequence(event), firing);
        EventReader reader = shown[input];
        flow.value(events.load(event, reader, -2), reader.bytes(), 0, length);
        flow.timeNs(timeNs);
        boolean done = false;
        try {
            choice.event(flow.value(), hasCursor[input] ? reader.view() : null, input, timeNs);
            moves.ask(row);
            done = true;
        } catch (Throwable t) {
            failures.operatorError(flow, t);
        }
        if (done && moves.isTaken() && !moves.reserve()) {
            failures.refuse(flow, Reason.OVER_BOUND, NO_ROOM);
            done = false;
        }
        if (done) {
            apply(flow, row, event, timeNs);
        } else {
            events.release(event);
            keys.releaseIfEmpty(row);
        }
    }

    // ---- time

    @Override
    public long nextDueNs() {
        return time.due(Math.min(keys.nextDueNs(), state.waiting.nextDueNs()));
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int fired = 0;
        int more = 1;
        int share = pace.most(progressNs >= Progress.END, most);
        long nowNs = time.of(progressNs);
        state.touched.begin();
        while (fired < share && more > 0) {
            more = fireNext(nowNs, share - fired, flow);
            fired += more;
        }
        state.touched.end();
        pace.fired(fired, nextDueNs() <= progressNs);
        return fired;
    }

    /** Fires what is due first; answers how much that was. */
    private int fireNext(long nowNs, int most, Flow flow) {
        long dueNs = keys.nextDueNs();
        if (dueNs > state.waiting.nextDueNs()) {
            if (!state.waiting.pop(nowNs)) {
                return 0;
            }
            release(flow, (int) state.waiting.payload(), state.waiting.dueNs());
            return 1;
        }
        return dueNs > nowNs ? 0 : expire(flow, keys.popRow(), dueNs, nowNs, most);
    }

    /** Does what is due of a key, as far as its turn goes: until something of another key is due, or an event that waits. */
    private int expire(Flow flow, int slot, long dueNs, long nowNs, int most) {
        long othersNs = keys.nextDueNs();
        boolean isAlone = othersNs > dueNs;
        long untilNs = isAlone ? Math.min(Math.min(nowNs, othersNs - 1), state.waiting.nextDueNs()) : dueNs;
        int share = isAlone ? most : 1;
        int fired = 0;
        deadlines.begin(slot, untilNs);
        while (fired < share && deadlines.next()) {
            fires(flow, slot, deadlines.nowNs());
            send(flow, deadlines.nowNs());
            fired++;
        }
        deadlines.end(slot);
        context.due(nextDueNs());
        return Math.max(1, fired);
    }

    private void fires(Flow flow, int slot, long dueNs) {
        keys.keyOf(slot, flow);
        flow.fires(firing, dueNs);
        flow.value(null);
        flow.timeNs(dueNs);
    }

    /** What is sent stands in the source: a match, or one whose time is over. */
    @Override
    public void explain(Flow flow, Account to) {
        byte[] event = new byte[bytes.length];
        for (int s = 0; flow.sideReason() == null && s < shape.steps.size(); s++) {
            Account step = to.part(shape.stepName(s));
            for (int i = 0; i < source.count(s); i++) {
                int length = source.copy(s, i, event, 0);
                step.event("event " + (i + 1), Taken.by(inputOfStep[s]), event, 0, length);
            }
        }
    }

    // ---- outputs

    private void send(Flow flow, long timeNs) {
        Outgoing outgoing = moves.outgoing();
        int count = outgoing.count();
        if (count == 0) {
            return;
        }
        out.copyFrom(flow);
        out.reason(null);
        for (int i = 0; i < count; i++) {
            source.move(outgoing.chain(i));
            shape.source = source;
            flow.copyFrom(out);
            flow.value(match);
            flow.timeNs(timeNs);
            boolean isMatch = outgoing.isMatch(i);
            counters.out += isMatch ? 1 : 0;
            (isMatch ? matches : timedOut).on(flow);
        }
        countWalked();
        source.move(Links.NONE);
        outgoing.clear();
    }

    /** What conditions, or those who got a match, have gone along. */
    private void countWalked() {
        counters.maxSlotsTouched = Math.max(counters.maxSlotsTouched, source.takeWalked());
    }
}
