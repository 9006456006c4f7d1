package io.millrace.engine;

import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
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
 * A running topology with a thread of its own: publishers and sources put entries into the input ring, the engine's thread
 * evaluates them one after another and hands outputs to their receivers.
 *
 * <p>{@code Engine.of(topology).output(ALERTS, System.out::println).start()}. Publishers may be on any threads, each with a
 * {@link Publisher} of its own. {@link #close} processes what was published; it is not an end of input: open windows stay
 * open.
 */
public final class Engine implements AutoCloseable {
    private static final int SOURCE_BATCH = 256;

    private final Host host;
    private final InputRing ring;
    private final EngineLoop loop;
    private final Ingress ingress;
    private final Thread thread;
    private final Thread housekeeping;
    private final List<Thread> sourceThreads = new ArrayList<>();
    private final List<Bindings.BoundSource<?>> sources;
    private final List<Exception> sourceFailures = new CopyOnWriteArrayList<>();
    private final Duration tick;
    private final Duration stopDeadline;
    private final Map<Input<?>, Integer> openSources = new LinkedHashMap<>();
    private volatile Throwable housekeepingFailure;
    private final Object closeLock = new Object();
    private volatile boolean closing;
    private boolean toldLost;

    /** What is set for the host rather than for a port. */
    record Options(int ringSlots, Duration tick, Waiting waiting, Duration stopDeadline, boolean exclusive) {}

    Engine(Host host, List<Bindings.BoundSource<?>> sources, Options options) {
        this.host = host;
        this.tick = options.tick();
        stopDeadline = options.stopDeadline();
        this.sources = List.copyOf(sources);
        sources.forEach(s -> openSources.merge(s.input(), 1, Integer::sum));
        host.core().requireOneStage("the live engine");
        Exclusivity exclusive = options.exclusive() ? new Exclusivity(host.name()) : null;
        ring = new InputRing(options.ringSlots(), host.core().largestEntry(), options.exclusive());
        loop = new EngineLoop(host, ring, options.waiting(), exclusive);
        ingress = new Ingress(host, ring, loop, exclusive);
        host.deadLetters().redriver(ingress::redrive);
        thread = new Thread(loop, "millrace-" + host.name());
        thread.setDaemon(true);
        housekeeping = new Thread(this::keepHouse, "millrace-" + host.name() + "-housekeeping");
        housekeeping.setDaemon(true);
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
        host.sinks().start();
        thread.start();
        if (host.anyLive()) {
            publishTick();
        }
        housekeeping.start();
        for (Bindings.BoundSource<?> s : sources) {
            Thread t = new Thread(
                    () -> poll(s), "millrace-" + host.name() + "-" + s.input().name());
            t.setDaemon(true);
            sourceThreads.add(t);
            t.start();
        }
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
            if (pollToItsEnd(bound.source(), publisher)) {
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

    private <V> boolean pollToItsEnd(EventSource<V> source, RingPublisher<V> publisher) throws Exception {
        Idle idle = new Idle(Waiting.ADAPTIVE);
        int n = 0;
        while (!closing && n != EventSource.ENDED) {
            n = source.poll(publisher::publish, SOURCE_BATCH);
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

    private void keepHouse() {
        boolean live = host.anyLive();
        boolean told = true;
        Idle idle = new Idle(Waiting.ADAPTIVE);
        while (!closing && loop.isRunning()) {
            if (told) {
                LockSupport.parkNanos(tick.toNanos());
                idle.reset();
            } else {
                idle.idle(); // the ring was full: time must not stand still for as long as it stays so
            }
            if (Thread.interrupted()) {
                continue; // not a command here, and it would make parking return at once, for ever
            }
            refill();
            told = !live || publishTick();
        }
    }

    Pages pages() {
        return host.core().pages();
    }

    private void refill() {
        try {
            host.core().pages().refill();
        } catch (OutOfMemoryError e) {
            housekeepingFailure = e; // the stage makes its pages itself as long as there is memory; time goes on
        }
    }

    private boolean publishTick() {
        return ingress.tick(HostClock.epochNs());
    }

    // ---- life

    /**
     * Waits until all bound sources have ended and what they brought has been processed.
     *
     * @param deadline how long at most
     * @return true when that is so, false when time ran out
     * @throws InterruptedException   when the caller is interrupted
     * @throws EngineStoppedException when the engine halted before
     */
    public boolean awaitEnd(Duration deadline) throws InterruptedException {
        refuseOwnThread("awaitEnd");
        long until = HostClock.nanoTime() + nanos(deadline);
        for (Thread t : sourceThreads) {
            long leftMs = Math.max(1, (until - HostClock.nanoTime()) / 1_000_000);
            t.join(leftMs);
            if (t.isAlive()) {
                return false;
            }
        }
        return drain(Duration.ofNanos(Math.max(1, until - HostClock.nanoTime()))) == 0;
    }

    /**
     * Waits until everything that had been published when this was called has been processed, and what was due has fired.
     *
     * @param deadline how long at most
     * @return how many entries were left when time ran out; 0 when none. On an exclusive engine left-over firings wait for the
     *     thread that publishes; this waits for them only on that thread, or when that has ended
     * @throws EngineStoppedException when the engine halted before
     */
    public long drain(Duration deadline) {
        refuseOwnThread("drain");
        long until = HostClock.nanoTime() + nanos(deadline);
        long target = ring.cursor();
        boolean own = ingress.isOwner();
        try {
            return drain(target, until);
        } finally {
            ingress.settled(own);
        }
    }

    private long drain(long target, long until) {
        Idle idle = new Idle(Waiting.ADAPTIVE);
        while (loop.done() < target || loop.isSettling() && ingress.settles()) {
            if (loop.failure() != null) {
                loop.requireRunning(); // throws: it has halted
            }
            if (loop.isEnded()) {
                return 0; // closed: all that was accepted has been processed
            }
            if (HostClock.nanoTime() - until >= 0) {
                return Math.max(1, target - loop.done());
            }
            idle.idle();
        }
        return 0;
    }

    private void refuseOwnThread(String call) {
        if (loop.isRunner()) {
            throw new IllegalStateException("engine " + host.name() + ": " + call
                    + " was called from inside a receiver, where the engine would wait for itself; call it from another"
                    + " thread");
        }
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
     * @return taken by the engine's thread without allocating there
     */
    public EngineStats stats() {
        return loop.stats();
    }

    /**
     * Whether the engine works.
     *
     * @return up, degraded with the reason, closed, or halted with the reason
     */
    public Health health() {
        String trouble = null;
        if (housekeepingFailure != null) {
            trouble = "housekeeping: " + housekeepingFailure;
        } else if (!sourceFailures.isEmpty()) {
            trouble = "a source failed: " + sourceFailures.get(0);
        }
        return host.health(loop.failure(), !loop.isRunning(), trouble);
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
     * inside a receiver it does not wait: the engine stops when what was
     * published has been processed.
     *
     * @throws EngineStoppedException when a sink has failed in flush or in close, or did not take in time what it was handed, so
     *     that output may be lost: names the output. All is stopped and closed all the same
     */
    @Override
    public void close() {
        closing = true;
        if (loop.isRunner()) {
            loop.wantStop();
            if (ingress.takeOver(Duration.ZERO)) {
                loop.stop();
            }
            return;
        }
        synchronized (closeLock) {
            joinAll(sourceThreads);
            boolean mine = ingress.takeOver(stopDeadline);
            try {
                if (drain(stopDeadline) > 0) {
                    host.sinks().hurry();
                }
                if (mine) {
                    ingress.tellDrops();
                }
            } catch (EngineStoppedException e) {
                assert loop.failure() != null; // health() says why it halted
            }
            loop.stop();
            LockSupport.unpark(thread);
            LockSupport.unpark(housekeeping);
            joinAll(List.of(thread, housekeeping));
            if (host.sinks().awaitClosed(stopDeadline)) {
                Thread.currentThread().interrupt();
            }
            tellLost();
        }
    }

    private void tellLost() {
        EngineStoppedException lost = toldLost ? null : host.sinks().lost();
        toldLost = true;
        if (lost != null) {
            throw lost;
        }
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
