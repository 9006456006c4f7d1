package io.millrace.trial;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operator.Held;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.EntryEncoder;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Runs a core entry by entry on the calling thread, without a host, and writes down all that comes out; a plan with several
 * stages is run stage after stage. Inputs are live when the test says so.
 */
public final class CoreRun implements Ports {
    /** What came out: sink, place, number, id and time of the event. */
    public record Out(String sink, long q, int ordinal, long id, long timeNs) {
        @Override
        public String toString() {
            return sink + " " + id + "@" + timeNs;
        }
    }

    private final Topology topology;
    private final Predicate<Input<?>> live;
    private final Core core;
    private final List<Out> outs = new ArrayList<>();
    private final List<String> letters = new ArrayList<>();
    private final byte[] entry;
    private long next;

    public CoreRun(Topology topology, PlanOptions options, Predicate<Input<?>> live) {
        this.topology = topology;
        this.live = live;
        Plan plan = Planner.plan(topology, options);
        this.core = new Core(plan, this);
        this.entry = new byte[core.largestEntry()];
    }

    public static CoreRun historic(Topology topology) {
        return new CoreRun(topology, PlanOptions.tested(), i -> false);
    }

    public static CoreRun live(Topology topology) {
        return new CoreRun(topology, PlanOptions.tested(), i -> true);
    }

    public CoreRun event(Input<Num> input, long id, long timeNs) {
        int at = Entry.begin(entry, 0, EntryKind.EVENT, core.source(input), timeNs, null);
        Entry.end(entry, 0, Num.TYPE.encode(new Num(id, timeNs), entry, at));
        return process();
    }

    /** An event with bytes and a time as no publisher would write them. */
    public CoreRun raw(Input<?> input, byte[] payload, long timeNs) {
        int at = Entry.begin(entry, 0, EntryKind.EVENT, core.source(input), timeNs, null);
        System.arraycopy(payload, 0, entry, at, payload.length);
        Entry.end(entry, 0, payload.length);
        return process();
    }

    public CoreRun tick(long clockNs) {
        return plain(EntryKind.TICK, 0, clockNs);
    }

    public CoreRun end(Input<?> input) {
        return plain(EntryKind.END, core.source(input), 0);
    }

    public CoreRun advance(long toNs) {
        return plain(EntryKind.ADVANCE, 0, toNs);
    }

    /** One occasion to fire. */
    public CoreRun go() {
        return plain(EntryKind.CONTINUE, 0, 0);
    }

    public CoreRun plain(byte kind, int source, long timeNs) {
        EntryEncoder.plain(entry, 0, kind, source, timeNs);
        return process();
    }

    private CoreRun process() {
        if (core.stageCount() == 1) {
            core.process(next, entry, 0);
        } else {
            for (int stage = 0; stage < core.stageCount(); stage++) {
                if (!core.tryStage(stage, next, entry, 0)) {
                    throw new AssertionError("stage " + stage + " cannot take entry " + next);
                }
                core.publishStage(stage);
            }
        }
        next++;
        return this;
    }

    public Core core() {
        return core;
    }

    /** What has come out since the last call, such as {@code [out 1@5, out 2@7]}. */
    public String taken() {
        String all = outs.toString();
        outs.clear();
        return all;
    }

    public List<Out> outs() {
        return outs;
    }

    /** Letters since the last call, such as {@code [3 in ahead]}. */
    public String letters() {
        String all = letters.toString();
        letters.clear();
        return all;
    }

    /** All letters so far, sorted: stages write theirs independently of each other. */
    public String sortedLetters() {
        return letters.stream().sorted().toList().toString();
    }

    @Override
    public SinkPort sink(Output<?> output) {
        byte[] bytes = new byte[Num.TYPE.maxLength()];
        return flow -> {
            int length = Held.copyValue(flow, type(output), bytes, 0);
            Num n = Num.TYPE.newView().wrap(bytes, 0, length);
            outs.add(new Out(output.name(), flow.sequence(), flow.ordinal(), n.id(), flow.timeNs()));
        };
    }

    @SuppressWarnings("unchecked")
    private static EventType<Num> type(Output<?> output) {
        return (EventType<Num>) output.type();
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return (long q, int node, Reason reason, String detail, Throwable cause, byte[] bytes, int offset) ->
                letters.add(q + " " + topology.nodes().get(node).name() + " " + reason.text());
    }

    @Override
    public boolean isLive(Input<?> input) {
        return live.test(input);
    }
}
