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
 * Runs a topology without threads and without a clock: event by event, time by hand, the same result every time. Outputs are
 * collected as copies; views that user code keeps past its call are cut off.
 *
 * <p>Inputs that do not say otherwise are historic: progress follows event times and {@link #advance}; one that is {@link #live} follows
 * {@link #tick}. All that is due fires within the call that makes it due, where an engine may leave some for later ({@link Input#historic}).
 * What would halt an engine is thrown to the caller, and the driver goes no further. A {@link #strict} one does not let its test overlook anything.
 */
public final class TestDriver implements AutoCloseable {
    /** A property: each driver is killed and restored behind so many entries, again and again, more rarely in long runs; 0 for never. */
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
     * A driver at the beginning of time.
     *
     * @param topology what to run; may be run by any number of drivers and engines
     * @return a driver with empty state
     */
    public static TestDriver of(Topology topology) {
        return new TestDriver(topology, PlanOptions.tested());
    }

    /**
     * A driver with other options, such as a small state budget. With {@link PlanOptions#withThreads} it runs the stages that the
     * topology asks for one after another, on the calling thread: what comes out has to be the same.
     *
     * @param topology what to run
     * @param options  how to plan it
     * @return a driver with empty state
     */
    public static TestDriver of(Topology topology, PlanOptions options) {
        return new TestDriver(topology, options);
    }

    /**
     * Has {@link #close} fail when the test has overlooked something: an event or a request that it has not taken ({@link #take}, {@link
     * #asked}), or a dead letter that it has not asked for since that came ({@link #deadLetters}, {@link #deadLetterCounts}, or {@link
     * #redrive} of its node). A look at {@link #health}, {@link #stats} or {@link #metas} is none. So a rule that throws does not pass for
     * one that had nothing to say. What closing makes a dead letter, an event that is set aside as too far ahead, counts too ({@link #end}
     * its input before). Nothing is said before the driver is closed, so make it a resource:
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
     * Takes inputs for live that do not say it themselves, as an engine does whose input has a publisher, or a source that does not end:
     * silence lets progress go on by {@link #tick}, and the clock judges which events are too far ahead.
     *
     * @param inputs with event time, which do not say {@link Input#historic}; before the first entry
     * @return this
     * @throws IllegalStateException when entries have been processed: for a snapshot, name them in {@link #restore}
     */
    public TestDriver live(Input<?>... inputs) {
        ports.live(next, inputs);
        core = new Core(core.plan(), ports);
        return this;
    }

    /**
     * Keeps all entries, so that outputs can be explained.
     *
     * @return explains them; to be asked for before the first entry
     */
    public Recording record() {
        return recording = new Recording(core.plan(), ports, next);
    }

    // ---- killed and restored

    /**
     * The state as a snapshot holds it: what the entries so far have left behind. Outputs and dead letters that were not taken
     * are not in it.
     *
     * @return for {@link #restore}
     */
    public byte[] snapshot() {
        return DriverSnapshot.of(core, advancedToNs);
    }

    /**
     * A driver that goes on where another one was when its snapshot was taken.
     *
     * @param topology the same
     * @param options  the same
     * @param snapshot from {@link #snapshot}
     * @param live     the same, where {@link #live} named some
     * @return a driver without outputs; {@link #strict} when that is said of it
     * @throws io.millrace.state.StateException when the snapshot is damaged, or of another topology
     */
    public static TestDriver restore(Topology topology, PlanOptions options, byte[] snapshot, Input<?>... live) {
        return new TestDriver(topology, options, live).load(snapshot, null);
    }

    /**
     * Whether a snapshot can be taken: all nodes that keep state say how it is saved.
     *
     * @return false where an own operator does not
     */
    public boolean canBeSaved() {
        return core.unsaved().isEmpty();
    }

    /**
     * Kills and restores: all that is not in a snapshot is thrown away, but for what has arrived at outputs and among the dead letters.
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
     * @param input one of the topology's
     * @param event the event
     * @param <V>   the event
     * @return this
     * @throws io.millrace.event.RefusedException when it does not fit its layout or time unit
     */
    public <V> TestDriver send(Input<V> input, V event) {
        return send(input, event, null);
    }

    /**
     * Sends an event with a header.
     *
     * @param input  one of the topology's
     * @param event  the event
     * @param header what travels with it, or null
     * @param <V>    the event
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
     * @param input one of the topology's
     * @param fill  fills it
     * @param <V>   what readers see
     * @param <W>   what is filled
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
     * Takes the requests that have been sent through a port. Nobody answers them but the test, with {@link #reply} or {@link
     * #fail}, or not at all.
     *
     * @param port one of the topology's
     * @param <Q>  the request
     * @return in the order in which they were sent; each once
     */
    public <Q> List<Asked<Q>> asked(LookupPort<Q, ?> port) {
        return ports.taken(port.requests()).takeArrived().stream()
                .map(Asked::of)
                .toList();
    }

    /**
     * Answers a request.
     *
     * @param port   one of the topology's
     * @param asked  which
     * @param answer what was found
     * @param <R>    the answer
     * @return this
     */
    public <R> TestDriver reply(LookupPort<?, R> port, Asked<?> asked, R answer) {
        return send(port.replies(), Reply.of(answer), asked.header());
    }

    /**
     * Says of a request that there will be no answer, as a host does after the last attempt.
     *
     * @param port  one of the topology's
     * @param asked which
     * @param <R>   the answer
     * @return this
     */
    public <R> TestDriver fail(LookupPort<?, R> port, Asked<?> asked) {
        return send(port.replies(), Reply.failed(), asked.header());
    }

    /**
     * Has all further requests of a port answered at once: the replies are the entries behind the one that asked. Those that were asked
     * before stay with {@link #asked}. A service that throws loses nothing: the request stays with {@link #asked}, the others are answered,
     * and then the call that made it ask throws what was thrown; where one of these answers would halt an engine, that, with it as suppressed.
     *
     * @param port    one of the topology's
     * @param service what is found for a request; null for no answer
     * @param <Q>     the request
     * @param <R>     the answer
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

    /** Stage after stage, where the options give the topology the threads it asks for. */
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
     * Moves progress of all inputs on by a duration, from where the furthest of them is.
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
     * @param eventTime the new progress; an earlier one than now changes nothing
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
     * Tells the time of the machine, as a live engine does.
     *
     * @param clock what the clock says
     * @return this
     */
    public TestDriver tick(Instant clock) {
        return process(EntryKind.TICK, 0, epochNs(clock));
    }

    /**
     * Ends an input: it no longer holds progress.
     *
     * @param input one of the topology's
     * @return this
     */
    public TestDriver end(Input<?> input) {
        return process(EntryKind.END, core.source(input), 0);
    }

    /**
     * Ends all inputs: everything fires.
     *
     * @return this
     */
    public TestDriver endAll() {
        core.plan().topology().inputs().forEach(this::end);
        return this;
    }

    /**
     * Takes what has arrived at an output.
     *
     * @param output one of the topology's
     * @param <V>    the event
     * @return in the order of arrival; empties the output
     */
    public <V> List<V> take(Output<V> output) {
        DriverPorts.Taken<V> taken = ports.taken(output);
        return taken.take();
    }

    /**
     * What travels beside the events that have arrived at an output and were not taken yet.
     *
     * @param output one of the topology's
     * @return in the order of arrival
     */
    public List<Meta> metas(Output<?> output) {
        return ports.taken(output).metas();
    }

    // ---- what went wrong, and what was counted

    /**
     * The dead letters so far, but those that were redriven.
     *
     * @return oldest first
     */
    public List<DeadLetter> deadLetters() {
        return letters.ask();
    }

    /**
     * The counts of dead letters by node and reason.
     *
     * @return such as {@code velocity operator-error}, with the number, redriven or not
     */
    public Map<String, Long> deadLetterCounts() {
        return letters.askCounts();
    }

    /**
     * Sends the events of a node's dead letters once more, each once, as {@link io.millrace.engine.DeadLetters#redrive} does.
     *
     * @param node the name of the node
     * @return how many events were sent
     */
    public int redrive(String node) {
        return letters.redrive(node(node).id(), true, entry -> process(entry, 0));
    }

    /**
     * The same, as {@link io.millrace.engine.DeadLetters#redriveUncounted} does: none where a word with state has counted one already.
     *
     * @param node the name of the node
     * @return how many events were sent
     */
    public int redriveUncounted(String node) {
        return letters.redrive(node(node).id(), false, entry -> process(entry, 0));
    }

    /**
     * All that has been counted.
     *
     * @return as of the last entry; latencies are empty, since there is no clock
     */
    public EngineStats stats() {
        return DriverStats.of(core, next - 1);
    }

    /**
     * What the topology has put out, as a hash of each output and of all: the same as of any other host that got the same entries.
     *
     * @return as of the last entry; null when the options say that none is kept
     */
    public Digest digest() {
        return stats().digest();
    }

    /**
     * Whether an engine would work.
     *
     * @return degraded when there were dead letters; halted after what would have halted an engine
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
     * What an engine waits for in {@code drain}: all that was sent has been processed, and what was due has fired. That is so
     * after each call. It is no end of input: what waits for time goes on waiting.
     *
     * @return this
     * @throws IllegalStateException when that does not end
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
     * Closes, as an engine is closed. It is no end of input: what waits for time is not fired, and events that are set aside as
     * too far ahead become dead letters. Nothing can be sent any more; outputs can still be taken.
     *
     * @throws AssertionError of a {@link #strict} driver, the first time: names what the test has overlooked
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
     * @param node its name
     * @return live: they change with each event
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
     * @return 0 at first
     */
    public long nextSequence() {
        return next;
    }

    /**
     * How the topology is run.
     *
     * @return prints itself
     */
    public Plan plan() {
        return core.plan();
    }
}
