package io.millrace.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The one thread that publishes into an exclusive engine, and what others want published: a side queue of redriven letters, the
 * last tick, and the wish that left-over firings go on.
 *
 * <p><b>Writers:</b> {@code owner} is taken by the first thread that publishes, and passed on by the owner itself, or taken from
 * a thread that has ended; {@code wanted} is written by whoever closes the engine. <b>Readers:</b> all. <b>Ordering:</b> both are
 * volatile; that a thread has ended is seen with everything it did. <b>Why it suffices:</b> what belongs to the owner alone (the
 * sequencer's plain fields, the claim in hand) is touched only by a thread that found itself to be the owner, and whoever
 * becomes it later does so by reading what the one before wrote last. The side queue is a concurrent one; its bound is counted
 * before an entry is added, so that it is never exceeded; closing it sets a bit of that count, so that whoever closes waits for
 * all that were counted before, and nobody else adds. {@code goOn} is set by the engine's thread and taken back by the owner
 * before it publishes: a wish that comes meanwhile costs one entry too many, never one too few. The tick is one atomic number that a newer one replaces.
 */
final class Exclusivity {
    private static final int ASIDE_MAX = 1024;
    private static final int ASIDE_CLOSED = 1 << 30;

    private final String engine;
    private final AtomicReference<Thread> owner = new AtomicReference<>();
    private final ConcurrentLinkedQueue<byte[]> aside = new ConcurrentLinkedQueue<>();
    private final AtomicInteger asideCount = new AtomicInteger();
    private final AtomicLong tickNs = new AtomicLong();
    private volatile boolean goOn;
    private volatile Thread wanted;

    Exclusivity(String engine) {
        this.engine = engine;
    }

    // ---- who publishes

    boolean isOwner() {
        return owner.get() == Thread.currentThread();
    }

    /** The first to publish is the owner, until it has ended; anybody else is refused, naming both. */
    void requireOwner() {
        Thread current = Thread.currentThread();
        Thread has = owner.get();
        if (has == current) {
            return;
        }
        if (wanted != null) {
            throw closing();
        }
        if (tryTakeOver()) {
            return;
        }
        if (wanted != null) {
            throw closing(); // whoever closes has come in between and is the owner
        }
        throw new IllegalStateException(
                "engine " + engine + " is exclusive to thread " + ownerName() + " and was called by "
                        + current.getName() + "; publish from that one thread, or leave out exclusive()");
    }

    EngineStoppedException closing() {
        return new EngineStoppedException("engine " + engine + " is being closed", null);
    }

    /** Whether somebody waits for the owner to let go. */
    boolean isWanted() {
        Thread by = wanted;
        return by != null && by != Thread.currentThread();
    }

    /** Lets go, for the one who wants to close, or for the engine's own thread when that one does not wait. */
    EngineStoppedException handOver(boolean toEngine) {
        owner.set(toEngine ? null : wanted);
        return closing();
    }

    /** Becomes the owner at once: when there is none, when it has ended, or when it is oneself. */
    boolean tryTakeOver() {
        Thread current = Thread.currentThread();
        Thread has = owner.get();
        return has == current || (has == null || !has.isAlive()) && owner.compareAndSet(has, current);
    }

    /** Becomes the owner in place of one that has ended, so that what is left aside is not stuck for ever. */
    boolean tryInherit() {
        Thread has = owner.get();
        return has != null && (has == Thread.currentThread() || !has.isAlive()) && tryTakeOver();
    }

    /** Nobody is the owner any more; the next to publish is. */
    void release() {
        owner.set(null);
    }

    /** Asks the owner to let go at its next call. */
    void want() {
        wanted = Thread.currentThread();
    }

    private String ownerName() {
        Thread has = owner.get();
        return has == null ? "nobody" : has.getName();
    }

    // ---- what others want published

    /** The clock, to be told to the input order; only the last one waits. */
    void tick(long ns) {
        tickNs.set(ns);
    }

    /** The clock that waits to be told; 0 when none does. */
    long tickNs() {
        return tickNs.get();
    }

    /** It has been told, unless there is a newer one. */
    void ticked(long ns) {
        tickNs.compareAndSet(ns, 0);
    }

    /** Copies an entry into the side queue; false when that is full or closed. */
    boolean offer(byte[] bytes, int offset, int length) {
        int n;
        do {
            n = asideCount.get();
            if (n >= ASIDE_MAX) { // or closed
                return false;
            }
        } while (!asideCount.compareAndSet(n, n + 1));
        byte[] copy = new byte[length];
        System.arraycopy(bytes, offset, copy, 0, length);
        aside.add(copy);
        return true;
    }

    /** Takes no more entries. */
    void closeAside() {
        asideCount.updateAndGet(n -> n | ASIDE_CLOSED);
    }

    boolean isAsideClosed() {
        return (asideCount.get() & ASIDE_CLOSED) != 0;
    }

    /** How many wait in the side queue, or are about to. */
    int waiting() {
        return asideCount.get() & ~ASIDE_CLOSED;
    }

    /** Left-over firings are to go on; asked as often as one likes, published once. */
    void wantContinue() {
        if (!goOn) {
            goOn = true;
        }
    }

    /** Whether left-over firings are to go on, asked by the owner, who then publishes that. */
    boolean takeContinue() {
        boolean is = goOn;
        if (is) {
            goOn = false;
        }
        return is;
    }

    /** The first of those aside, or null; for the owner. */
    byte[] peek() {
        return aside.peek();
    }

    void remove() {
        aside.poll();
        asideCount.decrementAndGet();
    }
}
