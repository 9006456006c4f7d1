package io.millrace.operators.pattern;

import io.millrace.operators.Fn.Condition;
import io.millrace.time.Times;
import java.time.Duration;
import java.util.Objects;

/**
 * A step of a pattern: declared while the user's object is constructed; then it reads the events that the match, or the run
 * whose next event a condition is asked about, has taken for it.
 *
 * @param <T> the event
 */
public class PatternStep<T> {
    static final int LOOP_MOST = 1024;

    final StepDeclaration declared;

    /** The object that says it, which may be a group of the one that it is a step of. */
    private final PatternShape by;

    /**
     * Declares a step.
     *
     * @param shape     of the user's object
     * @param follows   how it stands to the step before
     * @param input     which input its events come by
     * @param condition holds for its events
     */
    protected PatternStep(PatternShape shape, Follows follows, int input, Condition<? super T> condition) {
        by = shape;
        declared = shape.add(follows, input, condition);
    }

    /**
     * Whether an object declares it, and does not only keep what another one declares.
     *
     * @param shape of that object
     * @return false for a step of another object
     */
    public final boolean isOf(PatternShape shape) {
        return by == shape;
    }

    /**
     * Names it in descriptions.
     *
     * @param name of the field that holds it
     */
    public final void named(String name) {
        declared.name = name;
    }

    // ---- declaring

    /**
     * Declares how many events it takes.
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

    /** Declares that it may be left out. */
    protected final void beOptional() {
        by.isOpen();
        declared.optional = true;
    }

    /**
     * Declares whether it takes what it can.
     *
     * @param greedy false for as little as possible
     */
    protected final void beGreedy(boolean greedy) {
        by.isOpen();
        declared.greedy = greedy;
    }

    /** Declares that no other event of the key may lie between its events. */
    protected final void beConsecutive() {
        by.isOpen();
        declared.consecutive = true;
    }

    /**
     * Declares what ends it.
     *
     * @param input     which input that comes by; -1 for its own
     * @param condition holds for the event that ends it
     */
    protected final void endAt(int input, Condition<?> condition) {
        by.isOpen();
        declared.until = Objects.requireNonNull(condition, "until");
        declared.untilInput = input < 0 ? declared.input : input;
    }

    /**
     * Declares the time between the event before it and its first.
     *
     * @param gap the first comes less than this later
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
     * How many events it has taken.
     *
     * @return 0 when it was left out, or not reached yet
     */
    public final int count() {
        return declared.shape.source.count(declared.number);
    }

    /**
     * Whether it has taken an event.
     *
     * @return false when it was left out, or not reached yet
     */
    public final boolean isPresent() {
        return count() > 0;
    }

    /**
     * The event of a step that takes one; of one that takes several the first.
     *
     * @return null when there is none; valid during the call
     */
    public final T event() {
        return first();
    }

    /**
     * Its first event.
     *
     * @return null when there is none; valid during the call
     */
    public final T first() {
        return read(0, MatchSource.FIRST);
    }

    /**
     * Its last event so far.
     *
     * @return null when there is none; valid during the call
     */
    public final T last() {
        return read(count() - 1, MatchSource.LAST);
    }

    /**
     * One of its events.
     *
     * @param index 0 is the first
     * @return null when there is none of that index; a view is valid until the next call of this
     */
    public final T event(int index) {
        return read(index, MatchSource.AT);
    }

    @SuppressWarnings("unchecked") // events of its input only are taken for it
    private T read(int index, int reader) {
        return index < 0 || index >= count() ? null : (T) declared.shape.source.event(declared.number, index, reader);
    }
}
