package io.millrace.operators.pattern;

import io.millrace.operators.Fn.Condition;
import io.millrace.time.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a pattern class declares while it is constructed, and where its steps then read. One an object of that class; one
 * thread.
 */
public final class PatternShape {
    private static final int PARTIALS = 64;
    private static final int PARTIALS_MOST = 4096;
    private static final int MATCHES = 16;
    private static final int MATCHES_MOST = 1024;

    final List<StepDeclaration> steps = new ArrayList<>();
    final List<Guard> guards = new ArrayList<>();
    AfterMatch after = AfterMatch.PAST_LAST;
    int afterStep = -1;
    int partialsAtMost = PARTIALS;
    int matchesAtMost = MATCHES;
    long latenessNs;
    int positions;
    MatchSource source = MatchSource.NONE;

    /** Nothing is declared. */
    public PatternShape() {}

    int add(Follows follows, int input, Condition<?> condition) {
        Objects.requireNonNull(condition, "condition");
        if ((follows == Follows.BEGIN) != steps.isEmpty()) {
            throw new IllegalArgumentException(
                    steps.isEmpty()
                            ? "its first step must be a begin(condition)"
                            : "begin(condition) stands behind other steps; a pattern begins once, so use followedBy");
        }
        boolean guarded = guards.stream().anyMatch(g -> g.position() == positions);
        if (follows == Follows.OR && guarded) {
            throw new IllegalArgumentException(
                    "or(condition) stands behind a negation; put it behind the step whose" + " alternative it is");
        }
        int position = follows == Follows.OR ? positions - 1 : positions++;
        steps.add(new StepDeclaration(follows, input, condition, position));
        return steps.size() - 1;
    }

    /**
     * Declares what must not come between the step before and the step behind.
     *
     * @param input     which input its events come by
     * @param condition holds for the events that must not come
     * @param nextOnly  whether only the very next event is looked at
     */
    public void guard(int input, Condition<?> condition, boolean nextOnly) {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException(
                    "a negation stands in front of begin(condition); what must not come is said behind a step");
        }
        guards.add(new Guard(input, Objects.requireNonNull(condition, "condition"), positions, nextOnly));
    }

    /** All matches are sent. */
    public void noSkip() {
        after(AfterMatch.NO_SKIP, -1);
    }

    /** Behind a match others that begin with its first event go. */
    public void skipToNext() {
        after(AfterMatch.TO_NEXT, -1);
    }

    /** Behind a match others that begin within it go. */
    public void skipPastLast() {
        after(AfterMatch.PAST_LAST, -1);
    }

    /**
     * Behind a match others go that begin before the first event of a step.
     *
     * @param step of this object
     */
    public void skipToFirst(PatternStep<?> step) {
        after(AfterMatch.TO_FIRST, own(step));
    }

    /**
     * Behind a match others go that begin before the last event of a step.
     *
     * @param step of this object
     */
    public void skipToLast(PatternStep<?> step) {
        after(AfterMatch.TO_LAST, own(step));
    }

    private int own(PatternStep<?> step) {
        if (step.shape != this) {
            throw new IllegalArgumentException("skipping to a step of another object; use a field of this class");
        }
        return step.number;
    }

    private void after(AfterMatch what, int step) {
        after = what;
        afterStep = step;
    }

    /**
     * Bounds the partial matches of a key.
     *
     * @param most 1 to 4096; 64 unless declared
     */
    public void partialsAtMost(int most) {
        partialsAtMost = between("partialsAtMost", most, PARTIALS_MOST);
    }

    /**
     * Bounds the matches that one event completes.
     *
     * @param most 1 to 1024; 16 unless declared
     */
    public void matchesAtMost(int most) {
        matchesAtMost = between("matchesAtMost", most, MATCHES_MOST);
    }

    /**
     * Takes events that are behind progress by so much.
     *
     * @param most 0 or more; 0 unless declared
     */
    public void allowedLateness(Duration most) {
        if (most.isNegative()) {
            throw new IllegalArgumentException("allowedLateness(" + most + "); use zero or more");
        }
        latenessNs = Times.nanos(most);
    }

    private static int between(String what, int most, int largest) {
        if (most < 1 || most > largest) {
            throw new IllegalArgumentException(what + "(" + most + "); use 1 to " + largest);
        }
        return most;
    }

    /** How a step is called in listings. */
    String stepName(int step) {
        String name = steps.get(step).name;
        return name == null ? "step " + (step + 1) : name;
    }
}
