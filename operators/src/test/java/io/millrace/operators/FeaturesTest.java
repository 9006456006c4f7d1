package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FeaturesTest {
    record Trade(long shares, double price) {}

    private static final Features<Trade> FEATURES = Features.of(
            Trade.class,
            f -> f.add("shares", Trade::shares)
                    .add("price", Trade::price)
                    .missingWhen(t -> t.price() <= 0)
                    .add("one", t -> 1));

    @Test
    void shouldFillItsColumnsInOrder() {
        double[] row = {9, 9, 9, 9};
        FEATURES.fill(new Trade(3, 2.5), row);
        assertEquals(List.of("shares", "price", "one"), FEATURES.columns());
        assertArrayEquals(new double[] {3, 2.5, 1, 9}, row);
    }

    @Test
    void shouldFillNaNWhereAValueIsMissing() {
        double[] row = new double[3];
        FEATURES.fill(new Trade(3, -1), row);
        assertArrayEquals(new double[] {3, Double.NaN, 1}, row);
    }

    @Test
    void shouldChooseColumns() {
        double[] row = new double[2];
        Features<Trade> two = FEATURES.select(List.of("price", "shares"));
        two.fill(new Trade(3, -1), row);
        assertArrayEquals(new double[] {Double.NaN, 3}, row);
        assertThrows(IllegalArgumentException.class, () -> FEATURES.select(List.of("prize")));
    }

    @Test
    void shouldRefuseTwoColumnsOfOneName() {
        assertTrue(refused(f -> f.add("a", t -> 1).add("a", t -> 2)).contains("two columns are named a"));
    }

    @Test
    void shouldRefuseNoColumns() {
        assertTrue(refused(f -> {}).contains("no column"));
        assertTrue(refused(f -> f.add(" ", t -> 1)).contains("no name"));
    }

    @Test
    void shouldRefuseAMissingWhenWithoutItsColumn() {
        assertTrue(refused(f -> f.missingWhen(t -> true)).contains("missingWhen stands behind"));
        assertTrue(refused(f -> f.add("a", t -> 1).missingWhen(t -> true).missingWhen(t -> true))
                .contains("missingWhen stands behind"));
    }

    @Test
    void shouldRefuseAShortRow() {
        assertThrows(IllegalArgumentException.class, () -> FEATURES.fill(new Trade(1, 1), new double[2]));
    }

    @Test
    void shouldNameTheColumnThatThrows() {
        Features<Trade> throwing =
                Features.of(Trade.class, f -> f.add("fine", t -> 1).add("bad", t -> 1 / t.shares()));
        Exception e = assertThrows(IllegalStateException.class, () -> throwing.fill(new Trade(0, 1), new double[2]));
        assertTrue(e.getMessage().startsWith("feature bad of Trade: "), e.getMessage());
    }

    private static String refused(Consumer<Features.Columns<Trade>> columns) {
        return assertThrows(IllegalArgumentException.class, () -> Features.of(Trade.class, columns))
                .getMessage();
    }
}
