package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Fold;

/**
 * The same of pairs of time and a double; arguments: time, y. Times count from that of the earliest event, because
 * those since the epoch have more digits than a double; it stands behind the rest.
 */
final class TimedPairsFold implements Fold {
    private static final int ORIGIN = PairsFold.LONGS;

    @Override
    public int summaryLongs() {
        return PairsFold.LONGS + 1;
    }

    @Override
    public void clear(long[] summary, int at) {
        for (int i = 0; i < summaryLongs(); i++) {
            summary[at + i] = 0;
        }
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        double shift = align(summary, at, from[p]);
        PairsFold.addOne(summary, at, shift, Double.longBitsToDouble(from[p + 1]));
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        if (other[p] > 0) {
            double shift = align(summary, at, other[p + ORIGIN]);
            PairsFold.merge(summary, at, other, p, shift);
        }
    }

    /** Makes the origin not later than a time; how much later than the origin the time is. */
    private static double align(long[] summary, int at, long timeNs) {
        if (summary[at] == 0) {
            summary[at + ORIGIN] = timeNs;
            return 0;
        }
        long origin = summary[at + ORIGIN];
        if (timeNs >= origin) {
            return after(origin, timeNs);
        }
        double mean = PairsFold.get(summary, at + PairsFold.MEAN_X) + after(timeNs, origin);
        summary[at + PairsFold.MEAN_X] = Double.doubleToLongBits(mean);
        summary[at + ORIGIN] = timeNs;
        return 0;
    }

    private static double after(long earlier, long later) {
        long ns = later - earlier;
        return ns >= 0 ? ns : (double) later - earlier; // further apart than a long tells
    }
}
