package io.millrace.engine;

import io.millrace.event.ThrownText;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestComparison;
import io.millrace.state.StateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes snapshots beside a host, on a thread of its own. The stages do nothing for it: a {@link SecondCore} reads
 * what the journal has behind the last one, and is saved. It is kept only if that core has put out what the engine has, and when receivers have
 * taken all that came out before it, since a start from it does not work that out again.
 */
final class Snapshotter implements Runnable {
    /** How long receivers may be behind. */
    private static final long PATIENCE_NS = 30_000_000_000L;

    private static final long LOOK_NS = 20_000_000;

    /** What it asks of the engine. */
    interface Live {
        boolean goesOn();

        /** Waits until receivers have taken and flushed all up to an entry; false when time ran out. */
        boolean awaitLetOut(long sequence, long untilNs);

        Digest digest();
    }

    private final Host host;
    private final JournalLog log;
    private final Journaling how;
    private final Live live;
    private final ReentrantLock making = new ReentrantLock();

    /** Used by who has the lock, as the rests are. */
    private final SecondCore second;

    private final Rests rests = new Rests();
    private boolean isResting;

    private volatile long lastNext;
    private long triedNext;

    /** Whoever asks for one writes it, too. */
    private volatile long lastNs = HostClock.nanoTime();

    /** What the log had taken by the last one; below 0 at the start by what had to be read again, so that short lives get to one too. */
    private volatile long lastBytes;

    private final SnapshotLag lag;
    private volatile Thread thread;
    private volatile String trouble;

    /** The last one that says nothing but what this itself has found, and no value of an event. Whoever makes one writes it, and has the lock. */
    private volatile Throwable ours;

    /** Why receivers' files could not be forced; null as long as all could. Whoever makes one writes it, and has the lock. */
    private volatile RuntimeException unforced;

    /** Why what is older than the newest one stays; null where it does not. */
    private volatile String unretained;

    private volatile boolean stopped;

    Snapshotter(Host host, Live live) {
        this.host = host;
        this.log = host.journal().log();
        this.how = host.journal().parts().journaling();
        this.live = live;
        second = new SecondCore(host);
        lastNext = Math.max(0, log.snapshot());
        lag = new SnapshotLag(how, lastNs);
    }

    /** Before the start: bytes of entries that were read again. */
    void readAgain(long bytes) {
        lastBytes = -bytes;
        lag.readAgain(bytes);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (goesOn()) {
            if (tail() == 0) {
                lag.nothingBehind(HostClock.nanoTime());
            }
            long entries = log.durable() + 1 - Math.max(lastNext, triedNext);
            boolean due = HostClock.nanoTime() - lastNs >= how.snapshotEveryNs() && entries > 0;
            if (due || entries >= how.snapshotEntries() || entries > 0 && isFull()) {
                tryToMake();
            } else {
                LockSupport.parkNanos(this, Math.min(LOOK_NS, how.snapshotEveryNs()));
                Thread.interrupted(); // not a command here, and it would make parking return at once
            }
        }
    }

    private boolean isFull() {
        return log.bytes() - lastBytes >= how.snapshotBytes();
    }

    private void tryToMake() {
        try {
            make();
        } catch (Throwable t) { // memory that has run out too: the engine goes on, and the log is whole without it
            trouble = "no snapshot was made: " + told(t);
            lastNs = HostClock.nanoTime();
            lastBytes = log.bytes();
            triedNext = log.durable() + 1; // again when so much has come once more, not at once
        }
    }

    /** It is logged. A migration may have thrown it, or a function that sees events. */
    private String told(Throwable t) {
        return t == ours || !host.isSensitive() ? t.getMessage() : ThrownText.of(t, true);
    }

    private <E extends RuntimeException> E ours(E e) {
        ours = e;
        return e;
    }

    /** Answers the place of the first entry that is not in it. */
    long make() {
        making.lock();
        return makeLocked(true);
    }

    /** As {@link #make()}, for the owner of an inline host: another that makes one may wait for it, and the host stands still until it is back. */
    long make(Runnable meanwhile) {
        Idle idle = new Idle(Idle.BRIEF);
        while (!making.tryLock()) {
            meanwhile.run();
            idle.idle();
        }
        idle.restore();
        return makeLocked(false);
    }

    private long makeLocked(boolean resting) {
        try {
            isResting = resting;
            requireGoesOn();
            host.journal().requireNobodyAnew("makeSnapshot()");
            requireForced(); // before all the work
            long bytes = log.bytes();
            long next = log.durable() + 1;
            if (next > lastNext) { // else nothing has come since
                make(next);
                lastBytes = bytes;
                lag.kept(bytes, lastNs);
            }
            trouble = null; // also where one is made by hand
            return lastNext;
        } finally {
            second.release();
            making.unlock();
            if (!goesOn()) {
                dropUnlessMaking(); // who closes may have looked while this had the lock, without time to wait
            }
        }
    }

