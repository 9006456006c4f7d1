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

/**
 * A running topology with threads of its own: publishers and sources put entries into the input ring, the engine's thread
 * evaluates them one after another and hands outputs to their receivers. Where the topology asks for several threads ({@code
 * onThread}) there is one for each stage; a receiver is called by that of its output. What comes out is the same.
 *
 * <p>{@code Engine.of(topology).output(ALERTS, System.out::println).start()}. Publishers may be on any threads, each with a
 * {@link Publisher} of its own. {@link #close} processes what was published; it is not an end of input: open windows stay
 * open.
 */
public final class Engine implements AutoCloseable {
    /** How often one who waits for a source looks whether the engine has halted. */
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

    /** Null where there is no journal. */
    private final JournalThread journal;

    private final EngineSources sources;
    private final EngineWaits waits;
    private final LeftBehind leftBehind;
    private final EngineHealth health;
    private final Duration stopDeadline;
    private final Object closeLock = new Object();
    private volatile boolean closing;
    private boolean toldLost;

    /** Null where none is wanted. */
    private StatFile statFile;

    /** What is set for the host rather than for a port. */
    record Options(
            int ringSlots,
            Duration tick,
            Waiting waiting,
            ThreadPlacement placement,
            Duration stopDeadline,
            boolean exclusive,
            Duration stalledAfter) {}

