package io.millrace.dsl;

import io.millrace.operators.aggregate.sketch.Ranked;
import java.util.Objects;

/** The most frequent values of a number, the most frequent first. Valid during the call. */
public final class TopItems {
    final Ranked ranked;

    TopItems(Ranked ranked) {
        this.ranked = ranked;
    }

    /**
     * Whether the values are known.
     *
     * @return false if there were more different values than could be counted
     */
    public boolean isPresent() {
        return ranked.size().isPresent();
    }

    /**
     * How many values there are.
     *
     * @return at most as many as were asked for; 0 if they are not known
     */
    public int size() {
        return (int) ranked.size().asLong();
    }

    /**
     * One of the values.
     *
     * @param rank the place of the value, 0 for the most frequent
     * @return the value
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public long item(int rank) {
        return ranked.item(Objects.checkIndex(rank, size())).asLong();
    }

    /**
     * How often a value came; if that is not exact, an upper bound.
     *
     * @param rank the place of the value, 0 for the most frequent
     * @return 1 or more
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public long count(int rank) {
        return ranked.count(Objects.checkIndex(rank, size())).asLong();
    }

    /**
     * How often a value came at least.
     *
     * @param rank the place of the value, 0 for the most frequent
     * @return a lower bound; the same as {@link #count} if that is exact
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public long leastCount(int rank) {
        return ranked.leastCount(Objects.checkIndex(rank, size())).asLong();
    }

    @Override
    public String toString() {
        if (!isPresent()) {
            return "absent";
        }
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < size(); i++) {
            text.append(i == 0 ? "" : ", ").append(item(i)).append(" x ").append(count(i));
        }
        return text.append(']').toString();
    }
}
