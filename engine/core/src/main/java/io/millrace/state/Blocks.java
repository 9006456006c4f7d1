package io.millrace.state;

/**
 * Blocks of a fixed number of longs, taken and freed in any order. Several sizes need several instances, which may
 * share a budget. A block does not move while it is taken.
 *
 * <p>Blocks that are taken one after another lie side by side, as far as there is room. The first free place of one
 * page is taken until there is none; then the page that has waited longest with free places is used, and a page is
 * added only if none has any. State is made and forgotten in nearly the same order, so blocks that are looked at
 * together lie together. A list of the blocks freed last would lose that: after a while each block that it gives is on
 * another page, at a cache miss each.
 *
 * <p>The id of a block tells where it is: the number of its page and, in the lower 13 bits, the index of its first long
 * in the page. So ids are in the order of memory but not dense.
 */
public final class Blocks implements Saved {
    /*
     * Page:  | block 0 | block 1 | … | block n-1 | used map: 1 bit a block, ceil(n / 64) longs | rest unused |
     * Block: taken: the caller's longs. Free: zero.
     * Roots: current page, pages with free places that wait (a ring, each in it once), count.
     */
    private static final int RECIPROCAL_SHIFT = 2 * Pages.PAGE_SHIFT;

    private static final String CANNOT_BE =
            ", which is inconsistent, so the state is damaged; use another snapshot, or replay the "
                    + "log from its beginning";

    private final StateBudget budget;
    private final PageTable table;
    private final StateCounters counters;
    private final long[][] pages;
    private final int longs;
    private final int perPage;

    /** Where the used map of a page begins. */
    private final int mapAt;

    private final int blocksMax;

    /** To divide by {@link #longs}: {@code n * reciprocal >>> 26} for all n within a page. */
    private final long reciprocal;

    /** The page that is taken from; -1 while there is none. */
    private int current = -1;

    @Scratch("counted again when pages are taken")
    private int freeInCurrent;

    @Scratch("no word of the used map of the current page before it has a free place")
    private int firstWord;

    /** Free places of all other pages. */
    @Scratch("counted again when pages are taken")
    private final short[] freeInPage;

