package io.millrace.dsl;

import io.millrace.operators.Fn.Condition;
import io.millrace.operators.pattern.Follows;
import io.millrace.operators.pattern.PatternGroup;
import io.millrace.operators.pattern.PatternShape;
import io.millrace.operators.pattern.PatternStep;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.function.Supplier;

/** The words that both kinds of pattern classes have: what a step is, and what happens after a match. */
public abstract class PatternWords {
    final PatternShape shape = new PatternShape();
    private boolean isNamed;

    PatternWords() {}

    /** Sends every match. */
    protected final void noSkip() {
        shape.noSkip();
    }

    /** After a match, sends no other that begins with the same event. */
    protected final void skipToNext() {
        shape.skipToNext();
    }

    /**
     * After a match, sends no other that begins within it: the next one begins after its last event. This is the
     * default.
     */
    protected final void skipPastLast() {
        shape.skipPastLast();
    }

    /**
     * After a match, sends no other that begins before the first event of a step in it, or with the match's own first
     * event. If the match does without the step, this is {@link #skipToNext}.
     *
     * @param step a step of this class
     */
    protected final void skipToFirst(Step<?> step) {
        shape.skipToFirst(step);
    }

    /**
     * After a match, sends no other that begins before the last event of a step in it, or with the match's own first
     * event. If the match does without the step, this is {@link #skipToNext}.
     *
     * @param step a step of this class
     */
    protected final void skipToLast(Step<?> step) {
        shape.skipToLast(step);
    }

    /**
     * Bounds the partial matches of one key. If an event leaves more, those that began first are dropped, without an
     * output, and are counted as evicted.
     *
     * @param most 1 to 4,096; by default 64
     */
    protected final void partialsAtMost(int most) {
        shape.partialsAtMost(most);
    }

    /**
     * Bounds the matches that one event completes. If there are more, the last in their order are not sent, and are
     * counted as evicted.
     *
     * @param most 1 to 1,024; by default 16
     */
    protected final void matchesAtMost(int most) {
        shape.matchesAtMost(most);
    }

    /**
     * Takes events that are up to so much behind progress in their place. Events and deadlines then wait that much
     * longer, so that matches are those of the events in their order, and none that was sent turns out wrong. Words
     * after the pattern see progress less this time.
     *
     * @param most zero or more; by default zero
     */
    protected final void allowedLateness(Duration most) {
        shape.allowedLateness(most);
    }

    /** Names the steps by the fields that hold them, the first time; not steps that another object declares. */
    final PatternShape named() {
        if (!isNamed) {
            name("");
        }
        return shape;
    }

