package io.millrace.state;

/**
 * The order in which rows were last set: a list through one column of them, so that the oldest is known at once and any
 * row can leave from the middle. Each call touches at most three rows, whatever their number. The order does not depend
 * on where rows are.
 */
public final class RowQueue implements Saved {
    /** The column of each row in the queue: | slot before it + 1 | slot after it + 1 |, 32 bits each; 0 for none. */
    private static final long LOW = 0xFFFF_FFFFL;

    private static final int NONE = -1;

    private final KeyedRows rows;
    private final int column;
    private int oldest = NONE;
    private int newest = NONE;

    /**
     * An empty queue.
     *
     * @param rows   whose slots it holds
     * @param column of them, for the queue alone; zero in a new row, as all columns are
     */
    public RowQueue(KeyedRows rows, int column) {
        this.rows = rows;
        this.column = column;
        rows.budget().keeps(this);
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(oldest);
        to.putInt(newest);
    }

    @Override
    public void load(StateReader from) {
        oldest = from.getInt();
        newest = from.getInt();
    }

    /**
     * The row that was appended longest ago.
     *
     * @return its slot; -1 when the queue is empty
     */
    public int oldest() {
        return oldest;
    }

    /**
     * Makes a row the newest.
     *
     * @param slot in use, and not in the queue
     */
    public void append(int slot) {
        rows.set(slot, column, newest + 1L << 32);
        if (newest == NONE) {
            oldest = slot;
        } else {
            rows.add(newest, column, slot + 1L);
        }
        newest = slot;
    }

    /**
     * Takes a row out of the queue; to be done before it is released.
     *
     * @param slot in the queue
     */
    public void remove(int slot) {
        long links = rows.get(slot, column);
        int before = (int) (links >>> 32) - 1;
        int behind = (int) (links & LOW) - 1;
        if (before == NONE) {
            oldest = behind;
        } else {
            rows.set(before, column, rows.get(before, column) & ~LOW | behind + 1L);
        }
        if (behind == NONE) {
            newest = before;
        } else {
            rows.set(behind, column, rows.get(behind, column) & LOW | before + 1L << 32);
        }
        rows.set(slot, column, 0);
    }
}
