package io.millrace.operators.rate;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.NodeCounters;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;

/** Runs a topology of {@link Ping}s entry by entry: what is due and does not fit one entry waits until the next. */
final class RateRun implements Ports {
    /** What came out, or was refused. */
    record Seen(String where, long key, String what) {}

    private final Core core;
    private final byte[] entry;
    private final List<Seen> seen = new ArrayList<>();
    private long sequence;

    RateRun(Topology topology) {
        core = new Core(Planner.plan(topology, PlanOptions.tested()), this);
        entry = new byte[core.largestEntry()];
    }

    void send(int source, Input<Ping> input, Ping ping) {
        int payload = Entry.begin(entry, 0, EntryKind.EVENT, source, ping.timeNs(), null);
        Entry.end(entry, 0, input.type().encode(ping, entry, payload));
        core.process(++sequence, entry, 0);
    }

    /** Fires all that is due. */
    void catchUp() {
        while (core.isBehind()) {
            plain(EntryKind.CONTINUE);
        }
    }

    void end() {
        plain(EntryKind.END);
        catchUp();
    }

    private void plain(byte kind) {
        Entry.begin(entry, 0, kind, 0, 0, null);
        Entry.end(entry, 0, 0);
        core.process(++sequence, entry, 0);
    }

    boolean isBehind() {
        return core.isBehind();
    }

    List<Seen> seen() {
        return seen;
    }

    NodeCounters counters(String node) {
        return core.counters()[core.plan().topology().node(node).id()];
    }

    @Override
    public SinkPort sink(Output<?> output) {
        return flow -> {
            Ping p = flow.value();
            seen.add(new Seen(output.name(), p.key(), p + " at " + flow.timeNs() + " because " + flow.reason()));
        };
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return (q, node, reason, detail, cause, bytes, offset) ->
                seen.add(new Seen("node " + node, -1, reason.toString()));
    }

    @Override
    public boolean isLive(Input<?> input) {
        return false;
    }
}
