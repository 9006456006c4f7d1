package io.millrace.operators.process;

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
import io.millrace.operator.RowWindow;
import io.millrace.operator.TimedNode;
import io.millrace.operators.EventsBehind;
import io.millrace.operators.Touched;
import io.millrace.state.SavedByParts;
import io.millrace.time.Progress;
import java.util.List;

/** Calls the handlers of a process. */
final class ProcessNode implements TimedNode, SavedByParts, Explains {
    private static final int NO_TIMER = -1;
    private static final int TOO_MUCH = -2;
    private static final String CANNOT_WAIT =
            "more firings of its key are due before the event than one waits for, and it cannot wait";
    private static final String NO_ROOM = CANNOT_WAIT + ": raise the state budget, or use last(..) for periodic timers";
    private static final String NO_TYPE =
            CANNOT_WAIT + " without a type: use map(type, function) in front of the process";

    private final KeyState state;
    private final KeyExplained told;
    private final Outbox outbox;
    private final KeyTable table;
    private final EventsBehind behind;
    private final Touched touched;
    private final ProcessHandler<Object>[] handlers;
    private final FiringHandler[] firings;
    private final Node[] rest;
    private final int ownFirings;
    private final Progress progress;
    private final Failures failures;
    private final NodeCounters counters;
    private final Firing firing;
    private final boolean cutViews;
    private final Flow waiting = new Flow();
    private final Flow out = new Flow();

