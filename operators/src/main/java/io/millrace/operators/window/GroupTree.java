package io.millrace.operators.window;

import io.millrace.state.Blocks;
import io.millrace.state.StateBudget;
import java.util.Arrays;

/**
 * The rows of each group as the leaves of a tree in which each node has up to {@value #FAN} children and each inner node the sum of
 * every child. The rows have the places 0, 1, … without a gap: where one goes, the last one takes its place. A change sums the nodes
 * on its way to the root anew, at most {@value #FAN} parts for each.
 *
 * <p>One tree at a time: {@link #of} says which, {@link #root} and so on what has become of it.
 */
final class GroupTree {
    /*
     * Leaf:  | slot of the row + 1: 8 | arguments of the rows: 8 times as many as an event has |
     * Inner: | id of the child + 1: 8 | sums of the children: 8 |
     * The node of level n (leaves are of level 0) with place p holds the places that agree with p but for the lower 3 (n + 1) bits.
     */
    static final int FAN = 8;

    private static final int SHIFT = 3;

    /** For more rows than there are slots. */
    private static final int LEVELS = 11;

    private final SummaryFolds folds;
    private final int valueLongs;
    private final int sumLongs;
    private final Blocks leaves;
    private final Blocks inners;

    private final int[] path = new int[LEVELS];
    private final int[] fresh = new int[LEVELS];

    private int root;
    private int height;
    private int count;

    /** Parts of sums put together since it was set to zero. */
    int parts;

    GroupTree(WindowLayout layout, StateBudget budget) {
        folds = new SummaryFolds(layout);
        valueLongs = layout.arguments.newValues().length;
        sumLongs = summaryLongs(layout);
        leaves = new Blocks(budget, FAN * (1 + valueLongs), 0);
        inners = new Blocks(budget, (int) innerLongs(layout), 0);
    }

    /** Longs of a sum: its folds, and whether it could be made. */
    static int summaryLongs(WindowLayout layout) {
        return layout.brokenAt + 1;
    }

    static long innerLongs(WindowLayout layout) {
        return FAN * (1L + summaryLongs(layout));
    }

    /** The longer of both kinds of nodes. */
    static long nodeLongs(WindowLayout layout) {
        return Math.max(innerLongs(layout), FAN * (1L + layout.arguments.newValues().length));
    }

    /** Takes up a tree; one without rows has no root, and no height. */
    void of(int rootOf, int heightOf, int rows) {
        root = rootOf;
        height = heightOf;
        count = rows;
    }

    int root() {
        return root;
    }

    int height() {
        return height;
    }

    int count() {
        return count;
    }

    // ---- changes

    /** Adds a row at the place {@link #count}; false when there is no room, and then nothing has changed. */
    boolean append(int row, long[] values) {
        int place = count;
        boolean grows = place > 0 && place == 1L << SHIFT * (height + 1);
        int top = grows ? height + 1 : height;
        if (!takeNodes(place, top, grows)) {
            return false;
        }
        count++;
        if (grows) {
            inners.set(fresh[top], 0, root + 1L);
            sumOf(root, height, 0, inners.writable(fresh[top]), inners.base(fresh[top]) + FAN);
        }
        if (grows || place == 0) {
            root = fresh[top];
            height = top;
        }
        int node = root;
        for (int level = height; level > 0; level--) {
            int child = place >>> SHIFT * level & FAN - 1;
            if (fresh[level - 1] >= 0) {
                inners.set(node, child, fresh[level - 1] + 1L);
            }
            node = (int) inners.get(node, child) - 1;
        }
        leaves.set(node, place & FAN - 1, row + 1L);
        write(node, place, values);
        refresh(place);
        return true;
    }

    /** The nodes that a place more needs; those that are there are -1. */
    private boolean takeNodes(int place, int top, boolean grows) {
        Arrays.fill(fresh, 0, top + 1, -1);
        for (int level = 0; level <= top; level++) {
            if (isFirst(place, level) || grows && level == top) {
                fresh[level] = level == 0 ? leaves.take() : inners.take();
                if (fresh[level] < 0) {
                    freeTaken(level);
                    return false;
                }
            }
        }
        return true;
    }

    private void freeTaken(int levels) {
        for (int level = levels - 1; level >= 0; level--) {
            if (fresh[level] >= 0) {
                free(fresh[level], level);
            }
        }
    }

    private void free(int node, int level) {
        if (level == 0) {
            leaves.free(node);
        } else {
            inners.free(node);
        }
    }

    /** Whether a place is the first of its node of that level. */
    private static boolean isFirst(int place, int level) {
        return (place & (1L << SHIFT * (level + 1)) - 1) == 0;
    }

