package io.millrace.operators.pattern;

import io.millrace.state.Scratch;

/**
 * Numbers from 0 on, put in an order: n log n comparisons at most, n - 1 where they are in it already, and nothing is allocated but when
 * there are more than ever.
 */
@Scratch("of the event or deadline in hand")
final class Order {
    /** Which of two numbers comes first. */
    interface Before {
        boolean isBefore(int a, int b);
    }

    private final Before before;
    private int[] sorted;
    private int[] other;
    private int compared;

    Order(int most, Before before) {
        this.before = before;
        sorted = new int[most];
        other = new int[most];
    }

    /** Orders the numbers below a count; what is equal stays as it is. */
    void sort(int count) {
        if (count > sorted.length) {
            sorted = new int[2 * count];
            other = new int[2 * count];
        }
        for (int i = 0; i < count; i++) {
            sorted[i] = i;
        }
        compared = 0;
        for (int width = 1; width < count; width *= 2) {
            for (int from = 0; from < count; from += 2 * width) {
                merge(from, Math.min(from + width, count), Math.min(from + 2 * width, count));
            }
            int[] merged = other;
            other = sorted;
            sorted = merged;
        }
    }

    private void merge(int from, int middle, int end) {
        if (middle == end || !isBefore(middle, middle - 1)) {
            System.arraycopy(sorted, from, other, from, end - from);
            return;
        }
        int a = from;
        int b = middle;
        for (int to = from; to < end; to++) {
            boolean fromB = a == middle || b < end && isBefore(b, a);
            other[to] = sorted[fromB ? b++ : a++];
        }
    }

    private boolean isBefore(int a, int b) {
        compared++;
        return before.isBefore(sorted[a], sorted[b]);
    }

    /** The number at a place. */
    int at(int place) {
        return sorted[place];
    }

    /** How many comparisons the last sort took. */
    int compared() {
        return compared;
    }
}
