package io.millrace.state;

/**
 * The pages of one structure, in the order they were taken. The only class that hands out a page for writing, so that a
 * snapshot has one place to note that a page changes.
 */
final class PageTable {
    /** A place in a structure is an int: {@code page << 13 | index}. 16 GiB less one page. */
    private static final int PAGES_MAX = Integer.MAX_VALUE >>> Pages.PAGE_SHIFT;

    final long[][] pages;
    private final StateBudget budget;
    private final StateCounters counters;
    private int count;

    PageTable(StateBudget budget, StateCounters counters, int pagesMax) {
        this.budget = budget;
        this.counters = counters;
        pages = new long[pagesMax][];
    }

    /** The most pages that what is left of a budget holds. */
    static int pagesLeft(StateBudget budget) {
        return (int) Math.min((budget.bytes() - budget.usedBytes()) / Pages.PAGE_BYTES, PAGES_MAX);
    }

    /** Adds a page of zeroes; false at the bound. */
    boolean grow() {
        if (count == pages.length) {
            return false;
        }
        long[] page = budget.takePage();
        if (page == null) {
            return false;
        }
        pages[count++] = page;
        counters.pages++;
        return true;
    }

    /** Notes that a page is about to be written. Whoever writes has called this since the last entry. */
    void touch(int page) {
        counters.writes++;
    }

    /** A page that is about to be written. */
    long[] writable(int page) {
        touch(page);
        return pages[page];
    }

    int count() {
        return count;
    }

    void save(StateWriter to) {
        to.putInt(count);
        for (int i = 0; i < count; i++) {
            to.putLongs(pages[i], Pages.PAGE_LONGS);
        }
    }

    void load(StateReader from) {
        int saved = from.getInt("a number of pages", PAGES_MAX);
        for (int i = 0; i < saved; i++) {
            if (!grow()) {
                throw from.refused("its state has " + saved + " pages, but the budget of " + budget.bytes()
                        + " bytes holds only " + i + "; raise its bound or the state budget");
            }
            from.getLongs(pages[i], Pages.PAGE_LONGS);
        }
    }
}
