package io.millrace.operators.aggregate;

/**
 * {@link FirstFold} or {@link LastFold} of rows that stand in no order (time, value, whether there is one, turn); arguments: time, value,
 * turn. Of two rows at one time the turn says which was set first.
 *
 * @param latest whether the latest is looked for
 */
record EndOfRowsFold(boolean latest) implements Fold {
    private static final int THERE = 2;
    private static final int TURN = 3;

    @Override
    public int summaryLongs() {
        return 4;
    }

    @Override
    public void clear(long[] summary, int at) {
        for (int i = 0; i < summaryLongs(); i++) {
            summary[at + i] = 0;
        }
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        take(summary, at, from[p], from[p + 1], from[p + 2]);
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        if (other[p + THERE] != 0) {
            take(summary, at, other[p], other[p + 1], other[p + TURN]);
        }
    }

    private void take(long[] summary, int at, long time, long value, long turn) {
        if (summary[at + THERE] == 0 || latest == isBefore(summary[at], summary[at + TURN], time, turn)) {
            summary[at] = time;
            summary[at + 1] = value;
            summary[at + THERE] = 1;
            summary[at + TURN] = turn;
        }
    }

    private static boolean isBefore(long time, long turn, long otherTime, long otherTurn) {
        return time < otherTime || time == otherTime && turn < otherTurn;
    }
}
