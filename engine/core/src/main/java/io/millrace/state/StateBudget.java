package io.millrace.state;

import java.util.ArrayList;
import java.util.List;

/**
 * How many bytes of state an operator may hold, and the pages it takes them from. Belongs to one node; its stage's
 * thread only.
 */
public class StateBudget {
    private final String owner;
    private final long bytes;
    private final Pages pages;
    private final boolean ofShard;

    /** All that lives across entries, in the order in which it was made. */
    private final List<Saved> parts = new ArrayList<>();

    @Scratch("counted again when pages are taken")
    private long used;

    /**
     * A budget of which nothing is used.
     *
     * @param owner the node's name, for messages
     * @param bytes the most it may hold
     * @param pages where memory comes from
     */
    public StateBudget(String owner, long bytes, Pages pages) {
        this(owner, bytes, pages, false);
    }

    private StateBudget(String owner, long bytes, Pages pages, boolean ofShard) {
        this.owner = owner;
        this.bytes = bytes;
        this.pages = pages;
        this.ofShard = ofShard;
    }

    /**
     * Creates a shard's part of a budget, of which nothing is used.
     *
     * @param owner the node's name, for messages
     * @param bytes the most it may hold
     * @param pages where memory comes from
     * @return a budget for a shard, which of keys near each other gets one here and there
     */
    public static StateBudget ofShard(String owner, long bytes, Pages pages) {
        return new StateBudget(owner, bytes, pages, true);
    }

    boolean isOfShard() {
        return ofShard;
    }

    /**
     * Takes a page, if the budget still holds one.
     *
     * @return a page of zeroes, or null at the bound
     */
    long[] takePage() {
        if (used + Pages.PAGE_BYTES > bytes) {
            return null;
        }
        used += Pages.PAGE_BYTES;
        return pages.take();
    }

    /**
     * Takes memory that is allocated once at start, such as an index sized from its bound.
     *
     * @param longs how many
     * @return zeroes
     * @throws IllegalArgumentException when the budget does not hold them
     */
    long[] takeAtStart(long longs) {
        return takeByNeed(longs, longs);
    }

    /**
     * Takes memory that is charged at start and, for a host that takes its memory by need, allocated as it grows:
     * whoever takes it makes it longer then.
     *
     * @param longs how many it can be
     * @param first how many are needed at first
     * @return zeroes: all of it, or the first ones
     * @throws IllegalArgumentException when the budget does not hold all of it
     */
    long[] takeByNeed(long longs, long first) {
        long need = longs * Long.BYTES;
        if (used + need > bytes || longs > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("state of " + owner + ": " + need + " bytes for its "
                    + "index do not fit into the budget of " + bytes + " bytes; raise the budget or lower "
                    + "the bound on its keys");
        }
        used += need;
        return new long[(int) (pages.isByNeed() ? Math.min(longs, first) : longs)];
    }

    /** Counts memory that is taken on behalf of this budget elsewhere. */
    void charge(long more) {
        used += more;
    }

    /**
     * Saves something with the node's state. What is allocated from a budget registers itself; call this for anything
     * else that a node keeps, while the node is created, always in the same order.
     *
     * @param part what lives across entries
     */
    public void keeps(Saved part) {
        parts.add(part);
    }

    /**
     * Writes all that was said to be kept.
     *
     * @param to where to
     */
    public final void save(StateWriter to) {
        to.putLong(parts.size());
        for (Saved p : parts) {
            to.putText(name(p));
            p.save(to);
        }
    }

    /**
     * Takes it back.
     *
     * @param from where from
     * @throws StateException when it was another kind of node
     */
    public final void load(StateReader from) {
        from.same("number of parts", parts.size());
        for (Saved p : parts) {
            String saved = from.getText();
            if (!saved.equals(name(p))) {
                throw from.refused("its state has part " + saved + " where part " + name(p)
                        + " is expected; use the version that wrote it, or replay the log from its beginning");
            }
            p.load(from);
        }
    }

    /**
     * For a node, the class that its own was copied from; a copy of a nested class cannot be asked for its simple name.
     */
    private static String name(Saved part) {
        String name = part.getClass().getName();
        int copy = name.indexOf('/');
        String whole = copy < 0 ? name : name.substring(0, copy);
        return whole.substring(Math.max(whole.lastIndexOf('.'), whole.lastIndexOf('$')) + 1);
    }

    Pages pages() {
        return pages;
    }

    /**
     * The bound.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * What is in use, free slots of taken pages included.
     *
     * @return bytes
     */
    public long usedBytes() {
        return used;
    }

    long leftBytes() {
        return bytes - used;
    }

    /**
     * Whose budget it is.
     *
     * @return the node's name
     */
    public String owner() {
        return owner;
    }
}
