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
     * Entries passed on by the main output; those of other outputs are counted on their way ({@link #side}). A node
     * with one input and one output that answers each entry with one need not count it: the number is what came in,
     * less its dead letters.
     */
    public long out;

    /** By output, without the main one. */
    private final long[] sides;

    /** Whether there are earlier counts that do not distinguish the outputs. */
    private boolean isMixed;

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
     * The most slots of state touched for one event, or by what fires at one entry: rows, blocks and entries of heaps,
     * counted each time; for windows, look-backs, patterns and interval or as-of joins, panes, tree nodes or runs.
     * Windows, joins, tables and processes count it only if assertions are enabled, or with
     * {@code -Dmillrace.touched=true}: tests use it to prove a bound. It is therefore of this run, and not in a
     * snapshot.
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

    /** Zero everywhere; for a node with one output. */
    public NodeCounters() {
        this(1);
    }

    /**
     * Zero everywhere.
     *
     * @param outputs how many the node has
     */
    public NodeCounters(int outputs) {
        sides = new long[outputs - 1];
    }

    /**
     * Counts what goes out by another output than the main one. Called on its way, by the runtime.
     *
     * @param port the output, 1 or more
     */
    public void side(int port) {
        sides[port - 1]++;
    }

    /**
     * Returns the entries passed on by an output.
     *
     * @param port the output; 0 is the main one
     * @return -1 if unknown: counts of an older snapshot, or of a node that had other outputs
     */
    public long out(int port) {
        return isMixed ? -1 : port == 0 ? out : sides[port - 1];
    }

    /**
     * Returns the entries passed on by all outputs.
     *
     * @return -1 if unknown
     */
    public long outOfAll() {
        long sum = out;
        for (long side : sides) {
            sum += side;
        }
        return isMixed ? -1 : sum;
    }

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
        to.putLong(isMixed ? -1 : sides.length);
        to.putLong(maxFirings);
        to.putLong(maxFreed);
        to.putLong(keys);
        to.putLong(evicted);
        for (int i = 0; i < sides.length && !isMixed; i++) {
            to.putLong(sides[i]);
        }
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
        long saved = from.getLong();
        maxFirings = from.getLong();
        maxFreed = from.getLong();
        keys = from.getLong();
        evicted = from.getLong();
        isMixed = saved != sides.length; // one that was written before sides were counted has 0 there
        for (int i = 0; i < saved; i++) {
            long side = from.getLong();
            if (!isMixed) {
                sides[i] = side;
            }
        }
    }

    /**
     * Adds the counts of another part of the same node; for a maximum, keeps the greater.
     *
     * @param other for example that of another shard
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
        isMixed |= other.isMixed;
        for (int i = 0; i < sides.length; i++) {
            sides[i] += other.sides[i];
        }
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
        isMixed = other.isMixed;
        System.arraycopy(other.sides, 0, sides, 0, sides.length);
    }
}
