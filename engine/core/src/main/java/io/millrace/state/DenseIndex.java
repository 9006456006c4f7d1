package io.millrace.state;

/**
 * From a key that is a small number, 0 or more, to its slot: an array of half longs by key. Numbers that a database or a
 * dictionary gives out are such keys, and those that are asked for together were often given out together: sixteen of them
 * share a line of memory, where a hash strews each over a line of its own. Keys beyond are those of {@link HashIndex}; which
 * of the two a key belongs to is told by the key alone, so nothing ever moves between them.
 *
 * <p>Room for all its keys is charged at start; pages are taken as their first key comes, and kept.
 */
final class DenseIndex {
    /** Keys that numbers may leave out, for each that there can be. */
    private static final int SPREAD = 2;

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

    /** For as many keys as rows are meant for. */
    static DenseIndex of(StateBudget budget, int keysMax) {
        return new DenseIndex(budget, pages(keysMax));
    }

    /** For none: rows whose keys are bytes. */
    static DenseIndex none(StateBudget budget) {
        return new DenseIndex(budget, 0);
    }

    /** Not so many that a few keys would pay for a page. */
    private static int pages(int keysMax) {
        return (int) ((long) keysMax * SPREAD >>> SHIFT);
    }

    /** What it is charged for. */
    static long bytes(int keysMax) {
        return (long) pages(keysMax) * Pages.PAGE_BYTES;
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
