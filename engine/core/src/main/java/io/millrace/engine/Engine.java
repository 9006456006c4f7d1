package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.metric.Digest;
import io.millrace.runtime.EntryEncoder;
import io.millrace.topology.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A running topology with threads of its own. Publishers and sources put entries into the input ring; the engine's
 * thread evaluates them one after another and hands outputs to their receivers. If the topology asks for several
 * threads ({@code onThread}), there is one for each stage, and a receiver is called by the thread of its output's
 * stage. The results are the same.
 *
 * <p>To start one: {@code Engine.of(topology).output(ALERTS, System.out::println).start()}. Any number of threads may
 * publish, each with a {@link Publisher} of its own. {@link #close} processes what was published. It is not an end of
 * input: open windows stay open.
 */
public final class Engine implements AutoCloseable {
    /** How often a thread that waits for a source checks whether the engine has halted. */
    private static final long LOOK_MS = 20;

    private final Host host;
    private final InputRing ring;
    private final EngineLoop loop;
    private final Ingress ingress;
    private final EngineThreads threads;
    private final List<Thread> stageThreads = new ArrayList<>();
    private final Stalls stalls;
    private final Housekeeping housekeeping;
    private final Thread housekeepingThread;

    /** Null if there is no journal. */
    private final JournalThread journal;

    private final EngineSources sources;
    private final EngineWaits waits;
    private final LeftBehind leftBehind;
    private final EngineHealth health;
    private final Duration stopDeadline;
    private final LongSupplier closingClock;
    private final Object closeLock = new Object();
    private volatile boolean closing;
    private boolean toldLost;

    /** Null if none is wanted. */
    private StatFile statFile;

    /** Settings of the host rather than of a port. */
    record Options(
            int ringSlots,
            Duration tick,
            Waiting waiting,
            ThreadPlacement placement,
            Duration stopDeadline,
            boolean exclusive,
            Duration stalledAfter,
            LongSupplier closingClock) {}

    Engine(Host host, List<Bindings.BoundSource<?>> sources, Options options) {
        this.host = host;
        stopDeadline = options.stopDeadline();
        closingClock = options.closingClock();
        Exclusivity exclusive = options.exclusive() ? new Exclusivity(host.name()) : null;
        int stages = host.core().stageCount();
        ring = JournalThread.ring(host, options.ringSlots(), options.exclusive());
        threads = new EngineThreads(host.name(), options.placement());
        int busy = stages + host.sinks().threads() + sources.size() + JournalThread.busyThreads(host);
        Waiting waiting = threads.fit(options.waiting(), busy);
        journal = host.journal() == null ? null : new JournalThread(host, ring);
        loop = new EngineLoop(
                host, ring, waiting, exclusive, journal == null ? new HeldOutputs[stages] : journal.held());
        ingress = new Ingress(host, ring, loop, exclusive);
        if (options.exclusive()) {
            loop.stopsBy(ingress::stopIfLeft);
        } else {
            loop.stopsBy(ingress::stopIfLetIn);
        }
        loop.letsInBy(ingress::letIn);
        waits = new EngineWaits(host, ring, loop, ingress);
        this.sources = new EngineSources(host, sources, ingress, loop, () -> closing);
        host.deadLetters().redriver(ingress::redrive);
        for (StageLoop s : loop.stages()) {
            stageThreads.add(
                    threads.make(ThreadPlacement.Role.STAGE, s.name(), stages == 1 ? "" : "-" + s.name(), waiting, s));
        }
        stalls = new Stalls(options.stalledAfter().toNanos(), HostClock::nanoTime);
        stalls.watch(loop.stages());
        BooleanSupplier goesOn = () -> !closing && loop.isRunning();
        housekeeping = new Housekeeping(
                goesOn,
                journal == null ? host.core()::refillPages : journal::keepHouse,
                host.anyLive() ? ingress.clock(host.mayLeaveTicks()) : null,
                nanos(options.tick()),
                stages,
                stalls);
        loop.ticksBy(housekeeping);
        if (journal != null) {
            journal.makeThreads(threads, loop, waiting, waits.forSnapshots(() -> !closing));
        }
        leftBehind = new LeftBehind(host, ring, loop, ingress, journal);
        housekeepingThread = threads.makeUndisturbed(
                ThreadPlacement.Role.HOUSEKEEPING,
                host.name(),
                "-housekeeping",
                Housekeeping.waiting(options.tick()),
                housekeeping);
        health = new EngineHealth(host, loop, housekeeping, threads, journal, this.sources, leftBehind, goesOn);
    }

    /**
     * Begins the setup of an engine.
     *
     * @param topology the topology to run
     * @return a setup to bind its ports with
     * @throws NullPointerException if the topology is null
     */
    public static Setup of(Topology topology) {
        return new Setup(topology);
    }

    void begin() {
        try {
            start();
        } catch (Throwable t) {
            abandon(t);
            throw t;
        } finally {
            threads.release();
        }
    }

    /** The engine cannot start: ends what has started, and closes what was handed to it. */
    private void abandon(Throwable why) {
        closing = true;
        host.sinks().cannotStart();
        loop.cannotStart(why);
        Deadline deadline = Deadline.in(stopDeadline);
        for (int i = 0; i < stageThreads.size(); i++) {
            if (stageThreads.get(i).getState() == Thread.State.NEW) {
                host.sinks().finish(i);
            } else {
                Joining.all(List.of(stageThreads.get(i)), deadline.untilNs());
            }
        }
        host.sinks().awaitClosed(deadline, stage -> true);
        host.sinks().lost(why);
        Joining.all(sources.threads(), deadline.soonNs());
        sources.failures().stream().filter(f -> f != why).forEach(why::addSuppressed);
        EngineStoppedException failed = sources.close();
        if (failed != null) {
            why.addSuppressed(failed);
        }
        if (journal != null) {
            LockSupport.unpark(housekeepingThread);
            long untilNs = deadline.soonNs();
            Joining.all(List.of(housekeepingThread), untilNs); // it looks after the journal
            journal.stopSnapshots(untilNs);
            endJournal(untilNs, deadline);
            failed = journal.close(null);
            if (failed != null) {
                why.addSuppressed(failed);
            }
        }
    }

    private void start() {
        host.start(threads, ingress::makesRoom, ingress::redrive);
        sources.prepare();
        stalls.watch(host.sinks().blocking());
        if (journal != null) {
            journal.recoverAndStart(loop);
        }
        host.beginsToCount();
        stageThreads.forEach(Thread::start);
        host.lookups().askAgain();
        if (host.anyLive()) {
            ingress.tick(HostClock.epochNs(), 0);
        }
        housekeepingThread.start();
        sources.start(EngineSources.Makes.by(threads), journal == null ? null : journal.recovered());
        host.log(threads);
        health.start();
    }

    // ---- publishing

    /**
     * Returns a new publisher for one thread.
     *
     * @param input an input of the topology
     * @param <V> the type of the events
     * @return publishes events of the input
     * @throws IllegalArgumentException if the topology has no such input; the message lists those it has
     */
    public <V> Publisher<V> publisher(Input<V> input) {
        return new RingPublisher<>(ingress, input);
    }

    /**
     * Returns a new publisher for one thread that fills events in place.
     *
     * @param input an input of the topology
     * @param <V> the type that readers see
     * @param <W> the type that is filled
     * @return publishes events of the input
     * @throws IllegalArgumentException if the topology has no such input; the message lists those it has
     */
    public <V, W> Claims<W> claims(InPlaceInput<V, W> input) {
        return ingress.isExclusive() ? new SlotClaims<>(ingress, input) : new RingClaims<>(ingress, input);
    }

    /**
     * Lets in what other threads want to publish: ticks, redriven letters, left-over firings. On an exclusive engine
     * ({@link Setup#exclusive}) the publishing thread calls this when it has nothing to publish; each of its publishes
     * does the same, but one of several that are published together ({@link Claims#commitMore}). On any other engine it
     * does nothing.
     *
     * @throws EngineStoppedException if the engine has been closed or has halted
     */
    public void doWork() {
        ingress.work();
    }

    // ---- the threads beside the engine's

    Ingress ingress() {
        return ingress;
    }

    /** Writes its counters to a file from now on, if one is wanted; closes the engine if that fails. */
    Engine writing(Path directory, List<Bindings.BoundSource<?>> sources) {
        statFile = StatFiles.of(this, host, sources, directory);
        return this;
    }

    StatFile.Counting counting() {
        return StatFiles.counting(this, host, ring, ingress);
    }

    // ---- a rehearsal

    /** Publishes an entry as it is. */
    void rehearse(byte[] entry, int length) {
        ingress.redrive(entry, 0, length);
    }

    boolean isDone(long sequence) {
        waits.requireSound();
        return loop.done() >= sequence;
    }

    /** Does not use the scratch of the thread that ticks. */
    void rehearseTick(long epochNs) {
        if (host.anyLive()) {
            byte[] tick = new byte[Entry.FIXED_LENGTH];
            EntryEncoder.plain(tick, 0, EntryKind.TICK, 0, epochNs);
            rehearse(tick, tick.length);
        }
    }

    // ---- life

    /**
     * Waits until all bound sources have ended, their events have been processed, and the sinks, except untethered
     * ones, have taken and flushed the results.
     *
     * @param deadline the longest time to wait
     * @return true when that is done, false if time ran out
     * @throws InterruptedException if the calling thread is interrupted
     * @throws EngineStoppedException if the engine halts first
     * @throws IllegalStateException if a receiver or the thread of a source calls this: the engine would wait for
     *     itself
     */
    public boolean awaitEnd(Duration deadline) throws InterruptedException {
        refuseOwnThread("awaitEnd");
        if (isSourceThread()) {
            throw waitsForItself("awaitEnd", "on the thread of a source");
        }
        long until = HostClock.nanoTime() + nanos(deadline);
        for (Thread t : sources.threads()) {
            long leftMs;
            while (t.isAlive() && (leftMs = (until - HostClock.nanoTime()) / 1_000_000) > 0) {
                t.join(Math.min(leftMs, LOOK_MS));
                waits.requireSound();
            }
            if (t.isAlive()) {
                waits.requireSound();
                return false;
            }
        }
        return drain(Duration.ofNanos(Math.max(1, until - HostClock.nanoTime()))) == 0;
    }

    /**
     * Waits until everything published before this call has been processed, what was due has fired, and the sinks,
     * except untethered ones, have taken and flushed the results.
     *
     * <p>Without a live input an entry fires a bounded number of due items, and the rest fire with the next events or
     * at the end of input ({@link Input#historic}); this method neither waits for them nor counts them. With a journal,
     * entries that put out nothing may become durable later: see {@link #awaitDurable}. On an exclusive engine the
     * publishing thread processes left-over firings and events that wait before the ring; this method waits for the
     * firings only when that thread calls it, or has ended.
     *
     * @param deadline the longest time to wait
     * @return 0 when all is done; otherwise how many entries were left when time ran out, at least 1 if only a sink was
     *     not ready
     * @throws EngineStoppedException if the engine has halted
     * @throws IllegalStateException if a receiver calls this: the engine would wait for itself
     */
    public long drain(Duration deadline) {
        refuseOwnThread("drain");
        return waits.drain(HostClock.nanoTime() + nanos(deadline), true);
    }

    private boolean isSourceThread() {
        return sources.threads().contains(Thread.currentThread());
    }

    private void refuseOwnThread(String call) {
        if (loop.isRunner() || host.sinks().isRunner()) {
            throw waitsForItself(call, "from inside a receiver");
        }
    }

    private IllegalStateException waitsForItself(String call, String from) {
        return new IllegalStateException("engine " + host.name() + ": " + call + " was called " + from
                + ", where it would wait for its own thread and never return; call it from another thread");
    }

    private static long nanos(Duration deadline) {
        try {
            return Math.min(deadline.toNanos(), Long.MAX_VALUE >> 1);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE >> 1;
        }
    }

    /**
     * Returns the failures of bound sources. A source that fails has ended.
     *
     * @return the exceptions, in the order in which they occurred
     */
    public List<Exception> sourceFailures() {
        return List.copyOf(sources.failures());
    }

    /**
     * Returns a consistent copy of all counters, taken between two entries. The engine's threads take it without
     * allocating. With several stages, all of them first come to the same entry, the last one published, and the caller
     * waits for that.
     *
     * @return the copy
     * @throws IllegalStateException if there are several stages and a receiver calls this: the stages would wait for it
     */
    public EngineStats stats() {
        return loop.stats();
    }

    /**
     * Returns the newest copy of all counters, without waiting for a stage that stands still (in a receiver that does
     * not return, or because of a sink that waits).
     *
     * @param most the longest time to wait
     * @return a copy of now if the engine's threads take one in time; otherwise the newest that any call of this method
     *     has got, all zero before the first
     * @throws IllegalStateException as {@link #stats()}
     */
    public EngineStats stats(Duration most) {
        return loop.newest(nanos(most));
    }

    /**
     * Returns hashes of what the engine has put out, one for each output and one over all.
     *
     * @return as of the last entry; null if none is kept ({@link Setup#digest})
     */
    public Digest digest() {
        return stats().digest();
    }

    /**
     * Tells whether the engine works. A failure that is over counts until it is acknowledged, or for some time
     * ({@link Setup#degradedFor}).
     *
     * @return up, degraded with the reasons, closed, or halted with the reason
     */
    public Health health() {
        return health.now();
    }

    /**
     * Acknowledges past failures: {@link #health} is UP again unless something is wrong now, and DEGRADED as soon as
     * another failure occurs. Counters are not reset, and a line is logged. Any thread may call this.
     *
     * @return health before the call, which names what is acknowledged
     */
    public Health acknowledge() {
        return health.acknowledge();
    }

    /**
     * Returns the result of the warm-up.
     *
     * @return null if there was none ({@link Setup#warmUp})
     */
    public WarmUpReport warmUp() {
        return host.warmUp();
    }

    /** For callers that must not wait. */
    EngineLoop loop() {
        return loop;
    }

    // ---- the journal

    /**
     * Returns what was found in the journal at start.
     *
     * @return null if there is no journal ({@link Setup#journal})
     */
    public Recovered recovered() {
        return journal == null ? null : journal.recovered();
    }

    /**
     * Makes a snapshot of all that is durable, now and on the calling thread. See {@link Journaling#snapshotEvery}.
     *
     * @return the place of the first entry that is not in it
     * @throws io.millrace.journal.JournalException if there is no journal, receivers are too far behind, or one wants
     *     all outputs from the first one on ({@link io.millrace.transport.Resumption#anew})
     * @throws io.millrace.state.StateException if an operator cannot be saved, or the journal yields something else
     *     than was put out
     * @throws IllegalStateException if a receiver calls this
     */
    public long makeSnapshot() {
        if (journal == null) {
            throw new JournalException("engine " + host.name() + " has no journal; give it one with Setup.journal(..)");
        }
        refuseOwnThread("makeSnapshot");
        return journal.makeSnapshot();
    }

    /**
     * Returns the place of the last entry up to which all are durable, at the level of the journal
     * ({@link io.millrace.journal.JournalLog#level}).
     *
     * @return the place; -1 before the first, and without a journal
     */
    public long durable() {
        return journal == null ? -1 : journal.log().durable();
    }

    /**
     * Returns what an entry up to {@link #durable} survives.
     *
     * @return the level of the journal; {@link Durability#MEMORY} without one, since nothing is durable then
     */
    public Durability durability() {
        return journal == null ? Durability.MEMORY : journal.log().level();
    }

    /**
     * Waits until an entry is durable. Its effects then survive any crash that the level covers, and its outputs may be
     * released.
     *
     * @param sequence its place, as returned by {@link Publisher#publish}
     * @param deadline the longest time to wait
     * @return what the entry survives; {@link Durability#MEMORY} if time ran out, there is no journal, the engine was
     *     closed before, or the event has no place ({@link Publisher#DROPPED}, {@link Publisher#WAITING})
     * @throws EngineStoppedException if the engine has halted
     * @throws IllegalStateException if a receiver calls this: the engine would wait for itself
     */
    public Durability awaitDurable(long sequence, Duration deadline) {
        if (journal == null || sequence < 0) {
            return Durability.MEMORY;
        }
        refuseOwnThread("awaitDurable");
        Idle idle = new Idle(Idle.BRIEF);
        waits.await(() -> journal.log().durable() >= sequence, HostClock.nanoTime() + nanos(deadline), idle);
        idle.restore();
        return journal.log().durable() < sequence ? Durability.MEMORY : durability();
    }

    /**
     * Returns the events that could not be taken or processed. Any thread may read and list them, even after the engine
     * has ended, and redrive them while it runs.
     *
     * @return counts, the last letters, and the means to redrive them
     */
    public DeadLetters deadLetters() {
        return host.deadLetters();
    }

    /**
     * Returns the topology that runs here.
     *
     * @return the topology; {@link Topology#describe} prints it
     */
    public Topology topology() {
        return host.core().plan().topology();
    }

    /**
     * Processes what was published, stops all threads, and closes sources and sinks. This is not an end of input.
     * Closing again has no effect; a second caller waits for the first.
     *
     * <p>It waits at most {@link Setup#stopDeadline} for sources, entries, threads and blocking sinks together. If that
     * time is used up, the last steps together get an eighth of it on top; a journal may take its own time beyond. If
     * the engine has halted, {@link #health} names what was accepted and not processed.
     *
     * <p>Events that receivers publish while the last outputs are handed over are still processed; what would follow
     * from those is refused. An exclusive engine is best closed by the publishing thread, or after that has ended.
     * Otherwise the next call of that thread lets go of the engine; if none comes in time, an event that it publishes
     * at that very moment may be lost.
     *
     * <p>Called by a receiver, or by the thread of a source, it returns at once, and the engine stops when what was
     * published has been processed. With a journal another thread should call it as well, since only that releases the
     * journal.
     *
     * @throws EngineStoppedException if accepted events were not processed in time, a source did not end in time, or a
     *     sink failed in flush or close or did not take its events in time, so that output may be lost; the message
     *     names the output. Everything is stopped and closed all the same, except user code that does not return, and a
     *     journal whose disk does not answer: its thread closes it when the disk does
     */
    @Override
    public void close() {
        ingress.requireNoCodec("closes the engine");
        closing = true;
        if (loop.isRunner() || isSourceThread() || host.sinks().isRunner()) {
            ingress.stopSoon();
            return;
        }
        synchronized (closeLock) {
            Deadline deadline = Deadline.in(stopDeadline, closingClock);
            Joining.all(sources.threads(), deadline.untilNs());
            finishEntries(deadline);
            endThreads(deadline);
            health.end(deadline.soonNs());
            if (host.sinks()
                    .awaitClosed(deadline, stage -> !stageThreads.get(stage).isAlive())) {
                Thread.currentThread().interrupt();
            }
            if (statFile != null) {
                statFile.close();
            }
            tellLost(journal == null ? null : closeJournal());
        }
    }

    private void finishEntries(Deadline deadline) {
        long until = deadline.soonNs();
        boolean mine = ingress.takeOver(until);
        try {
            until = deadline.soonNs();
            boolean drained = waits.drain(until, false) == 0;
            if (journal != null && drained) {
                waits.letOut(until);
            } else if (!drained) {
                host.sinks().hurry();
                if (journal != null) {
                    journal.hurry();
                }
            }
            if (mine) {
                ingress.endDrops(deadline.untilNs());
            }
        } catch (EngineStoppedException e) {
            assert loop.failure() != null || host.sinks().halting() != null; // health() says why it halted
        }
    }

    private void endThreads(Deadline deadline) {
        loop.stop();
        host.inputs().forEach(InputCounts::endDrops);
        stageThreads.forEach(LockSupport::unpark);
        LockSupport.unpark(housekeepingThread);
        long until = deadline.soonNs();
        Joining.all(stageThreads, until);
        Joining.all(List.of(housekeepingThread), until);
        if (journal != null) {
            journal.stopSnapshots(until);
            Joining.all(stageThreads, endJournal(until, deadline));
        }
    }

    /** What is not durable by then is not waited for. Returns the time until which others may be waited for. */
    private long endJournal(long untilNs, Deadline deadline) {
        Joining.all(List.of(journal.thread()), untilNs);
        journal.hurry();
        host.sinks().hurry(); // a stage that still hands over what was held waits for one
        long soonNs = deadline.soonNs();
        Joining.all(List.of(journal.thread()), soonNs);
        return soonNs;
    }

    private EngineStoppedException closeJournal() {
        EngineStoppedException failed = journal.close(loop.isEnded() && loop.failure() == null ? digest() : null);
        return loop.failure() == null ? failed : null; // health() says why it halted
    }

    private void tellLost(EngineStoppedException ofJournal) {
        EngineStoppedException lost =
                toldLost ? null : leftBehind.whenClosed(stageThreads, sources.threads(), stopDeadline, ofJournal);
        toldLost = true;
        if (lost != null) {
            throw lost;
        }
    }
}
