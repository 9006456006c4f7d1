package io.millrace.examples.fraud.generate;

/**
 * A question about one feature.
 *
 * @param bin the last bin that goes left
 * @param threshold the bound of that bin: the largest value that goes left
 * @param missing whether the feature had missing values in training
 * @param missingLeft where they go
 * @param gain how much better the two sides fit than the whole
 */
record Split(int feature, int bin, double threshold, boolean missing, boolean missingLeft, double gain) {
    boolean goesLeft(double value) {
        return Double.isNaN(value) ? missingLeft : value <= threshold;
    }
}
