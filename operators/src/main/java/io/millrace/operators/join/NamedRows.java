package io.millrace.operators.join;

import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operators.KeyReader;
import io.millrace.operators.Stored;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateBudget;
import io.millrace.topology.KeyInfo;

/**
 * The rows of the right side of a join by a foreign key, also those that are named and not there, each with the list of the left
 * rows that name it, in the order in which they began to. The links of a list stand in the left rows.
 */
final class NamedRows {
    static final int NONE = -1;

    /* Left row: | named row + 1 | the one before on its list + 1 | the one behind + 1 | changes told … the caller's */
    private static final int NAMED = 0;
    private static final int BEFORE = 1;
    private static final int BEHIND = 2;
    private static final int TOLD = 3;
    static final int LEFT_HEAD = 4;

    /* Row: | first + 1 | last + 1 | how many | is there | changes … of Changes | length | bytes … | */
    private static final int FIRST = 0;
    private static final int LAST = 1;
    private static final int COUNT = 2;
    private static final int IS_THERE = 3;
    private static final int CHANGES = 4;
    private static final int VALUE = CHANGES + Changes.COLUMNS;

    final KeyedRows rows;
    private final KeyedRows lefts;
    private final Changes changes;
    private final boolean isNumber;

    NamedRows(NodeContext context, KeyInfo key, int maxLength, int most, KeyedRows lefts) {
        StateBudget budget = context.budget();
        isNumber = key.isNumber();
        int longs = longs(maxLength);
        rows = isNumber
                ? KeyedRows.forLongs(budget, longs, most, context.hashSeed())
                : KeyedRows.forBytes(budget, longs, most, key.maxBytes(), context.hashSeed());
        this.lefts = lefts;
        changes = new Changes(budget, rows, CHANGES, VALUE, IS_THERE, maxLength);
    }

    static int longs(int maxLength) {
        return VALUE + Stored.longs(maxLength);
    }

    Changes changes() {
        return changes;
    }

    // ---- rows

    /** That with the key in hand; NONE when there is none. */
    int find(Flow flow) {
        return isNumber ? rows.find(flow.key()) : rows.find(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    /** That with the key in hand, made when there is none; NONE at the bound. */
    int acquire(Flow flow) {
        return isNumber ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    int find(KeyReader names) {
        return isNumber ? rows.find(names.key()) : rows.find(names.key(), names.bytes(), names.length());
    }

    int acquire(KeyReader names) {
        return isNumber ? rows.acquire(names.key()) : rows.acquire(names.key(), names.bytes(), names.length());
    }

    /** What is neither there, nor named, nor has a change under way, goes. */
    void releaseIfUnused(int row) {
        if (rows.get(row, COUNT) == 0 && rows.get(row, IS_THERE) == 0 && !changes.isInLine(row)) {
            rows.release(row);
        }
    }

    boolean isThere(int row) {
        return row != NONE && rows.get(row, IS_THERE) != 0;
    }

    /** How many left rows name it. */
    long count(int row) {
        return rows.get(row, COUNT);
    }

    /** Where the length of its bytes stands, and they behind it; of meaning when it is there. */
    int value(int row) {
        return rows.base(row) + VALUE;
    }

    void set(int row, boolean isThere, byte[] bytes, int length) {
        rows.set(row, IS_THERE, isThere ? 1 : 0);
        if (isThere) {
            Stored.write(rows.writable(row), value(row), bytes, length);
        }
    }

    // ---- who names it

    int named(int left) {
        return (int) lefts.get(left, NAMED) - 1;
    }

    int first(int row) {
        return (int) rows.get(row, FIRST) - 1;
    }

    int behind(int left) {
        return (int) lefts.get(left, BEHIND) - 1;
    }

    /** How many of the changes of the row it names a left row has been told. */
    long told(int left) {
        return lefts.get(left, TOLD);
    }

    void told(int left, long changesTold) {
        lefts.set(left, TOLD, changesTold);
    }

    /** Puts a left row at the end of the list: it sees the row as it is now. */
    void link(int left, int row) {
        lefts.set(left, NAMED, row + 1L);
        lefts.set(left, BEHIND, 0);
        if (row == NONE) {
            lefts.set(left, BEFORE, 0);
            return;
        }
        int last = (int) rows.get(row, LAST) - 1;
        lefts.set(left, BEFORE, last + 1L);
        lefts.set(left, TOLD, changes.made(row));
        if (last < 0) {
            rows.set(row, FIRST, left + 1L);
        } else {
            lefts.set(last, BEHIND, left + 1L);
        }
        rows.set(row, LAST, left + 1L);
        rows.add(row, COUNT, 1);
    }

    void unlink(int left, int row) {
        if (row == NONE) {
            return;
        }
        int before = (int) lefts.get(left, BEFORE) - 1;
        int behind = behind(left);
        changes.passOver(row, left, behind);
        if (before < 0) {
            rows.set(row, FIRST, behind + 1L);
        } else {
            lefts.set(before, BEHIND, behind + 1L);
        }
        if (behind < 0) {
            rows.set(row, LAST, before + 1L);
        } else {
            lefts.set(behind, BEFORE, before + 1L);
        }
        rows.add(row, COUNT, -1);
        releaseIfUnused(row);
    }
}