    private void name(String prefix) {
        isNamed = true;
        for (Class<?> type = getClass(); type != PatternWords.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                    name(prefix, type, field);
                }
            }
        }
    }

    private void name(String prefix, Class<?> type, Field field) {
        if (!Modifier.isFinal(field.getModifiers())) {
            throw new IllegalArgumentException("field " + field.getName() + " of " + type.getName()
                    + " is not final: what a pattern looks at is declared by final fields: make it final");
        }
        try {
            field.setAccessible(true);
            Object value = field.get(this);
            if (value instanceof PatternStep<?> step && step.isOf(shape)) {
                step.named(prefix + field.getName());
            } else if (value instanceof Group<?> group && group.isOf(shape)) {
                group.nameSteps(prefix + field.getName());
            }
        } catch (InaccessibleObjectException | IllegalAccessException e) {
            throw new IllegalArgumentException(
                    "field " + field.getName() + " of " + type.getName() + " cannot be read: open its package "
                            + type.getPackageName() + " in module-info.java",
                    e);
        }
    }

    /**
     * A step of a pattern. During construction you declare how many events it takes. Later it gives access to these
     * events, in a match or, for a condition, in the partial match.
     *
     * @param <T> the type of the events
     */
    public static final class Step<T> extends PatternStep<T> {
        Step(PatternShape shape, Follows follows, int input, Condition<? super T> condition) {
            super(shape, follows, input, condition);
        }

        /**
         * Takes so many events. Others of the key may lie between them, unless it is {@link #consecutive}.
         *
         * @param n 1 to 1,024
         * @return this
         */
        public Step<T> times(int n) {
            repeat(n, n);
            return this;
        }

        /**
         * Takes several events.
         *
         * @param min the fewest, 1 or more
         * @param max the most, up to 1,024
         * @return this
         */
        public Step<T> times(int min, int max) {
            repeat(min, max);
            return this;
        }

        /**
         * Takes one event or more, 64 at most, since each is kept as long as the partial match lives.
         *
         * @return this
         */
        public Step<T> oneOrMore() {
            repeat(1, 64);
            return this;
        }

        /**
         * Takes one event or more.
         *
         * @param atMost the most, up to 1,024
         * @return this
         */
        public Step<T> oneOrMore(int atMost) {
            repeat(1, atMost);
            return this;
        }

        /**
         * Makes the step optional.
         *
         * @return this
         */
        public Step<T> optional() {
            beOptional();
            return this;
        }

        /**
         * Takes every event that it can, and gives none back: the pattern goes on after the step only with an event
         * that the step does not take. A match that ends in this step waits until it can take no more, or for the
         * deadline. (If the step has a time of its own, {@link #within}, and that has passed, this is noticed at the
         * next event of the key.)
         *
         * @return this
         */
        public Step<T> greedy() {
            beGreedy(true);
            return this;
        }

        /**
         * May take an event or leave it, so that there may be matches of both kinds, the shorter ones first. This is
         * the default.
         *
         * @return this
         */
        public Step<T> reluctant() {
            beGreedy(false);
            return this;
        }

        /**
         * Allows no other event of the key between those of this step.
         *
         * @return this
         */
        public Step<T> consecutive() {
            beConsecutive();
            return this;
        }

        /**
         * Ends the step, once it has begun, at the first event for which a condition holds: it takes neither that event
         * nor any later one. The next step may take it.
         *
         * @param condition called before the step's own condition; a captured variable that changes is outside the log
         * @return this
         */
        public Step<T> until(Condition<? super T> condition) {
            endAt(-1, condition);
            return this;
        }

        /**
         * Ends the step, once it has begun, at the first event of another input for which a condition holds.
         *
         * @param in        the input of that event
         * @param condition called before the step's own condition; a captured variable that changes is outside the log
         * @param <U>       the type of the event
         * @return this
         */
        public <U> Step<T> until(On<U> in, Condition<? super U> condition) {
            endAt(in.input(), condition);
            return this;
        }

        /**
         * Requires that the step begins less than a time after the event before it in the match.
         *
         * @param gap from that event to the first event of the step
         * @return this
         */
        public Step<T> within(Duration gap) {
            beWithin(gap);
            return this;
        }
    }

    /**
     * A pattern class in the place of a step. During construction you declare how often it is taken. Later it gives
     * access to its steps, in a match or, for a condition, in the partial match.
     *
     * @param <P> the pattern class
     */
    public static final class Group<P extends PatternWords> extends PatternGroup<P> {
        Group(PatternShape shape, Follows follows, Supplier<P> factory) {
            super(shape, follows, factory, p -> p.shape);
        }

        private void nameSteps(String name) {
            named(name);
            for (int i = 0; i < atMost(); i++) {
                PatternWords steps = steps(i);
                steps.name(name + (atMost() == 1 ? "." : " " + (i + 1) + "."));
            }
        }

        /**
         * Is taken so many times, one after the other. Other events of the key may lie between two times, unless it is
         * {@link #consecutive}.
         *
         * @param n 1 to 56; all steps of a pattern together are 56 at most
         * @return this
         */
        public Group<P> times(int n) {
            repeat(n, n);
            return this;
        }

        /**
         * Is taken several times, as few as possible, unless the step that begins one more time is greedy: its first
         * step or, if that is left out, the one after it.
         *
         * @param min the fewest, 1 or more
         * @param max the most, up to 56; all steps of a pattern together are 56 at most
         * @return this
         */
        public Group<P> times(int min, int max) {
            repeat(min, max);
            return this;
        }

        /**
         * Makes the group optional.
         *
         * @return this
         */
        public Group<P> optional() {
            beOptional();
            return this;
        }

        /**
         * Allows no other event of the key between one time and the next, for a group with {@link #times(int)} whose
         * first step is not optional.
         *
         * @return this
         */
        public Group<P> consecutive() {
            beConsecutive();
            return this;
        }
    }
}
