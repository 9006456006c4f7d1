package io.millrace.trial;

/**
 * What the testkit's class of this name is to the tests above the core: cases that hang on a number, and a test of the one that
 * fails. The testkit is made of the core, so its tests cannot have that one.
 */
public final class Seeds {
    /** A case. */
    @FunctionalInterface
    public interface Case {
        /** Throws where it is not as it should be. */
        void run(long seed) throws Exception;
    }

    private Seeds() {}

    /** Runs so many, by the properties {@code millrace.cases} (x100, x0.2 or 1) and {@code millrace.seed}; answers how many. */
    public static int each(long first, int cases, String call, Case of) {
        int count = cases(cases);
        long from = Long.getLong("millrace.seed", first);
        for (long seed = from; seed < from + count; seed++) {
            try {
                of.run(seed);
            } catch (Throwable t) {
                throw new AssertionError("seed " + seed + ": " + t.getMessage() + test(call, seed), t);
            }
        }
        return count;
    }

    private static int cases(int usual) {
        String said = System.getProperty("millrace.cases", "x1");
        return said.startsWith("x")
                ? Math.max(1, (int) Math.round(usual * Double.parseDouble(said.substring(1))))
                : Integer.parseInt(said);
    }

    private static String test(String call, long seed) {
        return "\nthe whole case again: -Dmillrace.seed=" + seed + " -Dmillrace.cases=1\nas a test:\n\n"
                + "    @Test\n    void shouldAgreeOnTheCaseOfSeed" + (seed < 0 ? "Minus" + -seed : seed)
                + "() {\n        " + String.format(call, seed) + ";\n    }\n";
    }
}
