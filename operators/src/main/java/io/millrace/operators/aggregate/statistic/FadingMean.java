package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Fold;

/** The mean of values whose weight halves with age. */
final class FadingMean implements Aggregate {
    private final Fold fold;

    FadingMean(long halfLifeNs) {
        fold = new FadingFold(halfLifeNs);
    }

    @Override
    public String word() {
        return "ewma";
    }

    @Override
    public Fold fold() {
        return fold;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        if (Double.longBitsToDouble(summaries[at + FadingFold.WEIGHTS]) == 0) {
            cell.absent();
        } else {
            cell.set(FadingFold.mean(summaries, at));
        }
    }
}
