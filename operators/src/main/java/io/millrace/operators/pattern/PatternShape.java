package io.millrace.operators.pattern;

import io.millrace.operators.Fn.Condition;
import io.millrace.time.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a pattern class declares while it is constructed, and where its steps then read. There is one for each object of
 * that class, used by one thread.
 */
public final class PatternShape {
    private static final int PARTIALS = 64;
    private static final int PARTIALS_MOST = 4096;
    private static final int MATCHES = 16;
    private static final int MATCHES_MOST = 1024;

    final List<StepDeclaration> steps = new ArrayList<>();
    final Sequence top = new Sequence();
    AfterMatch after = AfterMatch.PAST_LAST;
    int afterStep = -1;
    int partialsAtMost = PARTIALS;
    int matchesAtMost = MATCHES;
    long latenessNs;
    MatchSource source = MatchSource.NONE;

    /** The first word about matches as a whole, which a group cannot say. */
    private String said;

    private boolean isTaken;

    /** Makes a shape without declarations. */
    public PatternShape() {}

    /** Complains when it is a group of another already: what it says has been read, and its steps have their numbers. */
    void isOpen() {
        if (isTaken) {
            throw new IllegalArgumentException("a group is declared further from outside, which has taken it already;"
                    + " say it in the class of the group");
        }
    }

    StepDeclaration add(Follows follows, int input, Condition<?> condition) {
        isOpen();
        Objects.requireNonNull(condition, "condition");
        boolean joins =
                follows == Follows.OR && !steps.isEmpty() && !top.last().last().isGroup();
        Place place = place(follows);
        if (!joins) {
            place.branches.add(new PatternBranch(top, follows));
        }
        StepDeclaration step = new StepDeclaration(this, follows, input, condition);
        number(step);
        place.last().steps.add(step);
        return step;
    }

    /** The place in which something stands. */
    private Place place(Follows follows) {
        if ((follows == Follows.BEGIN) != top.places.isEmpty()) {
            throw new IllegalArgumentException(
                    top.places.isEmpty()
                            ? "its first step must be a begin(condition)"
                            : "begin(condition) stands behind other steps; a pattern begins once, so use followedBy");
        }
        if (follows != Follows.OR) {
            top.places.add(new Place(follows));
        } else if (top.isGuarded()) {
            throw new IllegalArgumentException(
                    "or(condition) stands behind a negation; put it behind the step whose alternative it is");
        }
        return top.last();
    }

    private void number(StepDeclaration step) {
        step.shape = this;
        step.number = steps.size();
        steps.add(step);
    }

    // ---- groups

    PatternBranch addGroup(Follows follows) {
        isOpen();
        Place place = place(follows);
        PatternBranch branch = new PatternBranch(top, follows);
        place.branches.add(branch);
        return branch;
    }

    /** Complains when something has been declared behind a group. */
    void isInHand(PatternBranch group, String word) {
        isOpen();
        if (top.last().last() != group || top.isGuarded()) {
            throw new IllegalArgumentException(
                    word + " of a group stands behind another word; say it where the group is declared");
        }
    }

    /** Takes over what an inner object declares, as one more time of a group. */
    void take(PatternBranch group, PatternShape inner) {
        isOpen();
        if (inner.isTaken) {
            throw new IllegalArgumentException(
                    "the factory of a group answers an object that is taken already; give one"
                            + " that makes an object at each call");
        }
        if (inner.said != null) {
            throw new IllegalArgumentException("a group says " + inner.said
                    + ", which is about matches as a whole; say it in the class that the group is a part of");
        }
        if (inner.steps.isEmpty()) {
            throw new IllegalArgumentException("a group has no step; begin it with begin(condition)");
        }
        Automaton.checkSteps(steps.size() + inner.steps.size());
        inner.isTaken = true;
        inner.top.group = group;
        inner.top.time = group.times.size();
        group.times.add(inner.top);
        inner.steps.forEach(this::number);
    }

    /**
     * Declares what must not come between the step before and the next step.
     *
     * @param input     the input of its events
     * @param condition holds for events that must not come
     * @param nextOnly  whether only the very next event is examined
     */
    public void guard(int input, Condition<?> condition, boolean nextOnly) {
        isOpen();
        if (steps.isEmpty()) {
            throw new IllegalArgumentException(
                    "a negation stands in front of begin(condition); what must not come is said behind a step");
        }
        top.guards.add(new Guard(input, Objects.requireNonNull(condition, "condition"), top.places.size(), nextOnly));
    }

    // ---- matches as a whole

    /** Declares that all matches are sent. */
    public void noSkip() {
        after("noSkip", AfterMatch.NO_SKIP, -1);
    }

    /** Declares that a match drops others that begin with its first event. */
    public void skipToNext() {
        after("skipToNext", AfterMatch.TO_NEXT, -1);
    }

    /** Declares that a match drops others that begin within it. */
    public void skipPastLast() {
        after("skipPastLast", AfterMatch.PAST_LAST, -1);
    }

    /**
     * Declares that a match drops others that begin before the first event of a step.
     *
     * @param step a step of this object
     */
    public void skipToFirst(PatternStep<?> step) {
        after("skipToFirst", AfterMatch.TO_FIRST, own(step));
    }

    /**
     * Declares that a match drops others that begin before the last event of a step.
     *
     * @param step a step of this object
     */
    public void skipToLast(PatternStep<?> step) {
        after("skipToLast", AfterMatch.TO_LAST, own(step));
    }

    private int own(PatternStep<?> step) {
        if (step.declared.shape != this) {
            throw new IllegalArgumentException("skipping to a step of another object; use a field of this class");
        }
        return step.declared.number;
    }

    private void after(String word, AfterMatch what, int step) {
        says(word);
        after = what;
        afterStep = step;
    }

    /**
     * Bounds the partial matches of a key.
     *
     * @param most 1 to 4,096; by default 64
     */
    public void partialsAtMost(int most) {
        partialsAtMost = between("partialsAtMost", most, PARTIALS_MOST);
    }

    /**
     * Bounds the matches that one event completes.
     *
     * @param most 1 to 1,024; by default 16
     */
    public void matchesAtMost(int most) {
        matchesAtMost = between("matchesAtMost", most, MATCHES_MOST);
    }

    /**
     * Takes events that are behind progress by so much at most.
     *
     * @param most 0 or more; by default 0
     */
    public void allowedLateness(Duration most) {
        says("allowedLateness");
        if (most.isNegative()) {
            throw new IllegalArgumentException("allowedLateness(" + most + "); use zero or more");
        }
        latenessNs = Times.nanos(most);
    }

    private void says(String word) {
        isOpen();
        said = said == null ? word : said;
    }

    private int between(String what, int most, int largest) {
        says(what);
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
