package io.millrace.operators.aggregate;

/** The mean of a value, weighted; absent when the weights add up to nothing. */
final class WeightedMeanAggregate implements Aggregate {
    @Override
    public String word() {
        return "vwap";
    }

    @Override
    public Fold fold() {
        return Folds.WEIGHTED;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        double weights = Exact.sum(summaries, at + 2);
        if (weights == 0) {
            cell.absent();
        } else {
            cell.set(Exact.sum(summaries, at) / weights);
        }
    }
}
