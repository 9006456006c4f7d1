package io.millrace.operators.pattern;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A pattern object within another, whose steps are steps of that one: declared while the user's object is constructed; then it says
 * what of it the match, or the run in hand, has taken.
 *
 * @param <P> the class of the inner pattern
 */
public class PatternGroup<P> {
    private final PatternShape shape;
    private final Supplier<P> factory;
    private final Function<? super P, PatternShape> declared;
    private final PatternBranch branch;
    private final List<P> times = new ArrayList<>();
    private final List<List<StepDeclaration>> steps = new ArrayList<>();

    /**
     * Declares a group.
     *
     * @param shape    of the user's object
     * @param follows  how it stands to what is before
     * @param factory  makes the inner object, once for each time that it may be taken
     * @param declared reads what such an object declares
     */
    protected PatternGroup(
            PatternShape shape, Follows follows, Supplier<P> factory, Function<? super P, PatternShape> declared) {
        this.shape = shape;
        this.factory = Objects.requireNonNull(factory, "group");
        this.declared = declared;
        branch = shape.addGroup(follows);
        addTime();
    }

    private void addTime() {
        P made = factory.get();
        if (made == null) {
            throw new IllegalArgumentException("the factory of a group answers null; give one that makes an object");
        }
        PatternShape inner = declared.apply(made);
        steps.add(List.copyOf(inner.steps));
        shape.take(branch, inner);
        times.add(made);
    }

    // ---- declaring

    /**
     * Declares how often it is taken.
     *
     * @param min the fewest
     * @param max the most
     */
    protected final void repeat(int min, int max) {
        if (min < 1 || max < min || max > Automaton.STEPS_MOST) {
            throw new IllegalArgumentException("a group is taken " + min + " to " + max + " times; use 1 to "
                    + Automaton.STEPS_MOST + ", and optional() for none");
        }
        shape.isInHand(branch, "times");
        if (times.size() > 1) {
            throw new IllegalArgumentException("a group is told twice how often it is taken; say it once");
        }
        while (times.size() < max) {
            addTime();
        }
        branch.min = min;
    }

    /** Declares that it may be left out. */
    protected final void beOptional() {
        branch.optional = true;
    }

    /** Declares that nothing of the key may lie between one time and the next. */
    protected final void beConsecutive() {
        branch.consecutive = true;
    }

    /**
     * Names it in descriptions.
     *
     * @param name of the field that holds it
     */
    public final void named(String name) {
        branch.named(name);
    }

    // ---- reading

    /**
     * How often it has been taken, or begun.
     *
     * @return 0 when it was left out, when another alternative was taken, or when it is not reached yet
     */
    public final int count() {
        int n = 0;
        while (n < times.size() && isBegun(n)) {
            n++;
        }
        return n;
    }

    private boolean isBegun(int time) {
        for (StepDeclaration s : steps.get(time)) {
            if (s.shape.source.count(s.number) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether it has taken an event.
     *
     * @return false when it was left out, when another alternative was taken, or when it is not reached yet
     */
    public final boolean isPresent() {
        return isBegun(0);
    }

    /**
     * Its steps; of a group that is taken several times, those of the first.
     *
     * @return the object that was made for it; its steps hold nothing where it was not taken
     */
    public final P steps() {
        return times.get(0);
    }

    /**
     * Its steps at one of the times that it is taken.
     *
     * @param time 0 is the first
     * @return the object that was made for it; its steps hold nothing where it was not taken so often
     */
    public final P steps(int time) {
        return times.get(time);
    }

    /**
     * How often it may be taken.
     *
     * @return the objects that {@link #steps(int)} answers
     */
    public final int atMost() {
        return times.size();
    }
}
