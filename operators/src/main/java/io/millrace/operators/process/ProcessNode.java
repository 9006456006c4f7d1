package io.millrace.operators.process;

import io.millrace.event.EntryForm;
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
import io.millrace.operators.Touched;
import io.millrace.state.SavedByParts;
import io.millrace.time.Progress;

/** Calls the handlers of a process. */
final class ProcessNode implements TimedNode, SavedByParts, Explains {
    private static final int NO_TIMER = -1;
    private static final int REFUSED = -2;

    private final KeyState state;
    private final KeyExplained told;
    private final Outbox outbox;
    private final KeyTable table;
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
        told = new KeyExplained(state, operator.inputTypes(context));
        table = new KeyTable(operator, state, context);
        touched = table.touched();
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
        int slot = table.find(flow);
        if (slot >= 0 && table.isBehind(slot, progressNs)) {
            slot = catchUp(slot, progressNs, flow);
            if (slot == REFUSED) {
                return failures.refuse(
                        flow,
                        Reason.OVER_BOUND,
                        "more firings of its key are due before the event than"
                                + " the process allows; use last(..) for periodic timers");
            }
        }
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
        if (!table.commit(slot, flow, Math.max(flow.timeNs(), table.floor()))) {
            return failures.refuse(flow, Reason.OVER_BOUND, "no room for one more key; raise the state budget");
        }
        send(flow);
        return false;
    }

    /** Fires what is due for the key of an event; answers the row of the key, or that there is too much to fire. */
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
        flow.copyFrom(waiting);
        if (timer >= 0) {
            return REFUSED;
        }
        if (at >= 0 && table.isIdle(at, progressNs)) {
            table.release(at);
            return KeyTable.NONE;
        }
        return at;
    }

    @Override
    public long nextDueNs() {
        return table.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        table.progress(progressNs);
        int fired = 0;
        table.begin(progressNs, most);
        touched.begin();
        while (fired < most && fireNext(progressNs, flow)) {
            fired++;
        }
        touched.end();
        table.end(progressNs);
        return fired;
    }

    private boolean fireNext(long progressNs, Flow flow) {
        if (table.pop(progressNs)) {
            fire(table.poppedSlot(), table.poppedTimer(), table.poppedDueNs(), progressNs, flow);
            return true;
        }
        return table.sweep(progressNs);
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
        if (!table.commit(slot, flow, dueNs)) {
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