    Engine(Host host, List<Bindings.BoundSource<?>> sources, Options options) {
        this.host = host;
        stopDeadline = options.stopDeadline();
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
     * Begins to set up an engine.
     *
     * @param topology what it will run
     * @return to bind ports with
     * @throws NullPointerException when it is null
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

    /** It cannot start: whatever has started ends, and what was handed to it is closed. */
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
     * A publisher for one thread.
     *
     * @param input one of the topology's
     * @param <V>   the event
     * @return publishes events of the input
     * @throws IllegalArgumentException when the input is not one of the topology's; lists those
     */
    public <V> Publisher<V> publisher(Input<V> input) {
        return new RingPublisher<>(ingress, input);
    }

    /**
     * A publisher that fills events in place, for one thread.
     *
     * @param input one of the topology's
     * @param <V>   what readers see
     * @param <W>   what is filled
     * @return publishes events of the input
     * @throws IllegalArgumentException when the input is not one of the topology's; lists those
     */
    public <V, W> Claims<W> claims(InPlaceInput<V, W> input) {
        return ingress.isExclusive() ? new SlotClaims<>(ingress, input) : new RingClaims<>(ingress, input);
    }

    /**
     * Lets in what other threads want published: ticks, redriven letters, left-over firings. For the publishing thread of an
     * exclusive engine ({@link Setup#exclusive}), when it has nothing to publish; each of its publishes does the same. On any
     * other engine it does nothing.
     *
     * @throws EngineStoppedException when the engine has been closed or has halted
     */
    public void doWork() {
        ingress.work();
    }

    // ---- the threads beside the engine's

    Ingress ingress() {
        return ingress;
    }

    /** Writes its counters to a file from now on, if one is wanted; where that cannot be, closes. */
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

    /** Not by the scratch of the thread that ticks. */
    void rehearseTick(long epochNs) {
        if (host.anyLive()) {
            byte[] tick = new byte[Entry.FIXED_LENGTH];
            EntryEncoder.plain(tick, 0, EntryKind.TICK, 0, epochNs);
            rehearse(tick, tick.length);
        }
    }

    // ---- life

    /**
     * Waits until all bound sources have ended, what they brought has been processed, and the sinks, but for untethered ones, have
     * taken and flushed what came of it.
     *
     * @param deadline how long at most
     * @return true when that is so, false when time ran out
     * @throws InterruptedException   when the caller is interrupted
     * @throws EngineStoppedException when the engine halted before
     * @throws IllegalStateException when it is called from inside a receiver, or by the thread of a source: the engine would wait for itself
     */
    public boolean awaitEnd(Duration deadline) throws InterruptedException {
        refuseOwnThread("awaitEnd");
        if (isSourceThread()) {
            throw waitsForItself("awaitEnd", "by the thread of a source");
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
     * Waits until everything that had been published when this was called has been processed, what was due has fired, and the
     * sinks, but for untethered ones, have taken and flushed what came of it. Without a live input an entry fires so much at most, and
     * what is left then fires with the next events, or at the end of input ({@link Input#historic}): that is not waited for, nor told.
     * Behind a journal what puts out nothing may be durable later: {@link #awaitDurable}.
     *
     * @param deadline how long at most
     * @return how many entries were left when time ran out, at least 1 when only a sink was not ready; 0 when none. On an
     *     exclusive engine left-over firings, and events that wait in front of the ring, go on by the thread that publishes;
     *     this waits for the firings only on that thread, or when that has ended
     * @throws EngineStoppedException when the engine has halted
     * @throws IllegalStateException when it is called from inside a receiver: the engine would wait for itself
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
                + ", where the engine would wait for itself; call it from another thread");
    }

    private static long nanos(Duration deadline) {
        try {
            return Math.min(deadline.toNanos(), Long.MAX_VALUE >> 1);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE >> 1;
        }
    }

    /**
     * What went wrong in bound sources; each of them has ended.
     *
     * @return in the order in which it happened
     */
    public List<Exception> sourceFailures() {
        return List.copyOf(sources.failures());
    }

    /**
     * A consistent copy of all counters, taken between two entries.
     *
     * @return taken by the engine's threads without allocating there; with several stages they all come to the same entry first,
     *     the last that has been published, and the caller waits for that
     * @throws IllegalStateException when there are several stages and a receiver asks: they would wait for it
     */
    public EngineStats stats() {
        return loop.stats();
    }

    /**
     * As {@link #stats()}, for who must not wait where a stage stands still: in a receiver that does not return, or behind a sink that waits.
     *
     * @param most how long to wait at most
     * @return the newest copy that anybody has got by this: one of now when the engine's threads come by in that time; before the first all is zero
     * @throws IllegalStateException where {@link #stats()} does
     */
    public EngineStats stats(Duration most) {
        return loop.newest(nanos(most));
    }

    /**
     * What the engine has put out, as a hash of each output and of all.
     *
     * @return as of the last entry; null when none is kept ({@link Setup#digest})
     */
    public Digest digest() {
        return stats().digest();
    }

    /**
     * Whether the engine works. What has happened and is over counts until it is acknowledged, or for a time ({@link Setup#degradedFor}).
     *
     * @return up, degraded with the reason, closed, or halted with the reason
     */
    public Health health() {
        return health.now();
    }

    /**
     * Says that somebody has seen what has happened: {@link #health} is UP again unless something is wrong now, and DEGRADED when more happens.
     * Counters go on, and the log has a line of it. May be called by any thread.
     *
     * @return how it was before, which names what is acknowledged
     */
    public Health acknowledge() {
        return health.acknowledge();
    }

    /**
     * What came of the warm-up before the start.
     *
     * @return null when there was none ({@link Setup#warmUp})
     */
    public WarmUpReport warmUp() {
        return host.warmUp();
    }

    /** For who must not wait. */
    EngineLoop loop() {
        return loop;
    }

    // ---- the journal

    /**
     * What was found in the journal at the start.
     *
     * @return null when there is no journal ({@link Setup#journal})
     */
    public Recovered recovered() {
        return journal == null ? null : journal.recovered();
    }

    /**
     * Makes a snapshot now, on the calling thread, of all that is durable; see {@link Journaling#snapshotEvery}.
     *
     * @return the place of the first entry that is not in it
     * @throws io.millrace.journal.JournalException when there is no journal, receivers are too far behind, or one wants all from the first
     *                                              output on ({@link io.millrace.transport.Resumption#anew})
     * @throws io.millrace.state.StateException     when an operator cannot be saved, or the journal makes something else
     * @throws IllegalStateException when it is called from inside a receiver
     */
    public long makeSnapshot() {
        if (journal == null) {
            throw new JournalException("engine " + host.name() + " has no journal; say Setup.journal(..)");
        }
        refuseOwnThread("makeSnapshot");
        return journal.makeSnapshot();
    }

    /**
     * Up to which entry all are durable, as the journal was told ({@link io.millrace.journal.JournalLog#level}).
     *
     * @return the last place, -1 before the first; without a journal nothing is
     */
    public long durable() {
        return journal == null ? -1 : journal.log().durable();
    }

    /**
     * What an entry up to {@link #durable} survives; without a journal nothing is durable, which is {@link Durability#MEMORY}.
     *
     * @return the level of the journal
     */
    public Durability durability() {
        return journal == null ? Durability.MEMORY : journal.log().level();
    }

    /**
     * Waits until an entry is durable: then its effects are there after any crash that the level survives, and its outputs are let out.
     *
     * @param sequence its place, as {@link Publisher#publish} answers it
     * @param deadline how long at most
     * @return {@link Durability#MEMORY} when time ran out, or the engine was closed before, or the event has no place
     *     ({@link Publisher#DROPPED}, {@link Publisher#WAITING}); else what it survives
     * @throws EngineStoppedException when the engine has halted
     * @throws IllegalStateException when it is called from inside a receiver: the engine would wait for itself
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
     * What could not be taken or processed. Any thread may read it and list letters, also when the engine has ended, and redrive them while it
     * runs.
     *
     * @return counts, the last letters, and the way to redrive them
     */
    public DeadLetters deadLetters() {
        return host.deadLetters();
    }

    /**
     * What runs here.
     *
     * @return {@link Topology#describe} prints it
     */
    public Topology topology() {
        return host.core().plan().topology();
    }

    /**
     * Processes what was published, stops all threads, closes sources and sinks. It is not an end of input. Closing twice does
     * nothing; a second caller waits for the first. Waits at most the declared time ({@link Setup#stopDeadline}) for sources,
     * entries, threads and blocking sinks together; what comes last has an eighth more, all of it together, where the others have used it up. A journal
     * may take its own time on top. When the engine has halted {@link #health} says what was accepted and not processed. An exclusive engine is best closed by the thread that publishes, or when that
     * has ended; else its next call lets go, and when none comes in time, what it publishes in that very instant may be lost. What
     * receivers publish while the last outputs are handed over is processed too, and what comes of that is refused. From
     * inside a receiver, and from the thread of a source, it does not wait: the engine stops when what was published has been
     * processed; with a journal another thread is to close it too, which lets go of the journal.
     *
     * @throws EngineStoppedException when what was accepted has not been processed in time, or a source has not ended in time;
     *     or when a sink has failed in flush or in close, or did not take in time what it was handed, so that output may be lost:
     *     names the output. All is stopped and closed all the same, but for what does not return from user code,
     *     and for a journal whose disk does not answer: its thread closes that when it does
     */
    @Override
    public void close() {
        closing = true;
        if (loop.isRunner() || isSourceThread() || host.sinks().isRunner()) {
            ingress.stopSoon();
            return;
        }
        synchronized (closeLock) {
            Deadline deadline = Deadline.in(stopDeadline);
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

    /** What is not durable by then is not waited for; answers until when others may be. */
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
