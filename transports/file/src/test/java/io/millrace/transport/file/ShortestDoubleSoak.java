package io.millrace.transport.file;

import java.util.Random;

/**
 * The checks of {@link ShortestDoubleTest} for as many numbers as one likes: {@code ShortestDoubleSoak [count] [seed]}.
 * On JDK 19 and later the JDK is the judge; before, only reading back is checked here.
 */
final class ShortestDoubleSoak {
    private ShortestDoubleSoak() {}

    public static void main(String[] args) {
        long count = args.length > 0 ? Long.parseLong(args[0]) : 20_000_000;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        boolean judged = Runtime.version().feature() >= 19;
        Random random = new Random(seed);
        for (long i = 0; i < count; i++) {
            double value = Doubles.next(random);
            ShortestDoubleTest.assertReadsBack(value);
            if (judged) {
                ShortestDoubleTest.assertAgreesWithTheJdk(value);
            }
        }
        System.out.println(count + " numbers, seed " + seed + ", " + (judged ? "equal to the JDK's" : "read back"));
    }
}
