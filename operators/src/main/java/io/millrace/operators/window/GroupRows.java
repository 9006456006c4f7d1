package io.millrace.operators.window;

import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.RowWindow;
import io.millrace.operators.Stored;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Times;

/** The rows of a table by key, each with its group and its place there; the groups, each with its tree and what was told of it. */
final class GroupRows {
    /* Row:   | group | place | window, where there can be several of a key | and where rows are final some time: time | number of its group |
     * Group: | root + 1 | height | rows | results told | the last of them … | and then: newest time | number | rows that are final | their sum … | */
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

    /** Further columns of a row, and of a group beside a sum, where rows are final some time. */
    static final int FINAL_COLUMNS = 2;

    static final int FINAL_GROUP_COLUMNS = 3;

    final WindowKeys rows;
    final WindowKeys groups;
    private final GroupTree tree;
    private final boolean isOfWindows;

    /** How long behind its time a row is final; 0 where none ever is. */
    private final long keepNs;

    /** Where the further columns of a row begin, and those of a group. */
    private final int timeAt;

    private final int newestAt;

    /** Numbers groups: one that begins anew has another, so that it is known which rows are not of it. */
    private long numbers;

    /** Trees of groups that have gone, or begun anew, to be freed bit by bit. */
    private final LeftTrees left;

    GroupRows(GroupOperator<?, ?> operator, WindowLayout layout, NodeContext context) {
        keepNs = operator.forgetAfterNs;
        newestAt = groupColumns(layout.cells.length);
        int columns = operator.groupColumns(layout);
        long bytes = context.budget().bytes() - operator.leastStateBytes() / 2;
        long group = 8L * (4 + Stored.words(operator.group.maxBytes()) + columns);
        isOfWindows = context.ofWindows(0);
        timeAt = COLUMNS + (isOfWindows ? 1 : 0);
        int own = timeAt + (keepNs > 0 ? FINAL_COLUMNS : 0);
        long perRow = operator.bytesPerKey() + 8L * (timeAt - COLUMNS);
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
        left = keepNs > 0 ? new LeftTrees(tree, context.budget()) : null;
    }

    void save(StateWriter to) {
        if (keepNs > 0) {
            to.putLong(numbers);
            left.save(to);
        }
    }

    void load(StateReader from) {
        if (keepNs > 0) {
            numbers = from.getLong();
            left.load(from);
        }
    }

    static int groupColumns(int cells) {
        return RESULT + Summaries.keptLongs(cells);
    }

    // ---- rows

    /** Which of the windows of its key a row is a result of. */
    long windowOf(int row) {
        return isOfWindows ? rows.rows.get(row, WINDOW) : RowWindow.NONE;
    }

    /** A row in its group has been set by an entry. */
    void standsFor(int row, Flow set) {
        if (isOfWindows) {
            rows.rows.set(row, WINDOW, set.windowNs());
        }
        if (keepNs > 0) {
            int group = groupOf(row);
            long timeNs = set.timeNs();
            rows.rows.set(row, timeAt, timeNs);
            rows.rows.set(row, timeAt + 1, numberOf(group));
            if (timeNs > groups.rows.get(group, newestAt)) {
                groups.rows.set(group, newestAt, timeNs);
            }
        }
    }

    int groupOf(int row) {
        return (int) rows.rows.get(row, GROUP);
    }

    /** The group of the key in hand, made when there is none; {@link #NONE} at the bound. */
    int group(Flow flow) {
        int found = groups.find(flow);
        if (found != NONE) {
            return found;
        }
        int made = groups.acquire(flow);
        if (made != NONE && keepNs > 0) {
            groups.rows.set(made, newestAt, Long.MIN_VALUE);
            groups.rows.set(made, newestAt + 1, ++numbers);
        }
        return made;
    }

    /** The group is there no more; all of its rows have been taken out, or left behind. */
    void release(int group) {
        groups.rows.release(group);
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

    /** The rows that can still change. */
    int count(int group) {
        return (int) groups.rows.get(group, COUNT);
    }

    /** Whether nothing is left of it when one row goes. */
    boolean isOnly(int group) {
        return count(group) == 1 && finals(group) == 0;
    }

    boolean isEmpty(int group) {
        return count(group) == 0 && finals(group) == 0;
    }

    /** Writes the sum of a group that has rows; answers why no result can be made of it, null when one can. */
    Throwable sum(int group, long[] to) {
        if (open(group) > 0) {
            tree.sum(to);
        } else {
            tree.nothing(to);
        }
        if (finals(group) > 0) {
            tree.add(to, groups.rows.page(group), finalsAt(group) + 1);
        }
        return tree.broken(to);
    }

    // ---- rows that are final

    /** When a row is final. */
    long rowDueNs(int row) {
        return Times.plus(rows.rows.get(row, timeAt), keepNs);
    }

    /** When all are that a group has ever had: the newest time counts, also of a row that has been taken out since. */
    long groupDueNs(int group) {
        return Times.plus(groups.rows.get(group, newestAt), keepNs);
    }

    private long numberOf(int group) {
        return groups.rows.get(group, newestAt + 1);
    }

    private int finals(int group) {
        return keepNs > 0 ? (int) Math.min(groups.rows.get(group, newestAt + 2), Integer.MAX_VALUE) : 0;
    }

    private int finalsAt(int group) {
        return groups.rows.base(group) + newestAt + 2;
    }

    /** Keeps of a row no more than what it adds to the sum of its group; one whose group has gone just goes. */
    void settle(int row) {
        int group = groupOf(row);
        if (groups.rows.isUsed(group) && numberOf(group) == rows.rows.get(row, timeAt + 1)) {
            int place = placeOf(row);
            open(group);
            tree.settle(place, groups.rows.writable(group), finalsAt(group) + 1, finals(group) == 0);
            groups.rows.add(group, newestAt + 2, 1);
            takeOut(group, place);
        }
        rows.rows.release(row);
    }

    /** Leaves a group with all of its rows behind, which are final; false when there is no room to note that. */
    boolean leave(int group, long progressNs) {
        int count = open(group);
        if (count > 0 && !left.add(progressNs)) {
            return false;
        }
        release(group);
        return true;
    }

    LeftTrees left() {
        return left;
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
