package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.ThrownText;
import io.millrace.journal.JournalException;
import io.millrace.operator.Updates;
import io.millrace.runtime.Blames;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import io.millrace.transport.Delivery;
import io.millrace.transport.EncodedSink;
import io.millrace.transport.EventSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * All sinks of one host, and what has gone wrong in them. Inline sinks are called by the stage's thread, blocking ones by a
 * thread of their own; either reports here.
 */
final class Sinks {
    /** Of a sink that counts what it holds: an event it has not taken must not be followed by another. */
    static final String UNTAKEN =
            "counts the events that it holds and did not take one, which is given to it at the next start";

    private final Topology topology;
    private final DeadLetters deadLetters;
    private final int largestEntry;
    private final IntUnaryOperator stageOf;
    /** Read by other threads too, while an inline host gets its last ones. */
    private final List<BoundSink> bound = new CopyOnWriteArrayList<>();

    private final List<BlockingSink> blocking = new ArrayList<>();
    private final List<Direct> direct = new ArrayList<>();

    /** Those that were asked where they go on, and may hold something since. */
    private final List<BoundSink> asked = new ArrayList<>();

    /** Those of them that a drain waits for. */
    private final List<BlockingSink> tethered = new ArrayList<>();

    private final Map<Output<?>, OutputCounts> counts = new LinkedHashMap<>();
    private final Views views;

    private final SinkFaults faults;

    /** Whether all that is closed has never run. */
    private volatile boolean cannotStart;

    private volatile boolean finishes;

    /** Null but while the engine warms up. */
    private final Unheard unheard;

    /** Null where there is no journal. */
    private final Resumes resumes;

    /** The stage of each node is asked for by its id; nobody is unheard where all sinks are called. */
    Sinks(
            Topology topology,
            DeadLetters deadLetters,
            int largestEntry,
            IntUnaryOperator stageOf,
            Unheard unheard,
            Resumes resumes) {
        this.topology = topology;
        views = new Views(topology.name());
        faults = new SinkFaults(topology.name(), blocking);
        this.unheard = unheard;
        this.resumes = resumes;
        this.stageOf = stageOf;
        this.deadLetters = deadLetters;
        this.largestEntry = largestEntry;
        for (Output<?> o : topology.outputs()) {
            counts.put(o, new OutputCounts());
        }
    }

    // ---- before the start

    /** Binds a sink to one more output. */
    <V> Handover open(Output<V> output, EventSink<? super V> real, Delivery delivery) {
        requireInserts(output, real);
        EventSink<? super V> sink = unheard == null || unheard.calls(output, real) ? real : unheard.standIn();
        if (sink instanceof View<?> view) { // first: another host's is not to be let go of
            bind(view, output, delivery);
        }
        int stage = stageOf.applyAsInt(node(output));
        BoundSink b = bound.stream().filter(x -> x.sink() == sink).findAny().orElse(null);
        if (b == null) {
            b = new BoundSink(sink, delivery, stage, Host.isSensitive(topology));
            bound.add(b);
        }
        LookupRunner<?, ?> asks = resumes != null && sink instanceof LookupRunner<?, ?> l ? l : null;
        ResumedOutput resumed = resumes == null || asks != null ? null : resumed(output, b);
        if (resumed != null && resumed.isCounted() && delivery.isBlocking() && !b.isOnceEach()) {
            throw new IllegalArgumentException(
                    "output " + output.name() + ": its sink counts the events that it holds, "
                            + "but delivery " + delivery + " may leave some out, so the count would be wrong; bind "
                            + "it with Delivery.blocking(), or let it resume as Resumption.marked()");
        }
        int lane = b.add(output, delivery, stage, resumed);
        if (sink instanceof View<? super V> view) {
            views.add(output, view, resumed);
        }
        if (!delivery.isBlocking()) {
            Handover calls = sink instanceof EncodedSink<? super V> encoded
                    ? new EncodedHandover<>(encoded, output.type())
                    : flow -> sink.on(flow.value(), flow);
            if (resumed == null) {
                return calls;
            }
            return resumed.isCounted() || b.gathers() ? taken(b, calls, resumed) : resumed.around(calls);
        }
        if (resumed != null && b.isOnceEach()) {
            resumed.hasThread();
        }
        BoundSink of = b;
        Handover offers = flow -> of.runner().offer(lane, flow);
        if (asks != null) {
            return asks.resumed(offers, resumes.firstLive());
        }
        return resumed == null || b.isOnceEach() ? offers : resumed.around(offers);
    }