    /** Whoever holds on to a closed engine does not hold its memory; who makes one at the moment does it then. */
    private boolean dropUnlessMaking() {
        boolean mine = making.tryLock();
        if (mine) {
            dropAndUnlock();
        }
        return mine;
    }

    private void dropAndUnlock() {
        second.drop();
        making.unlock();
    }

    private void make(long next) {
        read(next);
        requireSame(second.at().digest());
        boolean letOut = live.awaitLetOut(next - 1, HostClock.nanoTime() + PATIENCE_NS);
        requireGoesOn(); // an engine that ends lets nobody wait any longer, whatever receivers have taken
        if (!letOut) {
            throw ours(new JournalException("receivers have not yet taken the outputs of the entries before " + next));
        }
        force();
        keep(second.at().state(), next);
        lastNext = next;
        lastNs = HostClock.nanoTime();
    }

    private void read(long next) {
        try {
            second.readUpTo(next, () -> {
                if (isResting) {
                    rests.step();
                }
                return goesOn();
            });
        } catch (JournalException e) {
            requireGoesOn(); // else that is why
            throw e;
        }
    }

    /** It may be kept although the log fails behind that, to give up what is older: to make another at once would mend nothing. */
    private void keep(HostState state, long next) {
        try {
            log.keepSnapshot(next, out -> save(state, next, isResting ? rests.between(out) : out));
            unretained = null;
        } catch (IOException | RuntimeException e) {
            if (log.snapshot() != next) {
                throw e instanceof IOException io ? ours(new UncheckedIOException(io)) : (RuntimeException) e;
            }
            unretained = "the snapshot at entry " + next
                    + " was written, but older files could not be deleted, so files pile up: " + e.getMessage();
        }
    }

    /**
     * A start from a snapshot hands over nothing of what receivers have, and the snapshot is forced at level PROCESS, too. Once a force has failed the next one may well succeed without having
     * written anything, since pages count as clean behind it: nothing is believed any more then.
     */
    private void force() {
        requireForced();
        try {
            host.sinks().sync();
            log.marks().force();
        } catch (RuntimeException e) {
            unforced = e;
            throw ours(e); // what a sink has thrown is told in it by the same rule
        }
    }

    private void requireForced() {
        if (unforced != null) {
            throw ours(new JournalException(whyUnforced(), unforced));
        }
    }

    private String whyUnforced() {
        return "a file could not be made durable (" + unforced.getMessage() + "), so it is not known "
                + "how much of it is on the disk; there are no snapshots until the engine is started again";
    }

    /** Else that is why. */
    void requireGoesOn() {
        if (!goesOn()) {
            throw new JournalException("engine " + host.name()
                    + " is being closed or has halted, so no snapshot was made; the journal is complete without it");
        }
    }

    private static void save(HostState state, long next, java.io.OutputStream out) throws IOException {
        try {
            state.save(next, out);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The engine is ahead: its checkpoints say what it had put out before. */
    private void requireSame(Digest shadows) {
        Digest lives = live.digest();
        Optional<DigestComparison.Interval> in =
                lives == null || shadows == null ? Optional.empty() : DigestComparison.compare(lives, shadows);
        if (in.isPresent()) {
            second.drop();
            throw ours(new StateException("processing the journal again gives other outputs than the "
                    + "engine emitted: output "
                    + String.join(", ", in.get().outputs()) + ", entries "
                    + in.get().from() + " to "
                    + (in.get().to() - 1) + "; one of your functions depends on something other than its event"));
        }
    }

    private boolean goesOn() {
        return !stopped && live.goesOn();
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    /** Waits until nobody makes one any more, also at somebody's request; answers whether there was an interrupt. */
    boolean awaitStopped(long untilNs) {
        boolean interrupted = false;
        boolean dropped = dropUnlessMaking(); // in any case: others may have used the time up
        while (!dropped && HostClock.nanoTime() - untilNs < 0) {
            try {
                if (making.tryLock(untilNs - HostClock.nanoTime(), TimeUnit.NANOSECONDS)) {
                    dropAndUnlock();
                    dropped = true;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private long tail() {
        return log.durable() + 1 - lastNext;
    }

    private String longTail() {
        return tail() + " entries have come since the newest snapshot. Each start has to process all "
                + "of them again, and no files are deleted; make snapshots (Journaling.snapshotEvery, or makeSnapshot)";
    }

    /** Tells what is wrong, each by a name of its own: that one stands must not hide that another comes. */
    void tell(Troubles to) {
        String none = trouble;
        String old = unretained;
        if (unforced != null) {
            to.now("unforced", "journal: no snapshot is made: " + whyUnforced());
        } else if (none != null) {
            to.nowByWords("snapshot", "journal: " + none);
        } else if (old != null) {
            to.nowByWords("unretained", "journal: " + old);
        }
        if (tail() >= how.tailWarning()) {
            to.now("tail", "journal: " + longTail());
        }
        if (how.makesSnapshots()) {
            String behind = lag.words(tail(), log.bytes(), HostClock.nanoTime());
            to.now("lag", behind == null ? null : "journal: " + behind);
        }
    }
}