    private final int[] waiting;
    private int firstWaiting;
    private int waitingCount;
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
                            + "; a block has 1 to " + (Pages.PAGE_LONGS - 1) + " longs, and the "
                            + "bound is not negative");
        }
        this.budget = budget;
        this.longs = longs;
        this.counters = counters;
        perPage = perPage(longs);
        mapAt = perPage * longs;
        int pagesMax = PageTable.pagesLeft(budget);
        if (blocksMax > 0) {
            pagesMax = Math.min(pagesMax, (blocksMax - 1) / perPage + 1);
        }
        long fit = (long) pagesMax * perPage;
        this.blocksMax = (int) Math.min(fit, blocksMax == 0 ? Integer.MAX_VALUE : blocksMax);
        table = new PageTable(budget, counters, pagesMax);
        pages = table.pages;
        reciprocal = (1L << RECIPROCAL_SHIFT) / longs + 1;
        freeInPage = new short[pagesMax];
        waiting = new int[pagesMax];
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
        if (freeInCurrent == 0 && !turn()) {
            return -1;
        }
        long[] page = table.writable(current);
        int word = firstWord;
        while (page[mapAt + word] == -1) {
            word++;
        }
        firstWord = word;
        int bit = Long.numberOfTrailingZeros(~page[mapAt + word]);
        page[mapAt + word] |= 1L << bit;
        freeInCurrent--;
        count++;
        return (current << Pages.PAGE_SHIFT) + ((word << 6) + bit) * longs;
    }

    /** Goes on with another page; false when there is none. */
    private boolean turn() {
        if (waitingCount > 0) {
            current = waiting[firstWaiting];
            firstWaiting = firstWaiting + 1 == waiting.length ? 0 : firstWaiting + 1;
            waitingCount--;
            freeInCurrent = freeInPage[current];
            freeInPage[current] = 0;
        } else if (table.grow()) {
            current = table.count() - 1;
            freeInCurrent = places(current);
        } else {
            return false;
        }
        firstWord = 0;
        return true;
    }

    private void queue(int page) {
        int at = firstWaiting + waitingCount++;
        waiting[at < waiting.length ? at : at - waiting.length] = page;
    }

    /** The last page there can be is used as far as the bound on blocks says, so there are never more places than that. */
    private int places(int page) {
        return page + 1 == pages.length ? blocksMax - page * perPage : perPage;
    }

    /**
     * Frees a block and zeroes it.
     *
     * @param id a taken block
     */
    public void free(int id) {
        assert isTaken(id) : "block " + id + " is not taken";
        int number = id >>> Pages.PAGE_SHIFT;
        long[] page = table.writable(number);
        int base = base(id);
        for (int i = base; i < base + longs; i++) {
            page[i] = 0;
        }
        int place = placeInPage(base);
        table.touch(number);
        page[mapAt + (place >>> 6)] ^= 1L << place;
        count--;
        if (number == current) {
            freeInCurrent++;
            firstWord = Math.min(firstWord, place >>> 6);
        } else if (freeInPage[number]++ == 0) {
            queue(number);
        }
    }

    private int placeInPage(int base) {
        return (int) (base * reciprocal >>> RECIPROCAL_SHIFT);
    }

    /**
     * Begins with a negative number: earlier versions had, in place of pages that wait, a list of free blocks that went
     * through the pages, and began with its head, which is never negative.
     */
    @Override
    public void save(StateWriter to) {
        to.putLong(longs);
        to.putLong(pages.length);
        to.putLong(blocksMax);
        to.putInt(~(current + 1));
        to.putInt(idEnd());
        to.putInt(count);
        to.putInt(waitingCount);
        for (int i = 0; i < waitingCount; i++) {
            to.putInt(waiting[(firstWaiting + i) % waiting.length]);
        }
        table.save(to);
    }

    @Override
    public void load(StateReader from) {
        from.same("longs per block", longs);
        from.bound("page limit", pages.length);
        from.bound("block limit", blocksMax);
        int first = from.getInt();
        int end = from.getInt();
        count = from.getInt();
        if (first > idLimit()
                || ~first > pages.length
                || end < 0
                || end > idLimit()
                || count < 0
                || count > blocksMax) {
            throw from.refused("it keeps " + count + " blocks of one kind, "
                    + "up to place " + end + ", but there is "
                    + "room for only " + blocksMax + ", up to place " + idLimit()
                    + "; raise its bound or the state budget");
        }
        current = first < 0 ? ~first - 1 : -1;
        firstWaiting = 0;
        waitingCount = first < 0 ? from.getInt("a number of pages with room", pages.length) : 0;
        from.getInts(waiting, waitingCount);
        table.load(from);
        if (end > idEnd() || first > end || current >= table.count()) {
            throw from.refused("its places go up to " + end + ", the first free one is " + first + ", and it has "
                    + table.count() + " pages" + CANNOT_BE);
        }
        if (first > 0) {
            clearLinks(from, first);
        }
        countFree(from, first >= 0);
    }

    /** Of a list as it was: what stands in a free block is one more than the next. */
    private void clearLinks(StateReader from, int first) {
        int left = table.count() * perPage - count;
        for (int next = first; next != 0; left--) {
            int id = next - 1;
            if (left == 0 || id < 0 || id >= idEnd() || isTaken(id)) {
                throw from.refused("it has more free places than places" + CANNOT_BE);
            }
            long[] page = pages[id >>> Pages.PAGE_SHIFT];
            next = (int) page[base(id)];
            page[base(id)] = 0;
        }
    }

    /** Counts the free places of pages. Those that have some wait, in another order if none was saved. */
    private void countFree(StateReader from, boolean wait) {
        int taken = 0;
        int free = 0;
        for (int i = 0; i < table.count(); i++) {
            int used = 0;
            for (int word = 0; word < perPage + 63 >>> 6; word++) {
                used += Long.bitCount(pages[i][mapAt + word]);
            }
            taken += used;
            if (used > places(i)) {
                throw from.refused("it keeps blocks beyond the " + blocksMax + " places that there "
                        + "is room for; raise its bound or the state budget");
            }
            freeInPage[i] = (short) (places(i) - used);
            free += freeInPage[i] > 0 && i != current ? 1 : 0;
            if (wait && freeInPage[i] > 0) {
                queue(i);
            }
        }
        if (!wait && from.moves() != null) {
            queueRaised();
        }
        firstWord = 0;
        freeInCurrent = current < 0 ? 0 : freeInPage[current];
        if (current >= 0) {
            freeInPage[current] = 0;
        }
        if (taken != count || free != waitingCount || freeInCurrent < 0 || !eachWaitsOnce()) {
            throw from.refused("it says that it keeps " + count + " blocks, but has " + taken + "; it says that "
                    + waitingCount + " of its pages have room, but " + free + " have" + CANNOT_BE);
        }
    }

    /** Under a higher bound, what was the last page, and full, may have room; it waits after all others. */
    private void queueRaised() {
        boolean[] waits = new boolean[table.count()];
        for (int i = 0; i < waitingCount; i++) {
            if (waiting[i] >= 0 && waiting[i] < waits.length) {
                waits[waiting[i]] = true;
            }
        }
        for (int i = 0; i < waits.length && waitingCount < waiting.length; i++) {
            if (freeInPage[i] > 0 && i != current && !waits[i]) {
                queue(i);
            }
        }
    }

    private boolean eachWaitsOnce() {
        boolean once = true;
        for (int i = 0; once && i < waitingCount; i++) {
            once = waiting[i] >= 0 && waiting[i] < table.count() && freeInPage[waiting[i]] > 0;
            if (once) {
                freeInPage[waiting[i]] *= -1; // not to be met again
            }
        }
        for (int i = 0; i < table.count(); i++) {
            freeInPage[i] = (short) Math.abs(freeInPage[i]);
        }
        return once;
    }

    /**
     * Saves something with the state of the blocks' owner, as {@link StateBudget#keeps}.
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
        if (id < 0 || id >= idEnd() || base(id) >= mapAt) {
            return false;
        }
        int place = placeInPage(base(id));
        return place * longs == base(id) && (pages[id >>> Pages.PAGE_SHIFT][mapAt + (place >>> 6)] >>> place & 1) != 0;
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
        return (id >>> Pages.PAGE_SHIFT) * perPage + placeInPage(base(id));
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
        int end = Math.min(toId, idEnd());
        int page = fromId >>> Pages.PAGE_SHIFT;
        int place = (base(fromId) + longs - 1) / longs;
        int steps = 0;
        int found = -1;
        while (found < 0 && (page << Pages.PAGE_SHIFT) + place * longs < end) {
            steps++;
            long bits = place < perPage ? pages[page][mapAt + (place >>> 6)] >>> place : 0;
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
     * Larger than any id ever taken.
     *
     * @return the end of iteration
     */
    public int idEnd() {
        return table.count() << Pages.PAGE_SHIFT;
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
