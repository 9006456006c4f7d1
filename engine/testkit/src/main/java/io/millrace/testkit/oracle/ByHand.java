package io.millrace.testkit.oracle;

import io.millrace.event.Input;
import java.util.List;
import java.util.Objects;

/**
 * A case that a test drives and judges itself, for what the test driver or a list of outputs does not show. Its steps
 * are made as those of a {@link Trial} are, and an input that fails is shrunk and printed in the same way. Immutable.
 */
public final class ByHand extends Trials.Subject {
    private final Weights weights;
    private final List<Input<?>> inputs;
    private final Check check;

    private ByHand(Weights weights, List<Input<?>> inputs, Check check) {
        this.weights = weights;
        this.inputs = inputs;
        this.check = check;
    }

    /** Runs the steps and compares. */
    @FunctionalInterface
    public interface Check {
        /**
         * Runs the steps from the beginning, on an engine of its own. If it fails, it is called many times, with fewer
         * steps each time.
         *
         * @param steps the steps in order, at least one; steps that are no events may be left out
         * @return how much was compared
         * @throws Exception if engine and definition differ
         */
        int run(List<Step> steps) throws Exception;
    }

    /**
     * Makes a case.
     *
     * @param weights how its steps are made
     * @param inputs  the inputs of the steps, by their numbers; each has its own disorder and liveness
     * @param check   runs the steps
     * @return the case
     */
    public static ByHand of(Weights weights, List<? extends Input<?>> inputs, Check check) {
        return new ByHand(
                Objects.requireNonNull(weights, "weights"),
                List.copyOf(inputs),
                Objects.requireNonNull(check, "check"));
    }

    @Override
    void check() {
        if (inputs.isEmpty()) {
            throw new IllegalStateException("a case by hand needs an input");
        }
    }

    @Override
    List<Step> generate(long seed) {
        return Generator.generate(weights, inputs, seed);
    }

    @Override
    Run run(List<Step> steps) {
        try {
            return new Run(false, "", null, null, null, check.run(steps));
        } catch (Exception | AssertionError t) {
            return Run.thrown("the check threw " + t, t);
        }
    }

    @Override
    long unitNs() {
        return weights.unitNs();
    }
}
