package io.millrace.operators.aggregate;

/** A sum of longs, which fits: the node has looked. */
final class SumAggregate implements Aggregate {
    @Override
    public String word() {
        return "sum";
    }

    @Override
    public Fold fold() {
        return Folds.SUM;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        cell.set(summaries[at]);
    }
}
