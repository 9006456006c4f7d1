package io.millrace.operators.window;

import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.Touched;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.FiringPace;
import io.millrace.state.StateCounters;
import io.millrace.time.Progress;
import io.millrace.time.Times;

/**
 * Which rows and groups are final, and makes them so a few at an entry. Whether that has been done yet changes no result: a row whose
 * time has come is taken for one that has gone, and a group of such rows only for none, so both may be done whenever there is time. At a
 * bound one whose turn has come gives its place up: rows and groups come in steps of a 64th of the time, and hold it until theirs.
 */
final class GroupAges {
    /** The most in the time step of one entry. */
    static final int FIRINGS = 64;

    private final GroupRows table;
    private final long keepNs;
    private final NodeContext context;
    private final NodeCounters counters;
    private final Progress progress;
    private final ExpiryCalendar rows;
    private final ExpiryCalendar groups;
    private final FiringPace pace;
    private final Touched touched;

    GroupAges(GroupRows table, long keepNs, NodeContext context) {
        this.table = table;
        this.keepNs = keepNs;
        this.context = context;
        counters = context.counters();
        progress = context.progress();
        rows = new ExpiryCalendar(context.budget(), table.rows.rows, keepNs);
        groups = new ExpiryCalendar(context.budget(), table.groups.rows, keepNs);
        pace = new FiringPace(context.budget(), FiringPace.FEW_FREEING);
        touched = new Touched(
                counters, new StateCounters[] {table.rows.rows.counters(), table.groups.rows.counters()}, rows, groups);
    }

    /** Whether a row of that time is final. */
    boolean isFinal(long timeNs) {
        return Times.plus(timeNs, keepNs) <= progress.ns();
    }

    /** The row of an event's key; none where it is final, and then it is made so at once. */
    int settled(int row) {
        if (row == GroupRows.NONE || table.rowDueNs(row) > progress.ns()) {
            return row;
        }
        table.settle(row);
        counters.keys = table.rows.rows.count();
        return GroupRows.NONE;
    }

    /** Leaves a group behind that has only rows which are final; false when there is no room for that. */
    boolean makesRoom(int group) {
        if (group == GroupRows.NONE || table.groupDueNs(group) > progress.ns()) {
            return true;
        }
        boolean isLeft = table.leave(group, progress.ns());
        context.due(nextDueNs());
        return isLeft;
    }

    /** Makes a row so whose time has come, for one that finds no room; false when none is found in as many steps as an entry may do. */
    boolean settlesOne() {
        for (int i = 0; i < FIRINGS && rows.nextDueNs() <= progress.ns(); i++) {
            if (settle(rows.pop(progress.ns()), progress.ns())) {
                return true;
            }
        }
        return false;
    }

    /** The same of a group. */
    boolean leavesOne() {
        boolean isLeft = false;
        for (int i = 0; i < FIRINGS && !isLeft && groups.nextDueNs() <= progress.ns(); i++) {
            isLeft = leave(groups.pop(progress.ns()), progress.ns());
        }
        context.due(nextDueNs());
        return isLeft;
    }

    /** A row has come to a group, which may be new. */
    void added(int row, int group) {
        pace.added(1);
        rows.arm(row, table.rowDueNs(row));
        movedTo(group);
    }

    /** A group, which may be new, has another row. */
    void movedTo(int group) {
        if (!groups.isArmed(group)) {
            pace.added(1);
            groups.arm(group, table.groupDueNs(group));
        }
        context.due(nextDueNs());
    }

    long nextDueNs() {
        long due = Math.min(rows.nextDueNs(), groups.nextDueNs());
        long next = due == Long.MAX_VALUE && isEmpty() ? due : Math.min(due, Progress.END);
        return table.left().isAny() ? Math.min(next, table.left().sinceNs()) : next;
    }

    private boolean isEmpty() {
        return rows.buckets() == 0 && groups.buckets() == 0;
    }

    int fire(long progressNs, int most) {
        int share = pace.most(progressNs >= Progress.END, most);
        long upTo = progressNs >= Progress.END ? Long.MAX_VALUE : progressNs;
        int fired = 0;
        int before = table.rows.rows.count();
        touched.begin();
        while (fired < share && nextDueNs() <= progressNs) {
            next(progressNs, upTo);
            fired++;
        }
        touched.end();
        pace.fired(fired, nextDueNs() <= progressNs);
        counters.keys = table.rows.rows.count();
        counters.maxFreed = Math.max(counters.maxFreed, before - table.rows.rows.count());
        return fired;
    }

    private void next(long progressNs, long upTo) {
        if (table.left().isAny()) {
            table.left().trim();
            return;
        }
        int row = rows.pop(upTo);
        if (row >= 0) {
            settle(row, progressNs);
        } else {
            leave(groups.pop(upTo), progressNs);
        }
    }

    private boolean settle(int row, long progressNs) {
        if (row < 0) {
            return false;
        }
        if (table.rowDueNs(row) > progressNs) {
            rows.arm(row, table.rowDueNs(row));
            return false;
        }
        table.settle(row);
        return true;
    }

    private boolean leave(int group, long progressNs) {
        if (group < 0) {
            return false;
        }
        if (table.groupDueNs(group) > progressNs || !table.leave(group, progressNs)) {
            groups.arm(group, Math.max(table.groupDueNs(group), Times.plus(progressNs, 1)));
            return false;
        }
        return true;
    }
}