    private void bind(View<?> view, Output<?> output, Delivery delivery) {
        Port from = topology.nodes().get(node(output)).inputs().get(0);
        TopologyNode sends = topology.nodes().get(from.node());
        String problem = view.bind(views, sends.key(), delivery.isBlocking(), sends.ofWindows(from.port()));
        if (problem != null) {
            throw new IllegalStateException("output " + output.name() + ": " + problem);
        }
    }

    private void requireInserts(Output<?> output, EventSink<?> sink) {
        String cure = sink.insertsOnly();
        if (cure != null && topology.updates(output) != Updates.NONE) {
            throw new IllegalArgumentException(
                    "output " + output.name() + " emits retractions or replacements, and its sink, "
                            + sink.getClass().getSimpleName() + ", would treat them like new events; " + cure);
        }
    }

    private ResumedOutput resumed(Output<?> output, BoundSink b) {
        if (!asked.contains(b)) {
            asked.add(b);
        }
        return resumes.of(output, b.sink());
    }

    /** Each output is done with when the sink was flushed, or counted by it. */
    private Handover taken(BoundSink b, Handover calls, ResumedOutput resumed) {
        boolean[] halted = new boolean[1];
        return flow -> {
            if (halted[0] || !resumed.begin()) {
                return;
            }
            try {
                calls.accept(flow);
            } catch (Throwable t) {
                if (t instanceof VirtualMachineError || !resumed.isCounted()) {
                    throw t;
                }
                halted[0] = true;
                halt(b, UNTAKEN, t);
            }
        };
    }

    /** The first entry that no journal has brought back. */
    long firstLive() {
        return resumes == null ? 0 : resumes.firstLive();
    }

    /** How many sinks have a thread of their own. */
    int threads() {
        return (int) bound.stream().filter(b -> b.delivery().isBlocking()).count();
    }

    /** Whether nothing of it is real: sinks are neither flushed nor closed. */
    boolean isRehearsal() {
        return unheard != null;
    }

    /** Who is called in place of a receiver. */
    <V> Receiver<? super V> heard(Output<V> output, Receiver<? super V> receiver) {
        return unheard == null || unheard.calls(output) ? receiver : unheard.standIn();
    }

    <V> MetaReceiver<? super V> heard(Output<V> output, MetaReceiver<? super V> receiver) {
        return unheard == null || unheard.calls(output) ? receiver : unheard.standIn();
    }

    /** Binds a receiver that is called directly. */
    Handover direct(Output<?> output, Object receiver, Handover calls) {
        Handover checked = ofOneStage(output, receiver, calls);
        return resumes == null ? checked : resumes.of(output).around(checked);
    }

    /** Receivers that do not wait for a journal; what they throw costs nobody anything else. */
    EarlyReceivers early(Output<?> output, List<MetaReceiver<Object>> receivers, long firstLive) {
        boolean stands = unheard != null && !unheard.calls(output);
        List<MetaReceiver<Object>> called = new ArrayList<>(receivers);
        called.replaceAll(r -> stands ? unheard.standIn() : r);
        boolean sensitive = Host.isSensitive(topology);
        return new EarlyReceivers(
                called,
                firstLive,
                t -> faults.noted(() -> new SinkFault(
                        "output " + output.name() + ": a receiver bound by early(..) failed: "
                                + ThrownText.of(t, sensitive),
                        t)));
    }

    /** One receiver is called by one thread, or nobody could say in which order. */
    Handover ofOneStage(Output<?> output, Object receiver, Handover calls) {
        Direct own = new Direct(output, receiver, stageOf.applyAsInt(node(output)));
        for (Direct d : direct) {
            if (d.receiver == receiver && d.stage != own.stage) {
                throw new IllegalArgumentException(
                        BoundSink.twoStages("output " + d.output.name(), output, "receiver"));
            }
        }
        direct.add(own);
        return calls;
    }

    /** A receiver, and whose it is. */
    private record Direct(Output<?> output, Object receiver, int stage) {}

    /** Lets sinks get ready, and starts the threads of blocking ones; no blames where nothing is measured. */
    void start(EngineThreads threads, Blames blames) {
        if (!isRehearsal()) {
            bound.forEach(this::begin);
        }
        for (BoundSink b : bound) {
            if (b.delivery().isBlocking()) {
                b.runner(new BlockingSink(b, this, largestEntry, threads, blames));
                blocking.add(b.runner());
                if (!b.delivery().isUntethered()) {
                    tethered.add(b.runner());
                }
            }
        }
        blocking.forEach(BlockingSink::start);
    }

    /** The start has failed: whatever is closed from now on is let go of, and nobody is told of an end. */
    void cannotStart() {
        cannotStart = true;
    }

