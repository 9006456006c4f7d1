package io.millrace.operators.join;

import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.Stored;
import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/**
 * Changes of rows that are still on their way to the left rows which name them: more do than one entry may tell. Each change keeps
 * what the row was from then on, until all have been told the next one; those of one row go round its list one after the other.
 *
 * <p>Rows take turns: one that has had its turn goes to the end of the line, so that a row which changes all the time does not make
 * the others wait. All changes under way stand in the order in which they came, too, each with how far progress had come: the
 * oldest says up to where progress may be told.
 */
final class Changes implements Saved {
    /** The most changes of one row under way at a time. */
    static final int MOST = 16;

    /** The most left rows that a row in front tells, or passes over, in one turn. */
    static final int TURN = ForeignKeyJoin.FIRINGS;

    /** Columns in a row: | made | under way | to be told next + 1 | oldest block + 1 | newest + 1 | next in line + 1 | is in line | */
    static final int COLUMNS = 7;

    private static final int UNDER_WAY = 1;
    private static final int NEXT_TOLD = 2;
    private static final int OLDEST = 3;
    private static final int NEWEST = 4;
    private static final int NEXT_IN_LINE = 5;
    private static final int IN_LINE = 6;

    /* Block, what a row was: | next block + 1 | time | sequence | header | is there |
    progress | the one that came before it, of any row, + 1 | behind it + 1 | length | bytes … | */
    private static final int TIME = 1;
    private static final int SEQUENCE = 2;
    private static final int HEADER = 3;
    private static final int IS_THERE = 4;
    private static final int PROGRESS = 5;
    private static final int EARLIER = 6;
    private static final int LATER = 7;
    private static final int VALUE = 8;

    private final KeyedRows rows;
    private final int column;
    private final int valueColumn;
    private final int isThereColumn;
    private final int valueLongs;
    private final Blocks blocks;
    private final HeldHeaders headers;
    private int firstInLine = NamedRows.NONE;
    private int lastInLine = NamedRows.NONE;
    private int stepsOfTurn;
    private int oldestOfAll = NamedRows.NONE;
    private int newestOfAll = NamedRows.NONE;

    @Scratch("of the entry in hand")
    private int walked;

    Changes(StateBudget budget, KeyedRows rows, int column, int valueColumn, int isThereColumn, int maxLength) {
        this.rows = rows;
        this.column = column;
        this.valueColumn = valueColumn;
        this.isThereColumn = isThereColumn;
        valueLongs = Stored.longs(maxLength);
        blocks = new Blocks(budget, VALUE + valueLongs, 0);
        headers = new HeldHeaders(budget, 0);
        budget.keeps(this);
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(firstInLine);
        to.putInt(lastInLine);
        to.putInt(stepsOfTurn);
        to.putInt(oldestOfAll);
        to.putInt(newestOfAll);
    }

    @Override
    public void load(StateReader from) {
        firstInLine = from.getInt();
        lastInLine = from.getInt();
        stepsOfTurn = from.getInt();
        oldestOfAll = from.getInt();
        newestOfAll = from.getInt();
    }

    // ---- of a row

    /** How many there have been: those that were told to all within their own entry are not counted. */
    long made(int row) {
        return rows.get(row, column);
    }

    int underWay(int row) {
        return (int) rows.get(row, column + UNDER_WAY);
    }

    /** How many of them all left rows have been told. */
    long toldToAll(int row) {
        return made(row) - underWay(row);
    }

    /** The left row whose turn it is; NONE at the end of the list. */
    int next(int row) {
        return (int) rows.get(row, column + NEXT_TOLD) - 1;
    }

    void next(int row, int left) {
        rows.set(row, column + NEXT_TOLD, left + 1L);
    }

    /** A left row leaves the list. */
    void passOver(int row, int left, int behind) {
        if (underWay(row) > 0 && next(row) == left) {
            next(row, behind);
        }
    }

    /**
     * Begins one, before the row changes; {@link #becomes} follows when it has. Answers false when as many are under way as may be,
     * or there is no room, and then nothing has changed.
     */
    boolean begin(int row, int first, long progressNs, Flow flow) {
        if (underWay(row) >= MOST) {
            return false;
        }
        boolean isFirst = underWay(row) == 0;
        int was = isFirst ? blocks.take() : (int) rows.get(row, column + NEWEST) - 1;
        int is = was < 0 ? was : blocks.take();
        long header = is < 0 ? HeldHeaders.NO_ROOM : headers.keep(flow);
        if (header == HeldHeaders.NO_ROOM) {
            free(is);
            free(isFirst ? was : NamedRows.NONE);
            return false;
        }
        if (isFirst) {
            copy(row, was);
            blocks.set(was, HEADER, 0);
            rows.set(row, column + OLDEST, was + 1L);
            next(row, first);
            line(row);
        }
        blocks.set(was, 0, is + 1L);
        blocks.set(is, TIME, flow.timeNs());
        blocks.set(is, SEQUENCE, flow.eventSequence());
        blocks.set(is, HEADER, header);
        blocks.set(is, PROGRESS, progressNs);
        comes(is);
        rows.set(row, column + NEWEST, is + 1L);
        rows.add(row, column, 1);
        rows.add(row, column + UNDER_WAY, 1);
        return true;
    }

