package io.millrace.state;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where pages of state come from: a stock that a housekeeping thread fills and touches ahead of need, because the first
 * touch of fresh memory costs milliseconds. Without housekeeping, or when the stock is empty, a page is made on the
 * spot and counted.
 *
 * <p>Threads: {@link #take} by the stage's thread only, {@link #refill} by one housekeeping thread. A cell of the stock
 * is filled by a release store of the housekeeper into an empty cell and emptied by the stage with an acquire; each
 * cell has one filler and one taker, so no other ordering is needed.
 */
public final class Pages {
    /** Longs in a page. */
    public static final int PAGE_LONGS = 1 << 13;

    /** A place in a structure is the number of its page, shifted by this, and the index in the page. */
    static final int PAGE_SHIFT = 13;

    /** The part of a place that is the index in the page. */
    static final int PAGE_MASK = PAGE_LONGS - 1;

    /** Bytes in a page. */
    public static final int PAGE_BYTES = PAGE_LONGS * Long.BYTES;

    private final AtomicReferenceArray<long[]> stock;
    private final boolean byNeed;
    private int next;
    private long madeOnTheSpot;

    /**
     * A stock, full at first.
     *
     * @param stockPages how many pages to keep ready; 0 for none
     */
    public Pages(int stockPages) {
        this(stockPages, false);
    }

    private Pages(int stockPages, boolean byNeed) {
        this.byNeed = byNeed;
        stock = new AtomicReferenceArray<>(Math.max(stockPages, 0));
        refill();
    }

    /**
     * Pages of a host for which nobody waits, a replay: no stock, and what else is allocated at start grows by need, since
     * zeroing and touching all that a budget allows takes longer than a short journal.
     *
     * @return no pages yet
     */
    public static Pages byNeed() {
        return new Pages(0, true);
    }

    boolean isByNeed() {
        return byNeed;
    }

    long[] take() {
        int size = stock.length();
        if (size > 0) {
            long[] page = stock.getAcquire(next);
            if (page != null) {
                stock.setRelease(next, null);
                next = next + 1 == size ? 0 : next + 1;
                return page;
            }
        }
        madeOnTheSpot++;
        return new long[PAGE_LONGS];
    }

    /** Fills the stock; for the housekeeping thread. */
    public void refill() {
        for (int i = 0; i < stock.length(); i++) {
            if (stock.getAcquire(i) == null) {
                stock.setRelease(i, new long[PAGE_LONGS]);
            }
        }
    }

    /**
     * How often the stock was empty.
     *
     * @return pages made on the stage's thread; read by that thread
     */
    public long madeOnTheSpot() {
        return madeOnTheSpot;
    }

    /**
     * How many pages are ready.
     *
     * @return counted one by one, while the stage may take some
     */
    public int ready() {
        int n = 0;
        for (int i = 0; i < stock.length(); i++) {
            n += stock.getAcquire(i) == null ? 0 : 1;
        }
        return n;
    }
}
