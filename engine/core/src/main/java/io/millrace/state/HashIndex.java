package io.millrace.state;

/**
 * From hash to slot: one array of cells sized at start, linear probing, no tombstones.
 *
 * <p>A cell is a long: the upper half holds the upper 30 bits of the hash between two bits that are set, the lower half
 * the slot; 0 is an empty cell. The home of a hash is {@code tag * homes >>> 31}, which rises with the tag, and each
 * run is kept in the order of tags (what others call Robin Hood). So the whole array is in the order of tags, a search
 * ends at the first cell that is not smaller, an empty cell (0, larger than all negative numbers) ends it too, and
 * neither an insertion nor a removal has to look at a row.
 *
 * <p>There is no wrap-around: behind the homes are {@code overhang} cells, and no key is put further than that from its
 * home; it is refused. With a good hash this does not happen at any load used here.
 */
final class HashIndex {
    /** How far from its home a key is put at most. */
    static final int OVERHANG_MAX = 1024;

    private static final long TAGS = 0x7FFF_FFFFL;

    /** The sign bit, and the lowest bit of the tag, which is always set: a cell less a target never overflows. */
    private static final long SMALLEST = Long.MIN_VALUE | 1L << 32;

    private final long[] cells;
    private final int homes;
    private final int overhang;
    private final StateCounters counters;

    HashIndex(StateBudget budget, int homes, int keysMax, StateCounters counters) {
        this.homes = homes;
        this.counters = counters;
        overhang = overhang(keysMax);
        cells = budget.takeAtStart(longs(homes, keysMax));
    }

    private static int overhang(int keysMax) {
        return Math.min(keysMax, OVERHANG_MAX);
    }

    /** How many longs an index takes. */
    static long longs(long homes, int keysMax) {
        return homes + overhang(keysMax) + 1;
    }

    /** The smallest cell that a hash can have. */
    static long target(long hash) {
        return SMALLEST | hash >>> 1 & TAGS << 32;
    }

    static boolean matches(long cell, long target) {
        return (cell ^ target) >>> 32 == 0;
    }

    int home(long cell) {
        return (int) ((cell >>> 32 & TAGS) * homes >>> 31);
    }

    /** The first place whose cell is not smaller than the target. */
    int seek(long target) {
        long[] c = cells;
        int at = home(target);
        at += (int) (c[at] - target >>> 63); // no branch: nobody can foretell which keys are not at home
        while (c[at] < target) {
            at++;
        }
        return at;
    }

    long cell(int at) {
        return cells[at];
    }

    /**
     * The empty cell that an insertion of the target would fill; -1 when it is too far. Counts the cells from home to
     * there, which no search for any key of this run exceeds.
     */
    int room(long target, int at) {
        int home = home(target);
        int end = at;
        while (cells[end] != 0) {
            end++;
        }
        counters.steps(end - home + 1);
        return end - home > overhang ? -1 : end;
    }

    /** Puts a cell at a place, moving what is between it and the empty cell. */
    void insert(int at, int empty, long target, int slot) {
        System.arraycopy(cells, at, cells, at + 1, empty - at);
        cells[at] = target | slot;
    }

    /** Removes a cell that is there; what follows and is not at home moves one to the left. */
    void remove(long target, int slot) {
        long cell = target | slot;
        int at = seek(target);
        while (cells[at] != cell) {
            at++;
        }
        int next = at + 1;
        while (cells[next] != 0 && home(cells[next]) != next) {
            next++;
        }
        System.arraycopy(cells, at + 1, cells, at, next - at - 1);
        cells[next - 1] = 0;
        counters.steps(next - home(target));
    }
}
