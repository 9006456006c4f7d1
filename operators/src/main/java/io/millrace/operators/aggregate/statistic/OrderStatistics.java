package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Fold;
import io.millrace.operators.aggregate.statistic.OrderStatisticsFold.Order;

/** The k largest or smallest numbers as values of a shape: how many there are, and each by its rank. */
public final class OrderStatistics {
    /** How equal numbers count. */
    public enum Equal {
        /** Each counts by itself. */
        EACH,

        /** All are one together. */
        ONCE
    }

    private static final int MOST = 1_000;

    private final Cell size;
    private final Cell[] values;

    private OrderStatistics(Declarations declarations, String word, int k, Fold fold, Order order, Argument argument) {
        size = declarations.addLong(new Value(word, fold, null, 0), argument);
        values = new Cell[k];
        for (int rank = 0; rank < k; rank++) {
            Value value = new Value(word, fold, order, rank);
            values[rank] =
                    order.floating ? declarations.addDouble(value, argument) : declarations.addLong(value, argument);
        }
    }

    /**
     * Declares the largest longs.
     *
     * @param declarations takes the values
     * @param k            how many
     * @param equal        how equal numbers count
     * @param argument     the long
     * @return the values that will hold the result
     * @throws IllegalArgumentException if k is out of range
     */
    public static OrderStatistics largest(Declarations declarations, int k, Equal equal, Argument argument) {
        return of(declarations, "largest", Order.LARGEST, k, equal, argument);
    }

    /**
     * Declares the smallest longs.
     *
     * @param declarations takes the values
     * @param k            how many
     * @param equal        how equal numbers count
     * @param argument     the long
     * @return the values that will hold the result
     * @throws IllegalArgumentException if k is out of range
     */
    public static OrderStatistics smallest(Declarations declarations, int k, Equal equal, Argument argument) {
        return of(declarations, "smallest", Order.SMALLEST, k, equal, argument);
    }

    /**
     * Declares the largest doubles.
     *
     * @param declarations takes the values
     * @param k            how many
     * @param equal        how equal numbers count
     * @param argument     the double
     * @return the values that will hold the result
     * @throws IllegalArgumentException if k is out of range
     */
    public static OrderStatistics largestDouble(Declarations declarations, int k, Equal equal, Argument argument) {
        return of(declarations, "largest", Order.LARGEST_DOUBLE, k, equal, argument);
    }

    /**
     * Declares the smallest doubles.
     *
     * @param declarations takes the values
     * @param k            how many
     * @param equal        how equal numbers count
     * @param argument     the double
     * @return the values that will hold the result
     * @throws IllegalArgumentException if k is out of range
     */
    public static OrderStatistics smallestDouble(Declarations declarations, int k, Equal equal, Argument argument) {
        return of(declarations, "smallest", Order.SMALLEST_DOUBLE, k, equal, argument);
    }

    private static OrderStatistics of(
            Declarations declarations, String of, Order order, int k, Equal equal, Argument argument) {
        String word = of + (equal == Equal.ONCE ? "Distinct" : "") + (order.floating ? "Double" : "");
        if (k < 1 || k > MOST) {
            throw new IllegalArgumentException(
                    word + "(" + k + ", …): possible are 1 to " + MOST + " values; each takes a long of each summary");
        }
        return new OrderStatistics(
                declarations, word, k, new OrderStatisticsFold(order, k, equal == Equal.ONCE), order, argument);
    }

    /**
     * How many numbers there are.
     *
     * @return a value that is never absent
     */
    public Cell size() {
        return size;
    }

    /**
     * The most numbers that there can be.
     *
     * @return as declared
     */
    public int most() {
        return values.length;
    }

    /**
     * One of the numbers.
     *
     * @param rank 0 for the largest of the largest, or for the smallest of the smallest
     * @return the number; absent if there are not so many
     */
    public Cell value(int rank) {
        return values[rank];
    }

    /** The number at a rank; without an order how many there are. */
    private record Value(String word, Fold fold, Order order, int rank) implements Aggregate {
        @Override
        public void result(long[] summaries, int at, int count, Cell cell) {
            if (order == null) {
                cell.set(summaries[at]);
            } else if (rank < summaries[at]) {
                cell.set(order.bits(summaries[at + 1 + rank]));
            } else {
                cell.absent();
            }
        }
    }
}
