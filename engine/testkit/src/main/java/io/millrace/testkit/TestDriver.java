package io.millrace.testkit;

import io.millrace.engine.EngineStats;
import io.millrace.engine.Health;
import io.millrace.event.DeadLetter;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reply;
import io.millrace.metric.Digest;
import io.millrace.operator.NodeCounters;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.EntryEncoder;
import io.millrace.state.Migration;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs a topology in a test, event by event, without threads and without a clock: you move time by hand, and the result is
 * the same every time. Outputs are collected as copies. A view that user code keeps after its call is cut off.
 *
 * <p>Inputs are historic unless they say otherwise: progress follows event times and {@link #advance}. {@link #live} inputs
 * follow {@link #tick}. All that is due fires within the call that makes it due, where an engine may leave some for later
 * ({@link Input#historic}). What would halt an engine is thrown to the caller, and the driver takes no more events.
 */
public final class TestDriver implements AutoCloseable {
    /** A property: kills and restores each driver every so many entries, more rarely in long runs; 0 for never. */
    private static final int RESTART_EVERY = Integer.getInteger("millrace.restart", 0);

    private final DriverPorts ports;
    private Core core;
    private final Map<Input<?>, EntryEncoder<?>> encoders = new LinkedHashMap<>();
    private final DriverLetters letters = new DriverLetters();
    private final DriverServices services;
    private final Draining draining = new Draining();
    private final byte[] plain = new byte[Entry.MAX_HEADER_LENGTH];
    private long next;
    private long nextRestart;
    private long advancedToNs = Long.MIN_VALUE;
    private Throwable failure;
    private boolean closed;
    private boolean strict;
    private Recording recording;

    TestDriver(Topology topology, PlanOptions options, Input<?>... live) {
        ports = new DriverPorts(topology, letters::keep);
        ports.live(0, live);
        services = new DriverServices(ports);
        core = new Core(Planner.plan(topology, options), ports);
    }

    /**
     * Makes a driver, at the beginning of time.
     *
     * @param topology what to run; any number of drivers and engines may run it
     * @return a driver with empty state
     */
    public static TestDriver of(Topology topology) {
        return new TestDriver(topology, PlanOptions.tested());
    }

    /**
     * Makes a driver with options of your own, such as a small state budget. With {@link PlanOptions#withThreads} it runs the
     * stages that the topology asks for one after another, on the calling thread, with the same output.
     *
     * @param topology what to run
     * @param options  how to plan it
     * @return a driver with empty state
     */
    public static TestDriver of(Topology topology, PlanOptions options) {
        return new TestDriver(topology, options);
    }

    /**
     * Makes {@link #close} fail if the test has overlooked something, so that a rule that throws does not pass for one that
     * had nothing to say. Overlooked is an event or request that the test did not take ({@link #take}, {@link #asked}), and a
     * dead letter after which it called none of {@link #deadLetters}, {@link #deadLetterCounts} and, for its node,
     * {@link #redrive}. That includes events set aside as too far ahead, which closing makes dead letters ({@link #end} their
     * input before). Make the driver a resource, since it only reports at the end:
     *
     * <pre>{@code
     * try (TestDriver driver = TestDriver.of(topology).strict()) {
     *     driver.send(PAYMENTS, new Payment(7, 60_000, 0));
     *     assertEquals(List.of(), driver.take(ALERTS));
     * }
     * }</pre>
     *
     * @return this
     */
    public TestDriver strict() {
        strict = true;
        return this;
    }

    /**
     * Makes inputs live, as an engine does for an input with a publisher or with a source that does not end. During silence
     * {@link #tick} moves their progress, and the clock judges which events are too far ahead.
     *
     * @param inputs inputs with event time that do not say {@link Input#historic}
     * @return this
     * @throws IllegalStateException after the first entry; for a snapshot, name the inputs in {@link #restore}
     */
    public TestDriver live(Input<?>... inputs) {
        ports.live(next, inputs);
        core = new Core(core.plan(), ports);
        return this;
    }

    /**
     * Keeps all entries, so that outputs can be explained. Call it before the first entry.
     *
     * @return the recording, which explains outputs
     */
    public Recording record() {
        return recording = new Recording(core.plan(), ports, next);
    }

    // ---- killed and restored

    /**
     * Takes a snapshot of the state that the entries so far have left. Outputs and dead letters that were not taken are not
     * in it.
     *
     * @return the bytes, for {@link #restore}
     */
    public byte[] snapshot() {
        return DriverSnapshot.of(core, advancedToNs);
    }

    /**
     * Makes a driver that goes on from a snapshot of another one.
     *
     * @param topology the same topology
     * @param options  the same options
     * @param snapshot from {@link #snapshot}
     * @param live     the same inputs, if any were named in {@link #live}
     * @return a driver without outputs, not {@link #strict} unless you say so
     * @throws io.millrace.state.StateException if the snapshot is damaged, or of another topology
     */
    public static TestDriver restore(Topology topology, PlanOptions options, byte[] snapshot, Input<?>... live) {
        return new TestDriver(topology, options, live).load(snapshot, null);
    }

    /**
     * Whether a snapshot can be taken: all nodes that keep state say how it is saved.
     *
     * @return false if an operator of your own does not
     */
    public boolean canBeSaved() {
        return core.unsaved().isEmpty();
    }

    /**
     * Kills and restores: only what a snapshot has, what has arrived at outputs, and dead letters remain.
     *
     * @return this
     */
    public TestDriver restart() {
        byte[] snapshot = snapshot();
        core = new Core(core.plan(), ports);
        return load(snapshot, null);
    }

    TestDriver load(byte[] snapshot, Migration how) {
        advancedToNs = DriverSnapshot.load(snapshot, core, how);
        next = core.entries();
        return this;
    }

    /**
     * Sends an event.
     *
     * @param input an input of the topology
     * @param event the event
     * @param <V>   the type of the event
     * @return this
     * @throws io.millrace.event.RefusedException if the event does not fit its layout or time unit
     */
    public <V> TestDriver send(Input<V> input, V event) {
        return send(input, event, null);
    }

    /**
     * Sends an event with a header.
     *
     * @param input  an input of the topology
     * @param event  the event
     * @param header what travels with the event, or null
     * @param <V>    the type of the event
     * @return this
     */
    public <V> TestDriver send(Input<V> input, V event, Header header) {
        EntryEncoder<V> encoder = encoder(input);
        encoder.encode(event, header);
        return process(encoder.bytes(), 0);
    }

    /**
     * Sends an event that is filled in place.
     *
     * @param input an input of the topology
     * @param fill  fills the event
     * @param <V>   the type of the event, as readers see it
     * @param <W>   the type of the event, as it is filled
     * @return this
     */
    public <V, W> TestDriver sendInPlace(InPlaceInput<V, W> input, Consumer<? super W> fill) {
        EntryEncoder<V> encoder = encoder(input);
        W writer = encoder.claim(input.inPlaceType());
        fill.accept(writer);
        encoder.commit(null);
        return process(encoder.bytes(), encoder.offset(null));
    }

    // ---- what is asked outside

    /**
     * Takes the requests sent through a port; the test answers them by {@link #reply} or {@link #fail}, or not at all.
     *
     * @param port a port of the topology
     * @param <Q>  the type of the request
     * @return the requests in the order in which they were sent, each once
     */
    public <Q> List<Asked<Q>> asked(LookupPort<Q, ?> port) {
        return ports.taken(port.requests()).takeArrived().stream()
                .map(Asked::of)
                .toList();
    }

    /**
     * Answers a request.
     *
     * @param port   a port of the topology
     * @param asked  the request
     * @param answer the answer
     * @param <R>    the type of the answer
     * @return this
     */
    public <R> TestDriver reply(LookupPort<?, R> port, Asked<?> asked, R answer) {
        return send(port.replies(), Reply.of(answer), asked.header());
    }

    /**
     * Reports that a request will not be answered, as a host does after its last attempt.
     *
     * @param port  a port of the topology
     * @param asked the request
     * @param <R>   the type of the answer
     * @return this
     */
    public <R> TestDriver fail(LookupPort<?, R> port, Asked<?> asked) {
        return send(port.replies(), Reply.failed(), asked.header());
    }

    /**
     * Answers all further requests of a port at once; the replies are the entries after the one that asked. Earlier requests
     * stay with {@link #asked}. If the service throws, the request stays there too, the others are answered, and the call
     * that caused it then throws the same; or, suppressing it, what would halt an engine at one of those answers.
     *
     * @param port    a port of the topology
     * @param service finds the answer to a request; null for no answer
     * @param <Q>     the type of the request
     * @param <R>     the type of the answer
     * @return this
     */
    public <Q, R> TestDriver answer(LookupPort<Q, R> port, Function<? super Q, ? extends R> service) {
        services.put(port, service);
        return this;
    }

    private <R> void evaluateReply(LookupPort<?, R> port, Asked<?> asked, R answer) {
        EntryEncoder<Reply<R>> encoder = encoder(port.replies());
        encoder.encode(answer == null ? Reply.failed() : Reply.of(answer), asked.header());
        evaluate(encoder.bytes(), 0);
    }

    @SuppressWarnings("unchecked")
    private <V> EntryEncoder<V> encoder(Input<V> input) {
        return (EntryEncoder<V>) encoders.computeIfAbsent(input, i -> new EntryEncoder<>(input, core.source(input)));
    }

    void drainsAtMost(long entries) {
        draining.most(entries);
    }

    private TestDriver process(byte[] bytes, int offset) {
        evaluate(bytes, offset);
        return drain();
    }

    private void evaluate(byte[] bytes, int offset) {
        if (closed) {
            throw new IllegalStateException("the driver is closed; take(..) and the counts go on");
        }
        if (failure != null) {
            throw new IllegalStateException("an engine would have halted before: " + failure, failure);
        }
        try {
            if (RESTART_EVERY > 0 && next >= nextRestart) {
                nextRestart = next + Math.max(RESTART_EVERY, next / 8);
                if (next > 0 && canBeSaved()) {
                    restart();
                }
            }
            Recording.add(recording, bytes, offset);
            evaluateIn(next++, bytes, offset);
        } catch (Throwable t) {
            failure = t;
            throw t;
        }
    }

    /** Runs stage after stage, if the options give the topology the threads that it asks for. */
    private void evaluateIn(long q, byte[] bytes, int offset) {
        if (core.stageCount() == 1) {
            core.process(q, bytes, offset);
            return;
        }
        for (int stage = 0; stage < core.stageCount(); stage++) {
            if (!core.tryStage(stage, q, bytes, offset)) {
                throw new IllegalStateException("stage " + stage + " has no room for what entry " + q + " causes");
            }
            core.publishStage(stage);
        }
    }

    private TestDriver process(byte kind, int source, long timeNs) {
        byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
        EntryEncoder.plain(entry, 0, kind, source, timeNs);
        return process(entry, 0);
    }

    /**
     * Moves progress of all inputs forward, from where the furthest one is.
     *
     * @param eventTime by how much
     * @return this
     */
    public TestDriver advance(Duration eventTime) {
        long from = Math.max(advancedToNs, furthestNs());
        return advanceToNs(from == Long.MIN_VALUE ? eventTime.toNanos() : Math.addExact(from, eventTime.toNanos()));
    }

    /**
     * Moves progress of all inputs to a moment: all events before it have been seen.
     *
     * @param eventTime the new progress; one that is earlier than the present one changes nothing
     * @return this
     */
    public TestDriver advanceTo(Instant eventTime) {
        return advanceToNs(epochNs(eventTime));
    }

    private static long epochNs(Instant moment) {
        return Math.addExact(Math.multiplyExact(moment.getEpochSecond(), 1_000_000_000L), moment.getNano());
    }

    /**
     * Moves progress of all inputs to a moment.
     *
     * @param epochNs nanoseconds since the epoch
     * @return this
     */
    public TestDriver advanceToNs(long epochNs) {
        advancedToNs = Math.max(advancedToNs, epochNs);
        return process(EntryKind.ADVANCE, 0, epochNs);
    }

    private long furthestNs() {
        long furthest = Long.MIN_VALUE;
        for (int i = 0; i < core.plan().topology().inputs().size(); i++) {
            long ns = core.sourceProgressNs(i);
            furthest = ns == Progress.END ? furthest : Math.max(furthest, ns);
        }
        return furthest;
    }

    /**
     * Sets the time of the machine, as a live engine does.
     *
     * @param clock the time
     * @return this
     */
    public TestDriver tick(Instant clock) {
        return process(EntryKind.TICK, 0, epochNs(clock));
    }

    /**
     * Ends an input, which then no longer holds progress back.
     *
     * @param input an input of the topology
     * @return this
     */
    public TestDriver end(Input<?> input) {
        return process(EntryKind.END, core.source(input), 0);
    }

    /**
     * Ends all inputs, so that everything fires.
     *
     * @return this
     */
    public TestDriver endAll() {
        core.plan().topology().inputs().forEach(this::end);
        return this;
    }

    /**
     * Takes the events that have arrived at an output, and empties it.
     *
     * @param output an output of the topology
     * @param <V>    the type of the events
     * @return the events, in the order of arrival
     */
    public <V> List<V> take(Output<V> output) {
        DriverPorts.Taken<V> taken = ports.taken(output);
        return taken.take();
    }

    /**
     * What travels beside the events that have arrived at an output and were not taken yet.
     *
     * @param output an output of the topology
     * @return one for each event, in the order of arrival
     */
    public List<Meta> metas(Output<?> output) {
        return ports.taken(output).metas();
    }

    // ---- what went wrong, and what was counted

    /**
     * The dead letters so far, except those that were redriven.
     *
     * @return the letters, oldest first
     */
    public List<DeadLetter> deadLetters() {
        return letters.ask();
    }

    /**
     * The numbers of dead letters by node and reason, redriven or not.
     *
     * @return by names such as {@code velocity operator-error}
     */
    public Map<String, Long> deadLetterCounts() {
        return letters.askCounts();
    }

    /**
     * Sends the events of a node's dead letters again, each once, as {@link io.millrace.engine.DeadLetters#redrive} does.
     *
     * @param node the name of the node
     * @return how many events were sent
     */
    public int redrive(String node) {
        return letters.redrive(node(node).id(), true, entry -> process(entry, 0));
    }

    /**
     * As {@link #redrive}; throws {@link IllegalStateException} if a word with state has already counted an event.
     *
     * @param node the name of the node
     * @return how many events were sent
     */
    public int redriveUncounted(String node) {
        return letters.redrive(node(node).id(), false, entry -> process(entry, 0));
    }

    /**
     * All statistics.
     *
     * @return as of the last entry; latencies are empty, since there is no clock
     */
    public EngineStats stats() {
        return DriverStats.of(core, next - 1);
    }

    /**
     * A hash of each output and of all outputs together, the same as that of any host that got the same entries.
     *
     * @return as of the last entry; null if the options keep none
     */
    public Digest digest() {
        return stats().digest();
    }

    /**
     * Whether an engine would work.
     *
     * @return degraded if there were dead letters; halted after a failure that halts one
     */
    public Health health() {
        if (failure != null) {
            return new Health(Health.State.HALTED, failure.toString());
        }
        if (closed) {
            return new Health(Health.State.CLOSED, "closed");
        }
        long dead = letters.count();
        return dead == 0 ? new Health(Health.State.UP, "") : new Health(Health.State.DEGRADED, dead + " dead letters");
    }

    // ---- the end

    /**
     * Waits as an engine's {@code drain} does, until all that was sent is processed and all that was due has fired, which is
     * so after each call. What waits for time goes on waiting.
     *
     * @return this
     * @throws IllegalStateException if that does not end
     */
    public TestDriver drain() {
        long from = next;
        services.answerAll(() -> goOn(from), this::evaluateReply);
        return this;
    }

    private void goOn(long from) {
        draining.require(core, next - from);
        while (draining.isBehind(core, next - from)) {
            EntryEncoder.plain(plain, 0, EntryKind.CONTINUE, 0, 0);
            evaluate(plain, 0);
        }
    }

    /**
     * Closes the driver. As with an engine, this does not end inputs: what waits for time is not fired, and events set aside
     * as too far ahead become dead letters. Nothing can be sent any more; outputs can still be taken.
     *
     * @throws AssertionError the first time, if the driver is {@link #strict} and the test has overlooked something, which it
     *     names
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (failure == null) {
            core.refuseSetAside(0);
        }
        if (strict) {
            Overlooked.require(letters, ports);
        }
    }

    /**
     * The counters of a node.
     *
     * @param node the name of the node
     * @return live counters: they change with each event
     */
    public NodeCounters counters(String node) {
        return core.counters()[node(node).id()];
    }

    private TopologyNode node(String node) {
        TopologyNode n = core.plan().topology().node(node);
        if (n == null) {
            throw new IllegalArgumentException("no node is named '" + node + "' in:\n"
                    + core.plan().topology().describe());
        }
        return n;
    }

    /**
     * The place of the next entry in the input order.
     *
     * @return the place; 0 at first
     */
    public long nextSequence() {
        return next;
    }

    /**
     * How the topology is run.
     *
     * @return the plan, which prints itself
     */
    public Plan plan() {
        return core.plan();
    }
}
