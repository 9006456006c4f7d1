package io.millrace.operators.aggregate;

/**
 * Number, mean, and sum of squared deviations from it, updated by Welford's method and put together by that of Chan,
 * Golub and LeVeque (Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, 1979). Equal values have
 * no deviation, to the last bit, and nothing is ever taken away.
 */
final class MomentsFold implements Fold {
    @Override
    public int summaryLongs() {
        return 3;
    }

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = 0;
        summary[at + 1] = 0;
        summary[at + 2] = 0;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        put(summary, at, 1, Double.longBitsToDouble(from[p]), 0);
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        if (other[p] > 0) {
            put(summary, at, other[p], Double.longBitsToDouble(other[p + 1]), Double.longBitsToDouble(other[p + 2]));
        }
    }

    private static void put(long[] summary, int at, long more, double itsMean, double itsSquares) {
        long n = summary[at];
        double mean = Double.longBitsToDouble(summary[at + 1]);
        double squares = Double.longBitsToDouble(summary[at + 2]) + itsSquares;
        if (n == 0) {
            mean = itsMean;
        } else {
            double delta = itsMean - mean;
            double part = (double) more / (n + more);
            mean += delta * part;
            squares += delta * delta * (n * part);
        }
        summary[at] = n + more;
        summary[at + 1] = Double.doubleToLongBits(mean);
        // what is not finite has no deviation that could be told
        summary[at + 2] = Double.doubleToLongBits(mean - mean == 0 ? squares : Double.NaN);
    }
}