    /** Takes a row away; answers the row that has its place now, -1 when none has. */
    int remove(int place) {
        int last = count - 1;
        int leaf = walk(last);
        int lastAt = last & FAN - 1;
        int moved = -1;
        if (place != last) {
            moved = rowAt(last);
            int to = walk(place);
            leaves.set(to, place & FAN - 1, moved + 1L);
            System.arraycopy(
                    leaves.page(leaf), valuesAt(leaf, last), leaves.writable(to), valuesAt(to, place), valueLongs);
            walk(last);
        }
        leaves.set(leaf, lastAt, 0);
        count = last;
        freeEmpty(last);
        if (count > 0) {
            refresh(last - 1);
        }
        if (moved >= 0) {
            refresh(place);
        }
        return moved;
    }

    /** Takes the last row away from a tree whose sums nobody asks for any more. */
    void trim() {
        int last = count - 1;
        leaves.set(walk(last), last & FAN - 1, 0);
        count = last;
        freeEmpty(last);
    }

    /** Frees the nodes on the way to a place that has gone and was their first, and a root with one child. */
    private void freeEmpty(int place) {
        for (int level = 0; level <= height && isFirst(place, level); level++) {
            free(path[level], level);
            if (level < height) {
                inners.set(path[level + 1], place >>> SHIFT * (level + 1) & FAN - 1, 0);
            }
        }
        if (count == 0) {
            root = -1;
            height = 0;
        } else if (height > 0 && count == 1L << SHIFT * height) {
            int child = (int) inners.get(root, 0) - 1;
            inners.free(root);
            root = child;
            height--;
        }
    }

    /** Puts other arguments in the place of those of a row. */
    void change(int place, long[] values) {
        write(walk(place), place, values);
        refresh(place);
    }

    // ---- what is there

    /** Whether a row has these arguments. */
    boolean isSame(int place, long[] values) {
        int leaf = walk(place);
        int at = valuesAt(leaf, place);
        return Arrays.equals(leaves.page(leaf), at, at + valueLongs, values, 0, valueLongs);
    }

    private int rowAt(int place) {
        return (int) leaves.get(walk(place), place & FAN - 1) - 1;
    }

    private void write(int leaf, int place, long[] values) {
        System.arraycopy(values, 0, leaves.writable(leaf), valuesAt(leaf, place), valueLongs);
    }

    private int valuesAt(int leaf, int place) {
        return leaves.base(leaf) + FAN + (place & FAN - 1) * valueLongs;
    }

    /** Notes the nodes on the way to a place, and answers its leaf. */
    private int walk(int place) {
        int node = root;
        for (int level = height; level > 0; level--) {
            path[level] = node;
            node = (int) inners.get(node, place >>> SHIFT * level & FAN - 1) - 1;
        }
        path[0] = node;
        return node;
    }

    // ---- sums

    /** Makes the sums above a place anew. */
    private void refresh(int place) {
        walk(place);
        for (int level = 1; level <= height; level++) {
            int child = place >>> SHIFT * level & FAN - 1;
            long[] page = inners.writable(path[level]);
            sumOf(path[level - 1], level - 1, place, page, inners.base(path[level]) + FAN + child * sumLongs);
        }
    }

    /** Writes the sum of all rows. */
    void sum(long[] to) {
        sumOf(root, height, 0, to, 0);
    }

    /** Writes the sum of no rows. */
    void nothing(long[] to) {
        folds.clear(to, 0);
    }

    /** Adds the sum of other rows to one. */
    void add(long[] to, long[] page, int at) {
        folds.keep(to, 0, page, at);
    }

    /** Adds a row to a sum that stands in a page, or begins one with it. */
    void settle(int place, long[] page, int at, boolean isFirst) {
        if (isFirst) {
            folds.clear(page, at);
        }
        int leaf = walk(place);
        folds.take(page, at, leaves.page(leaf), valuesAt(leaf, place));
    }

    /** Writes the sum of the node of a level that holds a place. */
    private void sumOf(int node, int level, int place, long[] to, int at) {
        folds.clear(to, at);
        long first = place & -(1L << SHIFT * (level + 1));
        int n = (int) Math.min(FAN, (count - first + (1L << SHIFT * level) - 1) >> SHIFT * level);
        parts += n;
        if (level == 0) {
            long[] page = leaves.page(node);
            for (int i = 0, from = leaves.base(node) + FAN; i < n; i++, from += valueLongs) {
                folds.take(to, at, page, from);
            }
            return;
        }
        long[] page = inners.page(node);
        for (int i = 0, from = inners.base(node) + FAN; i < n; i++, from += sumLongs) {
            folds.keep(to, at, page, from);
        }
    }

    /** Why no result can be made of a sum; null when one can. */
    Throwable broken(long[] sum) {
        return folds.broken(sum, 0);
    }
}
