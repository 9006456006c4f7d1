package io.millrace.operators;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.topology.Topology;

/** Runs a topology on the calling thread and counts its outputs; allocates nothing itself, for tests that count bytes. */
final class CountingRun implements Ports {
    private final Core core;
    private final byte[] entry;
    private long sequence;
    private long outputs;
    private long deadLetters;

    CountingRun(Topology topology, PlanOptions options) {
        core = new Core(Planner.plan(topology, options), this);
        entry = new byte[core.largestEntry()];
    }

    int source(Input<?> input) {
        return core.source(input);
    }

    <V> void send(int source, Input<V> input, V event) {
        int payload = Entry.begin(entry, 0, EntryKind.EVENT, source, input.timeNs(event), null);
        Entry.end(entry, 0, input.type().encode(event, entry, payload));
        core.process(++sequence, entry, 0);
    }

    long outputs() {
        return outputs;
    }

    long deadLetters() {
        return deadLetters;
    }

    @Override
    public SinkPort sink(Output<?> output) {
        return flow -> outputs++;
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return (q, node, reason, detail, cause, bytes, offset) -> deadLetters++;
    }

    @Override
    public boolean isLive(Input<?> input) {
        return false;
    }
}
