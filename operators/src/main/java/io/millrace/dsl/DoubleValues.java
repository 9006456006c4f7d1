package io.millrace.dsl;

import io.millrace.operators.aggregate.statistic.OrderStatistics;
import java.util.Objects;

/** The largest or smallest floating point numbers, in this order; valid during the call. */
public final class DoubleValues {
    final OrderStatistics values;

    DoubleValues(OrderStatistics values) {
        this.values = values;
    }

    /**
     * How many there are.
     *
     * @return at most as many as were asked for; 0 when there are no events, or all are NaN
     */
    public int size() {
        return (int) values.size().asLong();
    }

    /**
     * One of them.
     *
     * @param rank 0 for the largest of the largest, or the smallest of the smallest
     * @return the value
     * @throws IndexOutOfBoundsException when there are not so many
     */
    public double get(int rank) {
        return values.value(Objects.checkIndex(rank, size())).asDouble();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < size(); i++) {
            text.append(i == 0 ? "" : ", ").append(get(i));
        }
        return text.append(']').toString();
    }
}
