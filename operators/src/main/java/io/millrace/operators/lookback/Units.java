package io.millrace.operators.lookback;

/** Counts time in steps from the epoch, rounding down; remembers the last step, because times come close together. */
final class Units {
    private final long stepNs;
    private long fromNs = 1;
    private long toNs = 0;
    private long unit;

    Units(long stepNs) {
        this.stepNs = stepNs;
    }

    /** The number of the step that holds a time. */
    long of(long ns) {
        if (ns >= fromNs && ns < toNs) {
            return unit;
        }
        return stepNs <= 1 ? ns : look(ns);
    }

    private long look(long ns) {
        unit = Math.floorDiv(ns, stepNs);
        long from = ns - Math.floorMod(ns, stepNs);
        boolean fits = from <= ns && from + stepNs > ns;
        fromNs = fits ? from : 1;
        toNs = fits ? from + stepNs : 0;
        return unit;
    }

    /** When a step begins; the end of time when that is later. */
    long startNs(long ofUnit) {
        if (stepNs <= 1) {
            return ofUnit;
        }
        return ofUnit > Long.MAX_VALUE / stepNs ? Long.MAX_VALUE : ofUnit * stepNs;
    }

    /** a - b for b of 0 or more; the beginning of time when that is earlier. */
    static long minus(long a, long b) {
        return a < Long.MIN_VALUE + b ? Long.MIN_VALUE : a - b;
    }

    /** a + b for b of 0 or more; the end of time when that is later. */
    static long plus(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
