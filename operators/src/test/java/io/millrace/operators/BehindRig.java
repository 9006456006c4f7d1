package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.state.Pages;
import io.millrace.state.StateBudget;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;

/** What events that wait ask of their node. */
final class BehindRig implements NodeContext, Failures {
    static final long SEED = 7;

    private final StateBudget budget;
    private final Firing firing = new Firing(3);
    Reason reason;
    String detail;
    Throwable thrown;

    BehindRig(long bytes) {
        budget = new StateBudget("behind", bytes, new Pages(0));
    }

    byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(bytes);
        to.begin("behind", 1);
        budget.save(to);
        to.end();
        to.finish();
        return bytes.toByteArray();
    }

    void load(byte[] saved) {
        StateReader from = new StateReader(new ByteArrayInputStream(saved));
        from.begin("behind", 1);
        budget.load(from);
        from.end();
        from.finish();
    }

    @Override
    public boolean operatorError(Flow inHand, Throwable cause) {
        thrown = cause;
        return false;
    }

    @Override
    public boolean refuse(Flow inHand, Reason why, String says) {
        reason = why;
        detail = says;
        return false;
    }

    @Override
    public boolean resultError(Flow inHand, long dueNs, Throwable cause) {
        throw new AssertionError("no result is kept", cause);
    }

    @Override
    public boolean refuseResult(Flow inHand, long dueNs, Reason why, String says) {
        throw new AssertionError("no result is kept");
    }

    @Override
    public Firing firing() {
        return firing;
    }

    @Override
    public Failures failures() {
        return this;
    }

    @Override
    public StateBudget budget() {
        return budget;
    }

    @Override
    public long hashSeed() {
        return SEED;
    }

    @Override
    public boolean cutViews() {
        return false;
    }

    // ---- not asked for

    @Override
    public String node() {
        throw new AssertionError();
    }

    @Override
    public EventType<?> inputType(int input) {
        throw new AssertionError();
    }

    @Override
    public EventType<?> outputType(int port) {
        throw new AssertionError();
    }

    @Override
    public Node rest(int port) {
        throw new AssertionError();
    }

    @Override
    public Progress progress() {
        throw new AssertionError();
    }

    @Override
    public void due(long dueNs) {
        throw new AssertionError();
    }

    @Override
    public NodeCounters counters() {
        throw new AssertionError();
    }

    @Override
    public int originDepth() {
        throw new AssertionError();
    }

    @Override
    public boolean inputsStaged() {
        throw new AssertionError();
    }

    @Override
    public int mostPerStep() {
        throw new AssertionError();
    }
}
