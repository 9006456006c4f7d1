package io.millrace.testkit.oracle;

import io.millrace.event.Input;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An input as the oracle reads it: its steps in order, the events that are made of them, and the progress at each. Worked out
 * from the definition, not by the engine: progress of an input is its largest time less its disorder, that of several the
 * smallest of theirs.
 */
public final class History {
    private final List<Step> steps;
    private final List<Object> events = new ArrayList<>();
    private final long[] timesNs;
    private final long[][] progressNs;

    History(List<Feed<?>> feeds, List<Step> steps) {
        this.steps = List.copyOf(steps);
        timesNs = new long[steps.size()];
        progressNs = new long[steps.size()][];
        Clock clock = new Clock(feeds);
        for (int i = 0; i < steps.size(); i++) {
            Step s = steps.get(i);
            events.add(s.isEvent() ? feeds.get(s.port()).make(s) : null);
            timesNs[i] = clock.take(s, events.get(i));
            progressNs[i] = clock.progressNs.clone();
        }
    }

    /** The input is none that the engine would take as it is: nothing is said of the operator. */
    static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }
    }

    /** Progress of each input. */
    private static final class Clock {
        private final List<Feed<?>> feeds;
        private final long[] maxNs;
        private final long[] progressNs;
        private long newestNs;

        Clock(List<Feed<?>> feeds) {
            this.feeds = feeds;
            maxNs = new long[feeds.size()];
            progressNs = new long[feeds.size()];
            Arrays.fill(maxNs, Progress.NONE);
            for (int i = 0; i < progressNs.length; i++) {
                progressNs[i] = feeds.get(i).input().hasEventTime() ? Progress.NONE : Progress.END;
            }
        }

        long take(Step step, Object event) {
            switch (step.kind()) {
                case END -> progressNs[step.port()] = Progress.END;
                case ADVANCE -> {
                    for (int i = 0; i < maxNs.length; i++) {
                        maxNs[i] = Math.max(maxNs[i], step.timeNs());
                        raise(i, step.timeNs());
                    }
                }
                case EVENT -> {
                    return observe(step.port(), event);
                }
            }
            return step.timeNs();
        }

        private long observe(int port, Object event) {
            Input<?> input = feeds.get(port).input();
            if (!input.hasEventTime()) {
                return newestNs;
            }
            if (progressNs[port] == Progress.END) {
                throw new UnusableException("an event of " + input.name() + " behind its end");
            }
            long timeNs = timeNs(input, event);
            long aheadNs = timeNs - maxNs[port];
            if (maxNs[port] != Progress.NONE && timeNs > maxNs[port] && (aheadNs < 0 || aheadNs > maxAheadNs(input))) {
                throw new UnusableException("an event of " + input.name() + " is " + aheadNs
                        + " ns ahead; declare maxAhead(" + "Duration.ofNanos(Long.MAX_VALUE)), or use smaller times");
            }
            newestNs = newestNs == 0 ? timeNs : Math.max(newestNs, timeNs);
            maxNs[port] = Math.max(maxNs[port], timeNs);
            long progress = timeNs - input.disorderNs();
            raise(port, progress > timeNs ? Progress.NONE : progress);
            return timeNs;
        }

        private static long maxAheadNs(Input<?> input) {
            return input.maxAheadNs(false);
        }

        @SuppressWarnings("unchecked") // the feed of the input made the event
        private static <V> long timeNs(Input<V> input, Object event) {
            return input.timeNs((V) event);
        }

        private void raise(int port, long toNs) {
            progressNs[port] = Math.max(progressNs[port], Math.min(toNs, Progress.END - 1));
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
        return Arrays.stream(progressNs[i]).min().getAsLong();
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
