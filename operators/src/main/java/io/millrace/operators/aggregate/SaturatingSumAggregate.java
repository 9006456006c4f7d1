package io.millrace.operators.aggregate;

/** A sum of longs; beyond 64 bits the nearest long. */
final class SaturatingSumAggregate implements Aggregate {
    @Override
    public String word() {
        return "sumSaturating";
    }

    @Override
    public Fold fold() {
        return Folds.WIDE_SUM;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        long low = summaries[at];
        long high = summaries[at + 1];
        cell.set(high == low >> 63 ? low : high < 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
    }
}
