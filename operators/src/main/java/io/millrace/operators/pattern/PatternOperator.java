package io.millrace.operators.pattern;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.Operator;
import io.millrace.state.Pages;
import io.millrace.time.Times;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds patterns among the events of a key. {@code EventPattern} says what a pattern means, and what becomes of events
 * out of order.
 *
 * <p><b>Order.</b> The events of a key are taken in the order of (time, arrival). An event that progress has reached,
 * while no other of its key waits, is taken at once; others wait until progress reaches their time. A deadline comes
 * before an event of the same time. With an allowed lateness all of this goes by progress less that time, and so does
 * what follows the pattern.
 *
 * <p><b>Work.</b> An event looks at each partial match of its key once, {@code partialsAtMost} of them. If it completes
 * n of them, about n log n comparisons put them in order. A firing is one event, or the deadlines of one key. 64 fire
 * with an entry, and more only if its events make more due than that.
 *
 * <p><b>Bounds.</b> Beyond {@code partialsAtMost} the partial matches of the key that began first are dropped. Of more
 * than {@code matchesAtMost} matches of one event the last are not sent. Both are counted as evicted. An event for
 * which there is no room is refused ({@code over-bound}) and has changed nothing.
 *
 * @param <T> the type of the first input's events
 * @param <P> the pattern class
 */
public final class PatternOperator<T, P> implements Operator<T, P> {
    /** The output of partial matches whose time was over. */
    public static final int TIMED_OUT = 1;

    /** The output of late events of the first input; those of the other inputs follow. */
    public static final int LATE = 2;

    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), PatternNode.class);
    static final int FIRINGS = 64;
    private static final int BYTES_MOST = 1 << 20;

    private final Supplier<P> factory;
    private final Function<? super P, PatternShape> declared;
    private final PatternShape sample;
    private final Automaton automaton;
    private final int inputs;
    private final long withinNs;
    private final KeyInfo key;
    private final String name;

    private PatternOperator(
            Supplier<P> factory, Function<? super P, PatternShape> declared, int inputs, long withinNs, KeyInfo key) {
        this.factory = factory;
        this.declared = declared;
        this.inputs = inputs;
        this.withinNs = withinNs;
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
        P made = Objects.requireNonNull(factory.get(), "pattern: the factory returned null");
        name = made.getClass().getSimpleName();
        sample = declared.apply(made);
        Automaton.check(sample);
        automaton = new Automaton(sample);
    }

    /**
     * Makes the operator.
     *
     * @param factory  makes the pattern object; called once here, once for each node, and where matches are stored
     * @param declared reads what such an object declares
     * @param inputs   how many inputs there are
     * @param within   the time from the first event of a match to its last must be less than this
     * @param key      the key of the inputs; null if it is not known, and then it is a number
     * @param <T>      the type of the first input's events
     * @param <P>      the pattern class
     * @return the operator
     * @throws IllegalArgumentException if nothing could match; says why, with the cure
     */
    public static <T, P> PatternOperator<T, P> of(
            Supplier<P> factory, Function<? super P, PatternShape> declared, int inputs, Duration within, KeyInfo key) {
        long ns = Times.nanos(Objects.requireNonNull(within, "within"));
        if (ns <= 0) {
            throw new IllegalArgumentException("pattern within " + within + "; use a positive time");
        }
        return new PatternOperator<>(factory, declared, inputs, ns, key);
    }

    P make() {
        return factory.get();
    }

    PatternShape shapeOf(P made) {
        return declared.apply(made);
    }

    Automaton automaton() {
        return automaton;
    }

    PatternShape sample() {
        return sample;
    }

    long withinNs() {
        return withinNs;
    }

    KeyInfo key() {
        return key;
    }

    @Override
    public String word() {
        return "pattern";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public List<String> ports() {
        List<String> names = new ArrayList<>(List.of("out", "timed-out", "late"));
        for (int i = 1; i < inputs; i++) {
            names.add("late-" + (i + 1));
        }
        return names;
    }

    /** The type of matches; null when one may be longer than an event can be, or an input has no layout. */
    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputTypes) {
        if (port >= LATE) {
            return inputTypes.get(port - LATE);
        }
        if (inputTypes.stream().anyMatch(Objects::isNull)) {
            return null;
        }
        List<EventType<?>> ofSteps = new ArrayList<>();
        for (StepDeclaration s : sample.steps) {
            ofSteps.add(inputTypes.get(s.input));
        }
        long bytes = MatchType.maxLength(sample, ofSteps);
        return bytes > BYTES_MOST ? null : new MatchType<>(name, this, ofSteps, (int) bytes);
    }

    @Override
    public int maxOutputs() {
        return sample.partialsAtMost + sample.matchesAtMost;
    }

    @Override
    public int maxFirings() {
        return FIRINGS;
    }

    /** The event itself where it waits, and its deadlines. */
    @Override
    public int firingsOfEvent(int input) {
        return 1 + deadlinesOfEvent();
    }

    /**
     * Partial matches that begin with one event are over at one moment, those that it has led on, where steps have a time of their own, at one
     * for each step; and where more are over at a time than are told at once, it takes further turns.
     */
    int deadlinesOfEvent() {
        int moments = automaton.hasGaps ? 1 + sample.steps.size() : 1;
        return moments + (sample.partialsAtMost - 1) / sample.matchesAtMost;
    }

    @Override
    public long outputsOfEvent(int input) {
        return maxOutputs();
    }

    /** Version 1 did not have how far firing lags behind. */
    @Override
    public int stateVersion() {
        return 2;
    }

    @Override
    public int maxOutputsPerFiring() {
        return sample.matchesAtMost;
    }

    @Override
    public Answers answers() {
        return Answers.MANY;
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public long latenessNs() {
        return sample.latenessNs;
    }

    @Override
    public long bytesPerKey() {
        return PatternState.keyBytes(key.maxBytes()) + PatternState.runBytes(StoredEvents.HEAD);
    }

    @Override
    public long leastStateBytes() {
        return PatternState.leastBytes();
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("within", Duration.ofNanos(withinNs).toString());
        for (int i = 0; i < sample.steps.size(); i++) {
            all.put(sample.stepName(i), sample.steps.get(i).toString());
        }
        automaton.places.describe(all);
        String step = sample.afterStep < 0 ? "" : sample.stepName(sample.afterStep);
        all.put("behind a match go", sample.after.text + step);
        if (sample.latenessNs > 0) {
            all.put("allowed lateness", Duration.ofNanos(sample.latenessNs).toString());
        }
        all.put("partials at most", Integer.toString(sample.partialsAtMost));
        all.put("matches at most", Integer.toString(sample.matchesAtMost));
        return all;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputTypes) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < inputTypes.size(); i++) {
            EventType<?> type = inputTypes.get(i);
            if (type == null) {
                problems.add(
                        "pattern keeps events, and its input " + i + " is untyped; use map(type, function) in front");
            } else if (StoredEvents.HEAD + StoredEvents.words(type.maxLength()) > Pages.PAGE_LONGS - 1) {
                problems.add("pattern keeps an event in a page of " + Pages.PAGE_BYTES + " bytes, and " + type.name()
                        + " has " + type.maxLength() + "; shorten its text fields");
            }
        }
        return problems;
    }
}