    /** Before the start: who is told at once when a sink halts the engine. */
    void haltsBy(SinkFaults.Halt by) {
        faults.haltsBy(by);
    }

    /** There will be no host: lets go of those that were asked where they go on, unless they have been; what fails is added. */
    void abandon(Throwable why) {
        cannotStart();
        if (finishes) {
            return;
        }
        finishes = true;
        for (BoundSink b : asked) {
            try {
                b.sink().abandon();
            } catch (Throwable t) {
                why.addSuppressed(b.fault("failed in close", t));
            }
        }
    }

    Views views() {
        return views;
    }

    /** Another sink of an inline host, which gets no events: it is flushed and closed with the others. */
    void beside(SinkBeside sink) {
        bound.add(new BoundSink(sink, Delivery.inline(), 0, Host.isSensitive(topology)));
    }

    void eachSink(BiConsumer<String, EventSink<?>> to) {
        for (BoundSink b : bound) {
            if (!b.outputs().isEmpty()) {
                to.accept(b.outputs().get(0).name(), b.sink());
            }
        }
    }

    private void begin(BoundSink b) {
        try {
            if (topology.inputs().stream().noneMatch(Input::hasEventTime)) {
                b.sink().untimed();
            }
            b.sink().begin();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "output " + b.outputs().get(0).name() + ": its sink could not be started: " + e.getMessage(), e);
        }
    }

    /** Makes durable what sinks have flushed; by whoever makes a snapshot. */
    void sync() {
        for (BoundSink b : bound) {
            try {
                b.sink().sync();
            } catch (Exception e) {
                throw new JournalException(
                        b.fault("could not make the events it has taken durable", e)
                                .getMessage(),
                        e);
            }
        }
    }

    OutputCounts counts(Output<?> output) {
        return counts.get(output);
    }

    int node(Output<?> output) {
        for (TopologyNode n : topology.nodes()) {
            if (n.output() == output) {
                return n.id();
            }
        }
        throw new IllegalArgumentException("output " + output.name() + " is not one of " + topology);
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }

    // ---- the stage's thread

    /** Flushes the inline sinks of a stage; throws what halts the engine, also when a blocking sink has found it. */
    void flush(int stage) throws SinkFault {
        for (int i = 0; i < bound.size(); i++) { // no iterator: it would be garbage each time the ring is empty
            BoundSink b = bound.get(i);
            if (b.stage() == stage && !b.delivery().isBlocking()) {
                b.inHand("flush");
                flush(b);
                b.inHand(null);
            }
        }
        requireSound();
    }

    /** Throws when a sink has failed and that halts the engine. */
    void requireSound() throws SinkFault {
        SinkFault fault = faults.halting();
        if (fault != null) {
            throw fault;
        }
    }

    /**
     * A stage puts out nothing more: closes its inline sinks; the blocking ones close when they have taken all. Where the start has
     * failed before those had a thread, they are closed here, too.
     */
    void finish(int stage) {
        finishes = true;
        for (BoundSink b : bound) {
            if (b.stage() == stage && b.runner() == null) {
                b.inHand("close");
                close(b);
                b.inHand(null);
            }
        }
        for (BoundSink b : bound) {
            if (b.stage() == stage && b.runner() != null) {
                b.runner().finish();
            }
        }
    }

    // ---- the thread of a sink, which for inline sinks is the stage's

    /** Answers false when the sink failed in a way that halts the engine. */
    boolean flush(BoundSink b) {
        return flush(b, attempt -> false);
    }

    /** The same, called again as long as that is wanted: what is asked gets the number of the attempt that has failed. */
    boolean flush(BoundSink b, IntPredicate again) {
        if (isRehearsal()) {
            return true;
        }
        for (int attempt = 1; ; attempt++) {
            try {
                b.sink().flush();
                b.flushed();
                return true;
            } catch (Throwable t) {
                if (t instanceof VirtualMachineError || !again.test(attempt)) {
                    return flushFailed(b, t);
                }
            }
        }
    }

    private boolean flushFailed(BoundSink b, Throwable t) {
        if (b.delivery().countsFailures() && !(t instanceof VirtualMachineError)) {
            failed(b, "failed in flush", t);
            return true;
        }
        halt(b, "failed in flush", t);
        return false;
    }

    void close(BoundSink b) {
        if (isRehearsal()) {
            return;
        }
        try {
            if (cannotStart) {
                b.sink().abandon();
            } else {
                b.sink().close();
            }
        } catch (Throwable t) {
            failed(b, "failed in close", t);
        } finally {
            letGo(b);
        }
    }

    private void letGo(BoundSink b) {
        if (b.sink() instanceof View<?> view) {
            view.letGo(views);
        }
    }

    /** There will be no host: its views may be bound to another. */
    void letGoOfViews() {
        bound.forEach(this::letGo);
    }

    /** Counts a fault, and keeps it for whoever closes the host unless such faults are only counted. */
    void failed(BoundSink b, String what, Throwable t) {
        record(b, b.fault(what, t), !b.delivery().countsFailures() || t instanceof VirtualMachineError);
    }

    /** Keeps for health what has been counted already and costs nobody anything else. */
    void noted(BoundSink b, String what, Throwable t) {
        faults.noted(() -> b.fault(what, t));
    }

    /** Halts the engine, unless the stage of the sink has ended: then close says what was lost. */
    void halt(BoundSink b, String what, Throwable t) {
        SinkFault fault = b.fault(what, t);
        record(b, fault, true);
        faults.halt(b.stage(), fault, b.runner() != null && b.runner().isFinishing());
    }

    private void record(BoundSink b, SinkFault fault, boolean isGrave) {
        faults.record(fault, isGrave);
        countFault(b);
    }

    void countFault(BoundSink b) {
        b.outputs().forEach(o -> counts(o).fault());
    }

    // ---- whoever waits for the host

    /** Wants blocking sinks to flush what they have been handed by now; answers how much that is for each. */
    long[] wantFlush() {
        return tethered.stream().mapToLong(BlockingSink::wantFlush).toArray();
    }

    /** Whether blocking sinks have flushed so much. */
    boolean isFlushed(long[] outputs) {
        for (int i = 0; i < outputs.length; i++) {
            if (!tethered.get(i).isFlushed(outputs[i])) {
                return false;
            }
        }
        return true;
    }

    /** For who looks whether they move; behind the start. */
    List<BlockingSink> blocking() {
        return blocking;
    }

    /** Whether the caller is the thread of a blocking sink. */
    boolean isRunner() {
        for (BlockingSink s : blocking) {
            if (s.isRunner()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the caller is the thread of a sink for which a stage waits when its ring is full. */
    boolean isWaitedFor() {
        for (int i = 0; i < blocking.size(); i++) { // no iterator: publishers come by here
            if (blocking.get(i).isRunner() && blocking.get(i).isWaitedFor()) {
                return true;
            }
        }
        return false;
    }

    // ---- whoever closes the host

    /** The deadline for processing has passed: a stage that waits for room goes on without. */
    void hurry() {
        blocking.forEach(BlockingSink::hurry);
    }

    /**
     * Waits for the blocking sinks of stages that have ended to take what they were handed, all until the same time; answers whether
     * there was an interrupt. Those of other stages have not been told of the end.
     */
    boolean awaitClosed(Deadline deadline, IntPredicate stageHasEnded) {
        boolean interrupted = false;
        long untilNs = deadline.soonNs();
        for (BoundSink b : bound) {
            if (b.runner() != null && stageHasEnded.test(b.stage())) {
                interrupted |= b.runner().awaitClosed(untilNs, deadline.most());
            }
            String call = b.runner() == null ? b.untoldInHand() : null;
            if (call != null) {
                failed(b, "has not returned from " + call + " within " + deadline.most(), null);
            }
        }
        return interrupted;
    }

    /** What closing the host throws; null when nothing was lost that was not declared as merely counted. */
    EngineStoppedException lost() {
        return faults.lost();
    }

    /** The same beside what kept the host from starting. */
    void lost(Throwable why) {
        EngineStoppedException lost = lost();
        if (lost != null) {
            why.addSuppressed(lost);
        }
    }

    // ---- any thread

    /** What blocking sinks have not taken and never will, in words; null when that is nothing. */
    String left() {
        return faults.left();
    }

    /** Whether a stage is in flush or close of a sink. */
    boolean isInSink(int stage) {
        return bound.stream().anyMatch(b -> b.stage() == stage && b.inHand() != null);
    }

    /** What halts the engine, or null. */
    SinkFault halting() {
        return faults.halting();
    }

    /** Why a sink takes nothing more though that halts nothing, or null. */
    SinkFault afterItsStage() {
        return faults.afterItsStage();
    }

    /** What is wrong, and what was, in words; null when nothing is. */
    String why() {
        Troubles all = new Troubles();
        tell(all);
        return all.why();
    }

    /** Tells what is wrong. */
    void tell(Troubles to) {
        bound.forEach(b -> b.tell(to));
        faults.tell(to);
        counts.forEach((of, c) -> c.tell("output " + of.name() + ": ", to));
    }
}
