package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.RowWindow;
import io.millrace.operators.aggregate.KeyParts;
import io.millrace.state.Scratch;
import io.millrace.topology.KeyInfo;

/**
 * Sends results. A cause begins with {@link #begin}, an event's or a firing's; each result then finds the cell of the
 * stage as the cause had it.
 *
 * <p>A result that cannot be told is a dead letter. What it is of is kept, the event in hand too, so that this could not be sent once
 * more without counting twice: the letter has the key and the end that the result would have told, or the time of one without an end, and no event.
 */
final class Results {
    private final int place;
    private final WindowView<?> view;
    private final KeyParts parts;
    private final Node rest;
    private final Failures failures;
    private final Firing firing;
    private final NodeCounters counters;
    private final boolean isOfWindows;
    private final Flow cause = new Flow();

    @Scratch("of the cause in hand: whether it has one result, so that nothing is kept for a further one")
    private boolean isOnly;

    /** Of several windows of a key, which are marked, or of one. */
    Results(KeyInfo key, WindowView<?> view, boolean isOfWindows, NodeContext context) {
        this.isOfWindows = isOfWindows;
        place = context.valuePlace();
        this.view = context.cutting(view);
        parts = new KeyParts(view.declared().all(), key);
        rest = context.rest(0);
        failures = context.failures();
        firing = context.firing();
        counters = context.counters();
    }

    /** An event is the cause of what follows. */
    void begin(Flow flow) {
        isOnly = false;
        cause.copyFrom(flow);
    }

    /** A firing is, of the key in the cell. */
    void begin(Flow flow, long dueNs) {
        fires(flow, dueNs);
        isOnly = false;
        cause.copyFrom(flow);
    }

    /** The same of a firing that has one result at most, or a letter: that finds the cell as it is now. */
    void beginOnly(Flow flow, long dueNs) {
        fires(flow, dueNs);
        isOnly = true;
    }

    private void fires(Flow flow, long dueNs) {
        flow.value(null);
        flow.timeNs(dueNs);
        flow.fires(firing, dueNs);
    }

    /** Brings the cell back to what it was when the cause began. */
    private void restore(Flow flow) {
        if (isOnly) {
            assert flow.firing() == firing && flow.value() == null : "a second result of one that has one";
        } else {
            flow.copyFrom(cause);
        }
    }

    /** Takes back the result that the cells hold. */
    void takeBack(Flow flow, long startNs, long endNs, long stampNs, long revision) {
        send(flow, startNs, endNs, stampNs, revision, EntryForm.RETRACTION);
    }

    /** Sends the result that the cells hold. */
    void send(Flow flow, long startNs, long endNs, long stampNs, long revision, boolean replaces) {
        send(flow, startNs, endNs, stampNs, revision, replaces ? EntryForm.REPLACEMENT : EntryForm.INSERT);
    }

    private void send(Flow flow, long startNs, long endNs, long stampNs, long revision, EntryForm form) {
        restore(flow);
        if (!parts.isEmpty()) {
            parts.fill(flow);
        }
        // what is shown is an int and stays at the largest: a window without an end has more results than that
        view.declared().window().set(startNs, endNs, (int) Math.min(revision, Integer.MAX_VALUE));
        flow.value(place, view.shape());
        flow.timeNs(stampNs);
        flow.form(form);
        flow.windowNs(isOfWindows ? startNs : RowWindow.NONE);
        flow.reason(null);
        counters.out++;
        rest.on(flow);
    }

    /** An aggregate of a user's own threw for a result with an end, or without one for that time. */
    void failed(Flow flow, long endNs, Throwable thrown) {
        restore(flow);
        failures.resultError(flow, endNs, thrown);
    }

    /** There is no room to go on with a window. */
    void giveUp(Flow flow, String why) {
        failures.refuse(flow, Reason.OVER_BOUND, why);
    }

    /** A result with an end, or without one of that time, does not fit. */
    void refuse(Flow flow, long endNs, String why) {
        restore(flow);
        failures.refuseResult(flow, endNs, Reason.OUT_OF_RANGE, why);
    }
}
