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
import io.millrace.runtime.KeptLetter;
import io.millrace.state.Migration;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs a topology without threads and without a clock: event by event, time by hand, the same result every time. Outputs are
 * collected as copies; views that user code keeps past its call are cut off.
 *
 * <p>Inputs that do not say otherwise are historic: progress follows event times and {@link #advance}; for a live input use
 * {@link #tick}. What is due fires within the call that makes it due. What would halt an engine is thrown to the caller, and
 * the driver goes no further.
 */
public final class TestDriver implements AutoCloseable {
    /** A property: each driver is killed and restored behind so many entries, again and again, more rarely in long runs; 0 for never. */
    private static final int RESTART_EVERY = Integer.getInteger("millrace.restart", 0);

    private static final String SECTION = "test driver";

    private final DriverPorts ports;
    private Core core;
    private final Map<Input<?>, EntryEncoder<?>> encoders = new LinkedHashMap<>();
    private final List<KeptLetter> letters = new ArrayList<>();
    private final Map<String, Long> letterCounts = new TreeMap<>();
    private final Map<LookupPort<?, ?>, Function<?, ?>> services = new LinkedHashMap<>();
    private final Draining draining = new Draining();
    private final byte[] plain = new byte[Entry.MAX_HEADER_LENGTH];
    private long next;
    private long nextRestart;
    private long advancedToNs = Long.MIN_VALUE;
    private Throwable failure;
    private boolean closed;
    private Recording recording;

    private TestDriver(Topology topology, PlanOptions options) {
        ports = new DriverPorts(topology, this::keep);
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
     * Keeps all entries, so that outputs can be explained.
     *
     * @return explains them; to be asked for before the first entry
     */
    public Recording record() {
        return recording = new Recording(core.plan(), next);
    }

    // ---- killed and restored

    /**
     * The state as a snapshot holds it: what the entries so far have left behind. Outputs and dead letters that were not taken
     * are not in it.
     *
     * @return for {@link #restore}
     */
    public byte[] snapshot() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(bytes);
        core.save(to);
        to.begin(SECTION, 1);
        to.putLong(advancedToNs);
        to.end();
        to.finish();
        return bytes.toByteArray();
    }

    /**
     * A driver that goes on where another one was when its snapshot was taken.
     *
     * @param topology the same
     * @param options  the same
     * @param snapshot from {@link #snapshot}
     * @return a driver without outputs
     * @throws io.millrace.state.StateException when the snapshot is damaged, or of another topology
     */
    public static TestDriver restore(Topology topology, PlanOptions options, byte[] snapshot) {
        return new TestDriver(topology, options).load(snapshot, null);
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
        StateReader from = new StateReader(new ByteArrayInputStream(snapshot));
        core.load(from, how);
        from.begin(SECTION, 1);
        advancedToNs = from.getLong();
        from.end();
        from.finish();
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
        List<Meta> metas = metas(port.requests());
        List<Q> requests = take(port.requests());
        List<Asked<Q>> result = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            Meta meta = metas.get(i);
            result.add(new Asked<>(meta.sequence(), meta.ordinal(), requests.get(i)));
        }
        return result;
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
     * Has all further requests of a port answered at once: the replies are the entries behind the one that asked.
     *
     * @param port    one of the topology's
     * @param service what is found for a request; null for no answer
     * @param <Q>     the request
     * @param <R>     the answer
     * @return this
     */
    public <Q, R> TestDriver answer(LookupPort<Q, R> port, Function<? super Q, ? extends R> service) {
        ports.taken(port.requests());
        services.put(port, service);
        return this;
    }

    /** Whether there was something to answer. */
    private boolean answerAsked() {
        boolean any = false;
        for (LookupPort<?, ?> port : services.keySet()) {
            any |= answerAsked(port);
        }
        return any;
    }

    @SuppressWarnings("unchecked") // put with its port
    private <Q, R> boolean answerAsked(LookupPort<Q, R> port) {
        Function<? super Q, ? extends R> service = (Function<? super Q, ? extends R>) services.get(port);
        EntryEncoder<Reply<R>> encoder = encoder(port.replies());
        List<Asked<Q>> all = asked(port);
        for (Asked<Q> asked : all) {
            R answer = service.apply(asked.request());
            encoder.encode(answer == null ? Reply.failed() : Reply.of(answer), asked.header());
            evaluate(encoder.bytes(), 0);
        }
        return !all.isEmpty();
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
        return List.copyOf(letters);
    }

    /**
     * The counts of dead letters by node and reason.
     *
     * @return such as {@code velocity operator-error}, with the number, redriven or not
     */
    public Map<String, Long> deadLetterCounts() {
        return new TreeMap<>(letterCounts);
    }

    private void keep(KeptLetter letter) {
        letters.add(letter);
        letterCounts.merge(letter.node() + " " + letter.reason().text(), 1L, Long::sum);
    }

    /**
     * Sends the events of a node's dead letters once more, each once, as {@link io.millrace.engine.DeadLetters#redrive} does.
     *
     * @param node the name of the node
     * @return how many events were sent
     */
    public int redrive(String node) {
        int id = node(node).id();
        List<KeptLetter> again =
                letters.stream().filter(l -> l.nodeId() == id && l.hasEvent()).toList();
        int sent = 0;
        for (KeptLetter l : again) {
            if (letters.removeIf(l::isOfSameEvent)) { // else another of its letters has brought it
                Entry.markRedriven(l.entry(), 0);
                process(l.entry(), 0); // what it fails at now is a new letter
                sent++;
            }
        }
        return sent;
    }

    /**
     * All that has been counted.
     *
     * @return as of the last entry; latencies are empty, since there is no clock
     */
    public EngineStats stats() {
        return EngineStats.of(core, next - 1);
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
        long dead = letterCounts.values().stream().mapToLong(Long::longValue).sum();
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
        do {
            draining.require(core, next - from);
            while (draining.isBehind(core)) {
                draining.require(core, next - from);
                EntryEncoder.plain(plain, 0, EntryKind.CONTINUE, 0, 0);
                evaluate(plain, 0);
            }
        } while (answerAsked());
        return this;
    }

    /**
     * Closes, as an engine is closed. It is no end of input: what waits for time is not fired, and events that are set aside as
     * too far ahead become dead letters. Nothing can be sent any more; outputs can still be taken.
     */
    @Override
    public void close() {
        if (!closed && failure == null) {
            core.refuseSetAside();
        }
        closed = true;
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
