package io.millrace.testkit.oracle;

import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.List;

/**
 * An input as the oracle reads it: its steps in order, the events that are made of them, and the progress at each step.
 * It is computed from the definition, not by the engine:
 *
 * <ul>
 *   <li>progress of an input is its largest time less its disorder; that of several inputs is the smallest of theirs;
 *   <li>a live input that is silent for its {@code idleAfter} of tick time holds nobody back;
 *   <li>when all inputs are idle, progress goes on by the tick time since then, never beyond the tick less the
 *       disorder.
 * </ul>
 */
public final class History {
    private final List<Step> steps;
    private final List<Object> events = new ArrayList<>();
    private final long[] timesNs;
    private final long[][] progressNs;
    private final long[] allNs;

    History(List<Feed<?>> feeds, List<Step> steps) {
        this.steps = List.copyOf(steps);
        timesNs = new long[steps.size()];
        progressNs = new long[steps.size()][];
        allNs = new long[steps.size()];
        RuleOfTime rule = new RuleOfTime(feeds);
        for (int i = 0; i < steps.size(); i++) {
            Step s = steps.get(i);
            events.add(s.isEvent() ? feeds.get(s.port()).make(s) : null);
            timesNs[i] = rule.take(s, events.get(i));
            progressNs[i] = rule.progressNs();
            allNs[i] = rule.allNs();
        }
    }

    /** The input is none that the engine would take as it is: nothing is said of the operator. */
    static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }
    }

    /**
     * The number of steps.
     *
     * @return 1 or more
     */
    public int size() {
        return steps.size();
    }

    /**
     * A step.
     *
     * @param i its place, from 0
     * @return the step
     */
    public Step step(int i) {
        return steps.get(i);
    }

    /**
     * All steps.
     *
     * @return the steps, in order
     */
    public List<Step> steps() {
        return steps;
    }

    /**
     * The event of a step.
     *
     * @param i   the place of the step
     * @param <V> the type of the event, as the feed of its input makes it; not checked
     * @return the event; null if the step is none
     */
    @SuppressWarnings("unchecked")
    public <V> V event(int i) {
        return (V) events.get(i);
    }

    /**
     * The time of a step's event, as its input reads it.
     *
     * @param i the place of the step
     * @return nanoseconds since the epoch
     */
    public long timeNs(int i) {
        return timesNs[i];
    }

    /**
     * The progress of an operator that all inputs reach, when a step is processed. The step itself has moved it before.
     * An event below it is behind progress.
     *
     * @param i the place of the step
     * @return nanoseconds since the epoch; {@link Progress#NONE} before all inputs have sent, {@link Progress#END} when
     *     all have ended
     */
    public long progressNs(int i) {
        return allNs[i];
    }

    /**
     * The progress of an operator that only one input reaches, when a step is processed.
     *
     * @param i    the place of the step
     * @param port the number of the input
     * @return nanoseconds since the epoch
     */
    public long progressNs(int i, int port) {
        return progressNs[i][port];
    }
}
