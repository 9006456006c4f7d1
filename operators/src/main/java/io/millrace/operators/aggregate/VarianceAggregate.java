package io.millrace.operators.aggregate;

/** The mean squared deviation from the mean, or its root: of all there is, or as estimated from a sample. */
final class VarianceAggregate implements Aggregate {
    private final String word;
    private final int fewer;
    private final boolean root;

    VarianceAggregate(String word, int fewer, boolean root) {
        this.word = word;
        this.fewer = fewer;
        this.root = root;
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public Fold fold() {
        return Folds.MOMENTS;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        long n = summaries[at] - fewer;
        if (n <= 0) {
            cell.absent();
            return;
        }
        double variance = Double.longBitsToDouble(summaries[at + 2]) / n;
        cell.set(root ? Math.sqrt(variance) : variance);
    }
}
