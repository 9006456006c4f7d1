package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.BUCKETS;
import static io.millrace.operators.window.PaneBlocks.PANE;

import io.millrace.operators.aggregate.Arguments;
import io.millrace.state.Blocks;
import io.millrace.state.Saved;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/**
 * Takes rows out of panes again. Where all aggregates give a row back, its arguments are subtracted, and no row is kept. Otherwise each
 * pane has a list of its rows, in the order of their coming, with what the aggregates read of them: the row is looked for there, and what
 * stays is added up anew, in that order, so that a pane is to the last bit what it would be had the row never come.
 */
final class PaneChanges implements Saved {
    /*
     * Row:  | before + 1, next + 1 | arguments … | hash of its bytes |
     * Pane: behind the result told last | whether it stands | and where rows are kept: first + 1, last + 1 |
     * Two ids in a long: the first in the upper half. Rows of panes that have gone are in a list of their own, by their next.
     */
    static final int NONE = -1;

    private static final int AROUND = 0;
    private static final int VALUES = 1;
    private static final long LOW = 0xFFFF_FFFFL;

    private final PaneBlocks panes;
    private final Summaries summaries;
    private final int most;
    private final int endsAt;

    /** By value: whether rows that differ in it are two; not so of what says when one came. */
    private final boolean[] tells;

    /** Null where none are kept. */
    private final Blocks rows;

    /** Whether what stays has to be added up anew. */
    private final boolean addsAnew;

    /** The first row that is free and was taken before. */
    private int free = NONE;

    PaneChanges(PaneBlocks panes, Summaries summaries, WindowLayout layout, int most, StateBudget budget) {
        this.panes = panes;
        this.summaries = summaries;
        this.most = most;
        endsAt = standsAt(layout) + 1;
        int[] copies = layout.arguments.copies();
        tells = new boolean[valueLongs(layout)];
        for (int i = 0; i < tells.length; i++) {
            int copy = i - (tells.length - 1 - copies.length);
            tells[i] = copy < 0 || copy == copies.length || !Arguments.saysWhenItCame(copies[copy]);
        }
        rows = most > 0 ? new Blocks(budget, rowLongs(layout), 0) : null;
        if (rows != null) {
            rows.keeps(this);
        }
        addsAnew = !summaries.giveBack();
    }

    /** Longs of what is kept of a row: its arguments, and a hash of its bytes. */
    static int valueLongs(WindowLayout layout) {
        return layout.arguments.newValues().length + 1;
    }

    static int rowLongs(WindowLayout layout) {
        return VALUES + valueLongs(layout);
    }

    /** Where a block says whether the result that was told last of its window stands. */
    static int standsAt(WindowLayout layout) {
        return BUCKETS + layout.bucketLongs + Summaries.keptLongs(layout.cells.length);
    }

    /** Further longs of a block. */
    static int longs(boolean keepsRows) {
        return keepsRows ? 2 : 1;
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(free + 1);
    }

    @Override
    public void load(StateReader from) {
        free = from.getInt("a row that is free", Integer.MAX_VALUE) - 1;
    }

    /** Of the rows that are kept. */
    StateCounters counters() {
        return rows.counters();
    }

    /** A place for one more row of a pane; {@link #NONE} when there is none. */
    int take(int pane) {
        if (pane != PaneBlocks.NONE && panes.get(pane, PANE) >= most) {
            return NONE;
        }
        int row = free;
        if (row == NONE) {
            return rows.take();
        }
        free = next(row);
        return row;
    }

    private void giveBack(int row) {
        setAround(row, NONE, free);
        free = row;
    }

    /** A row has been added to a pane, as the last of its rows; to none, where it was refused, and then its place is free. */
    void keep(int row, int pane, long[] values) {
        if (pane == PaneBlocks.NONE) {
            giveBack(row);
            return;
        }
        int last = panes.get(pane, PANE) == 1 ? NONE : last(pane);
        setAround(row, last, NONE);
        System.arraycopy(values, 0, rows.writable(row), rows.base(row) + VALUES, tells.length);
        if (last == NONE) {
            setEnds(pane, row, row);
        } else {
            setAround(last, before(last), row);
            setEnds(pane, first(pane), row);
        }
    }

    /** Takes a row out of a pane that has some; of several alike the first. Answers false, and changes nothing, where it is not there. */
    boolean takeOut(int pane, long[] values) {
        int row = NONE;
        if (rows != null) {
            row = find(pane, values);
            if (row == NONE) {
                return false;
            }
        }
        int at = panes.base(pane) + BUCKETS;
        summaries.takeOut(panes.writable(pane), at, values, 0);
        long left = panes.get(pane, PANE) - 1;
        panes.set(pane, PANE, left);
        if (row != NONE) {
            unlink(pane, row, left);
        }
        if (left == 0) {
            panes.isEmptied(pane);
        } else if (addsAnew) {
            addAnew(pane, at);
        }
        return true;
    }

    private int find(int pane, long[] values) {
        int row = first(pane);
        while (row != NONE && !isSame(row, values)) {
            row = next(row);
            panes.slots++;
        }
        return row;
    }

    private boolean isSame(int row, long[] values) {
        long[] page = rows.page(row);
        int at = rows.base(row) + VALUES;
        for (int i = 0; i < tells.length; i++) {
            if (tells[i] && page[at + i] != values[i]) {
                return false;
            }
        }
        return true;
    }

    private void unlink(int pane, int row, long left) {
        int before = before(row);
        int next = next(row);
        if (before != NONE) {
            setAround(before, before(before), next);
        }
        if (next != NONE) {
            setAround(next, before, next(next));
        }
        if (left > 0) {
            setEnds(pane, before == NONE ? next : first(pane), next == NONE ? before : last(pane));
        }
        giveBack(row);
    }

    private void addAnew(int pane, int at) {
        boolean isFirst = true;
        for (int row = first(pane); row != NONE; row = next(row)) {
            summaries.addAnew(panes.writable(pane), at, rows.page(row), rows.base(row) + VALUES, isFirst);
            isFirst = false;
            panes.slots++;
        }
    }

    /** A block goes, with all rows that its pane has. */
    void forget(int pane) {
        if (rows != null && panes.get(pane, PANE) > 0) {
            setAround(last(pane), NONE, free);
            free = first(pane);
        }
    }

    // ---- who is where

    private int first(int pane) {
        return (int) (panes.get(pane, endsAt) >> 32) - 1;
    }

    private int last(int pane) {
        return (int) panes.get(pane, endsAt) - 1;
    }

    private void setEnds(int pane, int first, int last) {
        panes.set(pane, endsAt, both(first, last));
    }

    private int before(int row) {
        return (int) (rows.get(row, AROUND) >> 32) - 1;
    }

    private int next(int row) {
        return (int) rows.get(row, AROUND) - 1;
    }

    private void setAround(int row, int before, int next) {
        rows.set(row, AROUND, both(before, next));
    }

    private static long both(int first, int second) {
        return (long) (first + 1) << 32 | second + 1 & LOW;
    }
}
