package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.event.Reason;
import io.millrace.metric.Hash64;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.operators.LateSides;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Arguments;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Turns;
import io.millrace.state.SavedByParts;

/** Runs windows whose rows may be taken back: reads time and arguments of a row, which calls user code, and hands them to the state. */
final class ChangeWindowNode implements TimedNode, SavedByParts, Explains {
    private static final String NOT_THERE =
            "the row that it takes back is not there: it was not taken, or has been taken back before";

    private final WindowState state;
    private final Declarations told;
    private final LateSides late;
    private final LongField<Object> time;
    private final long unitNs;
    private final long mostUnits;
    private final boolean hasCursor;
    private final Failures failures;
    private final NodeCounters counters;
    private final Argument[] arguments;
    private final int[] copies;

    /** Where it counts which of two rows was the first; else null. */
    private final Turns turns;

    private final long[] values;

    /** What is kept of a row; null where none is. */
    private final long[] kept;

    private final EventType<Object> type;
    private final byte[] encoded;

    @SuppressWarnings("unchecked")
    ChangeWindowNode(WindowOperator<?, ?> operator, NodeContext context) {
        ChangesOfWindow changes = operator.changes();
        time = (LongField<Object>) changes.time();
        unitNs = changes.unit().toNanos(1);
        mostUnits = changes.mostUnits();
        WindowView<?> view = operator.newView();
        WindowLayout layout = operator.layout(view.declared());
        told = view.declared();
        state = operator.newState(view, layout, context);
        late = new LateSides(context, 1, 1);
        hasCursor = context.hasCursor(0);
        failures = context.failures();
        counters = context.counters();
        arguments = layout.arguments.functions();
        copies = layout.arguments.copies();
        turns = Turns.of(copies, context);
        values = layout.arguments.newValues();
        boolean keepsRows = changes.rowsAtMost() > 0;
        kept = keepsRows ? new long[PaneChanges.valueLongs(layout)] : null;
        type = keepsRows ? (EventType<Object>) context.inputType(0) : null;
        encoded = keepsRows ? new byte[type.maxLength()] : null;
    }

    @Override
    public boolean on(Flow flow) {
        long cameNs = flow.timeNs();
        long units;
        try {
            if (hasCursor) {
                flow.rewind();
            }
            units = time.of(flow.value());
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        if (units > mostUnits || units < -mostUnits) {
            return failures.refuse(flow, Reason.OUT_OF_RANGE, "the time of the row does not fit 64-bit nanoseconds");
        }
        flow.timeNs(units * unitNs);
        Reason reason = state.before(flow);
        if (reason == Reason.LATE) {
            flow.timeNs(cameNs);
            return late.send(flow, 0, null);
        }
        return reason == null
                ? change(flow, flow.form() == EntryForm.RETRACTION)
                : failures.refuse(flow, reason, state.detail(reason));
    }

    private boolean change(Flow flow, boolean takesBack) {
        try {
            read(flow, takesBack);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        long[] row = kept == null ? values : kept;
        if (takesBack) {
            return !state.takeBack(flow, row) && isNotThere(flow);
        }
        Reason reason = state.take(flow, row);
        return reason != null && failures.refuse(flow, reason, state.detail(reason));
    }

    private boolean isNotThere(Flow flow) {
        counters.late++;
        return failures.refuse(flow, Reason.LATE, NOT_THERE);
    }

    private void read(Flow flow, boolean takesBack) throws Exception {
        long hash = kept == null ? 0 : hash(flow);
        for (int i = 0; i < arguments.length; i++) {
            if (hasCursor) {
                flow.rewind(); // each function finds the row at its start
            }
            values[i] = arguments[i].bits(flow.value());
        }
        if (copies.length > 0) {
            Arguments.complete(values, copies, flow, turns == null || takesBack ? 0 : turns.next());
        }
        if (kept != null) {
            System.arraycopy(values, 0, kept, 0, values.length);
            kept[values.length] = hash;
        }
    }

    /** Of the bytes of a row: what it is, also where the aggregates read only a part of it. */
    private long hash(Flow flow) {
        if (flow.bytes() != null) {
            return Hash64.add(Hash64.SEED, flow.bytes(), flow.offset(), flow.length());
        }
        int length = type.encode(flow.value(), encoded, 0);
        return Hash64.add(Hash64.SEED, encoded, 0, length);
    }

    @Override
    public void explain(Flow flow, Account to) {
        if (flow.sideReason() != null) {
            return;
        }
        to.time("start", told.window().startNs());
        to.time("end", told.window().endNs());
        to.say("revision", told.window().revision());
        told.explain(to);
        to.events("changes of its key", Taken.by(0));
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
