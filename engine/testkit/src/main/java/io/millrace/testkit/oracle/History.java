package io.millrace.testkit.oracle;

import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.List;

/**
 * An input as the oracle reads it: its steps in order, the events that are made of them, and the progress at each. Worked out
 * from the definition, not by the engine: progress of an input is its largest time less its disorder, that of several the
 * smallest of theirs. A live input that is silent for its {@code idleAfter} of tick time holds nobody; when all are, progress
 * goes on by the tick time since, never beyond the tick less the disorder.
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
     * How many steps there are.
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
     * @return what it is
     */
    public Step step(int i) {
        return steps.get(i);
    }

    /**
     * All of them.
     *
     * @return in order
     */
    public List<Step> steps() {
        return steps;
    }

    /**
     * The event of a step.
     *
     * @param i   its place
     * @param <V> what the feed of its input makes; not checked
     * @return null when it is none
     */
    @SuppressWarnings("unchecked")
    public <V> V event(int i) {
        return (V) events.get(i);
    }

    /**
     * The time of a step's event, as its input reads it.
     *
     * @param i its place
     * @return nanoseconds since the epoch
     */
    public long timeNs(int i) {
        return timesNs[i];
    }

    /**
     * The progress of an operator that all inputs reach, when the step is processed: it has moved before that, by the step
     * itself too. An event below it is behind.
     *
     * @param i the place of the step
     * @return nanoseconds; {@link Progress#NONE} before all inputs have sent, {@link Progress#END} when all have ended
     */
    public long progressNs(int i) {
        return allNs[i];
    }

    /**
     * The same for an operator that only one input reaches.
     *
     * @param i    the place of the step
     * @param port the number of the input
     * @return nanoseconds
     */
    public long progressNs(int i, int port) {
        return progressNs[i][port];
    }
}
