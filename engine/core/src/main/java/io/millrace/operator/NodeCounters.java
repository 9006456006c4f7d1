package io.millrace.operator;

import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/**
 * What a node counts. Plain fields with one writer, the stage's thread; statistics take a copy on that thread.
 */
public final class NodeCounters implements Saved {
    /**
     * Entries passed on, over all outputs. A node with one input that answers each entry with one output need not count it: that
     * is what came in, less its dead letters.
     */
    public long out;

    /** Entries that a condition held back; of a group that forgets, retractions that found no row. */
    public long filtered;

    /** Events behind the node's progress that it did not take. */
    public long late;

    /** Late for some windows and on time for others. */
    public long partlyLate;

    /** Dead letters. */
    public long dead;

    /** Events of a base that did not get all their answers, because a branch dropped one. */
    public long unanswered;

    /** Repeats that were dropped. */
    public long duplicates;

    /** Items of the agenda that fired. */
    public long firings;

    /**
     * The most slots of state touched for one event, or by what fires at one entry: rows, blocks, entries of heaps, as often as they
     * are; of windows, look-backs, patterns and joins by an interval or as of a time panes, nodes of a tree or runs. Windows, joins, tables
     * and processes count it only where assertions are on, or with {@code -Dmillrace.touched=true}: it proves a bound, in tests. So it is of
     * this run, and not in a snapshot.
     */
    @Scratch("a proof of this run, which may not be asked for")
    public long maxSlotsTouched;

    /** The most items fired for one entry. */
    public long maxFirings;

    /** The most blocks or slots freed for one entry. */
    public long maxFreed;

    /** Keys held now. */
    public long keys;

    /** Keys or blocks given up to make room. */
    public long evicted;

    /** Zero everywhere. */
    public NodeCounters() {}

    @Override
    public void save(StateWriter to) {
        to.putLong(out);
        to.putLong(filtered);
        to.putLong(late);
        to.putLong(partlyLate);
        to.putLong(dead);
        to.putLong(unanswered);
        to.putLong(duplicates);
        to.putLong(firings);
        to.putLong(0); // where the most slots touched stood
        to.putLong(maxFirings);
        to.putLong(maxFreed);
        to.putLong(keys);
        to.putLong(evicted);
    }

    @Override
    public void load(StateReader from) {
        out = from.getLong();
        filtered = from.getLong();
        late = from.getLong();
        partlyLate = from.getLong();
        dead = from.getLong();
        unanswered = from.getLong();
        duplicates = from.getLong();
        firings = from.getLong();
        from.getLong();
        maxFirings = from.getLong();
        maxFreed = from.getLong();
        keys = from.getLong();
        evicted = from.getLong();
    }

    /**
     * Adds the counts of another part of the same node; of what is the most for one entry the greater stays.
     *
     * @param other such as that of another shard
     */
    public void add(NodeCounters other) {
        out += other.out;
        filtered += other.filtered;
        late += other.late;
        partlyLate += other.partlyLate;
        dead += other.dead;
        unanswered += other.unanswered;
        duplicates += other.duplicates;
        firings += other.firings;
        maxSlotsTouched = Math.max(maxSlotsTouched, other.maxSlotsTouched);
        maxFirings = Math.max(maxFirings, other.maxFirings);
        maxFreed = Math.max(maxFreed, other.maxFreed);
        keys += other.keys;
        evicted += other.evicted;
    }

    /**
     * Takes over all counts; for statistics.
     *
     * @param other where from
     */
    public void copyFrom(NodeCounters other) {
        out = other.out;
        filtered = other.filtered;
        late = other.late;
        partlyLate = other.partlyLate;
        dead = other.dead;
        unanswered = other.unanswered;
        duplicates = other.duplicates;
        firings = other.firings;
        maxSlotsTouched = other.maxSlotsTouched;
        maxFirings = other.maxFirings;
        maxFreed = other.maxFreed;
        keys = other.keys;
        evicted = other.evicted;
    }
}
