package io.millrace.operators.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LinearModelTest {
    private static final LinearModel MODEL =
            LinearModel.intercept(0.1).plus("a", 0.2).plus("b", 3, 0.5);

    @Test
    void shouldAddInTheOrderOfTheFeatures() {
        assertEquals(List.of("a", "b"), MODEL.featureNames());
        assertEquals((0.1 + 0.2 * 1) + 3 * 0.1, MODEL.raw(new double[] {1, 0.1}));
        // Added the other way round the sum is 0.6.
        assertEquals(0.6000000000000001, MODEL.raw(new double[] {1, 0.1}));
    }

    @Test
    void shouldTakeTheStatedValueWhereAFeatureIsMissing() {
        assertEquals(MODEL.raw(new double[] {1, 0.5}), MODEL.raw(new double[] {1, Double.NaN}));
    }

    @Test
    void shouldHaveNoAnswerWhereAFeatureMayNotBeMissing() {
        double raw = MODEL.raw(new double[] {Double.NaN, 1});
        assertTrue(Double.isNaN(raw));
        assertTrue(Double.isNaN(LogisticModel.of(MODEL).probability(raw)));
    }

    @Test
    void shouldBeUnchangedByAddingToIt() {
        LinearModel longer = MODEL.plus("c", 1);
        assertEquals(2, MODEL.featureNames().size());
        assertEquals(3, longer.featureNames().size());
        assertThrows(IllegalArgumentException.class, () -> MODEL.raw(new double[3]));
    }

    @Test
    void shouldScoreWithoutFeatures() {
        assertEquals(2.5, LinearModel.intercept(2.5).raw(new double[0]));
    }

    @Test
    void shouldTurnLogOddsIntoAProbability() {
        LogisticModel model = LogisticModel.of(MODEL);
        double[] row = {1, 0.1};
        assertEquals(MODEL.raw(row), model.raw(row));
        assertEquals(1 / (1 + StrictMath.exp(-0.6000000000000001)), model.probability(model.raw(row)));
        assertTrue(model.hasProbability());
        assertFalse(MODEL.hasProbability());
        assertTrue(Double.isNaN(MODEL.probability(0)));
    }

    @Test
    void shouldHaveADigestOfKindNamesAndNumbers() {
        String digest = MODEL.digest();
        assertEquals(
                digest,
                LinearModel.intercept(0.1).plus("a", 0.2).plus("b", 3, 0.5).digest());
        assertNotEquals(digest, LogisticModel.of(MODEL).digest());
        assertNotEquals(
                digest, LinearModel.intercept(0.1).plus("a", 0.2).plus("b", 3).digest());
        assertNotEquals(
                digest,
                LinearModel.intercept(0.1).plus("a", 0.2).plus("c", 3, 0.5).digest());
        assertNotEquals(
                digest,
                LinearModel.intercept(0.1)
                        .plus("a", 0.2)
                        .plus("b", Math.nextUp(3.0), 0.5)
                        .digest());
    }

    @Test
    void shouldTellWhatItIs() {
        assertEquals("linear model: 2 features, from code", MODEL.describe());
        assertEquals(
                "logistic model: 2 features, from code", LogisticModel.of(MODEL).toString());
    }

    @Test
    void shouldRefuseWhatIsNoName() {
        assertRefused("a feature name must be one word; ''; write _ for a blank", () -> MODEL.plus("", 1));
        assertRefused("a feature name must be one word; 'a b'; write _ for a blank", () -> MODEL.plus("a b", 1));
        assertRefused("a feature stands twice; a; add its weights up", () -> MODEL.plus("a", 1));
    }

    @Test
    void shouldRefuseWhatIsNotFinite() {
        assertRefused(
                "the intercept is not finite; NaN; give a finite number", () -> LinearModel.intercept(Double.NaN));
        assertRefused(
                "the weight of c is not finite; Infinity; give a finite number",
                () -> MODEL.plus("c", Double.POSITIVE_INFINITY));
        assertRefused(
                "the missing value of c is not finite; NaN; give a finite number",
                () -> MODEL.plus("c", 1, Double.NaN));
    }

    private static void assertRefused(String message, Runnable action) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }
}
