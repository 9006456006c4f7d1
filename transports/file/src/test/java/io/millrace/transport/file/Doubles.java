package io.millrace.transport.file;

import java.util.Random;

/** Doubles of all kinds that are hard, or usual. */
final class Doubles {
    private Doubles() {}

    /** Finite, any sign. */
    static double next(Random random) {
        double value;
        do {
            value = switch (random.nextInt(10)) {
                case 0 -> random.nextInt(1_000_000) / 100.0; // money
                case 1 -> random.nextLong() >> random.nextInt(64);
                case 2 -> Math.scalb(1.0, random.nextInt(2100) - 1075); // powers of two, where the interval is uneven
                case 3 -> neighbour(Math.scalb(1.0, random.nextInt(2100) - 1075), random);
                case 4 -> Double.longBitsToDouble(random.nextLong() >>> 12 + random.nextInt(52)); // subnormal
                case 5 -> Double.parseDouble((random.nextInt(999) + 1) + "e" + (random.nextInt(640) - 330));
                case 6 -> random.nextInt(2000) / (double) (1 + random.nextInt(2000)); // averages
                case 7 -> neighbour(9.007199254740992E15, random);
                default -> Double.longBitsToDouble(random.nextLong());
            };
        } while (!Double.isFinite(value));
        return random.nextInt(8) == 0 ? -value : value;
    }

    private static double neighbour(double value, Random random) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(value) + random.nextInt(9) - 4);
    }
}
