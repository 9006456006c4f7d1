package io.millrace.operators.aggregate;

/** How many of the events meet a condition. */
final class ShareAggregate implements Aggregate {
    @Override
    public String word() {
        return "share";
    }

    @Override
    public Fold fold() {
        return Folds.SUM;
    }

    @Override
    public boolean needsCount() {
        return true;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        if (summaries[count] == 0) {
            cell.absent();
        } else {
            cell.set((double) summaries[at] / summaries[count]);
        }
    }
}
