package io.millrace.rig;

import java.util.List;

/**
 * Middle and ends of a few figures.
 *
 * @param median the middle
 * @param least  the smallest
 * @param most   the largest
 */
public record Median(double median, double least, double most) {
    /**
     * Of at least one figure.
     *
     * @param figures in any order
     * @return of an even number the mean of the two in the middle
     */
    public static Median of(List<Double> figures) {
        double[] sorted =
                figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int n = sorted.length;
        return new Median((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1]);
    }
}
