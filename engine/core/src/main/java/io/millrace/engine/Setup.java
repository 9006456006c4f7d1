package io.millrace.engine;

import io.millrace.event.DeadLetter;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.journal.Journal;
import io.millrace.journal.JournalLog;
import io.millrace.metric.DigestOptions;
import io.millrace.plan.HeldPlan;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Explaining;
import io.millrace.runtime.NodeCopies;
import io.millrace.topology.Topology;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.transport.EventSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * A builder that binds the ports of a topology and starts a host: a live {@link Engine} or an {@link Inline}. Obtain one with
 * {@link Engine#of}. Every output needs a receiver, or {@link #discard}; an input needs no source, since publishers can feed
 * it. A setup is used by one thread. A topology can be set up any number of times, but a setup with sources or sinks starts
 * one host only: they belong to that host, which closes them.
 *
 * <p>Each method refuses a bad argument at once: {@link NullPointerException} for null, {@link IllegalArgumentException} for
 * a port that the topology does not have (the message lists those it has) and for the causes each method documents. Settings
 * that are missing, or that contradict each other, are refused by {@link #start} and {@link #inline}.
 */
public final class Setup {
    private static final int RING_SLOTS = 4096;
    private static final int INBOX_SLOTS = 1024;
    private static final int LEAST_SLOTS = 64;

    private final Topology topology;
    private final BoundPorts ports;
    private PlanOptions options = PlanOptions.fused();
    private int ringSlots = RING_SLOTS;
    private HostParts.Letters letters = HostParts.Letters.DEFAULT;
    private Duration tick = Duration.ofMillis(10);
    private Waiting waiting = Waiting.ADAPTIVE;
    private ThreadPlacement placement;
    private Duration stopDeadline = Duration.ofSeconds(30);
    private Duration stalledAfter = Duration.ofSeconds(1);
    private LongSupplier closingClock = HostClock::nanoTime;
    private Duration degradedFor = Duration.ofMinutes(10);
    private boolean exclusive;
    private int inboxSlots = INBOX_SLOTS;
    private Journal journal;
    private Journaling journaling = Journaling.plain();
    private WarmUp warmUp;
    private Path statFile;
    private boolean hasSinks;
    private final HandedOver handedOver = new HandedOver();

    Setup(Topology topology) {
        this.topology = Objects.requireNonNull(topology, "topology");
        ports = new BoundPorts(topology);
    }

    /**
     * Binds a source to an input. The host polls it and closes it. An input with several sources ends when all of them have
     * ended.
     *
     * @param input an input of the topology
     * @param source supplies the events
     * @param <V> the type of the events
     * @return this
     */
    public <V> Setup input(Input<V> input, EventSource<V> source) {
        ports.source(input, source);
        return this;
    }

    /**
     * Sets what publishers and sources of an input do with an event for which there is no room.
     *
     * @param input an input of the topology
     * @param what the policy; default {@link Overflow#BLOCK}
     * @param <V> the type of the events
     * @return this
     */
    public <V> Setup overflow(Input<V> input, Overflow<? super V> what) {
        ports.overflow(input, what);
        return this;
    }

    /**
     * Sets the answer that callers get for an event of an input when the engine cannot decide: it has halted or been closed,
     * it is too far behind, or it refuses the event. {@link Inline#decide} and {@link Publisher#submit} give this answer.
     *
     * @param input an input of the topology
     * @param give {@link Answer#FAIL_OPEN} or {@link Answer#FAIL_CLOSED}
     * @return this
     * @throws IllegalArgumentException if the answer is {@link Answer#TAKEN}
     */
    public Setup cannotDecide(Input<?> input, Answer give) {
        ports.cannotDecide(input, give);
        return this;
    }

    /**
     * Binds a receiver to an output. It is called on the thread of the output's stage; several receivers are called in the
     * order in which they were bound. One receiver may be bound to several outputs of the same stage.
     *
     * @param output an output of the topology
     * @param receiver receives the events
     * @param <V> the type of the events
     * @return this
     */
    public <V> Setup output(Output<V> output, Receiver<? super V> receiver) {
        ports.receiver(output, receiver);
        return this;
    }

    /**
     * Binds a receiver to an output and sets how it is called. {@link Delivery#blocking} puts a thread and a bounded ring
     * between it and the engine.
     *
     * @param output an output of the topology
     * @param receiver receives the events
     * @param delivery how it is called, and what happens when it fails
     * @param <V> the type of the events
     * @return this
     */
    public <V> Setup output(Output<V> output, Receiver<? super V> receiver, Delivery delivery) {
        ports.receiver(output, receiver, delivery);
        return this;
    }

    /**
     * Binds a receiver that also gets the metadata of each event.
     *
     * @param output an output of the topology
     * @param receiver receives the events
     * @param <V> the type of the events
     * @return this
     */
    public <V> Setup outputWithMeta(Output<V> output, MetaReceiver<? super V> receiver) {
        ports.metaReceiver(output, receiver);
        return this;
    }

    /**
     * Binds a receiver that does not wait for the journal. It is called at once, before all other receivers of its output, on
     * the thread of the stage, with events marked {@linkplain io.millrace.event.Meta#provisional provisional}: a crash may
     * take them back, and their place and number may later belong to another event. Outputs that are worked out again at a
     * start are not handed over again. An exception that it throws is counted and reported by health, and makes no dead
     * letter. It does not count as a receiver of the output: if you want nothing else of it, call {@link #discard} too.
     *
     * @param output an output of the topology
     * @param receiver receives the events; those that are not taken back reach the other receivers with the same place and
     *     ordinal
     * @param <V> the type of the events
     * @return this
     */
    public <V> Setup early(Output<V> output, MetaReceiver<? super V> receiver) {
        ports.early(output, receiver);
        return this;
    }

    /**
     * Binds a sink to an output, with the delivery that the sink itself asks for ({@link EventSink#delivery}). The host
     * flushes and closes it, once even if it is bound to several outputs. A sink that fails in flush or close halts the
     * engine, and health names the output and the cause: what the sink had taken may be lost.
     *
     * @param output an output of the topology
     * @param sink receives the events
     * @param <V> the type of the events
     * @return this
     */
    public <V> Setup output(Output<V> output, EventSink<? super V> sink) {
        return output(output, sink, sink.delivery());
    }

    /**
     * Binds a sink to an output and sets how it is called.
     *
     * @param output an output of the topology
     * @param sink receives the events
     * @param delivery how it is called, and what happens when it fails
     * @param <V> the type of the events
     * @return this
     */
    public <V> Setup output(Output<V> output, EventSink<? super V> sink, Delivery delivery) {
        Objects.requireNonNull(sink, "sink");
        Objects.requireNonNull(delivery, "delivery");
        hasSinks = true;
        ports.of(output).add(sinks -> sinks.open(output, sink, delivery));
        return this;
    }

    /**
     * Binds the look-up that answers the requests of a port. Each request is tried once and may take a second
     * ({@link Asking#once}).
     *
     * @param port a port of the topology
     * @param lookup answers the requests
     * @param <Q> the type of the requests
     * @param <R> the type of the answers
     * @return this
     * @throws IllegalArgumentException if the port is bound already
     */
    public <Q, R> Setup lookup(LookupPort<Q, R> port, AsyncLookup<? super Q, ? extends R> lookup) {
        return lookup(port, lookup, Asking.once());
    }

    /**
     * Binds the look-up that answers the requests of a port, with a timeout and retries. The host closes it.
     *
     * <p>A blocking sink ({@link Delivery#blocking}) hands the requests over. When it is a thousand requests behind, further
     * ones are dropped and counted, and the topology decides without them. A request caused by an event that is
     * {@linkplain io.millrace.event.Header#marked marked} as not real is not sent; it fails. {@code health()} reports failed
     * requests and, once the host is closed, how many were still open, including those whose reply came after it had stopped.
     * With a {@link #journal}, open requests are sent again at the next start with the ids they had
     * ({@link Recovered#openRequests}); their deadlines go on meanwhile. A {@link Replay} sends no requests, and closes the
     * look-up.
     *
     * @param port a port of the topology; can be bound once, since otherwise each request would be sent twice
     * @param lookup answers the requests
     * @param how how long to wait, and how often to try
     * @param <Q> the type of the requests
     * @param <R> the type of the answers
     * @return this
     * @throws IllegalArgumentException if the port is bound already
     */
    public <Q, R> Setup lookup(LookupPort<Q, R> port, AsyncLookup<? super Q, ? extends R> lookup, Asking how) {
        return output(port.requests(), ports.lookup(port, lookup, how));
    }

    /**
     * Declares that the events of an output are not wanted.
     *
     * @param output an output of the topology
     * @return this
     */
    public Setup discard(Output<?> output) {
        ports.of(output).add(sinks -> flow -> {});
        return this;
    }

    /**
     * Warms up the code before the host is ready: {@link #start} and {@link #inline} first run a rehearsal, which has no
     * visible effect, and return when it is over. {@link Engine#warmUp} reports the result; health reports a latency budget
     * that was not reached.
     *
     * @param how the events to use, how long to run, and when it is enough
     * @return this
     */
    public Setup warmUp(WarmUp how) {
        Objects.requireNonNull(how, "how");
        how.feeds().forEach(f -> ports.requireInput(f.input()));
        how.called().forEach(ports::of);
        warmUp = how;
        return this;
    }

    /**
     * Sets the slots of a live engine's input ring: how many entries publishers may be ahead of the engine.
     *
     * @param slots a power of two, 64 to 2^20; default 4096
     * @return this
     * @throws IllegalArgumentException if it is no power of two, or out of range
     */
    public Setup ringSlots(int slots) {
        ringSlots = Checked.slots("ring", slots, LEAST_SLOTS);
        return this;
    }

    /**
     * Sets the slots of an inline host's inbox: how many events other threads may have handed over before the owner takes
     * them. The inbox is created by the first call of {@link Inline#inbox}.
     *
     * @param slots a power of two, 64 to 2^20; default 1024
     * @return this
     * @throws IllegalArgumentException if it is no power of two, or out of range
     */
    public Setup inboxSlots(int slots) {
        inboxSlots = Checked.slots("inbox", slots, LEAST_SLOTS);
        return this;
    }

    /**
     * Sets the slots of the rings between the stages of a live engine: how far one stage may be ahead of the next. A ring
     * always has at least the slots for what one entry can cause there; the plan prints them.
     *
     * @param slots a power of two, 1 to 2^20; default 1024
     * @return this
     * @throws IllegalArgumentException if it is no power of two, or out of range
     */
    public Setup edgeSlots(int slots) {
        options = options.withEdgeSlots(Checked.slots("edge", slots, 1));
        return this;
    }

    /**
     * Sets how many outputs of a stage may wait for the {@link #journal} to make their entry durable. When that many wait,
     * the stage stops, and intake with it. Raise it for a high rate of outputs on a disk whose forces are slow. The memory is
     * allocated at start; the plan prints how much.
     *
     * @param outputs for each stage, a power of two, 64 to 2^20; default: as many as fit into 32 MiB, at most 4096
     * @return this
     * @throws IllegalArgumentException if it is no power of two, or out of range
     */
    public Setup heldOutputs(int outputs) {
        options = options.withHeldOutputs(Checked.slots("held outputs", outputs, LEAST_SLOTS));
        return this;
    }

    /**
     * Declares that one thread publishes into the live engine: the first that does, or that of the one bound source. Claiming
     * a slot is then cheaper, and {@link Engine#claims} fills events in the ring itself. A publish by any other thread is
     * refused with a message that names both. What other threads want to publish (ticks, redriven letters) waits until the
     * publishing thread publishes or calls {@link Engine#doWork}. An inline host is always exclusive.
     *
     * @return this
     */
    public Setup exclusive() {
        exclusive = true;
        return this;
    }

    /**
     * Limits the state of all operators together.
     *
     * @param bytes the bound in bytes; default 256 MiB
     * @return this
     * @throws IllegalArgumentException if it is less than 1 MiB
     */
    public Setup stateBudget(long bytes) {
        Checked.that(bytes >= 1 << 20, "state budget of " + bytes + " bytes; use at least 1 MiB");
        options = options.withStateBytes(bytes);
        return this;
    }

    /**
     * Keeps a running hash of each output, with checkpoints, so that two runs can be compared
     * ({@link io.millrace.metric.DigestComparison}). By default none is kept, at no cost.
     *
     * @param kept for example {@code DigestOptions.every(1024)}
     * @return this
     */
    public Setup digest(DigestOptions kept) {
        options = options.withDigest(Objects.requireNonNull(kept, "kept"));
        return this;
    }

    /**
     * Samples entries and measures where their time goes, node by node, and which of them reach a stream with a budget too
     * late ({@link EngineStats#latency}). By default nothing is measured, at no cost. An event is measured from the time at
     * which its publisher meant to send it, if it carries one ({@link io.millrace.event.Header#intendedNs}). Entries
     * recovered from a journal are not measured.
     *
     * @param everyEntries one entry of this many is measured; a power of two, for example 1024
     * @return this
     * @throws IllegalArgumentException if it is no power of two
     */
    public Setup blame(int everyEntries) {
        Checked.powerOfTwo("blame one entry of ", everyEntries);
        options = options.withBlameEvery(everyEntries);
        return this;
    }

    /**
     * Sets how often, at least, a live engine tells its topology the time. A tick comes sooner when it would make something
     * due. Ticks that make nothing due are taken by sleeping stages a few together, those of at most the last 80 ms.
     *
     * @param period default 10 ms, at most a year
     * @return this
     * @throws IllegalArgumentException if it is not positive, or longer than a year
     */
    public Setup tickEvery(Duration period) {
        tick = Checked.upToAYear("tick every ", period);
        return this;
    }

    /**
     * Sets how the threads of a live engine that evaluate entries, or write a journal, wait for input. The thread of a
     * blocking sink always waits as {@link Waiting#ADAPTIVE} does, and keeps no core. At start the engine logs (INFO,
     * {@code io.millrace.engine}) its threads, how each waits, and the number of cores.
     *
     * @param how default {@link Waiting#ADAPTIVE}
     * @return this
     */
    public Setup waiting(Waiting how) {
        waiting = Objects.requireNonNull(how, "waiting");
        return this;
    }

    /**
     * Sets where the threads of the engine run, for example pinned to cores. By default the operating system decides.
     *
     * @param where called by each thread before anything else
     * @return this
     */
    public Setup placement(ThreadPlacement where) {
        placement = Objects.requireNonNull(where, "where");
        return this;
    }

    /**
     * Sets how long closing waits, at most, for sources, entries, threads and blocking sinks together. What is not done by
     * then is given up and reported. Steps that only have to be told to end get a little longer when the others have used up
     * the time.
     *
     * @param most default 30 seconds
     * @return this
     * @throws IllegalArgumentException if it is not positive, or longer than a year
     */
    public Setup stopDeadline(Duration most) {
        stopDeadline = Checked.upToAYear("stop deadline of ", most);
        return this;
    }

    /** By which closing a live engine says how long each of its waits may last. A test that has its own hangs on no processor. */
    Setup closesBy(LongSupplier clock) {
        closingClock = clock;
        return this;
    }

    /**
     * Sets how long a stage of a live engine, or the thread of a blocking sink, may spend in one entry or in one call of a
     * receiver. Beyond that {@link Engine#health} is DEGRADED until it goes on, and names the stage, the output and the line
     * of code. An inline host is not watched: its thread is the owner's.
     *
     * @param most default 1 second
     * @return this
     * @throws IllegalArgumentException if it is not positive, or longer than a year
     */
    public Setup stalledAfter(Duration most) {
        stalledAfter = Checked.upToAYear("stalled after ", most);
        return this;
    }

    /**
     * Sets how long {@link Engine#health} stays DEGRADED for a failure that is over, unless it is
     * {@linkplain Engine#acknowledge acknowledged}.
     *
     * @param quiet time since the failure last happened, as far as health was looked at; default 10 minutes
     * @return this
     * @throws IllegalArgumentException if it is not positive, or longer than a year
     */
    public Setup degradedFor(Duration quiet) {
        degradedFor = Checked.upToAYear("degraded for ", quiet);
        return this;
    }

    /**
     * Limits the bytes of the entries that are kept with dead letters. The memory is allocated at start. At the bound the
     * oldest letters go; the last letter is kept whatever its size.
     *
     * @param bytes default 1 MiB, 0 to 2^30
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public Setup keepDeadLetterBytes(int bytes) {
        letters = letters.withBytes(bytes);
        return this;
    }

    /**
     * Limits how many dead letters are kept whole, as far as their bytes have room ({@link #keepDeadLetterBytes}). All are
     * counted.
     *
     * @param letters default 1024, 1 to 2^20
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public Setup keepDeadLetters(int letters) {
        this.letters = this.letters.withKept(letters);
        return this;
    }

    /**
     * Sets a listener that is called for each dead letter as it happens, on the thread where it happens (that of a stage, a
     * blocking sink or a source). It must be quick and safe for concurrent calls; the letter is valid during the call only.
     * An exception that it throws is dropped, as the letter has already been counted and kept. When a start works out the
     * entries of a journal again, their letters come again.
     *
     * @param listener replaces one set before
     * @return this
     */
    public Setup onDeadLetter(Consumer<DeadLetter> listener) {
        letters = letters.withListener(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Keeps all input in a journal: acknowledged input survives a crash, and its effects happen once. At start the engine
     * works out the entries of the journal again ({@link Engine#recovered}). An output is released when its entry is durable.
     * A source that begins anew, such as a file, skips the events that the journal already has. A {@link #digest} is kept, so
     * that each start and each {@link Replay} can be checked to put out the same.
     *
     * @param keeps for example a journal in a directory
     * @return this
     */
    public Setup journal(Journal keeps) {
        return journal(keeps, Journaling.plain());
    }

    /**
     * Keeps all input in a journal, as {@link #journal(Journal)} does, with snapshots or with further facts that have to be
     * the same at each start.
     *
     * @param keeps for example a journal in a directory
     * @param how the options
     * @return this
     */
    public Setup journal(Journal keeps, Journaling how) {
        journal = Objects.requireNonNull(keeps, "journal");
        journaling = Objects.requireNonNull(how, "how");
        return this;
    }

    /**
     * Writes the counters of the engine, twice a second, to a file that other processes can read ({@link StatFile}). Counters
     * of bound sources, sinks and look-ups that implement {@link io.millrace.transport.Counted} are included. An inline host
     * writes it as time passes there ({@link Inline#doWork}).
     *
     * @param directory best in shared memory; created if missing. The file is named after the topology, so two hosts of one
     *     topology need a directory each
     * @return this
     */
    public Setup statFile(Path directory) {
        statFile = Objects.requireNonNull(directory, "directory");
        return this;
    }

    /**
     * Returns the plan that a live engine of this setup would run. An inline host has no input ring, and a single stage.
     *
     * @return the plan, which prints itself
     * @throws io.millrace.topology.TopologyException if the topology cannot be run as configured (bounds of one entry, shares
     *     of the state budget, state that has no layout); the message lists all problems, each with node, line and cure
     */
    public Plan plan() {
        int asked = options.heldOutputs() == 0 ? HeldPlan.AS_MANY_AS_FIT : options.heldOutputs();
        PlanOptions shown = options.withHeldOutputs(journal == null ? 0 : asked);
        return Planner.plan(topology, shown.withThreads().withRingSlots(ringSlots));
    }

    /**
     * Starts a live engine, fed by publishers and sources, with one thread for its entries, or one for each stage if the
     * topology asks for several ({@code onThread}).
     *
     * @return the running engine
     * @throws IllegalStateException if outputs are unbound (the message lists them), sources or sinks already belong to
     *     another host, settings contradict each other ({@link #exclusive} with several sources, a digest that traces), the
     *     warm-up refuses to start the engine ({@link WarmUp#orRefuse}), or the {@link #statFile} cannot be written
     * @throws io.millrace.topology.TopologyException if the topology cannot be run as configured, as for {@link #plan}
     * @throws io.millrace.journal.JournalException if the journal cannot be opened or read, is in use, or belongs to another
     *     topology; the message says what has changed, and the cure
     * @throws io.millrace.state.StateException if an operator cannot be saved, or the journal yields something else than was
     *     put out
     * @throws EngineStoppedException if the engine halts while it starts
     */
    public Engine start() {
        ports.requireLive(options, exclusive);
        requireReady();
        PlanOptions how = options.withThreads();
        NodeCopies copies = new NodeCopies(how.copies());
        WarmUpReport report = rehearse(round -> rehearsedLive(copies, round), true);
        Host host = parts().host(how, copies, null, report, journal);
        host.watch().forgetsAfter(degradedFor);
        handedOver.toHost();
        return started(host, ports.sources(), ringSlots, placement).writing(statFile, ports.sources());
    }

    private Engine started(Host host, List<Bindings.BoundSource<?>> polled, int slots, ThreadPlacement where) {
        Duration stop = host.sinks().isRehearsal() ? Rehearsal.PATIENCE : stopDeadline;
        Engine.Options how =
                new Engine.Options(slots, tick, waiting, where, stop, exclusive, stalledAfter, closingClock);
        Engine engine = host.runBy(() -> new Engine(host, polled, how));
        engine.begin();
        return engine;
    }

    /**
     * Makes the calling thread's own code the engine: {@code publish} returns when the event has been processed.
     *
     * @return the host, ready to publish into
     * @throws IllegalStateException if outputs are unbound (the message lists them), sources or sinks already belong to
     *     another host, settings contradict each other, the warm-up refuses to start the host ({@link WarmUp#orRefuse}), or
     *     the {@link #statFile} cannot be written
     * @throws RuntimeException otherwise as {@link #start} does, for what the topology, the journal or its state refuses
     */
    public Inline inline() {
        requireReady();
        NodeCopies copies = new NodeCopies(options.copies());
        WarmUpReport report = rehearse(round -> rehearsedInline(copies, round), false);
        Host host = parts().host(options, copies, null, report, journal);
        host.watch().forgetsAfter(degradedFor);
        handedOver.toHost();
        Inline inline = host.runBy(() -> new Inline(host, ports.sources(), tick, stopDeadline, inboxSlots, placement));
        return StatFiles.with(inline, host, ports.sources(), statFile);
    }

    private WarmUpReport rehearse(IntFunction<Rehearsed> hosts, boolean live) {
        return warmUp == null ? null : new Rehearsal(topology.name(), warmUp, hosts, live).run();
    }

    /**
     * The host of a replay; {@code explaining} may be null. This may refuse, so the caller marks the sinks as
     * {@link HandedOver} only afterwards.
     */
    Host replayed(JournalLog log, boolean otherTopology, long snapshot, Explaining explaining) {
        requireReady();
        return parts().replayed(options, log, otherTopology, snapshot, explaining);
    }

    Rehearsed rehearsedLive(NodeCopies copies, int round) {
        Host host = parts().host(options.withThreads(), copies, unheard(round), null, null);
        return new Rehearsed.Live(started(host, List.of(), LEAST_SLOTS, null));
    }

    Rehearsed rehearsedInline(NodeCopies copies, int round) {
        Host host = parts().host(options, copies, unheard(round), null, null);
        return new Rehearsed.OwnThread(new Inline(host, List.of(), tick, Rehearsal.PATIENCE, inboxSlots, null));
    }

    private Unheard unheard(int round) {
        return new Unheard(warmUp == null ? Set.of() : warmUp.called(), round);
    }

    private void requireReady() {
        handedOver.requireNot(topology, hasSinks || !ports.sources().isEmpty());
        parts().requireBound();
    }

    HostParts parts() {
        return ports.parts(letters, journaling, handedOver);
    }
}
