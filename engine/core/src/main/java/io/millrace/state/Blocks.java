package io.millrace.state;

/**
 * Blocks of a fixed number of longs, taken and freed in any order. Several sizes are several instances over one budget.
 * Freed blocks are reused first, the last freed first; a block does not move while it is taken.
 *
 * <p>The id of a block says where it is: the number of its page, and in the lower 13 bits the index of its first long
 * in the page. So ids are in the order of memory but not dense.
 */
public final class Blocks implements Saved {
    /*
     * Page:  | block 0 | block 1 | … | block n-1 | used map: 1 bit a block, ceil(n / 64) longs | rest unused |
     * Block: taken: the caller's longs. Never taken: zero.
     *        Free: long 0 is the id of the next free block + 1 (0 ends the list), the rest zero.
     * Roots: free (first free id + 1), behindFree (what stands in that block), fresh (first never taken id), count.
     */
    private final StateBudget budget;
    private final PageTable table;
    private final StateCounters counters;
    private final long[][] pages;
    private final int longs;
    private final int perPage;
    private final int blocksMax;
    private int free;

    /** Known one take ahead: memory is asked for a block before anybody waits for what stands in it. */
    @Scratch("stands in the first free block")
    private int behindFree;

    private int fresh;
    private int count;

    /**
     * No blocks yet; no page is taken.
     *
     * @param budget    where pages come from
     * @param longs     longs in a block, 1 to a page less one
     * @param blocksMax the most blocks at a time; 0 for as many as the budget holds
     */
    public Blocks(StateBudget budget, int longs, int blocksMax) {
        this(budget, longs, blocksMax, new StateCounters());
        budget.keeps(this);
    }

    /** Those of a structure, which has them saved. */
    Blocks(StateBudget budget, int longs, int blocksMax, StateCounters counters) {
        if (longs < 1 || longs > Pages.PAGE_LONGS - 1 || blocksMax < 0) {
            throw new IllegalArgumentException(
                    "state of " + budget.owner() + ": blocks of " + longs + " longs, at most " + blocksMax
                            + "; a block has 1 to " + (Pages.PAGE_LONGS - 1) + " longs, and the bound is not negative");
        }
        this.budget = budget;
        this.longs = longs;
        this.counters = counters;
        perPage = perPage(longs);
        int pagesMax = PageTable.pagesLeft(budget);
        if (blocksMax > 0) {
            pagesMax = Math.min(pagesMax, (blocksMax - 1) / perPage + 1);
        }
        long fit = (long) pagesMax * perPage;
        this.blocksMax = (int) Math.min(fit, blocksMax == 0 ? Integer.MAX_VALUE : blocksMax);
        table = new PageTable(budget, counters, pagesMax);
        pages = table.pages;
    }

    /** How many blocks and their used bits fit a page. */
    static int perPage(int longs) {
        int n = Pages.PAGE_LONGS / longs;
        while (n * longs + (n + 63) / 64 > Pages.PAGE_LONGS) {
            n--;
        }
        return n;
    }

    /**
     * Takes a block of zeroes.
     *
     * @return its id, or -1 at the bound or when the budget has no page
     */
    public int take() {
        int id;
        if (free != 0) {
            id = free - 1;
            table.writable(id >>> Pages.PAGE_SHIFT)[base(id)] = 0;
            free = behindFree;
            behindFree = behindFree();
        } else {
            id = takeFresh();
            if (id < 0) {
                return -1;
            }
        }
        mark(id);
        count++;
        return id;
    }

    private int behindFree() {
        return free == 0 ? 0 : (int) pages[free - 1 >>> Pages.PAGE_SHIFT][base(free - 1)];
    }

    private int takeFresh() {
        if (count == blocksMax || fresh >>> Pages.PAGE_SHIFT == table.count() && !table.grow()) {
            return -1;
        }
        int id = fresh;
        boolean fits = base(id) + 2 * longs <= perPage * longs;
        fresh = fits ? id + longs : (id | Pages.PAGE_MASK) + 1;
        return id;
    }

    private void mark(int id) {
        int place = base(id) / longs;
        table.writable(id >>> Pages.PAGE_SHIFT)[perPage * longs + (place >>> 6)] ^= 1L << place;
    }

    /**
     * Frees a block and zeroes it.
     *
     * @param id a taken block
     */
    public void free(int id) {
        assert isTaken(id) : "block " + id + " is not taken";
        long[] page = table.writable(id >>> Pages.PAGE_SHIFT);
        int base = base(id);
        for (int i = base; i < base + longs; i++) {
            page[i] = 0;
        }
        page[base] = free;
        behindFree = free;
        free = id + 1;
        mark(id);
        count--;
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(longs);
        to.putLong(pages.length);
        to.putLong(blocksMax);
        to.putInt(free);
        to.putInt(fresh);
        to.putInt(count);
        table.save(to);
    }