    private void free(int id) {
        if (id >= 0) {
            blocks.free(id);
        }
    }

    /** Notes what the row has become. */
    void becomes(int row) {
        copy(row, newest(row));
    }

    int newest(int row) {
        return (int) rows.get(row, column + NEWEST) - 1;
    }

    private void copy(int row, int id) {
        blocks.set(id, IS_THERE, rows.get(row, isThereColumn));
        System.arraycopy(
                rows.page(row), rows.base(row) + valueColumn, blocks.writable(id), blocks.base(id) + VALUE, valueLongs);
    }

    /** All have been told one: what the row was before it is not asked for any more. */
    void finish(int row, int first) {
        int oldest = (int) rows.get(row, column + OLDEST) - 1;
        rows.set(row, column + OLDEST, blocks.get(oldest, 0));
        goes((int) blocks.get(oldest, 0) - 1);
        drop(oldest);
        rows.add(row, column + UNDER_WAY, -1);
        if (underWay(row) == 0) {
            drop(newest(row));
        } else {
            next(row, first);
        }
    }

    private void drop(int id) {
        headers.drop(blocks.get(id, HEADER));
        blocks.free(id);
    }

    // ---- of all rows

    private void comes(int id) {
        blocks.set(id, EARLIER, newestOfAll + 1L);
        if (newestOfAll == NamedRows.NONE) {
            oldestOfAll = id;
        } else {
            blocks.set(newestOfAll, LATER, id + 1L);
        }
        newestOfAll = id;
    }

    private void goes(int id) {
        int earlier = (int) blocks.get(id, EARLIER) - 1;
        int later = (int) blocks.get(id, LATER) - 1;
        if (earlier == NamedRows.NONE) {
            oldestOfAll = later;
        } else {
            blocks.set(earlier, LATER, later + 1L);
        }
        if (later == NamedRows.NONE) {
            newestOfAll = earlier;
        } else {
            blocks.set(later, EARLIER, earlier + 1L);
        }
    }

    /** How far progress had come when the oldest that is under way came, less than for any other; the latest when none is. */
    long heldNs() {
        return oldestOfAll == NamedRows.NONE ? Long.MAX_VALUE : blocks.get(oldestOfAll, PROGRESS);
    }

    // ---- what a row was

    /** After so many changes: the place of that in here. */
    int after(int row, long changes) {
        int id = (int) rows.get(row, column + OLDEST) - 1;
        for (long n = toldToAll(row); n < changes; n++) {
            id = (int) blocks.get(id, 0) - 1;
            walked++;
        }
        return id;
    }

    /** Changes gone over since the last call. */
    int takeWalked() {
        int taken = walked;
        walked = 0;
        return taken;
    }

    /** Of what changes are kept in. */
    StateCounters[] counters() {
        return new StateCounters[] {blocks.counters(), headers.counters()};
    }

    boolean isThere(int id) {
        return blocks.get(id, IS_THERE) != 0;
    }

    long[] page(int id) {
        return blocks.page(id);
    }

    /** Where its length stands, and its bytes behind it. */
    int value(int id) {
        return blocks.base(id) + VALUE;
    }

    long timeNs(int id) {
        return blocks.get(id, TIME);
    }

    /** What comes of a change inherits from the event that made it. */
    void lend(int id, Firing firing) {
        headers.lend(blocks.get(id, HEADER), blocks.get(id, SEQUENCE), firing);
    }

    // ---- whose turn it is

    private void line(int row) {
        if (!isInLine(row)) {
            rows.set(row, column + IN_LINE, 1);
            append(row);
        }
    }

    private void append(int row) {
        rows.set(row, column + NEXT_IN_LINE, 0);
        if (lastInLine == NamedRows.NONE) {
            firstInLine = row;
        } else {
            rows.set(lastInLine, column + NEXT_IN_LINE, row + 1L);
        }
        lastInLine = row;
    }

    boolean isInLine(int row) {
        return rows.get(row, column + IN_LINE) != 0;
    }

    /** The row in front; NONE when no change is under way. */
    int firstInLine() {
        return firstInLine;
    }

    /** The row in front has taken a step: when its turn is over it goes to the end of the line. */
    void tookStep() {
        stepsOfTurn++;
        if (stepsOfTurn >= TURN) {
            append(takeFirst());
        }
    }

    /** The row in front leaves. */
    void leaveLine() {
        rows.set(takeFirst(), column + IN_LINE, 0);
    }

    private int takeFirst() {
        int row = firstInLine;
        firstInLine = (int) rows.get(row, column + NEXT_IN_LINE) - 1;
        lastInLine = firstInLine == NamedRows.NONE ? NamedRows.NONE : lastInLine;
        stepsOfTurn = 0;
        return row;
    }
}
