package io.millrace.operators.aggregate;

/** A sum of doubles by their number. */
final class MeanAggregate implements Aggregate {
    @Override
    public String word() {
        return "mean";
    }

    @Override
    public Fold fold() {
        return Folds.SUM_DOUBLE;
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
            cell.set(Exact.sum(summaries, at) / summaries[count]);
        }
    }
}
