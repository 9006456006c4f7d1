package io.millrace.operators.lookback;

import io.millrace.event.LongField;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.TimedNode;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.DoubleField;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Arguments;
import io.millrace.operators.aggregate.Turns;
import io.millrace.state.SavedByParts;
import io.millrace.time.Progress;

/**
 * Runs a look-back: reads the arguments of an event, which is all that calls user code, and hands them to the keys.
 *
 * <p>The first four arguments have call sites of their own, so that each sees one function; further ones share one. The same stands in
 * the WindowNode of windows: only the class of a node is copied for each node, so what it calls users with has to stand in it.
 */
final class LookBackNode implements TimedNode, SavedByParts, Explains {
    private final Object shape;
    private final int place;
    private final History history;
    final Keys keys;
    private final boolean twoStreams;
    private final boolean hasCursor;
    private final Progress progress;
    private final Failures failures;
    private final NodeCounters counters;

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

    LookBackNode(LookBackOperator<?, ?> operator, NodeContext context) {
        NodeShape made = operator.newShape(context);
        shape = made.shape();
        place = context.valuePlace();
        history = made.history();
        keys = made.keys();
        twoStreams = operator.twoStreams;
        hasCursor = context.hasCursor(twoStreams ? 1 : 0);
        progress = context.progress();
        failures = context.failures();
        counters = context.counters();
        arguments = made.layout().arguments.functions();
        copies = made.layout().arguments.copies();
        turns = Turns.of(copies, context);
        values = made.layout().arguments.newValues();
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
        if (flow.timeNs() < progress.ns()) {
            counters.late++;
            return failures.refuse(flow, Reason.LATE, null);
        }
        boolean asks = !twoStreams || flow.input() == 0;
        Reason reason;
        if (asks && twoStreams) {
            try {
                reason = keys.question(flow); // which keeps nothing; an aggregate of the user's own may throw
            } catch (Throwable t) {
                return failures.operatorError(flow, t);
            }
        } else {
            try {
                if (hasCursor) {
                    readRewinding(flow);
                } else {
                    read(flow.value());
                }
            } catch (Throwable t) {
                return failures.operatorError(flow, t);
            }
            if (copies.length > 0) {
                Arguments.complete(values, copies, flow, turns == null ? 0 : turns.next());
            }
            reason = keys.take(flow, values, asks);
        }
        if (reason != null) {
            return reason == Reason.OPERATOR_ERROR
                    ? failures.operatorError(flow, keys.failure())
                    : failures.refuse(flow, reason, keys.detail(reason));
        }
        if (!asks) {
            return false;
        }
        history.moveTo(flow.value(), flow);
        flow.value(place, shape);
        counters.out += twoStreams ? 1 : 0; // of one stream it is told by what came
        return true;
    }

    /** Each function finds the event at its start. */
    private void readRewinding(Flow flow) throws Exception {
        for (int i = 0; i < arguments.length; i++) {
            flow.rewind();
            values[i] = arguments[i].bits(flow.value());
        }
    }

    /** Most have one argument or two; and one method for all of them would be too large to be inlined. */
    private void read(Object event) throws Exception {
        if (arguments.length > 0) {
            values[0] = long0 != null
                    ? long0.of(event)
                    : double0 != null ? Double.doubleToLongBits(double0.of(event)) : condition0.test(event) ? 1 : 0;
            if (arguments.length > 1) {
                readSecond(event);
            }
        }
    }

    private void readSecond(Object event) throws Exception {
        values[1] = long1 != null
                ? long1.of(event)
                : double1 != null ? Double.doubleToLongBits(double1.of(event)) : condition1.test(event) ? 1 : 0;
        if (arguments.length > 2) {
            readFurther(event);
        }
    }

    private void readFurther(Object event) throws Exception {
        values[2] = long2 != null
                ? long2.of(event)
                : double2 != null ? Double.doubleToLongBits(double2.of(event)) : condition2.test(event) ? 1 : 0;
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
        history.explain(flow.timeNs(), to);
    }

    @Override
    public long nextDueNs() {
        return keys.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        return keys.fire(progressNs, most);
    }
}