    @Override
    public void load(StateReader from) {
        from.same("longs of a block", longs);
        from.bound("a bound on pages of", pages.length);
        from.bound("a bound on blocks of", blocksMax);
        free = from.getInt();
        fresh = from.getInt();
        count = from.getInt();
        if (free < 0 || free > idLimit() || fresh < 0 || fresh > idLimit() || count < 0 || count > blocksMax) {
            throw from.refused(
                    "it keeps " + count + " things of a kind, up to place " + fresh + ", and there is room for "
                            + blocksMax + ", up to place " + idLimit() + "; raise its bound or the state budget");
        }
        table.load(from);
        if (free > fresh || fresh > table.count() << Pages.PAGE_SHIFT) {
            throw from.refused("its places go up to " + fresh + ", the first free one is " + (free - 1)
                    + ", and it has " + table.count()
                    + " pages, which cannot be; take another snapshot, or replay the log from its beginning");
        }
        behindFree = behindFree();
    }

    /**
     * Has something saved with the state of who owns the blocks, as {@link StateBudget#keeps}.
     *
     * @param part what is kept about them and lives across entries
     */
    public void keeps(Saved part) {
        budget.keeps(part);
    }

    /** All pages; those that are not taken yet are null. */
    long[][] pages() {
        return pages;
    }

    /** Notes that the page of a place is about to be written. */
    void touch(int place) {
        table.touch(place >>> Pages.PAGE_SHIFT);
    }

    /**
     * The page of a block, for reading.
     *
     * @param id a taken block
     * @return valid until the next take
     */
    public long[] page(int id) {
        assert isTaken(id) : "block " + id + " is not taken";
        return pages[id >>> Pages.PAGE_SHIFT];
    }

    /**
     * The page of a block, to be written before anything else is done with this structure.
     *
     * @param id a taken block
     * @return valid until the next take
     */
    public long[] writable(int id) {
        assert isTaken(id) : "block " + id + " is not taken";
        return table.writable(id >>> Pages.PAGE_SHIFT);
    }

    /**
     * Where a block begins in its page.
     *
     * @param id a block
     * @return index of its first long
     */
    public int base(int id) {
        return id & Pages.PAGE_MASK;
    }

    /**
     * Reads one long.
     *
     * @param id a taken block
     * @param at 0 to the size less one
     * @return the value
     */
    public long get(int id, int at) {
        assert at >= 0 && at < longs : at;
        return page(id)[base(id) + at];
    }

    /**
     * Writes one long.
     *
     * @param id    a taken block
     * @param at    0 to the size less one
     * @param value the value
     */
    public void set(int id, int at, long value) {
        assert at >= 0 && at < longs : at;
        writable(id)[base(id) + at] = value;
    }

    /**
     * Whether an id is that of a taken block.
     *
     * @param id any number
     * @return false for what was freed or never taken
     */
    public boolean isTaken(int id) {
        if (id < 0 || id >= fresh || base(id) % longs != 0 || base(id) >= perPage * longs) {
            return false;
        }
        int place = base(id) / longs;
        return (pages[id >>> Pages.PAGE_SHIFT][perPage * longs + (place >>> 6)] >>> place & 1) != 0;
    }

    /** What the taken blocks take. */
    long bytes() {
        return (long) count * longs * Long.BYTES;
    }

    int longs() {
        return longs;
    }

    /** The number of a block among all places for blocks. */
    int place(int id) {
        return (id >>> Pages.PAGE_SHIFT) * perPage + base(id) / longs;
    }

    /** One more than the largest {@link #place}. */
    int places() {
        return pages.length * perPage;
    }

    /**
     * The first taken block at or after an id, in id order; a sweep bounds its work by {@code toId}.
     *
     * @param fromId where to begin, 0 or more
     * @param toId   where to end, exclusive
     * @return an id, or -1 when there is none before {@code toId}
     */
    public int nextTaken(int fromId, int toId) {
        int end = Math.min(toId, fresh);
        int page = fromId >>> Pages.PAGE_SHIFT;
        int place = (base(fromId) + longs - 1) / longs;
        int steps = 0;
        int found = -1;
        while (found < 0 && (page << Pages.PAGE_SHIFT) + place * longs < end) {
            steps++;
            long bits = place < perPage ? pages[page][perPage * longs + (place >>> 6)] >>> place : 0;
            if (bits != 0) {
                found = (page << Pages.PAGE_SHIFT) + (place + Long.numberOfTrailingZeros(bits)) * longs;
            }
            place = (place | 63) + 1;
            if (place >= perPage) {
                page++;
                place = 0;
            }
        }
        counters.steps(steps);
        return found < end ? found : -1;
    }

    /** One more than the largest id there can be. */
    int idLimit() {
        return pages.length << Pages.PAGE_SHIFT;
    }

    /**
     * One more than the largest id ever taken.
     *
     * @return the end of iteration
     */
    public int idEnd() {
        return fresh;
    }

    /**
     * How many blocks are taken.
     *
     * @return a count
     */
    public int count() {
        return count;
    }

    /**
     * The most blocks at a time. The budget, when others share it, may hold fewer.
     *
     * @return the bound
     */
    public int blocksMax() {
        return blocksMax;
    }

    /**
     * What was done.
     *
     * @return the counters of this structure
     */
    public StateCounters counters() {
        return counters;
    }
}
