package io.millrace.state;

/**
 * From a key that is a small number, 0 or more, to its slot: an array of half longs by key. Numbers that a database or a
 * dictionary gives out are such keys, and those that are asked for together were often given out together: sixteen of them
 * share a line of memory, where a hash strews each over a line of its own. Keys beyond are those of {@link HashIndex}; which
 * of the two a key belongs to is told by the key alone, so nothing ever moves between them.
 *
 * <p>Room for all its keys is charged at start, where that leaves room enough for what else the budget is for; else there is none, and
 * all keys are hashed: how many keys there may be does not hang on it. Pages are taken as their first key comes, and kept. There is none
 * in a shard either, to which of all numbers comes one of 64.
 */
final class DenseIndex {
    /** Keys that numbers may leave out, for each that there can be. */
    private static final int SPREAD = 2;

    /** Of what rows and their hashed index leave: blocks, timers and calendars of those keys are to have room as without it. */
    private static final int PART = 6;

    private static final int SHIFT = Pages.PAGE_SHIFT + 1;

    /** What stays when the slot of an even key goes. */
    private static final long UPPER = -1L << 32;

    private final Pages stock;
    private final long[][] pages;
    private final long limit;

    private DenseIndex(StateBudget budget, int pagesMax) {
        stock = budget.pages();
        pages = new long[pagesMax][];
        limit = (long) pagesMax << SHIFT;
        budget.charge((long) pagesMax * Pages.PAGE_BYTES);
    }

    /** For as many keys as rows are meant for; for none where it would take more than a part of what these leave. */
    static DenseIndex of(StateBudget budget, int keysMax, long leftBytes) {
        long bytes = (long) pages(keysMax) * Pages.PAGE_BYTES;
        return budget.isOfShard() || bytes > leftBytes / PART ? none(budget) : new DenseIndex(budget, pages(keysMax));
    }

    /** For none: rows whose keys are bytes. */
    static DenseIndex none(StateBudget budget) {
        return new DenseIndex(budget, 0);
    }

    /** Not so many that a few keys would pay for a page. */
    private static int pages(int keysMax) {
        return (int) ((long) keysMax * SPREAD >>> SHIFT);
    }

    /** Whether a key is one of these. */
    boolean covers(long key) {
        return key >= 0 && key < limit;
    }

    /** The slot of a key that is covered; -1 when it has none. */
    int slot(long key) {
        long[] page = pages[(int) (key >>> SHIFT)];
        return page == null ? -1 : (int) (page[(int) key >>> 1 & Pages.PAGE_MASK] >>> ((key & 1) << 5)) - 1;
    }

    /** Gives a covered key that has none a slot. */
    void put(long key, int slot) {
        int at = (int) (key >>> SHIFT);
        if (pages[at] == null) {
            pages[at] = stock.take();
        }
        assert slot(key) < 0 : "key " + key + " has a slot";
        pages[at][(int) key >>> 1 & Pages.PAGE_MASK] |= (slot + 1L) << ((key & 1) << 5);
    }

    /** A covered key has no slot any more. */
    void clear(long key) {
        pages[(int) (key >>> SHIFT)][(int) key >>> 1 & Pages.PAGE_MASK] &= UPPER >>> ((key & 1) << 5);
    }

    /** Reads what {@link #slot} will. */
    long touch(long key) {
        long[] page = pages[(int) (key >>> SHIFT)];
        return page == null ? 0 : page[(int) key >>> 1 & Pages.PAGE_MASK];
    }
}
