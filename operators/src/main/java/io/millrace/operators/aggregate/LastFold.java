package io.millrace.operators.aggregate;

/** The latest event (time, value, whether there is one); of two at one time the one that came last. */
final class LastFold implements Fold {
    private static final Fold OF_ROWS = new EndOfRowsFold(true);

    @Override
    public int summaryLongs() {
        return 3;
    }

    @Override
    public Fold ofRows() {
        return OF_ROWS;
    }

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = 0;
        summary[at + 1] = 0;
        summary[at + 2] = 0;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        if (summary[at + 2] == 0 || from[p] >= summary[at]) {
            summary[at] = from[p];
            summary[at + 1] = from[p + 1];
            summary[at + 2] = 1;
        }
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        if (other[p + 2] != 0) {
            add(summary, at, other, p);
        }
    }
}
