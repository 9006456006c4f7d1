package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Fold;

/** How many different values there are, at most one more than the bound. */
final class DistinctAggregate implements Aggregate {
    private final Fold fold;

    DistinctAggregate(Fold fold) {
        this.fold = fold;
    }

    @Override
    public String word() {
        return "distinct";
    }

    @Override
    public Fold fold() {
        return fold;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        cell.set(summaries[at]);
    }
}
