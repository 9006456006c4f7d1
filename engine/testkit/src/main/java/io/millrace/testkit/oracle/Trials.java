package io.millrace.testkit.oracle;

import io.millrace.testkit.oracle.History.UnusableException;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Runs an operator against its oracle over random topologies and inputs.
 *
 * <pre>{@code
 * static Trials trials() {
 *     return Trials.of("trials()", random -> {
 *         Duration horizon = Duration.ofNanos(1 + random.nextInt(20));
 *         return Trial.of(topology(horizon))
 *                 .feed(PAYMENTS, (key, timeNs, value) -> new Payment(key, value, timeNs))
 *                 .compare(PASSED)
 *                 .oracle((in, out) -> answer(horizon, in, out));
 *     });
 * }
 *
 * @Test
 * void shouldAgreeWithTheDefinition() {
 *     trials().check();
 * }
 * }</pre>
 *
 * <p>Two properties make it longer, or repeat a case: {@code -Dmillrace.cases=x100} and {@code -Dmillrace.seed=7}; see
 * {@link Seeds}. A failure at seed 23 is repeated by {@code -Dmillrace.seed=23 -Dmillrace.cases=1}.
 */
public final class Trials {
    /** How many cases there are unless declared. */
    public static final int CASES = 500;

    private static final int SHRINKING_RUNS_MAX = 4_000;

    private final String expression;
    private final Function<Random, Subject> maker;
    private final int cases;

    private Trials(String expression, Function<Random, Subject> maker, int cases) {
        this.expression = expression;
        this.maker = maker;
        this.cases = cases;
    }

    /** What is run over an input: for the kit. */
    abstract static class Subject {
        Subject() {}

        abstract void check();

        abstract List<Step> generate(long seed);

        abstract Run run(List<Step> steps);

        /** Shrinking leaves times multiples of this. */
        abstract long unitNs();
    }

    /** Makes the trial of a case. */
    @FunctionalInterface
    public interface Maker {
        /**
         * Makes a trial: chooses sizes, keys, and words of the topology.
         *
         * @param random a seeded random; the same seed must give the same trial
         * @return the trial
         */
        Trial make(Random random);
    }

    /**
     * What a check has done.
     *
     * @param cases how many cases there were
     * @param steps how many steps their inputs had, together
     * @param outs  how much came out of them, with dead letters if they are compared
     */
    public record Summary(int cases, long steps, long outs) {}

    /**
     * Makes trials of 500 cases.
     *
     * @param expression how a test reaches them, such as {@code trials()}; it is printed into the test to paste
     * @param maker      makes a trial for each case
     * @return the trials
     */
    public static Trials of(String expression, Maker maker) {
        return new Trials(expression, maker::make, CASES);
    }

    /**
     * Makes 500 cases that a test drives itself.
     *
     * @param expression how a test reaches them, such as {@code trials()}; it is printed into the test to paste
     * @param maker      makes a case from a seeded random
     * @return the trials
     */
    public static Trials byHand(String expression, Function<Random, ByHand> maker) {
        return new Trials(expression, maker::apply, CASES);
    }

    /**
     * Sets how many cases there are, unless the property says otherwise.
     *
     * @param most 1 or more
     * @return a changed copy
     */
    public Trials cases(int most) {
        return new Trials(expression, maker, most);
    }

    /**
     * Runs all cases.
     *
     * @return what was done
     * @throws AssertionError at the first case in which engine and oracle differ, with all that is needed to repeat it;
     *     also if nothing came out in any case, since then nothing was compared
     */
    public Summary check() {
        long first = Seeds.first(1);
        int count = Seeds.cases(cases);
        long steps = 0;
        long outs = 0;
        for (int i = 0; i < count; i++) {
            Case c = new Case(first + i);
            List<Step> input = c.trial.generate(c.inputSeed);
            Run run = c.trial.run(input);
            if (run.failed()) {
                throw failure(c, i, count, input);
            }
            steps += input.size();
            outs += run.outs();
        }
        if (outs == 0 && count > 1) {
            throw new AssertionError("nothing came out in " + count + " cases: nothing was compared");
        }
        return new Summary(count, steps, outs);
    }

    /**
     * Runs one case over an input that was found to fail.
     *
     * @param seed  the seed of the case, which makes the topology
     * @param input the steps, one in each line
     * @throws AssertionError if engine and oracle differ
     */
    public void replay(long seed, String input) {
        List<Step> steps =
                input.lines().filter(l -> !l.isBlank()).map(Step::parse).toList();
        Run run = new Case(seed).trial.run(steps);
        if (run.failed()) {
            throw error(Report.of(run, steps), run);
        }
    }

    /** What follows from a seed. */
    private final class Case {
        private final long seed;
        private final Subject trial;
        private final long inputSeed;

        Case(long seed) {
            this.seed = seed;
            Random random = new Random(seed * 0x9E3779B97F4A7C15L); // seeds next to each other begin alike
            inputSeed = random.nextLong();
            trial = maker.apply(random);
            trial.check();
        }
    }

    private AssertionError failure(Case c, int at, int count, List<Step> input) {
        Shrinker.Shrunk shrunk = Shrinker.shrink(input, s -> fails(c.trial, s), c.trial.unitNs(), SHRINKING_RUNS_MAX);
        Run run = c.trial.run(shrunk.steps());
        String from = "seed " + c.seed + " (case " + (at + 1) + " of " + count + "), shrunk from " + input.size()
                + " steps to " + shrunk.steps().size() + " in " + shrunk.runs() + " runs";
        return error(
                from + "\n" + Report.of(run, shrunk.steps()) + Report.test(expression, c.seed, shrunk.steps()), run);
    }

    private static AssertionError error(String message, Run run) {
        return new AssertionError(message, run.thrown());
    }

    private static boolean fails(Subject trial, List<Step> steps) {
        try {
            return trial.run(steps).failed();
        } catch (UnusableException e) {
            return false;
        }
    }
}
