package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Fold;

/** The value of the event at which a number is extreme. */
final class ExtremeAggregate implements Aggregate {
    private final String word;
    private final Fold fold;

    ExtremeAggregate(String word, boolean largest, boolean ofDoubles) {
        this.word = word;
        fold = new ExtremeFold(largest, ofDoubles);
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public Fold fold() {
        return fold;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        if (summaries[at + ExtremeFold.THERE] == 0) {
            cell.absent();
        } else {
            cell.set(summaries[at + ExtremeFold.VALUE]);
        }
    }
}
