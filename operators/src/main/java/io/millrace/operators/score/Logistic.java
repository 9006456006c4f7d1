package io.millrace.operators.score;

/** The logistic function, the same bits everywhere. */
final class Logistic {
    private Logistic() {}

    /** 1 / (1 + e^(-scale * raw)); StrictMath, because Math.exp may differ between JVMs in the last bit. */
    static double of(double scale, double raw) {
        return 1.0 / (1.0 + StrictMath.exp(-scale * raw));
    }
}
