package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.BUCKETS;
import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NONE;
import static io.millrace.operators.window.PaneBlocks.PANE;

import io.millrace.operator.NodeContext;
import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.Pages;
import io.millrace.state.Scratch;
import io.millrace.state.StateCounters;

/**
 * Puts the panes of windows of many steps together, by halves: a sum of two panes that begins at an even one, of four that begins at a
 * multiple of four, and so on, so what is added to what hangs on where a window lies and on nothing else. Those sums are kept with the
 * key: each stands in the block of the first pane of its second half, and is made once, by the first window that it is a whole part of. A
 * window that ends takes steps by the logarithm of its panes, whatever came since the one before. An event that comes behind them takes
 * back those that its pane is in, one of each length.
 *
 * <p>A directory of a key says where the blocks of its last panes are. Of panes that share a place it knows the last; where it does not
 * know a block the list of blocks is gone through. A key for which there was no room for one keeps no sums: to look for one pane after the
 * other in a list is work by the square of them, so they are put together in one walk, by the same halves ({@link PaneWalk}). Each result
 * of such a key asks for a directory again.
 */
final class PaneTree {
    /*
     * Row:       | up to which pane sums may be kept | newest block that the directory knows, directory + 1 |
     * Block:     behind all else of its content | whether its sum is kept | sum |
     * Directory: two blocks a long, that of pane i at i mod places
     */

    /** Fewer panes are put together one by one. */
    static final int PANES_MIN = 32;

    static final int COLUMNS = 2;

    private static final int PLACES_MOST = 2 * (Pages.PAGE_LONGS - 1);
    private static final long LOW = 0xFFFF_FFFFL;

    private final PaneBlocks panes;
    private final KeyedRows rows;
    private final Summaries summaries;
    private final int most;
    private final int longs;
    private final int column;
    private final int keptAt;
    private final int places;
    private final Blocks directories;
    private final PaneWalk walk;

    @Scratch("of the window in hand: sums of panes, and of those that stand in no block, by level")
    private final long[] sums;

    @Scratch("of the key in hand")
    private int slot;

    @Scratch("of the key in hand")
    private int directory;

    @Scratch("of the key in hand: the pane of the newest block that the directory knows")
    private long knownIndex;

    @Scratch("of the window in hand: its first pane with events")
    private int first;

    @Scratch("of the window in hand: where the search for a block goes on")
    private int cursor;

    @Scratch("of the window in hand: where the sum stands that was asked for last")
    private long[] page;

    @Scratch("of the window in hand: where the sum stands that was asked for last")
    private int at;

    @Scratch("of the window in hand")
    private int merges;

    /**
     * Nothing is kept yet.
     *
     * @param column  of a row, where its columns begin
     * @param content of a block
     */
    private PaneTree(
            PaneBlocks panes,
            Summaries summaries,
            Window window,
            WindowLayout layout,
            int column,
            int content,
            NodeContext context) {
        this.panes = panes;
        this.summaries = summaries;
        this.column = column;
        rows = panes.rows;
        longs = layout.summaryLongs;
        keptAt = BUCKETS + content - longs(layout);
        most = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(window.panes());
        places = places(window);
        directories = new Blocks(context.budget(), directoryLongs(window), 0);
        sums = new long[(most + 1) * longs];
        walk = new PaneWalk(panes, summaries, most, longs);
    }

    /** That of an operator; null where its windows keep no sums of panes. */
    static PaneTree of(
            WindowOperator<?, ?> operator,
            WindowLayout layout,
            PaneBlocks panes,
            Summaries summaries,
            NodeContext context) {
        if (!operator.keepsSums()) {
            return null;
        }
        int column = PaneBlocks.COLUMNS + PeriodWindows.columns(operator.window(), true) - COLUMNS;
        int content = PeriodWindows.content(operator, layout, true);
        return new PaneTree(panes, summaries, operator.window(), layout, column, content, context);
    }

    /** Longs of a block that it has of this. */
    static int longs(WindowLayout layout) {
        return 1 + layout.summaryLongs;
    }

    /** Panes of a window, and of those behind it that are still told again; there are no more than the windows of a key. */
    private static int places(Window window) {
        long again = 1 + Math.min(window.latenessNs / window.stepNs, PLACES_MOST); // a lateness may be as long as time
        long open = Math.max(window.panes(), (long) window.mostOfKey() * window.panesOfStep());
        long last = Math.min(window.panes() + again * window.panesOfStep(), open) + 1;
        return (int) Math.min(last, PLACES_MOST);
    }

