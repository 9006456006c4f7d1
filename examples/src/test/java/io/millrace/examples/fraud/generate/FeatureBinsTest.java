package io.millrace.examples.fraud.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeatureBinsTest {
    @Test
    void shouldGiveEachOfAFewValuesItsBin() {
        FeatureBins bins = FeatureBins.of(new double[] {3, 1, 2, 1, 3});
        assertEquals(2, bins.bounds());
        assertEquals(1.5, bins.bound(0));
        assertEquals(2.5, bins.bound(1));
        assertEquals("0 1 2 2", bins.bin(1) + " " + bins.bin(2) + " " + bins.bin(3) + " " + bins.bin(99));
        assertFalse(bins.missing());
    }

    @Test
    void shouldPutTheBoundItselfBelow() {
        FeatureBins bins = FeatureBins.of(new double[] {1, 2});
        assertEquals(0, bins.bin(1.5));
        assertEquals(1, bins.bin(Math.nextUp(1.5)));
    }

    @Test
    void shouldKeepABinForMissingValuesAndABoundBehindAllOthers() {
        FeatureBins bins = FeatureBins.of(new double[] {0, Double.NaN, 1});
        assertTrue(bins.missing());
        assertEquals(2, bins.bounds());
        assertEquals(1.0001, bins.bound(1));
        assertEquals(bins.missingBin(), bins.bin(Double.NaN));
        assertEquals(bins.count() - 1, bins.missingBin());
    }

    @Test
    void shouldShareManyValuesOutEvenly() {
        double[] values = IntStream.range(0, 100_000).mapToDouble(i -> i * 0.01).toArray();
        values[77] = Double.NaN;
        FeatureBins bins = FeatureBins.of(values);
        int[] counts = new int[bins.count()];
        Arrays.stream(values).forEach(value -> counts[bins.bin(value)]++);
        assertTrue(bins.count() > 240 && bins.count() <= FeatureBins.BINS_MAX, () -> bins.count() + " bins");
        assertTrue(Arrays.stream(counts).allMatch(count -> count <= 2 * values.length / bins.count()));
    }

    @Test
    void shouldRefuseAFeatureWithoutValues() {
        assertThrows(IllegalArgumentException.class, () -> FeatureBins.of(new double[] {Double.NaN}));
    }
}
