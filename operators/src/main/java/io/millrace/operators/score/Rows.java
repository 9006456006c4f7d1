package io.millrace.operators.score;

/** The one check a row gets. */
final class Rows {
    private Rows() {}

    /** Exact, because a row that is too long belongs to another model. */
    static void check(double[] row, int features) {
        if (row.length != features) {
            throw wrongLength(row.length, features);
        }
    }

    private static IllegalArgumentException wrongLength(int length, int features) {
        return new IllegalArgumentException("a row of the wrong length; " + length + " values; this model takes "
                + features + ", in the order of featureNames()");
    }
}