    static int directoryLongs(Window window) {
        return (places(window) + 1) / 2;
    }

    StateCounters counters() {
        return directories.counters();
    }

    // ---- sums

    /** Puts the panes from that of a block to another together, in the summary in hand; answers how many sums it has put together. */
    int gather(int oldest, long last) {
        begin(panes.slot(oldest));
        merges = 0;
        summaries.begin();
        first = panes.get(oldest, PANE) > 0 ? oldest : panes.nextPane(oldest);
        cursor = first;
        if (first == NONE || panes.get(first, INDEX) > last) {
            return 0;
        }
        long index = panes.get(oldest, INDEX);
        if (directory < 0 && !take()) {
            return walk.gather(first, index, last);
        }
        know(last);
        while (index <= last && index <= knownIndex) {
            int level = PaneWalk.levelOfPart(index, last, most);
            if (sum(level, index >> level)) {
                summaries.merge(page, at);
                merges++;
            }
            index += 1L << level;
        }
        return merges;
    }

    private void begin(int ofSlot) {
        slot = ofSlot;
        directory = (int) rows.get(slot, column + 1) - 1;
        int known = known(slot);
        knownIndex = known == NONE ? Long.MIN_VALUE : panes.get(known, INDEX);
    }

    /** Finds the sum of some panes, or makes it; answers false where they have no events, and then there is none. */
    private boolean sum(int level, long position) {
        if (level > 0) {
            int kept = middle(level, position);
            if (kept != NONE && isKept(kept)) {
                stands(panes.page(kept), panes.base(kept) + keptAt + 1);
                return true;
            }
        }
        int id = withEvents(position << level);
        if (id == NONE || panes.get(id, INDEX) >> level != position) {
            return false;
        }
        return level == 0 ? pane(id) : halves(level, position);
    }

    private boolean pane(int id) {
        summaries.begin(sums, 0);
        summaries.take(panes.page(id), panes.base(id) + BUCKETS, sums, 0);
        stands(sums, 0);
        merges++;
        return true;
    }

    private boolean halves(int level, long position) {
        boolean hasFirst = sum(level - 1, 2 * position);
        if (hasFirst && page == sums) {
            copyTo(sums, level * longs); // the second half needs the places of the levels below
        }
        long[] firstPage = page;
        int firstAt = at;
        boolean hasSecond = sum(level - 1, 2 * position + 1);
        if (hasFirst && hasSecond) {
            merge(level, position, firstPage, firstAt);
        } else if (hasFirst) {
            stands(firstPage, firstAt);
        }
        return hasFirst || hasSecond;
    }

    /** Puts two halves together and keeps what comes of it; an aggregate of a user's own may throw, and then nothing is kept. */
    private void merge(int level, long position, long[] firstPage, int firstAt) {
        long[] secondPage = page;
        int secondAt = at;
        int id = middle(level, position);
        stands(firstPage, firstAt);
        if (id == NONE) {
            copyTo(sums, level * longs);
        } else {
            copyTo(panes.writable(id), panes.base(id) + keptAt + 1);
        }
        summaries.merge(page, at, secondPage, secondAt);
        merges++;
        if (id != NONE) {
            panes.set(id, keptAt, 1);
        }
    }

    private void stands(long[] inPage, int place) {
        page = inPage;
        at = place;
    }

    private void copyTo(long[] to, int place) {
        if (page != to || at != place) {
            System.arraycopy(page, at, to, place, longs);
            stands(to, place);
        }
    }

    private boolean isKept(int id) {
        return panes.get(id, keptAt) != 0;
    }

    // ---- what changes them

    /** A pane has other events than it had: no sum that it is in is kept. */
    void changed(int ofSlot, long index) {
        if (known(ofSlot) == NONE || index > rows.get(ofSlot, column)) {
            return;
        }
        begin(ofSlot);
        first = panes.oldest(slot);
        cursor = first;
        for (int level = 1; level <= most; level++) {
            int id = middle(level, index >> level);
            if (id != NONE && isKept(id)) {
                panes.set(id, keptAt, 0);
            }
        }
    }

