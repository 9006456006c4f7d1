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

/**
 * Binds the ports of a topology and starts a host. Every output needs a receiver; inputs may be left to publishers. For one
 * thread; a topology may be set up any number of times. A setup with sources or sinks starts one host, to which they belong then.
 *
 * <p>What is wrong in itself is refused by the word that says it, at its line: {@link NullPointerException} when an argument is null, {@link
 * IllegalArgumentException} for a port that is not one of the topology's (lists those), and as each word says. What is wrong together, or missing, {@link #start} and {@link #inline} refuse.
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
     * Binds a source to an input. The host polls it and closes it. An input with several sources has ended when all of them have.
     *
     * @param input  one of the topology's
     * @param source brings its events
     * @param <V>    the event
     * @return this
     */
    public <V> Setup input(Input<V> input, EventSource<V> source) {
        ports.source(input, source);
        return this;
    }

    /**
     * Says what publishers and sources of an input do with an event for which there is no room.
     *
     * @param input one of the topology's
     * @param what  default {@link Overflow#BLOCK}
     * @param <V>   the event
     * @return this
     */
    public <V> Setup overflow(Input<V> input, Overflow<? super V> what) {
        ports.overflow(input, what);
        return this;
    }

    /**
     * Declares the answer that callers get for events of an input for which the engine cannot decide: it has halted or been
     * closed, it is too far behind, or the event is refused. Given by {@link Inline#decide} and {@link Publisher#submit}.
     *
     * @param input one of the topology's
     * @param give  {@link Answer#FAIL_OPEN} or {@link Answer#FAIL_CLOSED}
     * @return this
     * @throws IllegalArgumentException when the answer is {@link Answer#TAKEN}
     */
    public Setup cannotDecide(Input<?> input, Answer give) {
        ports.cannotDecide(input, give);
        return this;
    }

    /**
     * Binds a receiver to an output. Called on the thread of the output's stage; several receivers are called in the order of
     * binding. One receiver may be bound to several outputs of one stage.
     *
     * @param output   one of the topology's
     * @param receiver takes its events
     * @param <V>      the event
     * @return this
     */
    public <V> Setup output(Output<V> output, Receiver<? super V> receiver) {
        ports.receiver(output, receiver);
        return this;
    }

    /**
     * Binds a receiver to an output and says how it is called: {@link Delivery#blocking} puts a thread and a bounded ring between it and the engine.
     *
     * @param output   one of the topology's
     * @param receiver takes its events
     * @param delivery how
     * @param <V>      the event
     * @return this
     */
    public <V> Setup output(Output<V> output, Receiver<? super V> receiver, Delivery delivery) {
        ports.receiver(output, receiver, delivery);
        return this;
    }

    /**
     * Binds a receiver that also sees what travels beside the event.
     *
     * @param output   one of the topology's
     * @param receiver takes its events
     * @param <V>      the event
     * @return this
     */
    public <V> Setup outputWithMeta(Output<V> output, MetaReceiver<? super V> receiver) {
        ports.metaReceiver(output, receiver);
        return this;
    }

    /**
     * Binds a receiver that does not wait for the journal: it is called at once, in front of all others of its output, on the thread of the
     * stage, and what it gets is {@linkplain io.millrace.event.Meta#provisional provisional}. A crash may take it back; then its place and
     * number may be those of another event later. What comes again at a start is not handed over again. What it throws is counted and told by health,
     * and makes no dead letter. It does not count as a receiver: who wants nothing else of an output says {@link #discard}.
     *
     * @param output   one of the topology's
     * @param receiver takes its events; those that stay come to other receivers with the same place and ordinal
     * @param <V>      the event
     * @return this
     */
    public <V> Setup early(Output<V> output, MetaReceiver<? super V> receiver) {
        ports.early(output, receiver);
        return this;
    }

    /**
     * Binds a sink to an output, as the sink itself wants to be called ({@link EventSink#delivery}). The host flushes and closes
     * it, once, also where it is bound to several outputs. One that fails to do so halts the engine, and health names the output and the cause: what it had taken may be lost.
     *
     * @param output one of the topology's
     * @param sink   takes its events
     * @param <V>    the event
     * @return this
     */
    public <V> Setup output(Output<V> output, EventSink<? super V> sink) {
        return output(output, sink, sink.delivery());
    }

    /**
     * Binds a sink to an output and says how it is called, and what happens when it fails.
     *
     * @param output   one of the topology's
     * @param sink     takes its events
     * @param delivery how
     * @param <V>      the event
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
     * Binds who answers what the topology asks through a port, once and within a second.
     *
     * @param port   one of the topology's
     * @param lookup answers
     * @param <Q>    the request
     * @param <R>    the answer
     * @return this
     */
    public <Q, R> Setup lookup(LookupPort<Q, R> port, AsyncLookup<? super Q, ? extends R> lookup) {
        return lookup(port, lookup, Asking.once());
    }

    /**
     * Binds who answers what the topology asks through a port. The host closes it. Requests are handed over by a blocking sink
     * ({@link Delivery#blocking}): where that is a thousand behind, further ones are dropped and counted, and the topology
     * decides without them. A request of an event that is {@linkplain io.millrace.event.Header#marked marked} as not real is
     * not asked, it fails. What has failed is told by {@code health()}; and, when the host has been closed, how many requests
     * were open then, those with it whose replies came when it had stopped. With a {@link #journal} they are asked again at the next start, by the
     * ids they had ({@link Recovered#openRequests}); their deadlines have run on. A {@link Replay} asks nothing, and closes it.
     *
     * @param port   one of the topology's, bound once: else each request would be asked twice
     * @param lookup answers
     * @param how    how long to wait, and how often to try
     * @param <Q>    the request
     * @param <R>    the answer
     * @return this
     * @throws IllegalArgumentException when the port is bound already
     */
    public <Q, R> Setup lookup(LookupPort<Q, R> port, AsyncLookup<? super Q, ? extends R> lookup, Asking how) {
        return output(port.requests(), ports.lookup(port, lookup, how));
    }

    /**
     * Says that an output is not wanted.
     *
     * @param output one of the topology's
     * @return this
     */
    public Setup discard(Output<?> output) {
        ports.of(output).add(sinks -> flow -> {});
        return this;
    }

    /**
     * Warms up before the host is ready: {@link #start} and {@link #inline} run a rehearsal first, of which nobody sees anything, and
     * return when it is over. What came of it tells {@link Engine#warmUp}; what was to be reached and was not tells health.
     *
     * @param how with which events, for how long, until when
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
     * The slots of the input ring of the live engine: how far publishers may be ahead of it.
     *
     * @param slots a power of two, 64 to 2^20; default 4096
     * @return this
     * @throws IllegalArgumentException when it is no power of two, or out of that range
     */
    public Setup ringSlots(int slots) {
        ringSlots = Checked.slots("ring", slots, LEAST_SLOTS);
        return this;
    }

    /**
     * The slots of the inbox of the inline host: how many events other threads may have handed over that its owner has not taken.
     * There is no inbox until somebody asks for it ({@link Inline#inbox}).
     *
     * @param slots a power of two, 64 to 2^20; default 1024
     * @return this
     * @throws IllegalArgumentException when it is no power of two, or out of that range
     */
    public Setup inboxSlots(int slots) {
        inboxSlots = Checked.slots("inbox", slots, LEAST_SLOTS);
        return this;
    }

    /**
     * The slots of the rings between the stages of a live engine: how far one may be ahead of the next. Each has at least the
     * slots for what one entry can cause there; the plan prints them.
     *
     * @param slots a power of two, 1 to 2^20; default 1024
     * @return this
     * @throws IllegalArgumentException when it is no power of two, or out of that range
     */
    public Setup edgeSlots(int slots) {
        options = options.withEdgeSlots(Checked.slots("edge", slots, 1));
        return this;
    }

    /**
     * How many outputs of a stage may wait for the {@link #journal} until their entry is durable. When so many wait the stage stands still, and
     * with it the intake: at a high rate of outputs a disk that takes long for one force wants more. Their memory is taken at start; the plan says how much.
     *
     * @param outputs of each stage, a power of two, 64 to 2^20; left out, as many as fit into 32 MiB, 4096 at most
     * @return this
     * @throws IllegalArgumentException when it is no power of two, or out of that range
     */
    public Setup heldOutputs(int outputs) {
        options = options.withHeldOutputs(Checked.slots("held outputs", outputs, LEAST_SLOTS));
        return this;
    }

    /**
     * One thread publishes into the live engine: the first that does, or that of the one bound source. Claiming a place is
     * cheaper then, and {@link Engine#claims} fills events in the ring itself. Another thread's publish is refused, naming both.
     * What other threads want published (ticks, redriven letters) waits until that thread publishes or calls {@link Engine#doWork}. An inline host is exclusive as it is.
     *
     * @return this
     */
    public Setup exclusive() {
        exclusive = true;
        return this;
    }

    /**
     * The bytes of state of all operators together, at most.
     *
     * @param bytes default 256 MiB
     * @return this
     * @throws IllegalArgumentException when it is less than 1 MiB
     */
    public Setup stateBudget(long bytes) {
        Checked.that(bytes >= 1 << 20, "state budget of " + bytes + " bytes; use at least 1 MiB");
        options = options.withStateBytes(bytes);
        return this;
    }

    /**
     * Keeps a running hash of each output, with checkpoints, so that two runs can be compared ({@link
     * io.millrace.metric.DigestComparison}). Without this word nothing is kept and nothing is paid.
     *
     * @param kept such as {@code DigestOptions.every(1024)}
     * @return this
     */
    public Setup digest(DigestOptions kept) {
        options = options.withDigest(Objects.requireNonNull(kept, "kept"));
        return this;
    }

    /**
     * Measures of every so many entries where their time goes, node by node, and which of them come too late to a stream with
     * a budget: {@link EngineStats#latency}. Without this word nothing is measured and nothing is paid. Events are measured from
     * the time their publisher meant to send them, if they carry one ({@link io.millrace.event.Header#intendedNs}); what a journal brings back is not.
     *
     * @param everyEntries of so many one is measured, a power of two, such as 1024
     * @return this
     * @throws IllegalArgumentException when it is no power of two
     */
    public Setup blame(int everyEntries) {
        Checked.powerOfTwo("blame one entry of ", everyEntries);
        options = options.withBlameEvery(everyEntries);
        return this;
    }

    /**
     * How often a live engine tells its topology the time, at least: when a tick would make something due sooner, it comes then.
     * Of those that make nothing due, stages that are asleep take a few together: the last 80 ms at most.
     *
     * @param period default 10 ms, at most a year
     * @return this
     * @throws IllegalArgumentException when it is not positive, or longer than a year
     */
    public Setup tickEvery(Duration period) {
        tick = Checked.upToAYear("tick every ", period);
        return this;
    }

    /**
     * How the threads of a live engine that evaluate entries, or write a journal, wait for input; one of a blocking sink always waits as {@link Waiting#ADAPTIVE},
     * and keeps no core. At start the engine logs (INFO, {@code io.millrace.engine}) which threads it has, how each waits and how many cores there are.
     *
     * @param how default {@link Waiting#ADAPTIVE}
     * @return this
     */
    public Setup waiting(Waiting how) {
        waiting = Objects.requireNonNull(how, "waiting");
        return this;
    }

    /**
     * Where the threads of the engine run: pinned to cores, say. Left out, the system decides.
     *
     * @param where called by each of them, first of all
     * @return this
     */
    public Setup placement(ThreadPlacement where) {
        placement = Objects.requireNonNull(where, "where");
        return this;
    }

    /**
     * How long closing waits at most for sources, entries, threads and blocking sinks together. What has not been done by then is
     * given up and reported; what only has to be told its end has a little longer where the others have used the time up.
     *
     * @param most default 30 seconds
     * @return this
     * @throws IllegalArgumentException when it is not positive, or longer than a year
     */
    public Setup stopDeadline(Duration most) {
        stopDeadline = Checked.upToAYear("stop deadline of ", most);
        return this;
    }

    /**
     * How long a stage of a live engine, or the thread of a blocking sink, may be in one entry or one call of a receiver: behind that {@link
     * Engine#health} is DEGRADED until it goes on, and names it, output and line of code. Of an inline host, the owner's own, nobody looks.
     *
     * @param most default 1 second
     * @return this
     * @throws IllegalArgumentException when it is not positive, or longer than a year
     */
    public Setup stalledAfter(Duration most) {
        stalledAfter = Checked.upToAYear("stalled after ", most);
        return this;
    }

    /**
     * How long {@link Engine#health} stays DEGRADED for what has happened and is over, unless it is {@linkplain Engine#acknowledge acknowledged}.
     *
     * @param quiet since it last happened, as far as somebody looked; default 10 minutes
     * @return this
     */
    public Setup degradedFor(Duration quiet) {
        degradedFor = Checked.upToAYear("degraded for ", quiet);
        return this;
    }

    /**
     * The bytes of entries that are kept with dead letters, at most; the memory is set apart at start. At the bound the oldest letters go. The last letter is kept whatever its size.
     *
     * @param bytes default 1 MiB, 0 to 2^30
     * @return this
     * @throws IllegalArgumentException when it is out of that range
     */
    public Setup keepDeadLetterBytes(int bytes) {
        letters = letters.withBytes(bytes);
        return this;
    }

    /**
     * How many dead letters are kept whole, as far as their bytes have room ({@link #keepDeadLetterBytes}); all are counted.
     *
     * @param letters default 1024, 1 to 2^20
     * @return this
     * @throws IllegalArgumentException when it is out of that range
     */
    public Setup keepDeadLetters(int letters) {
        this.letters = this.letters.withKept(letters);
        return this;
    }

    /**
     * Sees each dead letter when it comes, on the thread where that happens (a stage's, a blocking sink's, a source's), which may be several at the same time: must be
     * quick; the letter is valid during the call. What the listener throws is dropped: the letter has been counted and kept. Where a start works out
     * anew what a journal has, its letters come once more.
     *
     * @param listener sees them; the last one that is given
     * @return this
     */
    public Setup onDeadLetter(Consumer<DeadLetter> listener) {
        letters = letters.withListener(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Keeps all input in a journal: what was acknowledged there survives a crash, and its effects happen once. At the start the
     * engine works out anew what it has ({@link Engine#recovered}); an output is let out when its entry is durable. A source
     * that begins anew, such as a file, goes on behind what the journal has. A {@link #digest} is kept, so that each start and each {@link Replay} is known to put out the same.
     *
     * @param keeps such as one in a directory
     * @return this
     */
    public Setup journal(Journal keeps) {
        return journal(keeps, Journaling.plain());
    }

    /**
     * As {@link #journal(Journal)}, with snapshots, or where more than the topology has to be the same each time.
     *
     * @param keeps such as one in a directory
     * @param how   what more
     * @return this
     */
    public Setup journal(Journal keeps, Journaling how) {
        journal = Objects.requireNonNull(keeps, "journal");
        journaling = Objects.requireNonNull(how, "how");
        return this;
    }

    /**
     * Writes what the engine counts to a file that other processes read, twice a second: {@link StatFile}. With it go the counters
     * of bound sources, sinks and look-ups that have some ({@link io.millrace.transport.Counted}). An inline host does so while
     * time passes there ({@link Inline#doWork}).
     *
     * @param directory best in shared memory, made if it is not there, one for each of two hosts of one topology: its name is the file's
     * @return this
     */
    public Setup statFile(Path directory) {
        statFile = Objects.requireNonNull(directory, "directory");
        return this;
    }

    /**
     * The plan that a live engine of this setup will run. The inline host has no input ring, and one stage.
     *
     * @return prints itself
     * @throws io.millrace.topology.TopologyException when the topology cannot be run as it is asked for (bounds of one entry, shares of the state budget, what
     *     has to be kept and has no layout): all of it, each with node, line and cure
     */
    public Plan plan() {
        int asked = options.heldOutputs() == 0 ? HeldPlan.AS_MANY_AS_FIT : options.heldOutputs();
        PlanOptions shown = options.withHeldOutputs(journal == null ? 0 : asked);
        return Planner.plan(topology, shown.withThreads().withRingSlots(ringSlots));
    }

    /**
     * Starts a live engine, fed by publishers and sources: one thread, or one for each stage where the topology asks for several ({@code onThread}).
     *
     * @return running
     * @throws IllegalStateException when outputs are unbound (lists them), sources or sinks have been handed to a host before, or what is asked
     *     for does not go together: {@link #exclusive} with several sources, a digest that traces
     * @throws io.millrace.topology.TopologyException when the topology cannot be run as it is asked for, as {@link #plan} says
     * @throws io.millrace.journal.JournalException when the journal cannot be opened or read, is in use, or is that of another
     *     topology; says what has changed and the cure
     * @throws io.millrace.state.StateException when an operator cannot be saved, or what the journal makes is not what was put out
     * @throws EngineStoppedException when the engine halts while it begins
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
        Engine.Options how = new Engine.Options(slots, tick, waiting, where, stop, exclusive, stalledAfter);
        Engine engine = host.runBy(() -> new Engine(host, polled, how));
        engine.begin();
        return engine;
    }

    /**
     * Makes the caller's own thread the engine: {@code publish} returns when the event has been processed.
     *
     * @return ready
     * @throws IllegalStateException when outputs are unbound (lists them), sources or sinks have been handed to a host before, or what is
     *     asked for does not go together
     * @throws RuntimeException else as {@link #start} does: of what the topology, the journal and its state refuse
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

    /** For a replay; what explains may be null. Who closes its sinks says so ({@link HandedOver}), behind this: it may refuse. */
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
