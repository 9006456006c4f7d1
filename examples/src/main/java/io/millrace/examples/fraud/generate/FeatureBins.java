package io.millrace.examples.fraud.generate;

import java.util.Arrays;

/**
 * The values of one feature in at most 255 bins of about as many rows each, so that the trainer has few places to split
 * at. A missing value (NaN) has a bin of its own, the last one.
 */
final class FeatureBins {
    static final int BINS_MAX = 255;

    /** Decimals of a bound, enough to tell 1 fraud of 99 from 1 of 100. */
    static final int BOUND_PLACES = 4;

    /** Bin {@code i} holds what is above the bound before and at most {@code bounds[i]}; one more holds the rest. */
    private final double[] bounds;

    private final boolean missing;
    private final double min;
    private final double max;

    private FeatureBins(double[] bounds, boolean missing, double min, double max) {
        this.bounds = bounds;
        this.missing = missing;
        this.min = min;
        this.max = max;
    }

    static FeatureBins of(double[] column) {
        double[] sorted = Arrays.stream(column)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("a feature without a value in all rows; train on a longer stream");
        }
        boolean missing = sorted.length < column.length;
        double max = sorted[sorted.length - 1];
        double[] bounds = bounds(sorted);
        if (missing) {
            // A bound behind the largest value: the split there tells what is missing from all that is not.
            bounds = Arrays.copyOf(bounds, bounds.length + 1);
            bounds[bounds.length - 1] = Decimals.round(max + 0.0001, BOUND_PLACES);
        }
        return new FeatureBins(bounds, missing, sorted[0], max);
    }

    /** How many bins there are, the one for missing values included. */
    int count() {
        return bounds.length + 2;
    }

    /** The bin of missing values. */
    int missingBin() {
        return bounds.length + 1;
    }

    /** Whether any value was missing. */
    boolean missing() {
        return missing;
    }

    /** How many bounds there are to split at. */
    int bounds() {
        return bounds.length;
    }

    double bound(int bin) {
        return bounds[bin];
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    int bin(double value) {
        if (Double.isNaN(value)) {
            return missingBin();
        }
        int at = Arrays.binarySearch(bounds, value);
        return at >= 0 ? at : -at - 1;
    }

    /** Halfway between neighbours: between all of them when they are few, else where enough rows have come together. */
    private static double[] bounds(double[] sorted) {
        // One bin stays for missing values, one for what lies behind the largest bound.
        int boundsMax = BINS_MAX - 3;
        double rowsABin = distinct(sorted) <= boundsMax ? 1 : (double) sorted.length / boundsMax;
        double[] bounds = new double[boundsMax];
        int count = 0;
        int from = 0;
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1] || i - from < rowsABin) {
                continue;
            }
            double bound = Decimals.round((sorted[i - 1] + sorted[i]) / 2, BOUND_PLACES);
            if (count == 0 || bound > bounds[count - 1]) {
                bounds[count++] = bound;
                from = i;
            }
        }
        return Arrays.copyOf(bounds, count);
    }

    private static int distinct(double[] sorted) {
        int distinct = 1;
        for (int i = 1; i < sorted.length; i++) {
            distinct += sorted[i] == sorted[i - 1] ? 0 : 1;
        }
        return distinct;
    }
}
