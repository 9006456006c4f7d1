package io.millrace.engine;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.metric.Digest;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The journal of an inline host: the owner's thread appends each entry before it evaluates it, and lets outputs out when their entries
 * are durable. That thread's, but for {@link #durable} and what health asks.
 */
final class InlineJournal {
    /** Entries in a frame at most, so that a fast publisher does not hold back its first one for long. */
    private static final int COMMIT_EVERY = 32;

    private final String name;
    private final JournalLog log;
    private final HeldOutputs held;
    private final Recovered recovered;
    private final Idle idle = new Idle(Idle.BRIEF);
    private int uncommitted;
    private JournalException failure;
    private boolean closing;
    private long untilNs;

    /** How long a log may stand still: as no other thread may close the host, its owner has to come back to do so. */
    private final Duration patience;

    private long stillAt;
    private long stillSinceNs;
    private InlineSnapshots snapshots;
    private InlineDigest digest;
    private boolean hasDigestEnded;

    /** Reads the journal of a host, if it has one. */
    static InlineJournal open(Host host, List<Bindings.BoundSource<?>> sources, Duration patience) {
        if (host.journal() == null) {
            return null;
        }
        EngineSources.requireOneEach(sources, host.name());
        InlineJournal journal = new InlineJournal(host, patience);
        host.beginsToCount();
        return journal;
    }

    /** Reads again what the journal has. */
    private InlineJournal(Host host, Duration patience) {
        this.patience = patience;
        name = host.name();
        log = host.journal().log();
        held = HeldOutputs.of(host, host.bindings().ports(), log.next(), log::durable, this::progresses);
        held.whenFull(this::beginsToWait);
        recovered = Undisturbed.get(() -> Recovery.run(host, log, new HeldOutputs[] {held}));
    }

    /** While outputs find no room: this thread itself has to see to the log. */
    private boolean progresses() {
        if (failure != null || isLate()) {
            return false;
        }
        try {
            work();
            requireMoves("does not release outputs");
        } catch (JournalException e) {
            return false; // what it throws here would be taken for a receiver's
        }
        return true;
    }

    private void beginsToWait() {
        stillAt = log.durable();
        stillSinceNs = HostClock.nanoTime();
    }

    /** Behind this it has failed: an entry that has its place can be taken by nobody, or what it puts out can be kept nowhere. */
    private void requireMoves(String what) {
        if (log.durable() != stillAt) {
            beginsToWait();
        } else if (!closing && HostClock.nanoTime() - stillSinceNs >= patience.toNanos()) {
            failure = new JournalException("the journal of " + name + " " + what + ": no entry has become "
                    + "durable for " + patience + because());
            throw failure;
        }
    }

    private boolean isLate() {
        return closing && HostClock.nanoTime() - untilNs >= 0;
    }

    /** Throws when the log has failed. */
    void requireSound() {
        if (failure != null) {
            throw failure;
        }
    }

    /** From now on it is waited for until then at most. */
    void endsBy(long byNs) {
        closing = true;
        untilNs = byNs;
    }

    static InlineJournal require(InlineJournal journal, String engine) {
        if (journal == null) {
            throw new JournalException("engine " + engine + " has no journal; give it one with Setup.journal(..)");
        }
        return journal;
    }

    /** Before the start. */
    void makeSnapshots(
            Host host,
            BooleanSupplier goesOn,
            OwnerThread owner,
            Runnable letsOut,
            Runnable flushes,
            EngineThreads threads) {
        Runnable ownersWork = () -> {
            letsOut.run();
            flushes.run();
        };
        snapshots = new InlineSnapshots(host, recovered, held::letOutTo, goesOn, owner, ownersWork, threads);
        digest = new InlineDigest(host, threads);
    }

    /** Both, or none. */
    void startThreads(long untilNs) {
        try {
            snapshots.start();
            digest.start();
        } catch (Throwable e) {
            snapshots.stop(untilNs);
            throw e;
        }
    }

    long makeSnapshot() {
        return snapshots.make();
    }

    /** Before the last outputs are let out. */
    void closes(Deadline deadline) {
        snapshots.stop(deadline.untilNs());
        hasDigestEnded = digest.stop(deadline.untilNs());
        endsBy(deadline.soonNs());
    }

