package io.millrace.operators.window;

import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.RowWindow;
import io.millrace.operators.Stored;

/** The rows of a table by key, each with its group and its place there; the groups, each with its tree and what was told of it. */
final class GroupRows {
    /* Row:   | group | place | window, where there can be several of a key |
     * Group: | root + 1 | height | rows | results told | the last of them … | */
    static final int COLUMNS = 2;

    static final int NONE = -1;

    private static final int GROUP = 0;
    private static final int PLACE = 1;
    private static final int WINDOW = 2;

    private static final int ROOT = 0;
    private static final int HEIGHT = 1;
    private static final int COUNT = 2;
    private static final int TOLD = 3;
    private static final int RESULT = 4;

    final WindowKeys rows;
    final WindowKeys groups;
    private final GroupTree tree;
    private final boolean isOfWindows;

    GroupRows(GroupOperator<?, ?> operator, WindowLayout layout, NodeContext context) {
        int columns = groupColumns(layout.cells.length);
        long bytes = context.budget().bytes() - operator.leastStateBytes() / 2;
        long group = 8L * (4 + Stored.words(operator.group.maxBytes()) + columns);
        isOfWindows = context.ofWindows(0);
        int own = COLUMNS + (isOfWindows ? 1 : 0);
        long perRow = operator.bytesPerKey() + 8L * (own - COLUMNS);
        long fits = bytes / (perRow + group);
        if (operator.group.atMost() > 0) { // where they are fewer than rows
            fits = Math.max(fits, (bytes - operator.group.atMost() * group) / perRow);
        }
        int fit = (int) Math.max(1, Math.min(fits, Integer.MAX_VALUE >> 3));
        int most = operator.key.atMost() == 0 ? fit : operator.key.atMost();
        rows = new WindowKeys(operator.key, own, most, context);
        int mostGroups = operator.group.atMost() == 0 ? rows.rows.maxKeys() : operator.group.atMost();
        groups = new WindowKeys(operator.group, columns, mostGroups, context);
        tree = new GroupTree(layout, context.budget());
    }

    static int groupColumns(int cells) {
        return RESULT + Summaries.keptLongs(cells);
    }

    // ---- rows

    /** Which of the windows of its key a row is a result of. */
    long windowOf(int row) {
        return isOfWindows ? rows.rows.get(row, WINDOW) : RowWindow.NONE;
    }

    void standsFor(int row, Flow set) {
        if (isOfWindows) {
            rows.rows.set(row, WINDOW, set.windowNs());
        }
    }

    int groupOf(int row) {
        return (int) rows.rows.get(row, GROUP);
    }

    /** The group of the key in hand, made when there is none; {@link #NONE} at the bound. */
    int group(Flow flow) {
        int found = groups.find(flow);
        return found == NONE ? groups.acquire(flow) : found;
    }

    /** Puts a row into a group; false when there is no room, and then nothing has changed. */
    boolean put(int row, int group, long[] values) {
        int place = open(group);
        if (!tree.append(row, values)) {
            return false;
        }
        close(group);
        rows.rows.set(row, GROUP, group);
        rows.rows.set(row, PLACE, place);
        return true;
    }

    /** The place of a row, to be taken out by {@link #takeOut} behind a {@link #put} into another group. */
    int placeOf(int row) {
        return (int) rows.rows.get(row, PLACE);
    }

    void takeOut(int group, int place) {
        open(group);
        int moved = tree.remove(place);
        if (moved != NONE) {
            rows.rows.set(moved, PLACE, place);
        }
        close(group);
    }

    /** Gives a row other arguments; false when it had the same. */
    boolean change(int row, long[] values) {
        open(groupOf(row));
        int place = placeOf(row);
        if (tree.isSame(place, values)) {
            return false;
        }
        tree.change(place, values);
        return true;
    }

    private int open(int group) {
        int count = count(group);
        tree.of((int) groups.rows.get(group, ROOT) - 1, (int) groups.rows.get(group, HEIGHT), count);
        return count;
    }

    private void close(int group) {
        groups.rows.set(group, ROOT, tree.root() + 1L);
        groups.rows.set(group, HEIGHT, tree.height());
        groups.rows.set(group, COUNT, tree.count());
    }

    // ---- groups

    int count(int group) {
        return (int) groups.rows.get(group, COUNT);
    }

    /** Writes the sum of a group that has rows; answers why no result can be made of it, null when one can. */
    Throwable sum(int group, long[] to) {
        open(group);
        tree.sum(to);
        return tree.broken(to);
    }

    /** How many results of a group were told. */
    long told(int group) {
        return groups.rows.get(group, TOLD);
    }

    void tell(int group) {
        groups.rows.add(group, TOLD, 1);
    }

    /** Where the result that was told last stands in {@link #writable}. */
    int resultAt(int group) {
        return groups.rows.base(group) + RESULT;
    }

    long[] writable(int group) {
        return groups.rows.writable(group);
    }

    long[] page(int group) {
        return groups.rows.page(group);
    }
}
