package io.millrace.operators.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A pattern object within another one, whose steps are steps of that one. It is declared while the user's object is
 * constructed. Later it tells what it has taken in a match or, for a condition, in the partial match.
 *
 * @param <P> the class of the inner pattern
 */
public class PatternGroup<P> {
    /** More are taken for a class that makes itself, which would have no end. */
    private static final int DEEP_MOST = 16;

    /** How many groups are being made in each other: the inner one is constructed before the outer knows of it. */
    private static final ThreadLocal<Integer> DEEP = ThreadLocal.withInitial(() -> 0);

    private final PatternShape shape;
    private final Supplier<P> factory;
    private final Function<? super P, PatternShape> declared;
    private final PatternBranch branch;
    private final List<P> times = new ArrayList<>();

    /** Of each time. */
    private StepDeclaration[][] steps = {};

    /**
     * Declares a group.
     *
     * @param shape    the shape of the user's object
     * @param follows  how it follows what is before it
     * @param factory  makes the inner object, once for each time that the group may be taken
     * @param declared reads what an inner object declares
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
        P made = make();
        if (made == null) {
            throw new IllegalArgumentException("the factory of a group answers null; give one that makes an object");
        }
        PatternShape inner = declared.apply(made);
        StepDeclaration[] ofTime = inner.steps.toArray(new StepDeclaration[0]);
        shape.take(branch, inner);
        times.add(made);
        steps = Arrays.copyOf(steps, times.size());
        steps[times.size() - 1] = ofTime;
    }

    private P make() {
        int deep = DEEP.get();
        if (deep == DEEP_MOST) {
            throw new IllegalArgumentException(
                    "it has more than " + DEEP_MOST + " groups in each other; does one make a"
                            + " group of its own class? Give it another class, without that group");
        }
        DEEP.set(deep + 1);
        try {
            return factory.get();
        } finally {
            if (deep == 0) {
                DEEP.remove();
            } else {
                DEEP.set(deep);
            }
        }
    }

    /**
     * Whether an object declares this group itself, and does not only hold a group that another object declares.
     *
     * @param of the shape of that object
     * @return false for a group of another object
     */
    public final boolean isOf(PatternShape of) {
        return shape == of;
    }

    // ---- declaring

    /**
     * Declares how many times the group is taken.
     *
     * @param min the fewest times
     * @param max the most times
     */
    protected final void repeat(int min, int max) {
        if (min < 1 || max < min || max > Automaton.STEPS_MOST) {
            throw new IllegalArgumentException("a group is taken " + min + " to " + max + " times; use 1 to "
                    + Automaton.STEPS_MOST + ", and optional() for none");
        }
        shape.isInHand(branch, "times");
        if (branch.repeats) {
            throw new IllegalArgumentException("a group is told twice how often it is taken; say it once");
        }
        branch.repeats = true;
        while (times.size() < max) {
            addTime();
        }
        branch.min = min;
    }

    /** Declares that the group may be left out. */
    protected final void beOptional() {
        shape.isOpen();
        branch.optional = true;
    }

    /** Declares that no event of the key may lie between one time and the next. */
    protected final void beConsecutive() {
        shape.isOpen();
        branch.consecutive = true;
    }

    /**
     * Names the group in descriptions.
     *
     * @param name the name of the field that holds it
     */
    public final void named(String name) {
        branch.named(name);
    }

    // ---- reading

    /**
     * How many times the group was taken, or begun.
     *
     * @return the number; 0 if the group was left out, if another alternative was taken, or if it is not reached yet
     */
    public final int count() {
        int n = 0;
        while (n < times.size() && isBegun(n)) {
            n++;
        }
        return n;
    }

    private boolean isBegun(int time) {
        for (StepDeclaration s : steps[time]) {
            if (s.shape.source.count(s.number) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the group has taken an event.
     *
     * @return false if the group was left out, if another alternative was taken, or if it is not reached yet
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
     * How many times the group may be taken.
     *
     * @return the number of objects that {@link #steps(int)} returns, one for each time
     */
    public final int atMost() {
        return times.size();
    }
}
