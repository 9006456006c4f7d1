package io.millrace.examples.fraud.generate;

/** Rows as the trainer reads them: one byte a value, the number of its bin. */
final class BinnedRows {
    private final FeatureBins[] bins;
    private final byte[][] columns;
    private final int size;

    BinnedRows(LabelledRows rows) {
        size = rows.size();
        bins = new FeatureBins[rows.features()];
        columns = new byte[bins.length][size];
        for (int feature = 0; feature < bins.length; feature++) {
            double[] values = rows.column(feature);
            bins[feature] = FeatureBins.of(values);
            for (int row = 0; row < size; row++) {
                columns[feature][row] = (byte) bins[feature].bin(values[row]);
            }
        }
    }

    int size() {
        return size;
    }

    int features() {
        return bins.length;
    }

    FeatureBins bins(int feature) {
        return bins[feature];
    }

    int bin(int feature, int row) {
        return columns[feature][row] & 0xFF;
    }
}
