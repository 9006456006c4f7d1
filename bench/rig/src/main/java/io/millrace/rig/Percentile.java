package io.millrace.rig;

import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** A percentile of runs that are alike, where these have events enough for one: of a few it would be the maximum again, of none 0. */
public final class Percentile {
    private Percentile() {}

    /**
     * The median of a percentile over runs.
     *
     * @param runs       alike
     * @param which      of their histograms, such as {@link Paced#all}
     * @param percentile 0 to 100
     * @return microseconds; NaN where a run has too few events for it (of 99.9 a thousand have to be there), or there is no run
     */
    public static double us(List<Paced> runs, Function<Paced, Histogram> which, double percentile) {
        return spreadUs(runs, which, percentile).median();
    }

    /**
     * A percentile over runs, and how far they lie apart.
     *
     * @param runs       alike
     * @param which      of their histograms, such as {@link Paced#all}
     * @param percentile 0 to 100
     * @return microseconds; all NaN where {@link #us} is
     */
    public static Median spreadUs(List<Paced> runs, Function<Paced, Histogram> which, double percentile) {
        if (!isKnown(percentile, fewest(runs, which))) {
            return new Median(Double.NaN, Double.NaN, Double.NaN);
        }
        return Median.of(runs.stream()
                .map(p -> which.apply(p).getValueAtPercentile(percentile) / 1e3)
                .toList());
    }

    /**
     * How many events the percentiles are of, in the run that has the fewest.
     *
     * @param runs  alike
     * @param which of their histograms
     * @return 0 where there is no run
     */
    public static long fewest(List<Paced> runs, Function<Paced, Histogram> which) {
        return runs.stream()
                .mapToLong(p -> which.apply(p).getTotalCount())
                .min()
                .orElse(0);
    }

    /**
     * Whether an event at least lies above a percentile; the maximum is known of any.
     *
     * @param percentile 0 to 100
     * @param events     of one run
     * @return false where it would say nothing
     */
    public static boolean isKnown(double percentile, long events) {
        double above = events * (100 - percentile) / 100;
        return events > 0 && (percentile == 100 || above > 1 - 1e-6);
    }
}
