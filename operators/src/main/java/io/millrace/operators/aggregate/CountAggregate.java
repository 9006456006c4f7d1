package io.millrace.operators.aggregate;

/** How many events. */
final class CountAggregate implements Aggregate {
    @Override
    public String word() {
        return "count";
    }

    @Override
    public Fold fold() {
        return Folds.COUNT;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        cell.set(summaries[at]);
    }
}
