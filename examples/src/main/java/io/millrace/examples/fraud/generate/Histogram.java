package io.millrace.examples.fraud.generate;

/** Sums of one feature's bins over the rows of one node, and the best place to split there. */
final class Histogram {
    /** A side needs so many rows and so much weight, or the model learns single payments by heart. */
    static final int ROWS_MIN = 40;

    static final double WEIGHT_MIN = 1;

    private static final double LAMBDA = 10;

    private final double[] gradients = new double[FeatureBins.BINS_MAX];
    private final double[] weights = new double[FeatureBins.BINS_MAX];
    private final int[] counts = new int[FeatureBins.BINS_MAX];

    void clear(int bins) {
        for (int i = 0; i < bins; i++) {
            gradients[i] = 0;
            weights[i] = 0;
            counts[i] = 0;
        }
    }

    void add(int bin, double gradient, double weight) {
        gradients[bin] += gradient;
        weights[bin] += weight;
        counts[bin]++;
    }

    /** The better of {@code best} and what this feature offers; all sums are those of the node. */
    Split best(Split best, int feature, FeatureBins bins, Sums all) {
        Split found = best;
        if (bins.missing()) {
            int bin = bins.missingBin();
            found = scan(found, feature, bins, all, new Sums(gradients[bin], weights[bin], counts[bin]));
        }
        return scan(found, feature, bins, all, null);
    }

    /** Tries every bound; {@code missing}, if there, is on the left side from the start. */
    private Split scan(Split best, int feature, FeatureBins bins, Sums all, Sums missing) {
        Split found = best;
        double gradient = missing == null ? 0 : missing.gradient();
        double weight = missing == null ? 0 : missing.weight();
        int count = missing == null ? 0 : missing.count();
        for (int bin = 0; bin < bins.bounds(); bin++) {
            gradient += gradients[bin];
            weight += weights[bin];
            count += counts[bin];
            double gain = gain(gradient, weight, count, all);
            if (gain > (found == null ? 0 : found.gain())) {
                boolean missingLeft = missing != null || !bins.missing();
                found = new Split(feature, bin, bins.bound(bin), bins.missing(), missingLeft, gain);
            }
        }
        return found;
    }

    private static double gain(double gradient, double weight, int count, Sums all) {
        double restWeight = all.weight() - weight;
        int rest = all.count() - count;
        if (count < ROWS_MIN || rest < ROWS_MIN || weight < WEIGHT_MIN || restWeight < WEIGHT_MIN) {
            return 0;
        }
        return fit(gradient, weight) + fit(all.gradient() - gradient, restWeight) - fit(all.gradient(), all.weight());
    }

    private static double fit(double gradient, double weight) {
        return gradient * gradient / (weight + LAMBDA);
    }

    /** First derivatives, second derivatives (the weight) and number of some rows. */
    record Sums(double gradient, double weight, int count) {
        /** What to add to the score of these rows: a Newton step. */
        double step() {
            return -gradient / (weight + LAMBDA);
        }
    }
}