    /** A block has been put in, which may stand between those that the directory knows. */
    void opened(int id) {
        int ofSlot = panes.slot(id);
        int known = known(ofSlot);
        if (known != NONE && panes.get(id, INDEX) < panes.get(known, INDEX)) {
            begin(ofSlot);
            enter(id);
        }
    }

    /** A block goes. With the last of a key nothing is left of this. */
    void forget(int id) {
        int ofSlot = panes.slot(id);
        int known = known(ofSlot);
        if (known == NONE) {
            return;
        }
        begin(ofSlot);
        if (lookUp(panes.get(id, INDEX)) == id) {
            enter(panes.get(id, INDEX), NONE);
        }
        if (known != id) {
            return;
        }
        int beside = panes.newer(id) == NONE ? panes.older(id) : panes.newer(id);
        if (beside != NONE) {
            enter(beside);
        } else {
            directories.free(directory);
            directory = -1;
        }
        knows(beside);
    }

    // ---- where blocks are

    private int known(int ofSlot) {
        return (int) (rows.get(ofSlot, column + 1) >> 32);
    }

    private void knows(int id) {
        rows.set(slot, column + 1, (long) id << 32 | directory + 1 & LOW);
    }

    /**
     * Takes a directory. It begins with the oldest block that it can know beside the first of the window in hand: older ones wait for late
     * events, where a key had none before.
     */
    private boolean take() {
        directory = directories.take();
        if (directory < 0) {
            return false;
        }
        int oldest = first;
        int older = panes.older(oldest);
        while (older != NONE && panes.get(first, INDEX) - panes.get(older, INDEX) < places) {
            oldest = older;
            older = panes.older(oldest);
            panes.slots++;
        }
        enter(oldest);
        knows(oldest);
        knownIndex = panes.get(oldest, INDEX);
        rows.set(slot, column, knownIndex);
        return true;
    }

    /** Sees to it that the directory knows the blocks up to a pane. */
    private void know(long last) {
        int known = known(slot);
        int next = panes.newer(known);
        while (next != NONE && panes.get(next, INDEX) <= last) {
            enter(next);
            known = next;
            next = panes.newer(known);
            panes.slots++;
        }
        knows(known);
        knownIndex = panes.get(known, INDEX);
        if (rows.get(slot, column) < last) {
            rows.set(slot, column, last);
        }
    }

    private void enter(int id) {
        enter(panes.get(id, INDEX), id);
    }

    private void enter(long index, int id) {
        int place = place(index);
        long both = directories.get(directory, place >>> 1);
        long with = (place & 1) == 0 ? both & ~LOW | id & LOW : both & LOW | (long) id << 32;
        directories.set(directory, place >>> 1, with);
    }

    private int place(long index) {
        return (int) Math.floorMod(index, (long) places);
    }

    /** The block of a pane as the directory knows it; {@link PaneBlocks#NONE} where it does not. */
    private int lookUp(long index) {
        panes.slots++;
        int place = place(index);
        long both = directories.get(directory, place >>> 1);
        int id = (int) ((place & 1) == 0 ? both : both >> 32);
        return id != NONE && panes.get(id, INDEX) == index ? id : NONE;
    }

    private long middleIndex(int level, long position) {
        return 2 * position + 1 << level - 1;
    }

    private int middle(int level, long position) {
        long index = middleIndex(level, position);
        if (index <= panes.get(first, INDEX) || index > knownIndex) {
            return NONE; // one half has no events
        }
        int id = find(index);
        return id != NONE && panes.get(id, INDEX) == index ? id : NONE;
    }

    /** The block of a pane; where it has none the first behind it. */
    private int find(long index) {
        int id = lookUp(index);
        if (id != NONE) {
            return id;
        }
        int before = lookUp(index - 1); // a step may have a block for its first pane only
        if (before == NONE) {
            before = panes.get(cursor, INDEX) <= index ? cursor : first;
        }
        id = before;
        while (id != NONE && panes.get(id, INDEX) < index) {
            before = id;
            id = panes.newer(id);
            panes.slots++;
        }
        cursor = before;
        return id;
    }

    /** The first block at or behind a pane that has events. */
    private int withEvents(long index) {
        if (index > knownIndex) {
            return NONE;
        }
        int id = index <= panes.get(first, INDEX) ? first : find(index);
        return id == NONE || panes.get(id, PANE) > 0 ? id : panes.nextPane(id);
    }
}
