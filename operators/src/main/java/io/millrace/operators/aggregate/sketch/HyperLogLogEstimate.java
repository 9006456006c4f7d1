package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Fold;

/**
 * The number that registers speak for, by the estimator of Ertl (New cardinality estimation algorithms for HyperLogLog
 * sketches, 2017), which needs no tables and has no bias where few or very many registers are taken.
 */
final class HyperLogLogEstimate implements Aggregate {
    private static final double ALPHA = 1 / (2 * 0.6931471805599453); // of infinitely many registers: 1 / (2 ln 2)

    private final int precision;
    private final Fold fold;

    HyperLogLogEstimate(int precision) {
        this.precision = precision;
        fold = new HyperLogLogFold(precision);
    }

    @Override
    public String word() {
        return "distinctAbout";
    }

    @Override
    public Fold fold() {
        return fold;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        int registers = 1 << precision;
        int last = 64 - precision + 1;
        int empty = 0;
        int full = 0;
        double sum = 0;
        for (int i = 0; i < registers; i++) {
            int rank = (int) (summaries[at + (i >>> 3)] >>> ((i & 7) << 3)) & 0xff;
            empty += rank == 0 ? 1 : 0;
            full += rank == last ? 1 : 0;
            sum += rank == 0 || rank == last ? 0 : Double.longBitsToDouble(1023L - rank << 52); // 2 to the power -rank
        }
        double m = registers;
        double z = m * sigma(empty / m) + sum + m * tau(1 - full / m) * Double.longBitsToDouble(1023L - last + 1 << 52);
        cell.set(Math.round(ALPHA * m * m / z));
    }

    private static double sigma(double share) {
        if (share == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = share;
        double y = 1;
        double z = x;
        double before;
        do {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        } while (z != before);
        return z;
    }

    private static double tau(double share) {
        if (share == 0 || share == 1) {
            return 0;
        }
        double x = share;
        double y = 1;
        double z = 1 - x;
        double before;
        do {
            x = Math.sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        } while (z != before);
        return z / 3;
    }
}
