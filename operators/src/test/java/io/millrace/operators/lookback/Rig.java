package io.millrace.operators.lookback;

import io.millrace.dsl.LookBack;
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
import io.millrace.time.Progress;
import io.millrace.topology.KeyInfo;
import java.util.function.Supplier;

/** Runs one look-back node without a runtime: what a stage would do, by hand. */
final class Rig<H extends LookBack<?>> implements NodeContext, Failures {
    final Flow flow = new Flow();
    final Progress progress = new Progress();
    final NodeCounters counters = new NodeCounters();
    final LookBackNode node;
    final StateBudget budget;
    private final boolean cut;
    Reason refused;
    Throwable thrown;
    long due = Long.MAX_VALUE;
    private long sequence;

    private Rig(LookBackOperator<?, H> operator, long bytes, boolean cut) {
        this.cut = cut;
        budget = new StateBudget("look-back", bytes, new Pages(0));
        node = new LookBackNode(operator, this);
    }

    static <T, H extends LookBack<T>> Rig<H> one(Supplier<H> history) {
        return one(history, null, 8 << 20);
    }

    static <T, H extends LookBack<T>> Rig<H> one(Supplier<H> history, KeyInfo key, long bytes) {
        return new Rig<>(LookBack.operator(history, key), bytes, true);
    }

    static <T, H extends LookBack<T>> Rig<H> two(Supplier<H> history) {
        return two(history, 8 << 20);
    }

    static <T, H extends LookBack<T>> Rig<H> two(Supplier<H> history, long bytes) {
        return new Rig<>(LookBack.<Object, T, H>operatorOfTwoStreams(history, null), bytes, true);
    }

    /** Sends an event; the result, or null when it was refused or is content. */
    H send(int input, long key, long timeNs, Object event) {
        flow.begin(sequence++, 1, null, 0);
        flow.key(key);
        flow.timeNs(timeNs);
        flow.input(input);
        flow.value(event);
        refused = null;
        thrown = null;
        return node.on(flow) ? flow.value() : null;
    }

    H send(long key, long timeNs, Object event) {
        return send(0, key, timeNs, event);
    }

    /** Moves progress and fires once, as the time step of an entry does. */
    int advance(long toNs) {
        return advance(toNs, LookBackOperator.FIRINGS);
    }

    int advance(long toNs, int most) {
        flow.begin(sequence++, 0, null, 0);
        progress.advanceTo(toNs);
        return node.nextDueNs() <= progress.ns() ? node.fire(progress.ns(), most, flow) : 0;
    }

    /** Moves progress and fires until nothing is due; the number of entries that took. */
    int settle(long toNs) {
        int entries = 0;
        while (advance(toNs) > 0) {
            entries++;
        }
        return entries;
    }

    @Override
    public boolean operatorError(Flow inHand, Throwable cause) {
        thrown = cause;
        return false;
    }

    @Override
    public boolean refuse(Flow inHand, Reason reason, String detail) {
        refused = reason;
        return false;
    }

    @Override
    public boolean resultError(Flow inHand, long dueNs, Throwable cause) {
        throw new AssertionError("a look-back keeps no result", cause);
    }

    @Override
    public boolean refuseResult(Flow inHand, long dueNs, Reason reason, String detail) {
        throw new AssertionError("a look-back keeps no result");
    }

    @Override
    public Firing firing() {
        throw new AssertionError("a look-back fires to free its state only");
    }

    @Override
    public String node() {
        return "look-back";
    }

    @Override
    public EventType<?> inputType(int input) {
        return null;
    }

    @Override
    public EventType<?> outputType(int port) {
        return null;
    }

    @Override
    public Node rest(int port) {
        throw new AssertionError("a look-back answers with one output");
    }

    @Override
    public Progress progress() {
        return progress;
    }

    @Override
    public void due(long dueNs) {
        due = Math.min(due, dueNs);
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
    public NodeCounters counters() {
        return counters;
    }

    @Override
    public long hashSeed() {
        return 7;
    }

    @Override
    public boolean cutViews() {
        return cut;
    }

    @Override
    public int originDepth() {
        return -1;
    }

    @Override
    public boolean inputsStaged() {
        return false;
    }

    @Override
    public int mostPerStep() {
        return 1;
    }
}
