package io.millrace.operators.aggregate.sketch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Panes;
import io.millrace.testkit.oracle.Seeds;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Quantiles in buckets against the sorted values. */
class QuantileTest {
    private static final double[] PS = {0, 0.001, 0.07, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1};

    private static List<long[]> arguments(double[] values) {
        List<long[]> events = new ArrayList<>();
        for (double v : values) {
            events.add(new long[] {Double.doubleToLongBits(v)});
        }
        return events;
    }

    private static double[] values(Random random) {
        double[] values = new double[random.nextInt(800)];
        int kind = random.nextInt(8);
        double scale = Math.pow(10, random.nextInt(20) - 10);
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (kind) {
                case 0 -> random.nextInt(100);
                case 1 -> random.nextDouble() * scale;
                case 2 -> Math.exp(random.nextGaussian() * 3);
                case 3 -> random.nextGaussian() * scale;
                case 4 -> 1e9 + random.nextInt(1000);
                case 5 -> Math.pow(10, random.nextInt(600) - 300) * (random.nextBoolean() ? 1 : -1);
                case 6 -> random.nextInt(20) == 0 ? Double.POSITIVE_INFINITY : random.nextInt(3) - 1;
                default -> (long) Math.exp(random.nextDouble() * 20) * (random.nextInt(4) - 1);
            };
        }
        return values;
    }

    /** By the definition: the value at rank p n, rounded up, in ascending order. */
    private static double exact(double[] sorted, double p) {
        int rank = BigDecimal.valueOf(p)
                .multiply(BigDecimal.valueOf(sorted.length))
                .setScale(0, RoundingMode.CEILING)
                .intValue();
        return sorted[Math.max(rank, 1) - 1];
    }

    @Test
    void shouldBeWithinTheRelativeErrorOfItsScale() {
        int[] coarsest = {0};
        int cases = Seeds.each(
                0,
                700,
                "agreeOnQuantiles(%d)",
                seed -> coarsest[0] = Math.max(coarsest[0], agreeOnQuantiles((int) seed)));
        assertTrue(cases < 700 || coarsest[0] > 10, "scales of all kinds");
    }

    private static int agreeOnQuantiles(int seed) {
        int coarsest = 0;
        Random random = new Random(seed * 19L);
        int buckets = random.nextBoolean() ? Sketches.BUCKETS : 16 + random.nextInt(100);
        double[] values = values(random);
        long[] s = new Panes(new QuantileFold(buckets), random).of(arguments(values));
        coarsest = Math.max(coarsest, QuantileFold.coarseness(s, 0));
        check(values, s, buckets, "seed " + seed);
        return coarsest;
    }

    private static void check(double[] values, long[] s, int buckets, String seed) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int coarseness = QuantileFold.coarseness(s, 0);
        double error = coarseness > 8 ? Double.POSITIVE_INFINITY : Math.pow(2, coarseness - 9);
        for (double p : PS) {
            Cell got = Panes.result(Sketches.quantile(p, buckets), s);
            assertEquals(sorted.length > 0, got.isPresent());
            if (sorted.length > 0) {
                double due = exact(sorted, p);
                String what = seed + ": " + got.asDouble() + " at " + p + " is " + due;
                assertTrue(got.asDouble() >= sorted[0] && got.asDouble() <= sorted[sorted.length - 1], what);
                double most = p == 0 || p == 1 ? 0 : Math.abs(due) * error * (1 + 1e-12) + 1e-307;
                boolean same = got.asDouble() == due;
                assertTrue(same || Double.isInfinite(error) || Math.abs(got.asDouble() - due) <= most, what);
            }
        }
    }

    @Test
    void shouldKeepTheSameBucketsInWhateverOrderAndPanes() {
        Seeds.each(0, 400, "agreeOnBuckets(%d)", seed -> agreeOnBuckets((int) seed));
    }

    private static void agreeOnBuckets(int seed) {
        Random random = new Random(seed * 23L + 1);
        QuantileFold fold = new QuantileFold(16 + random.nextInt(120));
        List<long[]> events = arguments(values(random));
        long[] atOnce = new Panes(fold, random).atOnce(events);
        Collections.shuffle(events, random);
        long[] inPanes = new Panes(fold, random).of(events);
        int taken = QuantileFold.HEAD + QuantileFold.taken(atOnce, 0);
        assertArrayEquals(Arrays.copyOf(atOnce, taken), Arrays.copyOf(inPanes, taken));
    }

    /** What the Javadoc of the word promises of 252 buckets. */
    @Test
    void shouldKeepToTheErrorsThatArePromisedForASpread() {
        double[][] promised = {{14, 0.008}, {200, 0.016}, {50_000, 0.032}};
        for (double[] spread : promised) {
            Random random = new Random(5);
            double[] values = new double[200_000];
            Arrays.setAll(values, i -> 0.3 * Math.pow(spread[0], random.nextDouble()));
            long[] s = new Panes(new QuantileFold(Sketches.BUCKETS), random).atOnce(arguments(values));
            Arrays.sort(values);
            for (double p : PS) {
                double due = exact(values, p);
                double got =
                        Panes.result(Sketches.quantile(p, Sketches.BUCKETS), s).asDouble();
                assertEquals(due, got, due * spread[1], p + " of a spread of " + spread[0]);
            }
        }
    }

    @Test
    void shouldBeWithinTwoPerMilleWhileBucketsAreEnough() {
        double[] values = new double[250];
        Arrays.setAll(values, i -> Math.pow(1.3, i - 120) + 1e-9);
        long[] s = new Panes(new QuantileFold(252), new Random(4)).of(arguments(values));
        assertEquals(0, QuantileFold.coarseness(s, 0));
        for (double p : PS) {
            double due = exact(values, p);
            assertEquals(due, Panes.result(Sketches.quantile(p, 252), s).asDouble(), due * 0.002);
        }
    }

    @Test
    void shouldTakeTheExactRankOfProductsThatAreWholeButForTheirRounding() {
        double[] values = new double[100];
        Arrays.setAll(values, i -> i + 1);
        long[] s = new Panes(new QuantileFold(252), new Random(4)).of(arguments(values));
        for (int percent = 0; percent <= 100; percent++) {
            double got =
                    Panes.result(Sketches.quantile(percent / 100.0, 252), s).asDouble();
            assertEquals(Math.max(1, percent), got, 0.002 * percent, percent + "%");
        }
    }

    @Test
    void shouldSayNaNWhileThereIsOneAndNothingOfNothing() {
        Panes panes = new Panes(new QuantileFold(20), new Random(6));
        assertFalse(
                Panes.result(Sketches.quantile(0.5, 20), panes.of(List.of())).isPresent());
        long[] s = panes.of(arguments(new double[] {1, Double.NaN, 3}));
        assertTrue(Double.isNaN(Panes.result(Sketches.quantile(0.5, 20), s).asDouble()));
        s = panes.of(arguments(new double[] {1, 2, 3}));
        assertEquals(2, Panes.result(Sketches.quantile(0.5, 20), s).asDouble(), 0.004);
    }

    @Test
    void shouldNotWrapACount() {
        QuantileFold fold = new QuantileFold(16);
        long[] one = new Panes(fold, new Random(1)).of(arguments(new double[] {1}));
        for (int i = 0; i < 60; i++) {
            fold.merge(one, 0, one.clone(), 0);
        }
        assertEquals(QuantileFold.COUNTS, one[QuantileFold.HEAD] & QuantileFold.COUNTS);
        assertEquals(1, Panes.result(Sketches.quantile(0.5, 16), one).asDouble());
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> Sketches.quantile(1.1, 100));
        assertThrows(IllegalArgumentException.class, () -> Sketches.quantile(Double.NaN, 100));
        assertThrows(IllegalArgumentException.class, () -> Sketches.quantile(0.5, 15));
        assertThrows(IllegalArgumentException.class, () -> Sketches.quantile(0.5, 1_001));
    }
}
