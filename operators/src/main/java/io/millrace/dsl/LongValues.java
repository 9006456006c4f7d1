package io.millrace.dsl;

import io.millrace.operators.aggregate.statistic.OrderStatistics;
import java.util.Objects;

/** The k largest whole numbers, largest first, or the k smallest, smallest first. Valid during the call. */
public final class LongValues {
    final OrderStatistics values;

    LongValues(OrderStatistics values) {
        this.values = values;
    }

    /**
     * How many values there are.
     *
     * @return at most as many as were asked for; 0 without events
     */
    public int size() {
        return (int) values.size().asLong();
    }

    /**
     * One of the values.
     *
     * @param rank the place of the value: 0 for the largest of the largest, or for the smallest of the smallest
     * @return the value
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public long get(int rank) {
        return values.value(Objects.checkIndex(rank, size())).asLong();
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