    Recovered recovered() {
        return recovered;
    }

    /** Whether entries are taken that have no place yet; what had been appended is seen to where they are not. */
    boolean takes() {
        if (log.refusal() == null) {
            return true;
        }
        work();
        return log.refusal() == null;
    }

    boolean refuses() {
        return log.refusal() != null;
    }

    /** Takes an entry that has no place yet, if there is room for it and nothing is refused at the moment; never waits. */
    boolean tryAppend(byte[] bytes, int offset, int length) {
        if (!takes()) {
            return false;
        }
        if (!log.append(bytes, offset, length)) {
            work();
            if (!log.append(bytes, offset, length)) {
                return false;
            }
        }
        appended();
        return true;
    }

    /**
     * Takes an entry that has its place already, for which the reserve of a log that refuses is there; waits while there is no room, and fails where
     * nothing moves.
     */
    void append(byte[] bytes, int offset, int length) {
        if (!log.append(bytes, offset, length)) {
            appendLater(bytes, offset, length);
        }
        appended();
    }

    private void appendLater(byte[] bytes, int offset, int length) {
        idle.reset();
        beginsToWait();
        do {
            if (isLate()) {
                throw new JournalException("the journal of " + name + " accepts no entries" + because());
            }
            if (work() == 0) {
                idle.idle();
            }
            requireMoves("accepts no entries");
        } while (!log.append(bytes, offset, length));
        idle.restore();
    }

    private void appended() {
        if (++uncommitted >= COMMIT_EVERY) {
            work();
        }
    }

    /** Sends off what was appended, and learns how far it is durable; answers how much was done. */
    int work() {
        requireSound();
        boolean interrupted = Thread.interrupted(); // see Undisturbed
        try {
            if (uncommitted > 0 && log.commit()) {
                uncommitted = 0;
            }
            return log.work();
        } catch (JournalException e) {
            failure = e;
            throw e;
        } finally {
            Undisturbed.restore(interrupted);
        }
    }

    /** Lets out the next output of an entry up to one that is durable; answers whether there was one. */
    boolean letOutNext(long upTo) {
        return held.letOutNext(upTo);
    }

    /** Whether something waits to be let out, or to be durable. */
    boolean isBehind(long next) {
        return log.durable() < next - 1 || held.letOutTo() != Long.MAX_VALUE;
    }

    Durability level() {
        return log.level();
    }

    long durable() {
        return log.durable();
    }

    JournalLog log() {
        return log;
    }

    /** Tells what is wrong. */
    void tell(Troubles to) {
        String why = log.refusal();
        to.nowByWords("refusal", why == null ? null : "journal: " + why);
        if (snapshots != null) {
            snapshots.tell(to);
            digest.tell(to);
        }
    }

    /** Whether outputs up to an entry still wait, and it pays to wait for them; rests a moment if so. */
    boolean awaitsLetOut(long upTo) {
        if (failure != null || isLate() || log.durable() >= upTo && held.letOutTo() >= upTo) {
            idle.restore();
            return false;
        }
        idle.idle();
        return true;
    }

    /** Waits until all is durable and let out; answers what was not in time, or null. */
    EngineStoppedException finish(long next, Deadline deadline, Runnable flushes) {
        endsBy(deadline.soonNs());
        long left;
        try {
            left = held.finish(flushes);
            while (log.durable() < next - 1 && progresses()) {
                idle.idle();
            }
        } catch (JournalException e) {
            return new EngineStoppedException("closing engine " + name + ": " + e.getMessage(), e);
        } finally {
            idle.restore();
        }
        long entries = next - 1 - log.durable();
        return failure != null || entries <= 0 && left == 0
                ? null
                : new EngineStoppedException(
                        "closing engine " + name + ": the last " + entries + " entries did not "
                                + "become durable within " + deadline.most() + ", and " + left + " outputs were "
                                + "not released" + because()
                                + "; durable entries are processed again at the next start",
                        null);
    }

    /** Behind what it says: why that is, where it is known. */
    String because() {
        String refusal = log.refusal();
        return refusal == null ? "" : ": " + refusal;
    }

    /** Before the log is closed; where its thread is still at the file that one stays. */
    void keepLast(Digest last) {
        if (last != null && hasDigestEnded) {
            digest.keepLast(last);
        }
    }
}
