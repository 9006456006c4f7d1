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

/** What both kinds of pattern classes declare: what a step is, and what happens behind a match. */
public abstract class PatternWords {
    final PatternShape shape = new PatternShape();
    private boolean isNamed;

    PatternWords() {}

    /** Sends every match. */
    protected final void noSkip() {
        shape.noSkip();
    }

    /** Behind a match no other is sent that begins with the same event. */
    protected final void skipToNext() {
        shape.skipToNext();
    }

    /** Behind a match no other is sent that begins within it: the next begins behind its last event. So it is unless said. */
    protected final void skipPastLast() {
        shape.skipPastLast();
    }

    /**
     * Behind a match no other is sent that begins before the first event of a step in it, or with the match's own first event.
     * Where the step was left out it is as {@link #skipToNext}.
     *
     * @param step of this class
     */
    protected final void skipToFirst(Step<?> step) {
        shape.skipToFirst(step);
    }

    /**
     * Behind a match no other is sent that begins before the last event of a step in it, or with the match's own first event.
     * Where the step was left out it is as {@link #skipToNext}.
     *
     * @param step of this class
     */
    protected final void skipToLast(Step<?> step) {
        shape.skipToLast(step);
    }

    /**
     * Bounds the partial matches of one key. When an event leaves more than that, those that began first go, without an output,
     * and are counted as evicted.
     *
     * @param most 1 to 4096; 64 unless declared
     */
    protected final void partialsAtMost(int most) {
        shape.partialsAtMost(most);
    }

    /**
     * Bounds the matches that one event completes. Of more the last in their order are not sent, and are counted as evicted.
     *
     * @param most 1 to 1024; 16 unless declared
     */
    protected final void matchesAtMost(int most) {
        shape.matchesAtMost(most);
    }

    /**
     * Takes events that are behind progress by so much: the events of a key then wait for so much longer, and so do deadlines, so what
     * was sent stays true, and matches are those of the events in their order. The words behind the pattern stand at a progress that
     * is less by so much.
     *
     * @param most 0 or more; 0 unless declared
     */
    protected final void allowedLateness(Duration most) {
        shape.allowedLateness(most);
    }

    /** Names the steps by the fields that hold them, the first time; not those that another object declares. */
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
     * A step: while the class is constructed it is told how many events it takes; then it reads them, of the match in hand, or of
     * the partial match that a condition is asked for.
     *
     * @param <T> the event
     */
    public static final class Step<T> extends PatternStep<T> {
        Step(PatternShape shape, Follows follows, int input, Condition<? super T> condition) {
            super(shape, follows, input, condition);
        }

        /**
         * Takes so many events. Others of the key may lie between them, unless {@link #consecutive}.
         *
         * @param n 1 to 1024
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
         * @param max the most, to 1024
         * @return this
         */
        public Step<T> times(int min, int max) {
            repeat(min, max);
            return this;
        }

        /**
         * Takes one event or more, 64 at most: each is kept as long as the partial match lives.
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
         * @param atMost the most, to 1024
         * @return this
         */
        public Step<T> oneOrMore(int atMost) {
            repeat(1, atMost);
            return this;
        }

        /**
         * May be left out.
         *
         * @return this
         */
        public Step<T> optional() {
            beOptional();
            return this;
        }

        /**
         * Takes every event it can, and gives none back: the pattern goes on behind it only with an event that it does not take. A
         * match that ends in it waits until it can take no more, or for the deadline. (That a step may begin {@link #within} a time
         * only, and that time has passed, is noticed at the next event of the key.)
         *
         * @return this
         */
        public Step<T> greedy() {
            beGreedy(true);
            return this;
        }

        /**
         * May take an event or leave it, so there may be matches of each kind; the shorter ones come first. So it is unless said.
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
         * Ends the step, which has begun, at the first event for which a condition holds: it takes neither that one nor any behind
         * it. The step behind may take it.
         *
         * @param condition asked before the step's own; a captured variable that changes is outside the log
         * @return this
         */
        public Step<T> until(Condition<? super T> condition) {
            endAt(-1, condition);
            return this;
        }

        /**
         * The same at an event of another input.
         *
         * @param in        the input
         * @param condition asked before the step's own; a captured variable that changes is outside the log
         * @param <U>       its event
         * @return this
         */
        public <U> Step<T> until(On<U> in, Condition<? super U> condition) {
            endAt(in.input(), condition);
            return this;
        }

        /**
         * Begins less than a time after the event before it in the match.
         *
         * @param gap from that event to the step's first
         * @return this
         */
        public Step<T> within(Duration gap) {
            beWithin(gap);
            return this;
        }
    }

    /**
     * A pattern class in the place of a step: while the outer class is constructed it is told how often it is taken; then it says what
     * of it the match in hand has, or the partial match that a condition is asked for.
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
         * Is taken so often, one time behind the other. Others of the key may lie between two times, unless {@link #consecutive}.
         *
         * @param n 1 to 56; all steps of a pattern together are 56 at most
         * @return this
         */
        public Group<P> times(int n) {
            repeat(n, n);
            return this;
        }

        /**
         * Is taken several times, as few as possible, unless the step that begins one more time is greedy: its first, or where
         * that is left out one behind it.
         *
         * @param min the fewest, 1 or more
         * @param max the most, to 56; all steps of a pattern together are 56 at most
         * @return this
         */
        public Group<P> times(int min, int max) {
            repeat(min, max);
            return this;
        }

        /**
         * May be left out.
         *
         * @return this
         */
        public Group<P> optional() {
            beOptional();
            return this;
        }

        /**
         * Allows no other event of the key between one time and the next; for a group with {@link #times(int)}, whose first step
         * is not optional.
         *
         * @return this
         */
        public Group<P> consecutive() {
            beConsecutive();
            return this;
        }
    }
}
