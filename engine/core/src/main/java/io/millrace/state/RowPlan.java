package io.millrace.state;

/**
 * How many keys a budget holds, and how large their index is: half full at most when that costs no more than a quarter
 * of the budget, else as large as a quarter but never more than 70 % full.
 *
 * @param keys  the bound on keys
 * @param homes cells of the index without its overhang
 */
record RowPlan(int keys, int homes) {
    static RowPlan of(StateBudget budget, int longsPerRow, int keysAsked) {
        if (keysAsked < 0 || longsPerRow > Pages.PAGE_LONGS - 1) {
            throw new IllegalArgumentException("state of " + budget.owner() + ": rows of " + longsPerRow
                    + " longs with their key, at most " + keysAsked + " of them; a row must be "
                    + "shorter than a page of " + Pages.PAGE_LONGS + " longs, and the bound must not be negative");
        }
        int fits = 0;
        int above = keysAsked == 0 ? 1 << 29 : Math.min(keysAsked, 1 << 29);
        while (fits < above) {
            int keys = fits + (above - fits + 1) / 2;
            if (bytes(budget, longsPerRow, keys) <= budget.bytes() - budget.usedBytes()) {
                fits = keys;
            } else {
                above = keys - 1;
            }
        }
        if (fits == 0) {
            throw new IllegalArgumentException("state of " + budget.owner() + ": a budget of " + budget.bytes()
                    + " bytes, of which " + budget.usedBytes()
                    + " are used, has no room for one page of rows and its index; raise the budget");
        }
        return new RowPlan(fits, (int) homes(budget, fits));
    }

    private static long homes(StateBudget budget, int keys) {
        long quarter = budget.bytes() / 4 / Long.BYTES;
        long atLeast = keys * 10L / 7 + 1;
        return Math.max(atLeast, Math.min(keys * 2L, quarter));
    }

    /** What rows and index of so many keys take. */
    static long bytes(StateBudget budget, int longsPerRow, int keys) {
        return pageBytes(longsPerRow, keys) + HashIndex.longs(homes(budget, keys), keys) * Long.BYTES;
    }

    /** What their rows take. */
    static long pageBytes(int longsPerRow, int keys) {
        return ((keys - 1) / Blocks.perPage(longsPerRow) + 1L) * Pages.PAGE_BYTES;
    }
}
