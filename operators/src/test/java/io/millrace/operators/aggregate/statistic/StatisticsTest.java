package io.millrace.operators.aggregate.statistic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Panes;
import io.millrace.testkit.oracle.Seeds;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Statistics of random events, in random panes, against their definitions in unbounded arithmetic. */
class StatisticsTest {
    private static final int CASES = 500;
    private static final MathContext DIGITS = new MathContext(60);

    /** Arguments as they stand for an event. */
    private record Pair(double x, double y, long timeNs, long sequence) {
        static BigDecimal big(double value) {
            return new BigDecimal(value);
        }
    }

    private static List<Pair> pairs(Random random) {
        int n = random.nextInt(60);
        double offset = random.nextInt(3) == 0 ? 0 : Math.pow(10, random.nextInt(12));
        double scale = Math.pow(10, random.nextInt(5) - 2);
        boolean same = random.nextInt(10) == 0;
        long now = random.nextInt(4) == 0 ? 0 : 1_700_000_000_000_000_000L;
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double x = same ? offset : offset + random.nextGaussian() * scale;
            double y = random.nextInt(5) * 0.25 + x * 3 + random.nextGaussian();
            pairs.add(new Pair(x, y, now + random.nextInt(50) * 1_000_000_007L, i));
        }
        return pairs;
    }

    private static List<long[]> arguments(List<Pair> pairs, Function<Pair, long[]> of) {
        return pairs.stream().map(of).toList();
    }

    private static long[] xy(Pair p) {
        return new long[] {Double.doubleToLongBits(p.x), Double.doubleToLongBits(p.y)};
    }

    private static long[] timed(Pair p) {
        return new long[] {p.timeNs, Double.doubleToLongBits(p.y)};
    }

    private static BigDecimal mean(List<BigDecimal> values) {
        return values.stream().reduce(BigDecimal.ZERO, BigDecimal::add).divide(new BigDecimal(values.size()), DIGITS);
    }

    /** The sum of the products of the deviations. */
    private static BigDecimal products(List<BigDecimal> xs, List<BigDecimal> ys) {
        BigDecimal mx = mean(xs);
        BigDecimal my = mean(ys);
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < xs.size(); i++) {
            sum = sum.add(xs.get(i).subtract(mx).multiply(ys.get(i).subtract(my)), DIGITS);
        }
        return sum;
    }

    private static void near(double exact, Cell got, double scale, String what) {
        assertTrue(got.isPresent(), what);
        assertEquals(exact, got.asDouble(), 1e-11 * scale + 1e-300, what);
    }

    @Test
    void shouldGiveMomentsOfPairsAsTheirDefinitionsDo() {
        Seeds.each(0, CASES, "agreeOnPairs(%d)", seed -> agreeOnPairs((int) seed));
    }

    private static void agreeOnPairs(int seed) {
        Random random = new Random(seed * 7919L);
        List<Pair> pairs = pairs(random);
        long[] s = new Panes(PairsAggregate.PAIRS, random).of(arguments(pairs, StatisticsTest::xy));
        checkPairs(pairs, s, "seed " + seed);
    }

    private static void checkPairs(List<Pair> pairs, long[] s, String seed) {
        int n = pairs.size();
        assertEquals(n > 0, Panes.result(Statistics.COVARIANCE, s).isPresent(), seed);
        assertEquals(n > 1, Panes.result(Statistics.SAMPLE_COVARIANCE, s).isPresent(), seed);
        List<BigDecimal> xs = pairs.stream().map(p -> Pair.big(p.x)).toList();
        List<BigDecimal> ys = pairs.stream().map(p -> Pair.big(p.y)).toList();
        boolean line = n > 1 && products(xs, xs).signum() > 0;
        assertEquals(line, Panes.result(Statistics.SLOPE, s).isPresent(), seed);
        assertEquals(line, Panes.result(Statistics.INTERCEPT, s).isPresent(), seed);
        if (n == 0) {
            return;
        }
        double xy = products(xs, ys).doubleValue();
        double xx = products(xs, xs).doubleValue();
        double yy = products(ys, ys).doubleValue();
        // what the digits of a double leave of values with such means
        double loss = 1 + 1e-5 * n * condition(xs, xx) + 1e-5 * n * condition(ys, yy);
        double scale = Math.sqrt(xx * yy) * loss;
        near(xy / n, Panes.result(Statistics.COVARIANCE, s), scale / n, seed);
        if (n > 1) {
            near(xy / (n - 1), Panes.result(Statistics.SAMPLE_COVARIANCE, s), scale, seed);
        }
        if (line && yy > 0) {
            near(xy / Math.sqrt(xx) / Math.sqrt(yy), Panes.result(Statistics.CORRELATION, s), loss, seed);
            double slope = xy / xx;
            double steep = (Math.abs(slope) + Math.sqrt(yy / xx)) * loss;
            near(slope, Panes.result(Statistics.SLOPE, s), steep, seed);
            double at0 = mean(ys).doubleValue() - slope * mean(xs).doubleValue();
            double far = Math.abs(mean(ys).doubleValue()) + steep * Math.abs(mean(xs).doubleValue());
            near(at0, Panes.result(Statistics.INTERCEPT, s), far, seed);
        }
    }

    /** How large the mean is, in deviations. */
    private static double condition(List<BigDecimal> values, double squares) {
        double deviation = Math.sqrt(squares / values.size());
        return deviation == 0 ? 0 : Math.abs(mean(values).doubleValue()) / deviation;
    }

    @Test
    void shouldKeepTheDigitsOfPairsFarFromZero() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            pairs.add(new Pair(1e12 + i % 10, 1e9 - i % 10 * 2, 0, i));
        }
        long[] s = new Panes(PairsAggregate.PAIRS, new Random(1)).of(arguments(pairs, StatisticsTest::xy));
        assertEquals(-16.5, Panes.result(Statistics.COVARIANCE, s).asDouble(), 1e-3);
        assertEquals(-1, Panes.result(Statistics.CORRELATION, s).asDouble(), 1e-8);
        assertEquals(-2, Panes.result(Statistics.SLOPE, s).asDouble(), 1e-4);
    }

    @Test
    void shouldBeFiniteAgainInASetWithoutWhatIsNotFinite() {
        Panes panes = new Panes(PairsAggregate.PAIRS, new Random(3));
        List<Pair> pairs = List.of(new Pair(1, 2, 0, 0), new Pair(Double.NaN, 3, 0, 1), new Pair(2, 4, 0, 2));
        long[] with = panes.of(arguments(pairs, StatisticsTest::xy));
        assertTrue(Double.isNaN(Panes.result(Statistics.COVARIANCE, with).asDouble()));
        long[] without = panes.of(arguments(List.of(pairs.get(0), pairs.get(2)), StatisticsTest::xy));
        assertEquals(0.5, Panes.result(Statistics.COVARIANCE, without).asDouble());
    }

    @Test
    void shouldGiveTheTrendOverTime() {
        Seeds.each(0, CASES, "agreeOnTrend(%d)", seed -> agreeOnTrend((int) seed));
    }

    private static void agreeOnTrend(int seed) {
        Random random = new Random(seed * 104_729L + 1);
        List<Pair> pairs = pairs(random);
        long[] s = new Panes(PairsAggregate.TIMED, random).of(arguments(pairs, StatisticsTest::timed));
        checkTrend(pairs, s, "seed " + seed);
    }

    private static void checkTrend(List<Pair> pairs, long[] s, String seed) {
        Cell slope = Panes.result(Statistics.SLOPE_OVER_TIME, s);
        Cell intercept = Panes.result(Statistics.INTERCEPT_OVER_TIME, s);
        boolean line = pairs.stream().mapToLong(Pair::timeNs).distinct().count() > 1;
        assertEquals(line, slope.isPresent(), seed);
        assertEquals(line, intercept.isPresent(), seed);
        if (!line) {
            return;
        }
        long first = pairs.stream().mapToLong(Pair::timeNs).min().orElseThrow();
        List<BigDecimal> seconds = pairs.stream()
                .map(p -> BigDecimal.valueOf(p.timeNs - first).movePointLeft(9))
                .toList();
        List<BigDecimal> ys = pairs.stream().map(p -> Pair.big(p.y)).toList();
        BigDecimal b = products(seconds, ys).divide(products(seconds, seconds), DIGITS);
        double at0 = mean(ys).subtract(b.multiply(mean(seconds))).doubleValue();
        double scale = ys.stream().mapToDouble(y -> y.abs().doubleValue()).max().orElseThrow();
        assertEquals(b.doubleValue(), slope.asDouble(), 1e-11 * scale + 1e-12, seed);
        assertEquals(at0, intercept.asDouble(), 1e-11 * scale + 1e-12, seed);
    }

    @Test
    void shouldGiveTheTrendOfTimesFurtherApartThanALongTells() {
        List<Pair> pairs = List.of(new Pair(0, 1, Long.MIN_VALUE + 5, 0), new Pair(0, 3, Long.MAX_VALUE - 5, 1));
        long[] s = new Panes(PairsAggregate.TIMED, new Random(5)).of(arguments(pairs, StatisticsTest::timed));
        assertEquals(
                2 / (0x1p64 / 1e9), Panes.result(Statistics.SLOPE_OVER_TIME, s).asDouble(), 1e-20);
        assertEquals(1, Panes.result(Statistics.INTERCEPT_OVER_TIME, s).asDouble(), 1e-9);
    }

    @Test
    void shouldFindTheEventAtTheExtremeAndOfEqualOnesThatWhichCameFirst() {
        Seeds.each(0, CASES, "agreeOnExtremes(%d)", seed -> agreeOnExtremes((int) seed));
    }

    private static void agreeOnExtremes(int seed) {
        Random random = new Random(seed * 31L + 2);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < random.nextInt(30); i++) {
            double x = random.nextInt(9) == 0 ? Double.NaN : random.nextInt(6) == 0 ? -0.0 : random.nextInt(4) - 1;
            pairs.add(new Pair(x, random.nextInt(1000), random.nextInt(20), 1000 - i));
        }
        checkExtreme(pairs, false, random, "seed " + seed);
        checkExtreme(pairs, true, random, "seed " + seed);
    }

    private static void checkExtreme(List<Pair> pairs, boolean largest, Random random, String seed) {
        Comparator<Pair> order = Comparator.comparingDouble(p -> p.x + 0.0);
        Pair due = pairs.stream()
                .filter(p -> !Double.isNaN(p.x))
                .min((largest ? order.reversed() : order).thenComparingLong(Pair::sequence))
                .orElse(null);
        Aggregate of = largest ? Statistics.ARG_MAX_DOUBLE : Statistics.ARG_MIN_DOUBLE;
        long[] s = new Panes(of.fold(), random).of(arguments(pairs, p ->
                new long[] {Double.doubleToLongBits(p.x), Double.doubleToLongBits(p.y), p.sequence}));
        assertEquals(due != null, Panes.result(of, s).isPresent(), seed);
        if (due != null) {
            assertEquals(due.y, Panes.result(of, s).asDouble(), seed);
        }
    }

    @Test
    void shouldCompareLongsAtTheExtremeExactly() {
        List<long[]> events = List.of(new long[] {(1L << 53) + 1, 7, 1}, new long[] {1L << 53, 8, 0});
        long[] s = new Panes(Statistics.ARG_MAX.fold(), new Random(2)).of(events);
        assertEquals(7, Panes.result(Statistics.ARG_MAX, s).asLong());
        s = new Panes(Statistics.ARG_MIN.fold(), new Random(2)).of(events);
        assertEquals(8, Panes.result(Statistics.ARG_MIN, s).asLong());
    }

    @Test
    void shouldHalveWeightsWithAge() {
        Aggregate ewma = Statistics.ewma(Duration.ofNanos(10));
        List<Pair> pairs = List.of(new Pair(0, 8, 100, 0), new Pair(0, 2, 110, 1));
        long[] s = new Panes(ewma.fold(), new Random(1)).of(arguments(pairs, StatisticsTest::timed));
        assertEquals((8 * 0.5 + 2) / 1.5, Panes.result(ewma, s).asDouble(), 1e-15);
    }

    @Test
    void shouldGiveTheFadingMeanAsItsDefinitionDoesInWhateverOrder() {
        Seeds.each(0, CASES, "agreeOnFadingMean(%d)", seed -> agreeOnFadingMean((int) seed));
    }

    private static void agreeOnFadingMean(int seed) {
        Random random = new Random(seed * 17L + 3);
        long halfLifeNs = 1 + random.nextInt(1 << random.nextInt(30));
        Aggregate ewma = Statistics.ewma(Duration.ofNanos(halfLifeNs));
        List<Pair> pairs = pairs(random);
        long[] s = new Panes(ewma.fold(), random).of(arguments(pairs, StatisticsTest::timed));
        Cell got = Panes.result(ewma, s);
        assertEquals(!pairs.isEmpty(), got.isPresent());
        long last = pairs.stream().mapToLong(Pair::timeNs).max().orElse(0);
        double sum = 0;
        double weights = 0;
        for (Pair p : pairs) {
            double weight = Math.pow(0.5, (double) (last - p.timeNs) / halfLifeNs);
            sum += weight * p.y;
            weights += weight;
        }
        if (got.isPresent()) {
            double scale = pairs.stream().mapToDouble(p -> Math.abs(p.y)).max().orElseThrow();
            assertEquals(sum / weights, got.asDouble(), 1e-12 * scale);
        }
    }

    @Test
    void shouldHalveAsAPowerDoes() {
        Random random = new Random(8);
        for (int i = 0; i < 20_000; i++) {
            double times = random.nextDouble() * Math.pow(10, random.nextInt(7) - 3);
            double due = StrictMath.pow(2, -times);
            assertEquals(times > 1_000 ? 0 : due, FadingFold.halved(times), due * 1e-15 * Math.max(1, times / 10));
        }
        for (int n = 0; n <= 1_000; n++) {
            assertEquals(Math.scalb(1.0, -n), FadingFold.halved(n), "exact where it can be");
        }
    }

    @Test
    void shouldFadeToNothingOverTheWholeOfTime() {
        Aggregate ewma = Statistics.ewma(Duration.ofNanos(1));
        List<Pair> pairs = List.of(new Pair(0, 8, Long.MIN_VALUE, 0), new Pair(0, 2, Long.MAX_VALUE, 1));
        long[] s = new Panes(ewma.fold(), new Random(1)).of(arguments(pairs, StatisticsTest::timed));
        assertEquals(2, Panes.result(ewma, s).asDouble());
    }

    /** In small steps and in one, whichever comes first. */
    @Test
    void shouldNotFadeInTheFadingMeanWhatIsNotFinite() {
        Aggregate ewma = Statistics.ewma(Duration.ofNanos(1));
        double up = Double.POSITIVE_INFINITY;
        double down = Double.NEGATIVE_INFINITY;
        assertNotFaded(up, List.of(up), ewma);
        assertNotFaded(down, List.of(down, down), ewma);
        assertNotFaded(Double.NaN, List.of(up, down), ewma);
        assertNotFaded(Double.NaN, List.of(Double.NaN, up), ewma);
        assertNotFaded(3, List.of(Double.MAX_VALUE), ewma);
    }

    private static void assertNotFaded(double due, List<Double> old, Aggregate ewma) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < old.size(); i++) {
            pairs.add(new Pair(0, old.get(i), i, pairs.size()));
        }
        for (long ns : new long[] {600, 1_200, 1_800, 100_000, Long.MAX_VALUE}) {
            pairs.add(new Pair(0, 3, ns, pairs.size()));
        }
        for (int seed = 0; seed < 50; seed++) {
            long[] s = new Panes(ewma.fold(), new Random(seed)).of(arguments(pairs, StatisticsTest::timed));
            assertEquals(due, Panes.result(ewma, s).asDouble(), old + ", seed " + seed);
            Collections.shuffle(pairs, new Random(seed));
        }
    }

    /** The mean of such values is one like them, though their sum is no double. */
    @Test
    void shouldGiveTheFadingMeanOfValuesNearTheLargestDoubleInWhateverOrder() {
        Aggregate ewma = Statistics.ewma(Duration.ofNanos(10));
        double max = Double.MAX_VALUE;
        assertLargeMean(max, List.of(max, max, max, max, max, max, max), ewma);
        assertLargeMean(-max, List.of(-max, -max, -max), ewma);
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Double> values = new ArrayList<>();
            double sum = 0;
            double weights = 0;
            for (int i = 0; i < 9; i++) {
                double y = random.nextInt(4) == 0 ? 1e-3 : random.nextDouble() * 2 - 1; // some vanish beside the others
                double weight = Math.pow(0.5, (8 - i) / 10.0);
                values.add(y == 1e-3 ? y : Math.scalb(y, 1023));
                sum += weight * (y == 1e-3 ? 0 : y);
                weights += weight;
            }
            assertLargeMean(Math.scalb(sum / weights, 1023), values, ewma);
        }
    }

    private static void assertLargeMean(double due, List<Double> values, Aggregate ewma) {
        List<Pair> pairs = new ArrayList<>();
        for (double y : values) {
            pairs.add(new Pair(0, y, pairs.size(), pairs.size()));
        }
        for (int seed = 0; seed < 20; seed++) {
            long[] s = new Panes(ewma.fold(), new Random(seed)).of(arguments(pairs, StatisticsTest::timed));
            assertEquals(due, Panes.result(ewma, s).asDouble(), 1e-12 * Double.MAX_VALUE, values + ", seed " + seed);
            Collections.shuffle(pairs, new Random(seed));
        }
    }

    @Test
    void shouldRefuseAHalfLifeThatIsNotPositive() {
        assertThrows(IllegalArgumentException.class, () -> Statistics.ewma(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> Statistics.ewma(Duration.ofNanos(-1)));
        assertFalse(Panes.result(Statistics.ewma(Duration.ofSeconds(Long.MAX_VALUE)), new long[4])
                .isPresent());
    }
}
