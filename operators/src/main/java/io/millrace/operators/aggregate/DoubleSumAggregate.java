package io.millrace.operators.aggregate;

/** A sum of doubles. */
final class DoubleSumAggregate implements Aggregate {
    @Override
    public String word() {
        return "sumDouble";
    }

    @Override
    public Fold fold() {
        return Folds.SUM_DOUBLE;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        cell.set(Exact.sum(summaries, at));
    }
}
