package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.metric.Digest;
import io.millrace.runtime.EntryEncoder;
import io.millrace.state.Pages;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

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
    private static final int SOURCE_BATCH = 256;

    /** How often one who waits for a source looks whether the engine has halted. */
    private static final long LOOK_MS = 20;

    private final Host host;
    private final InputRing ring;
    private final EngineLoop loop;
    private final Ingress ingress;
    private final EngineThreads threads;
    private final List<Thread> stageThreads = new ArrayList<>();
    private final Housekeeping housekeeping;
    private final Thread housekeepingThread;
    private final List<Thread> sourceThreads = new ArrayList<>();
    private final List<Bindings.BoundSource<?>> sources;
    private final List<Exception> sourceFailures = new CopyOnWriteArrayList<>();
    private final Duration stopDeadline;
    private final Map<Input<?>, Integer> openSources = new LinkedHashMap<>();
    private final Object closeLock = new Object();
    private volatile boolean closing;
    private boolean toldLost;

    /** What is set for the host rather than for a port. */
    record Options(
            int ringSlots,
            Duration tick,
            Waiting waiting,
            ThreadPlacement placement,
            Duration stopDeadline,
            boolean exclusive) {}

    Engine(Host host, List<Bindings.BoundSource<?>> sources, Options options) {
        this.host = host;
        stopDeadline = options.stopDeadline();
        this.sources = List.copyOf(sources);
        sources.forEach(s -> openSources.merge(s.input(), 1, Integer::sum));
        Exclusivity exclusive = options.exclusive() ? new Exclusivity(host.name()) : null;
        int stages = host.core().stageCount();
        ring = new InputRing(options.ringSlots(), host.core().largestEntry(), options.exclusive(), stages);
        threads = new EngineThreads(host.name(), options.placement());
        Waiting waiting = threads.fit(options.waiting(), stages + host.sinks().threads() + sources.size());
        loop = new EngineLoop(host, ring, waiting, exclusive);
        ingress = new Ingress(host, ring, loop, exclusive);
        if (options.exclusive()) {
            loop.stopsBy(ingress::stopIfLeft);
        } else {
            loop.stopsBy(ingress::stopIfLetIn);
        }
        loop.letsInBy(ingress::letIn);
        host.deadLetters().redriver(ingress::redrive);
        for (StageLoop s : loop.stages()) {
            stageThreads.add(
                    threads.make(ThreadPlacement.Role.STAGE, s.name(), stages == 1 ? "" : "-" + s.name(), waiting, s));
        }
        housekeeping = new Housekeeping(
                () -> !closing && loop.isRunning(),
                host.core()::refillPages,
                host.anyLive() ? ingress::tick : null,
                nanos(options.tick()),
                stages);
        loop.ticksBy(housekeeping);
        housekeepingThread = threads.make(
                ThreadPlacement.Role.HOUSEKEEPING,
                host.name(),
                "-housekeeping",
                Housekeeping.waiting(options.tick()),
                housekeeping);
    }

    /**
     * Begins to set up an engine.
     *
     * @param topology what it will run
     * @return to bind ports with
     */
    public static Setup of(Topology topology) {
        return new Setup(topology);
    }

    void begin() {
        try {
            start();
        } finally {
            threads.release();
        }
    }

    private void start() {
        host.start(threads, ingress::makesRoom, ingress::redrive);
        stageThreads.forEach(Thread::start);
        if (host.anyLive()) {
            ingress.tick(HostClock.epochNs());
        }
        housekeepingThread.start();
        for (Bindings.BoundSource<?> s : sources) {
            String input = s.input().name();
            Thread t = threads.make(ThreadPlacement.Role.SOURCE, input, "-" + input, Idle.POLLING, () -> poll(s));
            sourceThreads.add(t);
            t.start();
        }
        host.log(threads);
    }

    // ---- publishing

    /**
     * A publisher for one thread.
     *
     * @param input one of the topology's
     * @param <V>   the event
     * @return publishes events of the input
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

    private <V> void poll(Bindings.BoundSource<V> bound) {
        RingPublisher<V> publisher = new RingPublisher<>(ingress, bound.input());
        try {
            if (pollToItsEnd(bound.source(), new SourceTarget<>(publisher, host, bound.input()))) {
                endOfSource(publisher, bound.input());
            }
        } catch (EngineStoppedException e) {
            assert closing || !loop.isRunning();
        } catch (Throwable t) {
            sourceFailed(bound, t);
            endOfSource(publisher, bound.input());
        }
        try {
            bound.source().close();
        } catch (Throwable t) {
            sourceFailed(bound, t);
        }
    }

    private <V> boolean pollToItsEnd(EventSource<V> source, SourceTarget<V> target) throws Exception {
        Idle idle = new Idle(Idle.POLLING);
        int n = 0;
        while (!closing && n != EventSource.ENDED) {
            n = source.poll(target, SOURCE_BATCH);
            ingress.work();
            if (n != 0) {
                idle.reset();
            } else if (!Thread.interrupted()) { // an interrupt would make parking return at once, for ever
                idle.idle();
            }
        }
        return n == EventSource.ENDED;
    }

    private void sourceFailed(Bindings.BoundSource<?> bound, Throwable t) {
        sourceFailures.add(
                t instanceof Exception e
                        ? e
                        : new IllegalStateException(
                                "source of input " + bound.input().name() + ": " + t, t));
    }

    /** An input has ended when all sources that are bound to it have. */
    private void endOfSource(Publisher<?> publisher, Input<?> input) {
        synchronized (openSources) {
            if (openSources.merge(input, -1, Integer::sum) != 0) {
                return;
            }
        }
        try {
            publisher.end();
        } catch (EngineStoppedException e) {
            // the engine has gone first; there is nobody to tell
        }
    }

    Pages pages() {
        return host.core().pages(0);
    }

    // ---- a rehearsal

    /** Publishes an entry as it is. */
    void rehearse(byte[] entry, int length) {
        ingress.redrive(entry, 0, length);
    }

    boolean isDone(long sequence) {
        requireSound();
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
     */
    public boolean awaitEnd(Duration deadline) throws InterruptedException {
        refuseOwnThread("awaitEnd");
        if (isSourceThread()) {
            throw waitsForItself("awaitEnd", "by the thread of a source");
        }
        long until = HostClock.nanoTime() + nanos(deadline);
        for (Thread t : sourceThreads) {
            long leftMs;
            while (t.isAlive() && (leftMs = (until - HostClock.nanoTime()) / 1_000_000) > 0) {
                t.join(Math.min(leftMs, LOOK_MS));
                requireSound();
            }
            if (t.isAlive()) {
                requireSound();
                return false;
            }
        }
        return drain(Duration.ofNanos(Math.max(1, until - HostClock.nanoTime()))) == 0;
    }

    /**
     * Waits until everything that had been published when this was called has been processed, what was due has fired, and the
     * sinks, but for untethered ones, have taken and flushed what came of it.
     *
     * @param deadline how long at most
     * @return how many entries were left when time ran out, at least 1 when only a sink was not ready; 0 when none. On an
     *     exclusive engine left-over firings, and events that wait in front of the ring, go on by the thread that publishes;
     *     this waits for the firings only on that thread, or when that has ended
     * @throws EngineStoppedException when the engine has halted
     */
    public long drain(Duration deadline) {
        refuseOwnThread("drain");
        return drain(HostClock.nanoTime() + nanos(deadline), true);
    }

    private long drain(long until, boolean toSinks) {
        boolean own = ingress.isOwner();
        Idle idle = new Idle(Idle.BRIEF);
        try {
            long left = awaitLetIn(until, idle);
            left = left == 0 ? awaitProcessed(ring.cursor(), until, idle) : left;
            return left == 0 && toSinks ? awaitFlushed(loop.done(), until, idle) : left;
        } finally {
            idle.restore();
            ingress.settled(own);
        }
    }

    /** What waits in front of the ring was published too. */
    private long awaitLetIn(long until, Idle idle) {
        Backlogs backlogs = ingress.backlogs();
        if (!backlogs.isBehind()) {
            return 0;
        }
        long[] waiting = backlogs.tails();
        while (goesOn() && !backlogs.areGone(waiting)) {
            if (HostClock.nanoTime() - until >= 0) {
                return Math.max(1, backlogs.waiting() + ring.cursor() - loop.done());
            }
            ingress.settles();
            idle.idle();
        }
        idle.reset();
        return 0;
    }

    private long awaitProcessed(long target, long until, Idle idle) {
        while (goesOn() && (loop.done() < target || loop.isSettling() && ingress.settles())) {
            if (HostClock.nanoTime() - until >= 0) {
                return Math.max(1, target - loop.done());
            }
            idle.idle();
        }
        return 0;
    }

    /** Inline sinks first: a failure there is known before the answer is. */
    private long awaitFlushed(long target, long until, Idle idle) {
        loop.wantFlush(target);
        long[] handed = host.sinks().wantFlush();
        idle.reset();
        while (goesOn() && (loop.flushedTo() < target || !host.sinks().isFlushed(handed))) {
            if (HostClock.nanoTime() - until >= 0) {
                return 1;
            }
            idle.idle();
        }
        return 0;
    }

    /** Whether there is anything to wait for; when it has been closed, all that was accepted has been processed. */
    private boolean goesOn() {
        boolean ended = loop.isEnded(); // first: what halted it is known before it has ended
        requireSound();
        return !ended;
    }

    private void requireSound() {
        Throwable why = loop.failure() != null ? loop.failure() : host.sinks().halting();
        if (why != null) {
            String what = loop.failure() != null ? loop.why() : why.toString();
            throw new EngineStoppedException("engine " + host.name() + " has halted: " + what, why);
        }
    }

    private boolean isSourceThread() {
        return sourceThreads.contains(Thread.currentThread());
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
        return List.copyOf(sourceFailures);
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
     * What the engine has put out, as a hash of each output and of all.
     *
     * @return as of the last entry; null when none is kept ({@link Setup#digest})
     */
    public Digest digest() {
        return stats().digest();
    }

    /**
     * Whether the engine works.
     *
     * @return up, degraded with the reason, closed, or halted with the reason
     */
    public Health health() {
        String trouble = null;
        if (housekeeping.failure() != null) {
            trouble = "housekeeping: " + housekeeping.failure();
        } else if (threads.trouble() != null) {
            trouble = threads.trouble();
        } else if (!sourceFailures.isEmpty()) {
            trouble = "a source failed: " + sourceFailures.get(0);
        }
        return host.health(loop.why(), !loop.isRunning(), trouble);
    }

    /**
     * What came of the warm-up before the start.
     *
     * @return null when there was none ({@link Setup#warmUp})
     */
    public WarmUpReport warmUp() {
        return host.warmUp();
    }

    /**
     * What could not be taken or processed.
     *
     * @return counts, the last letters, and the way to redrive them
     */
    public DeadLetters deadLetters() {
        return host.deadLetters();
    }

    /**
     * What runs here.
     *
     * @return prints itself
     */
    public Topology topology() {
        return host.core().plan().topology();
    }

    /**
     * Processes what was published, stops all threads, closes sources and sinks. It is not an end of input. Closing twice does
     * nothing; a second caller waits for the first. Waits at most the declared time ({@link Setup#stopDeadline}) for each of
     * sources, entries, threads and blocking sinks. An exclusive engine is best closed by the thread that publishes, or when that
     * has ended; else its next call lets go, and when none comes in time, what it publishes in that very instant may be lost. From
     * inside a receiver, and from the thread of a source, it does not wait: the engine stops when what was published has been
     * processed.
     *
     * @throws EngineStoppedException when what was accepted has not been processed in time, or a source has not ended in time;
     *     or when a sink has failed in flush or in close, or did not take in time what it was handed, so that output may be lost:
     *     names the output. All is stopped and closed all the same, but for what does not return from user code
     */
    @Override
    public void close() {
        closing = true;
        if (loop.isRunner() || isSourceThread() || host.sinks().isRunner()) {
            ingress.stopSoon();
            return;
        }
        synchronized (closeLock) {
            joinAll(sourceThreads);
            boolean mine = ingress.takeOver(stopDeadline);
            try {
                if (drain(HostClock.nanoTime() + stopDeadline.toNanos(), false) > 0) {
                    host.sinks().hurry();
                }
                if (mine) {
                    ingress.tellDrops();
                }
            } catch (EngineStoppedException e) {
                assert loop.failure() != null || host.sinks().halting() != null; // health() says why it halted
            }
            loop.stop();
            stageThreads.forEach(LockSupport::unpark);
            LockSupport.unpark(housekeepingThread);
            joinAll(stageThreads);
            joinAll(List.of(housekeepingThread));
            if (host.sinks()
                    .awaitClosed(stopDeadline, stage -> !stageThreads.get(stage).isAlive())) {
                Thread.currentThread().interrupt();
            }
            tellLost();
        }
    }

    private void tellLost() {
        EngineStoppedException lost = toldLost
                ? null
                : EngineStoppedException.first(unprocessed(), host.sinks().lost());
        toldLost = true;
        if (lost != null) {
            throw lost;
        }
    }

    /** What stands still behind user code that does not return; null when nothing does. */
    private EngineStoppedException unprocessed() {
        EngineStoppedException lost = null;
        for (int i = 0; i < stageThreads.size(); i++) {
            StageLoop stage = loop.stages().get(i);
            if (stageThreads.get(i).isAlive() && !stage.waitsForStage()) { // else the one it waits for is the cause
                String whose = stageThreads.size() == 1 ? "its" : "stage " + stage.name() + ": its";
                lost = EngineStoppedException.first(
                        lost,
                        lost(whose + " last " + (ring.cursor() - ring.consumed(i))
                                + " entries were not processed within " + stopDeadline
                                + ", its thread does not return from the one in hand"));
            }
        }
        if (ingress.left() > 0 && loop.failure() == null) {
            lost = EngineStoppedException.first(
                    lost, lost(ingress.left() + " redriven letters were not published within " + stopDeadline));
        }
        if (ingress.backlogs().left() != null && loop.failure() == null) {
            lost = EngineStoppedException.first(lost, lost(ingress.backlogs().left()));
        }
        for (Thread t : sourceThreads) {
            if (t.isAlive()) {
                lost = EngineStoppedException.first(
                        lost, lost("the source of thread " + t.getName() + " has not ended within " + stopDeadline));
            }
        }
        return lost;
    }

    private EngineStoppedException lost(String what) {
        return new EngineStoppedException("closing engine " + host.name() + ": " + what, null);
    }

    /** Goes on through interrupts, and keeps them for the caller. */
    private void joinAll(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread t : threads) {
            interrupted |= Joining.join(t, HostClock.nanoTime() + stopDeadline.toNanos());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
