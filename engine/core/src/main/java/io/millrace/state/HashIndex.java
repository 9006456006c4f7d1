package io.millrace.state;

import java.util.Arrays;

/**
 * From hash to slot: linear probing, no tombstones, in one array taken at start (in a replay: as it grows).
 *
 * <p>A cell is a long: the upper half holds the upper 30 bits of the hash between two bits that are set, the lower half
 * the slot; 0 is an empty cell. The home of a hash is {@code tag * homes >>> 31}, which rises with the tag, and each
 * run is kept in the order of tags (what others call Robin Hood). So a region is in the order of tags, a search
 * ends at the first cell that is not smaller, an empty cell (0, larger than all negative numbers) ends it too, and
 * neither an insertion nor a removal has to look at a row.
 *
 * <p>There is no wrap-around: behind the homes are {@code overhang} cells, and no key is put further than that from its
 * home; it is refused. With a good hash this does not happen at any load used here.
 *
 * <p><b>As large as its keys need it.</b> The array is cut into regions of growing size, the last as large as the bound on keys asks
 * for. Keys live in one of them: a few keys strewn over an array made for millions would each cost a miss of the address
 * translation. When a region is too full or too empty its cells move to the next larger or smaller one, a few with each insertion and
 * removal, in the order of tags. So one number says which keys have moved, and each key is searched for in one region only. Cells
 * that have moved stay where they were until all have (the search for those behind them passes over them); then the region is cleared, a
 * few cells at a time.
 */
final class HashIndex {
    /** How far from its home a key is put at most. */
    static final int OVERHANG_MAX = 1024;

    /** A region has at least so many homes, and four times those of the one before. */
    private static final int LEAST_HOMES = 4096;

    private static final int SHIFT = 2;

    /** What one insertion or removal moves and clears: enough to be ready long before the next move can begin. */
    private static final int MOVED_AT_ONCE = 16;

    private static final int CLEARED_AT_ONCE = 64;

    private static final long TAGS = 0x7FFF_FFFFL;

    /** The sign bit, and the lowest bit of the tag, which is always set: a cell less a target never overflows. */
    private static final long SMALLEST = Long.MIN_VALUE | 1L << 32;

    /** Nothing is smaller. */
    private static final long NOTHING_MOVED = Long.MIN_VALUE;

    private long[] cells;
    private final int[] bases;
    private final int[] sizes;
    private final int overhang;
    private final StateCounters counters;
    private int count;

    /** The region that keys live in. */
    private int level;

    private int base;
    private int homes;

    /** While keys move: to which region, what is smaller has moved, and up to which home that is. */
    private int toLevel = -1;

    private int toBase;
    private int toHomes;
    private long moved = NOTHING_MOVED;
    private int movedHomes;

    /** What is left to be cleared of the region that keys have moved from. */
    private int dirtyFrom;

    private int dirtyTo;

    HashIndex(StateBudget budget, int homes, int keysMax, StateCounters counters) {
        this(budget, homes, keysMax, counters, LEAST_HOMES);
    }

    /** With another least region, so that a test sees many moves. */
    HashIndex(StateBudget budget, int homes, int keysMax, StateCounters counters, int leastHomes) {
        this.counters = counters;
        overhang = overhang(keysMax);
        int levels = levels(homes, leastHomes);
        bases = new int[levels];
        sizes = new int[levels];
        int at = 0;
        for (int i = 0; i < levels; i++) {
            bases[i] = at;
            sizes[i] = homes >>> (levels - 1 - i) * SHIFT;
            at = end(i);
        }
        cells = budget.takeByNeed(at, end(0));
        base = bases[0];
        this.homes = sizes[0];
    }

    private int end(int ofLevel) {
        return bases[ofLevel] + sizes[ofLevel] + overhang + 1;
    }

    private static int overhang(int keysMax) {
        return Math.min(keysMax, OVERHANG_MAX);
    }

    private static int levels(long homes, int leastHomes) {
        int levels = 1;
        while (homes >>> levels * SHIFT >= leastHomes) {
            levels++;
        }
        return levels;
    }

    /** How many longs an index takes. */
    static long longs(long homes, int keysMax) {
        long longs = 0;
        for (int i = levels(homes, LEAST_HOMES) - 1; i >= 0; i--) {
            longs += (homes >>> i * SHIFT) + overhang(keysMax) + 1;
        }
        return longs;
    }

    /** The smallest cell that a hash can have. */
    static long target(long hash) {
        return SMALLEST | hash >>> 1 & TAGS << 32;
    }

    static boolean matches(long cell, long target) {
        return (cell ^ target) >>> 32 == 0;
    }

    /** Where a search for a cell or target begins. */
    int home(long cell) {
        return cell < moved ? toBase + home(cell, toHomes) : base + home(cell, homes);
    }

    private static int home(long cell, int of) {
        return (int) ((cell >>> 32 & TAGS) * of >>> 31);
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
        count++;
        if (isAtRest() && level + 1 < sizes.length && count > homes >>> 1) {
            moveTo(level + 1);
        }
        goOn();
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
        count--;
        if (isAtRest() && level > 0 && count < sizes[level - 1] >>> 3) {
            moveTo(level - 1);
        }
        goOn();
    }

    // ---- moving from region to region

    private boolean isAtRest() {
        return toLevel < 0 && dirtyFrom == dirtyTo;
    }

    private void moveTo(int other) {
        toLevel = other;
        toBase = bases[other];
        toHomes = sizes[other];
        movedHomes = 0;
        if (cells.length < end(other)) {
            cells = Arrays.copyOf(cells, end(other));
        }
    }

    /** A little more of what is under way. */
    private void goOn() {
        if (toLevel >= 0) {
            move();
        } else if (dirtyFrom != dirtyTo) {
            int to = Math.min(dirtyTo, dirtyFrom + CLEARED_AT_ONCE);
            Arrays.fill(cells, dirtyFrom, to, 0);
            dirtyFrom = to;
        }
    }

    /** Moves all keys whose homes are among the next few: those that are not at home stand right behind. */
    private void move() {
        int from = movedHomes;
        int to = Math.min(homes, from + MOVED_AT_ONCE);
        int at = base + from;
        for (long cell = cells[at]; at < base + to || cell != 0 && home(cell, homes) < to; cell = cells[++at]) {
            if (cell != 0 && cell >= moved) { // else it stands there since an earlier move
                append(cell);
            }
        }
        counters.steps(at - base - from);
        movedHomes = to;
        moved = to == homes ? 0 : firstOf(to);
        if (to == homes) {
            settle();
        }
    }

    /** Behind all that have moved: no tag there is larger. */
    private void append(long cell) {
        int at = toBase + home(cell, toHomes);
        while (cells[at] != 0) {
            at++;
        }
        if (at == toBase + toHomes + overhang) {
            throw new IllegalStateException("more than " + overhang
                    + " keys have the same place in the index, although its hash is seeded; report this");
        }
        cells[at] = cell;
    }

    /** Not larger than any cell whose home is this one or behind it, larger than all others. */
    private long firstOf(int home) {
        return Long.MIN_VALUE | (((long) home << 31) + homes - 1) / homes << 32;
    }

    private void settle() {
        dirtyFrom = base;
        dirtyTo = base + homes + overhang + 1;
        level = toLevel;
        base = toBase;
        homes = toHomes;
        toLevel = -1;
        moved = NOTHING_MOVED;
    }
}
