package io.millrace.operators.aggregate;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.DoubleValues;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.TopItems;
import io.millrace.dsl.Trend;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Fn.DoubleField;
import java.time.Duration;

/** All statistics and sketches, as fields of one class. */
public class Facts extends Aggregates<Facts.Sale> {
    /** How long until a weight is a half. */
    public static final long HALF_LIFE_NS = 7;

    /** How many different items are counted exactly. */
    public static final int AT_MOST = 6;

    /** How many items are told. */
    public static final int K = 3;

    private static final DoubleField<Sale> X = Sale::x;
    private static final DoubleField<Sale> Y = Sale::y;

    /** The event of these tests: a few small numbers, made of one. */
    public record Sale(long key, long item, double x, double y, long timeNs) {
        /** Where they come in. */
        public static final Input<Sale> SALES = Input.of("sales", Sale.class)
                .eventTime(Sale::timeNs, NANOSECONDS)
                .disorder(Duration.ofNanos(15));

        /** Of three numbers. */
        public static Sale of(long key, long timeNs, long value) {
            return new Sale(key, value % 9, value * 5 % 7, value * 3 % 11 * 0.5, timeNs);
        }
    }

    /** Results, comparable: floating point numbers rounded, and what is absent. */
    public record Told(
            long key,
            long first,
            long argMin,
            long argMaxByDouble,
            long argMaxDouble,
            long covariance,
            long sampleCovariance,
            long correlation,
            long slope,
            long intercept,
            long slopeOverTime,
            long interceptOverTime,
            long ewma,
            long distinct,
            long about,
            long median,
            long high,
            long items,
            long counts,
            long hitters,
            long largest,
            long smallest) {
        /** Where they come out. */
        public static final Output<Told> TOLD = Output.of("told", Told.class);
    }

    /** What stands for an absent value. */
    public static final long ABSENT = -1_000_000_007;

    final LongValue first = first(Sale::item);
    final LongValue argMin = argMin(Sale::item, Sale::item);
    final LongValue argMaxByDouble = argMaxByDouble(Sale::item, X);
    final DoubleValue argMaxDouble = argMaxDouble(Y, X);
    final DoubleValue covariance = covariance(X, Y);
    final DoubleValue sampleCovariance = sampleCovariance(X, Y);
    final DoubleValue correlation = correlation(X, Y);
    final Trend line = trend(X, Y);
    final Trend trend = trend(Y);
    final DoubleValue ewma = ewma(Y, Duration.ofNanos(HALF_LIFE_NS));
    final LongValue distinct = distinct(Sale::item, AT_MOST);
    final LongValue about = distinctAbout(Sale::item, 5);
    final DoubleValue median = quantile(0.5, Y);
    final DoubleValue high = quantile(0.9, Y);
    final TopItems top = topK(K, Sale::item, AT_MOST);
    final TopItems hitters = heavyHitters(K, Sale::item, 20);

    final LongValues largest = largest(K, Sale::item);
    final DoubleValues largestDistinctDouble = largestDistinctDouble(K, Y);
    final LongValues smallestDistinct = smallestDistinct(K, Sale::item);
    final DoubleValues smallestDouble = smallestDouble(K, Y);

    /** The same with the key, for windows. */
    public static final class OfKey extends Facts {
        final LongValue key = longKey();

        /** The results. */
        public Told told() {
            return told(key.get());
        }
    }

    /** The results. */
    public Told told(long key) {
        return new Told(
                key,
                first.get(),
                argMin.isPresent() ? argMin.get() : ABSENT,
                argMaxByDouble.isPresent() ? argMaxByDouble.get() : ABSENT,
                rounded(argMaxDouble.get()),
                rounded(covariance.get()),
                rounded(sampleCovariance.get()),
                rounded(correlation.get()),
                rounded(line.slope()),
                rounded(line.intercept()),
                rounded(trend.slope() / 1e9),
                rounded(trend.intercept()),
                rounded(ewma.get()),
                distinct.get(),
                about.get(),
                tenths(median.get()),
                tenths(high.get()),
                items(top),
                counts(top),
                top.isPresent() || hitters.isPresent() ? items(hitters) * 1_000_003 + counts(hitters) : ABSENT,
                told(told(1, largest), largestDistinctDouble),
                told(told(1, smallestDistinct), smallestDouble));
    }

    /** A list behind what was told before it; the items and halves of these events. */
    static long told(long before, double... values) {
        long all = before * 31 + values.length;
        for (double value : values) {
            all = all * 31 + (long) (value * 2);
        }
        return all;
    }

    private static long told(long before, LongValues values) {
        double[] all = new double[values.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = values.get(i);
        }
        return told(before, all);
    }

    private static long told(long before, DoubleValues values) {
        double[] all = new double[values.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = values.get(i);
        }
        return told(before, all);
    }

    /** So that nothing stands at the edge of two roundings. */
    public static long rounded(double value) {
        return Double.isNaN(value) ? ABSENT : Math.round(value * 1_000_012.3457 + 0.1234567);
    }

    /** For what is within 0.2%. */
    public static long tenths(double value) {
        return Double.isNaN(value) ? ABSENT : Math.round(value * 10);
    }

    private static long items(TopItems top) {
        long all = top.isPresent() ? top.size() : ABSENT;
        for (int i = 0; i < top.size(); i++) {
            all = all * 31 + top.item(i);
        }
        return all;
    }

    private static long counts(TopItems top) {
        long all = 0;
        for (int i = 0; i < top.size(); i++) {
            all = all * 4_001 + top.count(i) * 2 - top.leastCount(i);
        }
        return all;
    }
}
