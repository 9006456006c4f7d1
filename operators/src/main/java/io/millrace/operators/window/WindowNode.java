package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.LongField;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.TimedNode;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import io.millrace.operators.LateSides;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Arguments;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Turns;
import io.millrace.state.SavedByParts;

/**
 * Runs windows: reads the arguments of an event, which calls user code, and hands them to the state.
 *
 * <p>The first four arguments have call sites of their own, so that each sees one function; further ones share one. The same stands in
 * the LookBackNode of look-backs: only the class of a node is copied for each node, so what it calls users with has to stand in it.
 */
final class WindowNode implements TimedNode, SavedByParts, Explains {
    private final WindowState state;
    private final Window window;
    private final Declarations told;
    private final LateSides late;
    private final boolean hasRows;
    private final Condition<Object> deletes;
    private final boolean hasCursor;
    private final Failures failures;

    private final Argument[] arguments;
    private final int[] copies;

    /** Where it counts which of two events was the first; else null. */
    private final Turns turns;

    private final long[] values;
    private final LongField<Object> long0;
    private final LongField<Object> long1;
    private final LongField<Object> long2;
    private final LongField<Object> long3;
    private final DoubleField<Object> double0;
    private final DoubleField<Object> double1;
    private final DoubleField<Object> double2;
    private final DoubleField<Object> double3;
    private final Condition<Object> condition0;
    private final Condition<Object> condition1;
    private final Condition<Object> condition2;
    private final Condition<Object> condition3;

    @SuppressWarnings("unchecked") // rows of the table are what its condition reads
    WindowNode(WindowOperator<?, ?> operator, NodeContext context) {
        hasRows = operator.hasRows();
        deletes = (Condition<Object>) operator.deletes();
        WindowView<?> view = operator.newView();
        WindowLayout layout = operator.layout(view.declared());
        window = operator.window();
        told = view.declared();
        state = operator.newState(view, layout, context);
        late = new LateSides(context, 1, 1);
        hasCursor = context.hasCursor(0);
        failures = context.failures();
        arguments = layout.arguments.functions();
        copies = layout.arguments.copies();
        turns = Turns.of(copies, context);
        values = layout.arguments.newValues();
        Argument none = Argument.TIME;
        Argument a0 = arguments.length > 0 ? arguments[0] : none;
        Argument a1 = arguments.length > 1 ? arguments[1] : none;
        Argument a2 = arguments.length > 2 ? arguments[2] : none;
        Argument a3 = arguments.length > 3 ? arguments[3] : none;
        long0 = a0.ofLong();
        long1 = a1.ofLong();
        long2 = a2.ofLong();
        long3 = a3.ofLong();
        double0 = a0.ofDouble();
        double1 = a1.ofDouble();
        double2 = a2.ofDouble();
        double3 = a3.ofDouble();
        condition0 = a0.condition();
        condition1 = a1.condition();
        condition2 = a2.condition();
        condition3 = a3.condition();
    }

    @Override
    public boolean on(Flow flow) {
        if (hasRows && flow.input() == 1) {
            return row(flow);
        }
        Reason reason = state.before(flow);
        if (reason == Reason.LATE) {
            return late.send(flow, 0, null);
        }
        if (reason == null) {
            try {
                if (hasCursor) {
                    readRewinding(flow);
                } else {
                    read(flow.value());
                }
                if (copies.length > 0) {
                    Arguments.complete(values, copies, flow, turns == null ? 0 : turns.next());
                }
                reason = state.prepare(flow, values);
            } catch (Throwable t) {
                return failures.operatorError(flow, t);
            }
            reason = reason == null ? state.take(flow, values) : reason;
        }
        return reason != null && failures.refuse(flow, reason, state.detail(reason));
    }

    private boolean row(Flow flow) {
        boolean delete = flow.form() == EntryForm.RETRACTION;
        try {
            delete = delete || deletes != null && deletes.test(flow.value());
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        Reason reason = state.row(flow, delete);
        return reason != null && failures.refuse(flow, reason, state.detail(reason));
    }

    /** Each function finds the event at its start. */
    private void readRewinding(Flow flow) throws Exception {
        for (int i = 0; i < arguments.length; i++) {
            flow.rewind();
            values[i] = arguments[i].bits(flow.value());
        }
    }

    private void read(Object event) throws Exception {
        if (arguments.length > 0) {
            values[0] = long0 != null
                    ? long0.of(event)
                    : double0 != null ? Double.doubleToLongBits(double0.of(event)) : condition0.test(event) ? 1 : 0;
        }
        if (arguments.length > 1) {
            values[1] = long1 != null
                    ? long1.of(event)
                    : double1 != null ? Double.doubleToLongBits(double1.of(event)) : condition1.test(event) ? 1 : 0;
        }
        if (arguments.length > 2) {
            values[2] = long2 != null
                    ? long2.of(event)
                    : double2 != null ? Double.doubleToLongBits(double2.of(event)) : condition2.test(event) ? 1 : 0;
        }
        if (arguments.length > 3) {
            values[3] = long3 != null
                    ? long3.of(event)
                    : double3 != null ? Double.doubleToLongBits(double3.of(event)) : condition3.test(event) ? 1 : 0;
        }
        for (int i = 4; i < arguments.length; i++) {
            values[i] = arguments[i].bits(event);
        }
    }

    @Override
    public void explain(Flow flow, Account to) {
        if (flow.sideReason() == null) {
            window.explain(told, state.told(), flow.form() == EntryForm.RETRACTION, to);
        }
    }

    @Override
    public long nextDueNs() {
        return state.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        return state.fire(progressNs, most, flow);
    }
}
