package io.millrace.bench.scale;

import java.util.ArrayList;
import java.util.List;

/** What is made larger and larger. */
public enum Dimension {
    /** Of a keyed operator. */
    KEYS("keys", 1_000, 10_000, 100_000, 1_000_000, 10_000_000) {
        @Override
        Pair of(long value) {
            return new Keys((int) value);
        }
    },
    /** At the same number of events in it. */
    WINDOWS("window, s", 1, 60, 3_600, 86_400, 2_592_000) {
        @Override
        Pair of(long value) {
            return new Windows(value);
        }
    },
    /** In a chain. */
    OPERATORS("operators", 1, 3, 10, 30, 100) {
        @Override
        Pair of(long value) {
            return new Operators((int) value);
        }
    },
    /** In one JVM, on one thread. */
    TOPOLOGIES("topologies", 1, 2, 4, 8, 16) {
        @Override
        Pair of(long value) {
            return new Topologies((int) value);
        }
    },
    /** Of an event. */
    SIZES("bytes", 32, 64, 128, 256, 512, 1_024) {
        @Override
        Pair of(long value) {
            return Sizes.of((int) value);
        }
    };

    /** Of {@link #WINDOWS}, in each of them. */
    public static final int EVENTS_A_WINDOW = Windows.EVENTS_A_WINDOW;

    /** Of {@link #WINDOWS}, each with one that ends when the others do. */
    public static final int WINDOWS_AT_ONCE = Windows.CARDS;

    private final String unit;
    private final List<Long> points = new ArrayList<>();

    Dimension(String unit, long... values) {
        this.unit = unit;
        for (long value : values) {
            points.add(value);
        }
    }

    abstract Pair of(long value);

    /** What is counted. */
    public String unit() {
        return unit;
    }

    /** The points, ascending. */
    public List<Long> points() {
        return points;
    }
}
