package io.millrace.operators.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where each kind of value goes at each kind of split, by hand. A row that goes left scores 1, right 2. */
class DecisionTest {
    private static final double NAN = Double.NaN;
    private static final double LEFT = 1;
    private static final double RIGHT = 2;
    /** The library's bound for zero and the next double above it. */
    private static final double BOUND = 1e-35f;

    @Test
    void shouldGoLeftUpToAndIncludingTheThreshold() {
        Model model = split(2.5, ModelText.NONE);
        assertGoes(LEFT, model, Double.NEGATIVE_INFINITY, -1e300, 0, 2.5);
        assertGoes(RIGHT, model, Math.nextUp(2.5), 1e300, Double.POSITIVE_INFINITY);
    }

    @Test
    void shouldSendAllThatIsNotMissingLeftOfAnInfiniteThreshold() {
        Model model = ModelText.read(ModelText.oneSplit(0, ModelText.NAN).replace("threshold=0.0", "threshold=inf"));
        assertGoes(LEFT, model, Double.NEGATIVE_INFINITY, 0, 1e308, Double.POSITIVE_INFINITY);
        assertGoes(RIGHT, model, NAN);
    }

    @Test
    void shouldTakeBothZerosForTheSameValue() {
        assertGoes(LEFT, split(0.0, ModelText.NONE), 0.0, -0.0);
        assertGoes(LEFT, split(-0.0, ModelText.NONE), 0.0, -0.0);
        assertGoes(RIGHT, split(-Double.MIN_VALUE, ModelText.NONE), 0.0, -0.0);
    }

    @Test
    void shouldReadNanAsZeroWithoutAMissingTypeWhateverTheDefault() {
        assertGoes(LEFT, split(0.0, ModelText.NONE), NAN);
        assertGoes(LEFT, split(1.0, ModelText.NONE), NAN);
        assertGoes(RIGHT, split(-1.0, ModelText.NONE), NAN);
        assertGoes(RIGHT, split(-1.0, ModelText.NONE | ModelText.DEFAULT_LEFT), NAN);
    }

    @Test
    void shouldSendNanTheDefaultWayWhenNanIsMissing() {
        assertGoes(RIGHT, split(1.0, ModelText.NAN), NAN);
        assertGoes(LEFT, split(1.0, ModelText.NAN | ModelText.DEFAULT_LEFT), NAN);
        assertGoes(LEFT, split(-1.0, ModelText.NAN | ModelText.DEFAULT_LEFT), NAN);
    }

    @Test
    void shouldCompareZeroWhenNanIsMissing() {
        assertGoes(LEFT, split(1.0, ModelText.NAN), 0.0, -0.0, 1e-36);
        assertGoes(RIGHT, split(-1.0, ModelText.NAN | ModelText.DEFAULT_LEFT), 0.0, -0.0, 1e-36);
    }

    @Test
    void shouldSendNanAndZeroTheDefaultWayWhenZeroIsMissing() {
        double[] missing = {NAN, 0.0, -0.0, 1e-36, -1e-36, BOUND, -BOUND};
        assertGoes(RIGHT, split(1.0, ModelText.ZERO), missing);
        assertGoes(LEFT, split(-1.0, ModelText.ZERO | ModelText.DEFAULT_LEFT), missing);
    }

    @Test
    void shouldCompareWhatIsJustBeyondZeroWhenZeroIsMissing() {
        double above = Math.nextUp(BOUND);
        assertGoes(LEFT, split(1.0, ModelText.ZERO), above, -above, 0.5, Double.NEGATIVE_INFINITY);
        assertGoes(RIGHT, split(-1.0, ModelText.ZERO | ModelText.DEFAULT_LEFT), above, -above, 0.5);
        assertGoes(RIGHT, split(1.0, ModelText.ZERO | ModelText.DEFAULT_LEFT), Double.POSITIVE_INFINITY);
    }

    @ParameterizedTest
    @CsvSource({"0", "2", "4", "6", "8", "10"})
    void shouldSendCategoriesOfTheSetLeftWhateverTheMissingType(int decisionType) {
        // Bits 0, 3 and 31 of the first word, bit 1 (category 33) of the second.
        Model model = ModelText.read(ModelText.oneSet("2147483657 2", decisionType));
        assertGoes(LEFT, model, 0, 3, 31, 33);
        assertGoes(RIGHT, model, 1, 2, 30, 32, 34, 63, 64, 65, 95, 1e6);
    }

    @Test
    void shouldCutACategoryToAnInteger() {
        Model model = ModelText.read(ModelText.oneSet("9", ModelText.NONE));
        assertGoes(LEFT, model, 0.99, 3.7, -0.0, -0.99);
        assertGoes(RIGHT, model, 2.99, 4.0);
    }

    @Test
    void shouldSendWhatIsNoCategoryRight() {
        // Every category of the set is taken, so only a value outside of it can go right.
        Model model = ModelText.read(ModelText.oneSet("4294967295 4294967295", ModelText.NAN | ModelText.DEFAULT_LEFT));
        assertGoes(
                RIGHT,
                model,
                NAN,
                -1,
                -32,
                -1e10,
                64,
                1e10,
                4294967296.0,
                Double.MAX_VALUE,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY);
        assertGoes(LEFT, model, 63, 63.99);
    }

    @Test
    void shouldScoreTreesOfOneLeafAsConstants() {
        Model model = ModelText.read(ModelText.head(2, ModelText.BINARY)
                + ModelText.oneLeaf(0, -0.5)
                + ModelText.oneLeaf(1, 0.125)
                + ModelText.end());
        assertEquals(-0.375, model.raw(new double[] {NAN, 7}));
    }

    @Test
    void shouldAddLeavesInTheOrderOfTheTrees() {
        // (0.1 + 0.2) + 0.3 is not 0.1 + (0.2 + 0.3).
        Model model = ModelText.read(ModelText.head(1, ModelText.BINARY)
                + ModelText.oneLeaf(0, 0.1)
                + ModelText.oneLeaf(1, 0.2)
                + ModelText.oneLeaf(2, 0.3)
                + ModelText.end());
        assertEquals(0.6000000000000001, model.raw(new double[1]));
    }

    private static Model split(double threshold, int decisionType) {
        return ModelText.read(ModelText.oneSplit(threshold, decisionType));
    }

    private static void assertGoes(double side, Model model, double... values) {
        for (double value : values) {
            assertEquals(side, model.raw(new double[] {value}), () -> "value " + value);
        }
    }
}