    @SuppressWarnings("unchecked")
    ProcessNode(ProcessByKey operator, NodeContext context) {
        state = operator.newState();
        outbox = state.outbox();
        List<EventType<?>> types = operator.inputTypes(context);
        told = new KeyExplained(state, types);
        table = new KeyTable(operator, state, context);
        behind = new EventsBehind(context, types, operator.keyBytes());
        touched = table.touched(behind.counters());
        handlers = (ProcessHandler<Object>[]) state.declared.handlers().toArray(new ProcessHandler<?>[0]);
        firings = state.timers.handlers();
        rest = new Node[state.declared.outlets().size()];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = context.rest(i);
            state.declared.outlets().get(i).cutting(context);
        }
        ownFirings = operator.ownFirings();
        progress = context.progress();
        failures = context.failures();
        counters = context.counters();
        firing = context.firing();
        cutViews = context.cutViews();
        if (cutViews) {
            state.guardReads();
        }
    }

    @Override
    public boolean on(Flow flow) {
        touched.begin();
        boolean goesOn = handle(flow);
        touched.end();
        return goesOn;
    }

    private boolean handle(Flow flow) {
        long progressNs = table.progress(progress.ns());
        int input = handlers.length == 1 ? 0 : flow.input();
        if (behind.isBehind(flow) && hold(input, progressNs, flow, false)) {
            goOn(progressNs, flow);
            return false;
        }
        int slot = table.find(flow);
        if (slot >= 0 && table.isBehind(slot, progressNs)) {
            slot = catchUp(slot, progressNs, flow);
            if (slot == TOO_MUCH) {
                hold(input, progressNs, flow, true);
                return false;
            }
        }
        return call(input, slot, progressNs, flow);
    }

    /** Lets an event wait until all is fired that is due before it, or refuses it; false when it goes ahead. */
    private boolean hold(int input, long progressNs, Flow flow, boolean hasTo) {
        boolean isDone = behind.holdOrRefuse(flow, input, progressNs, hasTo, NO_ROOM, NO_TYPE);
        table.due(nextDueNs());
        return isDone;
    }

    /** Fires for the coming of an event that waits as much of what is due before it as goes before an event. */
    private void goOn(long progressNs, Flow flow) {
        int fired = 0;
        table.sweepNoMore();
        while (fired < ownFirings && fireOrTake(progressNs, flow)) {
            fired++;
        }
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
    }

    private boolean call(int input, int slot, long progressNs, Flow flow) {
        table.load(slot);
        state.begin(flow, progressNs, table.floor(), NO_TIMER, 0, 0);
        try {
            handlers[input].on(flow.value());
            state.complete();
        } catch (OverBoundException e) {
            undo();
            return failures.refuse(flow, Reason.OVER_BOUND, e.getMessage());
        } catch (Throwable t) {
            undo();
            return failures.operatorError(flow, t);
        }
        cut();
        if (!table.commit(slot, flow, Math.max(flow.timeNs(), table.floor()), false)) {
            return failures.refuse(flow, Reason.OVER_BOUND, "no room for one more key; raise the state budget");
        }
        send(flow);
        return false;
    }

    /** Fires what is due for the key of an event; answers the row of the key, or that there is more than fires before an event. */
    private int catchUp(int slot, long progressNs, Flow flow) {
        waiting.copyFrom(flow);
        int at = slot;
        int fired = 0;
        int timer = table.firstDue(at, progressNs);
        while (timer >= 0 && fired < ownFirings) {
            fired++;
            fire(at, timer, table.take(at, timer), progressNs, flow);
            at = table.find(waiting);
            timer = at < 0 ? NO_TIMER : table.firstDue(at, progressNs);
        }
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
        table.caughtUp(progressNs);
        flow.copyFrom(waiting);
        return timer >= 0 ? TOO_MUCH : table.unlessIdle(at, progressNs);
    }

    @Override
    public long nextDueNs() {
        return Math.min(table.nextDueNs(), behind.firstNs());
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        table.progress(progressNs);
        int timers = table.begin(progressNs, most);
        int fired = 0;
        touched.begin();
        for (boolean more = true; fired < most && more; fired += more ? 1 : 0) {
            boolean isTimer = timers > 0 && fireOrTake(progressNs, flow);
            timers -= isTimer ? 1 : 0;
            more = isTimer || table.sweep(Math.min(progressNs, behind.firstNs()));
        }
        touched.end();
        table.end(fired, progressNs);
        return fired;
    }

    /** The first timer of all that is due, or the first event that waits, when nothing goes before it any more. */
    private boolean fireOrTake(long progressNs, Flow flow) {
        long upToNs = Math.min(progressNs, behind.firstNs());
        table.at(upToNs);
        if (table.pop(upToNs)) {
            fire(table.poppedSlot(), table.poppedTimer(), table.poppedDueNs(), upToNs, flow);
            return true;
        }
        if (behind.isEmpty() || table.isTimerDue(upToNs)) {
            return false;
        }
        long cameNs = behind.take(flow, firing);
        table.at(cameNs);
        int slot = table.find(flow);
        call(flow.input(), slot < 0 ? slot : table.unlessIdle(slot, cameNs), cameNs, flow);
        return true;
    }

    /** Fires a timer that has been taken out of the heap. */
    private void fire(int slot, int timer, long dueNs, long progressNs, Flow flow) {
        if (!table.fires(slot, timer, dueNs, progressNs)) {
            return;
        }
        table.touch(slot, dueNs);
        table.load(slot);
        table.keyOf(slot, flow);
        flow.fires(firing, dueNs);
        flow.value(null);
        flow.timeNs(dueNs);
        state.begin(flow, progressNs, dueNs, timer, table.count(), table.links());
        try {
            firings[timer].fires();
            state.complete();
        } catch (OverBoundException e) {
            undo();
            table.watch(slot);
            failures.refuse(flow, Reason.OVER_BOUND, e.getMessage());
            return;
        } catch (Throwable t) {
            undo();
            table.watch(slot);
            failures.operatorError(flow, t);
            return;
        }
        cut();
        if (!table.commit(slot, flow, dueNs, true)) {
            table.watch(slot);
            failures.refuse(flow, Reason.OVER_BOUND, "no room for what it sets or keeps; raise the state budget");
            return;
        }
        send(flow);
    }

    @Override
    public void explain(Flow flow, Account to) {
        told.tell(to);
    }

    private void undo() {
        state.failed();
        table.undo();
        cut();
    }

    private void cut() {
        if (cutViews) {
            table.cutViews();
        }
    }

    /** Sends on what was emitted. */
    private void send(Flow flow) {
        int count = outbox.count();
        if (count == 0) {
            return;
        }
        flow.reason(null);
        flow.form(EntryForm.INSERT);
        flow.windowNs(RowWindow.NONE);
        if (count == 1) { // nearly always: nothing behind it that would have to be put back
            pass(outbox.put(0, flow), flow);
        } else {
            sendAll(count, flow);
        }
        outbox.begin();
    }

    private void pass(int port, Flow flow) {
        counters.out += port == 0 ? 1 : 0;
        rest[port].on(flow);
    }

    private void sendAll(int count, Flow flow) {
        out.copyFrom(flow);
        for (int i = 0; i < count; i++) {
            flow.copyFrom(out);
            pass(outbox.put(i, flow), flow);
        }
    }
}
