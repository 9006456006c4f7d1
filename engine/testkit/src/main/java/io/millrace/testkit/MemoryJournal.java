package io.millrace.testkit;

import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.util.ArrayList;
import java.util.List;

/**
 * A journal in memory whose process can crash, so that a test shows in milliseconds what a service does after a kill:
 *
 * <pre>{@code
 * MemoryJournal journal = new MemoryJournal();
 * Engine engine = start(journal);    // Engine.of(..).journal(journal).output(ALERTS, a -> journal.effect(() -> sent.add(a)))
 * ... publish ...
 * journal.crash();                   // what is not durable is gone, what the engine still does is of no consequence
 * engine.close();                    // its threads end; the next start waits for that
 * start(journal);                    // goes on where the crash left off
 * }</pre>
 *
 * <p>What is committed becomes durable when the log next works, unless a test holds it back ({@link #durableAtMost}).
 * As with a journal on disk there is one host at a time. The journal keeps everything and forces nothing. Any thread
 * may call its methods.
 */
public final class MemoryJournal implements Journal {
    private final MemoryLog.Kept kept = new MemoryLog.Kept();
    private MemoryLog open;

    /** Makes an empty journal. */
    public MemoryJournal() {
        // what is kept begins empty
    }

    @Override
    public JournalLog open(JournalFacts facts) {
        return open(facts, false);
    }

    @Override
    public JournalLog openToMigrate(JournalFacts facts) {
        return open(facts, true);
    }

    private JournalLog open(JournalFacts of, boolean mayDiffer) {
        synchronized (kept) {
            requireNoHost();
            if (kept.facts == null) {
                kept.facts = of;
            }
            String difference = of.differenceTo(kept.facts);
            if (difference != null && !mayDiffer) {
                throw new JournalException("the journal is of another topology: " + difference
                        + "; declare what becomes of its snapshot (Journaling.migrate), or take another one");
            }
            open = new MemoryLog(kept, true);
            return open;
        }
    }

    /**
     * Refuses a start while another host is there, also one that has crashed: what its receivers still do would count
     * among the effects of the next process.
     */
    private void requireNoHost() {
        if (open == null || open.isClosed()) {
            return;
        }
        throw new JournalException(
                open.hasCrashed()
                        ? "the host that crash() has ended is not closed, and its receivers may still be at work; close it"
                                + " before the next start"
                        : "the journal is in use: one host at a time writes to it; close the other, or say crash() and then"
                                + " close it");
    }

    @Override
    public JournalLog openToRead() {
        synchronized (kept) {
            if (kept.facts == null) {
                throw new JournalException("there is no journal yet: no host has opened it");
            }
            return new MemoryLog(kept, false);
        }
    }

    /**
     * Ends the process. What is not durable is gone. The host that is still there halts when it next works with the
     * journal, and its marks and {@link #effect effects} change nothing any more. Close it all the same, because of its
     * threads: the next start is refused until then.
     */
    public void crash() {
        synchronized (kept) {
            if (open != null) {
                open.crash();
            }
        }
    }

    /**
     * Does what a receiver does to the outside, unless the process has crashed. After a crash, a receiver that was in
     * the middle of a call does nothing either: no other process starts before its host is closed, which waits for it.
     * (It waits for {@link io.millrace.engine.Setup#stopDeadline} at most; a receiver that takes longer belongs to no
     * process any more, and a test cannot rely on it.)
     *
     * @param what called if the process has not crashed; no crash comes in between
     */
    public void effect(Runnable what) {
        synchronized (kept) {
            if (open == null || !open.hasCrashed()) {
                what.run();
            }
        }
    }

    /**
     * Holds entries back from becoming durable, beyond a place.
     *
     * @param place the place of the last entry that may become durable; {@link Long#MAX_VALUE}, the default, holds
     *     nothing back
     */
    public void durableAtMost(long place) {
        kept.durableAtMost = place;
    }

    /**
     * The durable entries.
     *
     * @return a copy, from place 0 on
     */
    public List<byte[]> entries() {
        synchronized (kept) {
            List<byte[]> copy = new ArrayList<>();
            kept.durable.forEach(e -> copy.add(e.clone()));
            return copy;
        }
    }

    /**
     * The place of the newest snapshot, which holds what all entries below it made.
     *
     * @return the place; -1 if there is no snapshot
     */
    public long snapshot() {
        synchronized (kept) {
            return kept.newest();
        }
    }

    /**
     * Gives up the entries and snapshots below the newest snapshot, as retention does. Without a snapshot it does
     * nothing.
     */
    public void forgetBelowSnapshot() {
        synchronized (kept) {
            kept.first = Math.max(kept.first, kept.newest());
            kept.snapshots.headMap(kept.first).clear();
        }
    }

    /**
     * Loses the newest durable entries, as a loss of power does if nothing is forced, and with them the snapshots that
     * hold what they caused. The newest three snapshots are kept, so a start may go on from an earlier one.
     *
     * @param entries how many
     * @throws IllegalArgumentException if there are fewer, not counting those that were given up
     */
    public void lose(int entries) {
        synchronized (kept) {
            int all = kept.durable.size();
            long most = all - kept.first;
            if (entries < 0 || entries > most) {
                throw new IllegalArgumentException("lose(" + entries + ") of " + most + " entries; give 0 to " + most);
            }
            kept.durable.subList(all - entries, all).clear();
            kept.snapshots.tailMap(all - entries + 1L).clear();
        }
    }
}
