package io.millrace.operators;

import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Weights;
import java.util.Random;

/** Times near the ends of a long: all of a case are moved there, so that its oracle needs no arithmetic that holds at the ends. */
public final class Extremes {
    /** From an end: what a case lasts, and what its words wait for. */
    private static final long ROOM = 1_000_000;

    private Extremes() {}

    /** What all times of a case are moved by: nothing mostly, or to somewhere, or near an end. */
    public static long base(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong() >> 6;
            case 1 -> Long.MIN_VALUE + ROOM;
            case 2 -> Long.MAX_VALUE - ROOM;
            default -> 0;
        };
    }

    /** How inputs are made of which all times are moved by so much: progress that moves by itself is not. */
    public static Weights weights(Weights usual, long baseNs) {
        Weights all = usual.with(Trait.EXTREMES, 0);
        return baseNs == 0 ? all : all.with(Trait.ADVANCE, 0);
    }
}
