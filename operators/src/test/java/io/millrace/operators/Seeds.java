package io.millrace.operators;

/** Runs cases that hang on a number alone. One that fails comes with a test of it, to be put beside the one that found it. */
public final class Seeds {
    /** A case. */
    @FunctionalInterface
    public interface Case {
        /** Throws where engine and definition differ. */
        void run(long seed) throws Exception;
    }

    private Seeds() {}

    /**
     * Runs so many.
     *
     * @param call runs the case of a seed, as it is written in the test: {@code agree(%d)}
     * @param of   the same
     */
    public static void each(long first, long cases, String call, Case of) {
        for (long seed = first; seed < first + cases; seed++) {
            try {
                of.run(seed);
            } catch (Throwable t) {
                throw new AssertionError(
                        "seed " + seed + ": " + t.getMessage() + "\nas a test:\n\n" + test(call, seed), t);
            }
        }
    }

    static String test(String call, long seed) {
        return "    @Test\n    void shouldAgreeOnTheCaseOfSeed" + (seed < 0 ? "Minus" + -seed : seed) + "() {\n        "
                + String.format(call, seed) + ";\n    }\n";
    }
}
