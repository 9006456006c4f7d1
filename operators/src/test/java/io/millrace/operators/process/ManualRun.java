package io.millrace.operators.process;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeCounters;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.Topology;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a topology entry by entry: what is due and does not fit one entry waits until the next. Allocates nothing
 * itself.
 */
public final class ManualRun implements Ports {
    private Core core;
    private final byte[] entry;
    private final List<String> texts = new ArrayList<>();
    private boolean counting;
    private long sequence;
    private long outputs;
    private long dead;

    /** Nothing has been sent. */
    public ManualRun(Topology topology, PlanOptions options) {
        core = new Core(Planner.plan(topology, options), this);
        entry = new byte[core.largestEntry()];
    }

    /** From now on outputs are counted and not kept. */
    ManualRun countOnly() {
        counting = true;
        return this;
    }

    /** Kills and restores, wherever it is. */
    void restart() {
        core = restored(core, new Core(core.plan(), this));
    }

    /** One core goes on where another one is. */
    public static Core restored(Core from, Core into) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(bytes);
        from.save(to);
        to.finish();
        StateReader saved = new StateReader(new ByteArrayInputStream(bytes.toByteArray()));
        into.load(saved, null);
        saved.finish();
        return into;
    }

    /** An event. */
    public <V> void send(int source, Input<V> input, V event) {
        int payload = Entry.begin(entry, 0, EntryKind.EVENT, source, input.timeNs(event), null);
        Entry.end(entry, 0, input.type().encode(event, entry, payload));
        core.process(++sequence, entry, 0);
    }

    /** Moves progress. */
    public void advance(long ns) {
        plain(EntryKind.ADVANCE, ns);
    }

    /** An occasion to fire what is left; answers whether something is left still. */
    public boolean goOn() {
        plain(EntryKind.CONTINUE, 0);
        return core.isBehind();
    }

    /** Whether something due waits. */
    public boolean isBehind() {
        return core.isBehind();
    }

    private void plain(byte kind, long timeNs) {
        Entry.begin(entry, 0, kind, 0, timeNs, null);
        Entry.end(entry, 0, 0);
        core.process(++sequence, entry, 0);
    }

    /** What came out since the last time, as text. */
    public List<String> take() {
        List<String> taken = List.copyOf(texts);
        texts.clear();
        return taken;
    }

    long outputs() {
        return outputs;
    }

    /** Events refused. */
    public long dead() {
        return dead;
    }

    /** Those of a node. */
    public NodeCounters counters(String node) {
        return core.counters()[core.plan().topology().node(node).id()];
    }

    /** The most of a node that the plan lets fire in the time step of an entry. */
    public int mostFirings(String node) {
        return core.plan().mostFirings().get(core.plan().topology().node(node).id());
    }

    @Override
    public SinkPort sink(Output<?> output) {
        return flow -> {
            outputs++;
            if (!counting) {
                texts.add(text(output.type(), flow));
            }
        };
    }

    private static <V> String text(EventType<V> type, Flow flow) {
        byte[] bytes = new byte[type.maxLength()];
        int length = type.encode(flow.<V>value(), bytes, 0);
        String wrong = type.check(bytes, 0, length);
        return wrong != null ? wrong : type.newView().wrap(bytes, 0, length).toString();
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return (q, node, reason, detail, cause, bytes, offset) -> dead++;
    }

    @Override
    public boolean isLive(Input<?> input) {
        return false;
    }
}
