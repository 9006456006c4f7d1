package io.millrace.examples.fraud.generate;

import java.util.Arrays;

/** Features and labels of some payments, column by column, because the trainer looks at one feature at a time. */
final class LabelledRows {
    private final double[][] columns = new double[ReferenceFeatures.NAMES.size()][];
    private final boolean[] frauds;
    private int size;

    LabelledRows(int capacity) {
        Arrays.setAll(columns, i -> new double[capacity]);
        frauds = new boolean[capacity];
    }

    /** The payments of a stream from {@code first} on; those before them only fill the windows. */
    static LabelledRows of(PaymentGenerator generator, int first, int count) {
        LabelledRows rows = new LabelledRows(count - first);
        ReferenceFeatures features = new ReferenceFeatures();
        GeneratedPayment payment = new GeneratedPayment();
        double[] row = new double[ReferenceFeatures.NAMES.size()];
        while (generator.next(payment)) {
            features.add(payment, row);
            if (payment.id >= first) {
                rows.add(row, payment.fraud);
            }
        }
        return rows;
    }

    void add(double[] features, boolean fraud) {
        for (int i = 0; i < columns.length; i++) {
            columns[i][size] = features[i];
        }
        frauds[size++] = fraud;
    }

    /** Rows {@code from} to {@code to - 1} as rows of their own. */
    LabelledRows slice(int from, int to) {
        LabelledRows slice = new LabelledRows(to - from);
        double[] row = new double[columns.length];
        for (int i = from; i < to; i++) {
            copy(i, row);
            slice.add(row, frauds[i]);
        }
        return slice;
    }

    int size() {
        return size;
    }

    int features() {
        return columns.length;
    }

    double[] column(int feature) {
        return columns[feature];
    }

    boolean fraud(int row) {
        return frauds[row];
    }

    void copy(int row, double[] into) {
        for (int i = 0; i < columns.length; i++) {
            into[i] = columns[i][row];
        }
    }
}
