package io.millrace.operators.pattern;

import io.millrace.operators.Fn.Condition;
import io.millrace.time.Times;
import java.time.Duration;
import java.util.Objects;

/**
 * A step of a pattern. It is declared while the user's object is constructed. Later it reads the events that it has in
 * a match or, for a condition, in the partial match whose next event is examined.
 *
 * @param <T> the type of the events
 */
public class PatternStep<T> {
    static final int LOOP_MOST = 1024;

    final StepDeclaration declared;

    /** The object that says it, which may be a group of the one that it is a step of. */
    private final PatternShape by;

    /**
     * Declares a step.
     *
     * @param shape     the shape of the user's object
     * @param follows   how it follows the step before it
     * @param input     the input of its events
     * @param condition holds for its events
     */
    protected PatternStep(PatternShape shape, Follows follows, int input, Condition<? super T> condition) {
        by = shape;
        declared = shape.add(follows, input, condition);
    }

    /**
     * Whether an object declares this step itself, and does not only hold a step that another object declares.
     *
     * @param shape the shape of that object
     * @return false for a step of another object
     */
    public final boolean isOf(PatternShape shape) {
        return by == shape;
    }

    /**
     * Names the step in descriptions.
     *
     * @param name the name of the field that holds it
     */
    public final void named(String name) {
        declared.name = name;
    }

    // ---- declaring

    /**
     * Declares how many events the step takes.
     *
     * @param min the fewest
     * @param max the most
     */
    protected final void repeat(int min, int max) {
        by.isOpen();
        if (min < 1 || max < min || max > LOOP_MOST) {
            throw new IllegalArgumentException("a step takes " + min + " to " + max + " events; use 1 to " + LOOP_MOST
                    + ", and optional() for none");
        }
        declared.repeats = true;
        declared.min = min;
        declared.max = max;
    }

    /** Declares that the step may be left out. */
    protected final void beOptional() {
        by.isOpen();
        declared.optional = true;
    }

    /**
     * Declares whether the step takes every event that it can.
     *
     * @param greedy false for as few as possible
     */
    protected final void beGreedy(boolean greedy) {
        by.isOpen();
        declared.greedy = greedy;
    }

    /** Declares that no other event of the key may lie between the events of the step. */
    protected final void beConsecutive() {
        by.isOpen();
        declared.consecutive = true;
    }

    /**
     * Declares what ends the step.
     *
     * @param input     the input of that event; -1 for the step's own
     * @param condition holds for the event that ends the step
     */
    protected final void endAt(int input, Condition<?> condition) {
        by.isOpen();
        declared.until = Objects.requireNonNull(condition, "until");
        declared.untilInput = input < 0 ? declared.input : input;
    }

    /**
     * Declares the time between the event before the step and its first event.
     *
     * @param gap the first event comes less than this later
     */
    protected final void beWithin(Duration gap) {
        by.isOpen();
        long ns = Times.nanos(gap);
        if (ns <= 0) {
            throw new IllegalArgumentException("a step within " + gap + " of the one before; use a positive time");
        }
        declared.gapNs = ns;
    }

    // ---- reading

    /**
     * How many events the step has taken.
     *
     * @return the number; 0 if the step was left out, or is not reached yet
     */
    public final int count() {
        return declared.shape.source.count(declared.number);
    }

    /**
     * Whether the step has taken an event.
     *
     * @return false if the step was left out, or is not reached yet
     */
    public final boolean isPresent() {
        return count() > 0;
    }

    /**
     * The event of a step that takes one; of a step that takes several, the first.
     *
     * @return the event, valid during the call; null if there is none
     */
    public final T event() {
        return first();
    }

    /**
     * The first event of the step.
     *
     * @return the event, valid during the call; null if there is none
     */
    public final T first() {
        return read(0, MatchSource.FIRST);
    }

    /**
     * The last event of the step so far.
     *
     * @return the event, valid during the call; null if there is none
     */
    public final T last() {
        return read(count() - 1, MatchSource.LAST);
    }

    /**
     * An event of the step.
     *
     * @param index 0 for the first
     * @return the event, null if there is none of that index; a view is valid until the next call of this method
     */
    public final T event(int index) {
        return read(index, MatchSource.AT);
    }

    @SuppressWarnings("unchecked") // events of its input only are taken for it
    private T read(int index, int reader) {
        return index < 0 || index >= count() ? null : (T) declared.shape.source.event(declared.number, index, reader);
    }
}
