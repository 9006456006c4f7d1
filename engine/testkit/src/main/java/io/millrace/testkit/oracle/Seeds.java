package io.millrace.testkit.oracle;

import java.util.Locale;

/**
 * Runs cases that depend on a number alone. A case that fails comes with a test of it, to paste beside the test that
 * found it.
 *
 * <p>Two properties are read here, for {@link Trials} too. {@code -Dmillrace.cases=x100} runs a hundred times as many
 * cases as a test has by default, {@code x0.2} a fifth of them, at least one; a number without the x is how many there
 * are, so {@code 1} repeats a single case. {@code -Dmillrace.seed=5000} is the seed of the first case instead of the
 * test's own; each further case has the next number.
 */
public final class Seeds {
    private static final String CASES = "millrace.cases";
    private static final String SEED = "millrace.seed";

    /** A case that depends on its seed. */
    @FunctionalInterface
    public interface Case {
        /**
         * Runs the case; throws if engine and definition differ.
         *
         * @param seed decides everything
         * @throws Exception counts as a difference
         */
        void run(long seed) throws Exception;
    }

    private Seeds() {}

    /**
     * Runs several cases.
     *
     * @param first the seed of the first case, unless the property says otherwise
     * @param cases how many cases there are, unless the property says otherwise
     * @param call  a call that runs the case of a seed, as the test writes it: {@code agree(%d)}
     * @param of    runs the case of a seed
     * @return how many cases there were, so that a test can scale what it says of their sum
     * @throws AssertionError at the first case that throws, with a test of it
     */
    public static int each(long first, int cases, String call, Case of) {
        int count = cases(cases);
        long from = first(first);
        for (long seed = from; seed < from + count; seed++) {
            one(seed, call, of);
        }
        return count;
    }

    /**
     * Runs one case.
     *
     * @param seed its seed, whatever the properties say
     * @param call a call that runs it, as the test writes it
     * @param of   runs it
     * @throws AssertionError if it throws, with a test of it
     */
    public static void one(long seed, String call, Case of) {
        try {
            of.run(seed);
        } catch (Throwable t) {
            throw new AssertionError(
                    "seed " + seed + ": " + t.getMessage() + again(seed)
                            + test(seed, String.format(Locale.ROOT, call, seed)),
                    t);
        }
    }

    /** How many cases to run where a test has so many by itself. */
    static int cases(int usual) {
        String said = System.getProperty(CASES);
        if (said == null) {
            return usual;
        }
        try {
            double factor = said.startsWith("x") ? Double.parseDouble(said.substring(1)) : 0;
            long count = factor > 0 ? Math.max(1, Math.round(usual * factor)) : Long.parseLong(said);
            if (count > 0) {
                return Math.toIntExact(count);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "-D" + CASES + "=" + said + " is no number of cases; use such as x100, x0.2 or 1");
    }

    /** The seed of the first case where a test begins with this one by itself. */
    static long first(long usual) {
        String said = System.getProperty(SEED);
        try {
            return said == null ? usual : Long.parseLong(said);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-D" + SEED + "=" + said + " is no seed; use a whole number", e);
        }
    }

    /** How to run the whole of a case again. */
    static String again(long seed) {
        return "\nthe whole case again: -D" + SEED + "=" + seed + " -D" + CASES + "=1\nas a test:\n\n";
    }

    /** A test of a case, to paste. */
    static String test(long seed, String call) {
        return "    @Test\n    void shouldAgreeOnTheCaseOfSeed" + (seed < 0 ? "Minus" + -seed : seed) + "() {\n        "
                + call + ";\n    }\n";
    }
}
