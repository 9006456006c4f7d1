package io.millrace.engine;

import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import java.time.Duration;

/**
 * Where events of the owner of an inline host come in. There is no ring in front of them, so room is a matter of the journal: while that takes no entry,
 * each input's overflow says what becomes of an event, before it has a place. The owner's thread.
 */
final class InlineEntrance {
    private final Host host;
    private final InlineEntries entries;

    /** Null where there is none: then there is room for everything. */
    private final InlineJournal journal;

    /** How long is waited: as no other thread may close the host, its owner has to come back to do so. */
    private final Duration patience;

    private final Idle idle = new Idle(Idle.BRIEF);
    private final byte[] drops = new byte[InputCounts.DROPS_LENGTH];

    InlineEntrance(Host host, InlineEntries entries, InlineJournal journal, Duration patience) {
        this.host = host;
        this.entries = entries;
        this.journal = journal;
        this.patience = patience;
    }

    /**
     * Tells of a run of drops, in front of the next event; answers false where that finds no room, and then the event is not to come in front
     * of it.
     */
    boolean tell(InputCounts counts) {
        if (journal == null || entries.isProcessing() || !counts.hasRun() || !counts.takeRun(drops)) {
            return true;
        }
        boolean told = false;
        try {
            told = entries.tryProcess(drops, 0, drops.length) != Publisher.FULL;
        } finally {
            counts.settle(drops, told);
        }
        return told;
    }

    /** Publishes an event; where there is no room, does as the input declares. */
    long publish(InputCounts counts, byte[] bytes, int offset, int length) {
        return publish(tell(counts), counts, bytes, offset, length);
    }

    /** The same, of one that comes behind drops that have been told, or have found no room. */
    long publish(boolean told, InputCounts counts, byte[] bytes, int offset, int length) {
        long q = told ? entries.tryProcess(bytes, offset, length) : Publisher.FULL;
        if (q != Publisher.FULL) {
            return q;
        }
        if (counts.overflow() == Overflow.BLOCK) {
            return awaitRoom(counts, bytes, offset, length);
        }
        if (counts.overflow() == Overflow.REFUSE) {
            throw counts.refused(noRoom(""));
        }
        if (!counts.drop()) {
            throw new EngineStoppedException("engine " + host.name() + " is being closed", null);
        }
        return Publisher.DROPPED;
    }

    /** Publishes an event that a source would lose: waits where its input says so, until there is room. */
    long ofSource(InputCounts counts, byte[] bytes, int offset, int length) {
        return counts.overflow() == Overflow.BLOCK
                ? entries.process(bytes, offset, length)
                : publish(counts, bytes, offset, length);
    }

    /** Publishes an event, or answers {@link Publisher#FULL}. */
    long tryPublish(InputCounts counts, byte[] bytes, int offset, int length) {
        return tell(counts) ? entries.tryProcess(bytes, offset, length) : Publisher.FULL;
    }

    /** Publishes what is no event; waits for room. */
    long end(InputCounts counts, byte[] bytes, int offset, int length) {
        long q = tryPublish(counts, bytes, offset, length);
        q = q != Publisher.FULL ? q : await(counts, bytes, offset, length, true);
        if (q == Publisher.FULL) {
            throw noRoom(" for " + patience); // no event is refused
        }
        return q;
    }

    /** Publishes a letter once more; waits for room. */
    void redrive(byte[] bytes, int offset, int length) {
        if (entries.tryProcess(bytes, offset, length) == Publisher.FULL) {
            awaitRoom(null, bytes, offset, length);
        }
    }

    /** Publishes what has no place yet for a caller that wants an answer: waits for a log that is busy, and answers {@link Publisher#FULL} where it refuses. */
    long decide(boolean told, byte[] bytes, int offset, int length) {
        if (!told) {
            return Publisher.FULL;
        }
        long q = entries.tryProcess(bytes, offset, length);
        return q != Publisher.FULL ? q : await(null, bytes, offset, length, false);
    }

    private long awaitRoom(InputCounts counts, byte[] bytes, int offset, int length) {
        long q = await(counts, bytes, offset, length, true);
        if (q == Publisher.FULL) {
            RefusedException why = noRoom(" for " + patience);
            throw counts == null ? why : counts.refused(why);
        }
        return q;
    }

    /** In front of an event of an input drops are told. Answers {@link Publisher#FULL} when time is up, or the log refuses and that is not waited for. */
    private long await(InputCounts counts, byte[] bytes, int offset, int length, boolean thoughRefused) {
        long untilNs = HostClock.nanoTime() + patience.toNanos();
        long q = Publisher.FULL;
        idle.reset();
        try {
            while (q == Publisher.FULL && (thoughRefused || !journal.refuses()) && HostClock.nanoTime() - untilNs < 0) {
                idle.idle();
                q = counts == null
                        ? entries.tryProcess(bytes, offset, length)
                        : tryPublish(counts, bytes, offset, length);
            }
            return q;
        } finally {
            idle.restore();
        }
    }

    private RefusedException noRoom(String since) {
        return new RefusedException(Reason.OVER_BOUND, inWords(since) + "; nothing was published, publish again later");
    }

    /** What keeps events out. */
    String inWords(String since) {
        return "the journal of engine " + host.name() + " accepts no entries" + since + journal.because();
    }
}
