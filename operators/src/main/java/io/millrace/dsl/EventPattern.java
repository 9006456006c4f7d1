package io.millrace.dsl;

import io.millrace.operators.Fn.Condition;
import io.millrace.operators.pattern.Follows;
import java.util.function.Supplier;

/**
 * A class of yours whose fields are the steps of a pattern over the events of a key; the same class, moved over the events that
 * were found, is the match:
 *
 * <pre>{@code
 * static class Probing extends EventPattern<Auth> {
 *     final Step<Auth> small = begin(a -> a.cents() < 200).oneOrMore();
 *     final Step<Auth> large = followedBy(a -> a.cents() > 10 * small.last().cents());
 * }
 * }</pre>
 *
 * <p>A condition may ask the steps, which then hold what the partial match has taken so far. It has to be a function of that and of
 * its event. One that throws sends its event to the dead letters, and nothing has changed; the event counts as not having been.
 *
 * <p><b>Order.</b> The events of a key, of all inputs, are taken in the order of (time, arrival): an event waits until progress has
 * reached its time. One behind progress (less {@link #allowedLateness}) is late: a dead letter, or the side stream {@link Matches#late}.
 *
 * <p><b>Between steps.</b> {@link #next}: nothing of the key may lie between. {@link #followedBy}: nothing that the step itself would
 * take. {@link #followedByAny}: anything. A step that takes several lets others lie between them, but takes each that it can.
 * Negations hold between the last event before them and the first behind; at the end until the deadline, and then the match comes at
 * the deadline, without any further event. An event that a negation is about is never taken by the step behind it.
 *
 * <p><b>Time.</b> From the first event of a match to its last it is less than {@code within}. That long after its first event a partial
 * match is over: at its deadline, which comes before an event of the same time. Then it is a match, when it only waited for more or
 * for the end of a negation; else it goes to {@link Matches#timedOut}, unless a shorter match of it was complete, whether that was
 * sent or had no room ({@link #matchesAtMost}). A match has the time of the event that decided it, or of the deadline.
 *
 * <p><b>Groups.</b> Where a step can stand, a whole pattern class can: {@code followedBy(Refund::new)} is a group with the steps of
 * that class, which have all words of their own, also conditions over earlier steps and times between them. Alternatives
 * ({@code or}) are groups or steps. A pattern with groups that are alternatives finds what it would find with one of them alone in
 * that place, for each of them; so does one with a group that may be taken several times, for each number of times. (But a greedy
 * step closes what is behind it whichever alternative goes on there.) Steps side by side are closer: the first whose condition holds
 * takes the event from the others. A group behind {@code next} or {@code followedByAny}, or one that is {@code consecutive}, does not
 * begin with a step that may be left out: build refuses it. Where a class has a constructor without a parameter and one with a single
 * one, {@code followedBy(Refund::new)} is ambiguous to the compiler: write {@code () -> new Refund()}.
 *
 * <p><b>Several at once.</b> Matches that one event completes come by their first event. Of two that begin alike, at the first event in
 * which they differ: the one that took it for a greedy step, or that did not take it for a reluctant one. Where both took one for
 * alternatives of one place: a greedy step before a reluctant one, then the alternative that is declared first; where both went on with
 * the same step, or with steps side by side, the one whose event came first. A match is sent as soon as it
 * is complete, also when another one that began earlier may still come, or an alternative that is declared before; then it takes with it
 * what the strategy says ({@link #skipPastLast} unless declared).
 *
 * <p>It is made at build, once for each node, and where matches are stored, anew each time; its fields have to be final.
 *
 * @param <T> the event
 */
public abstract class EventPattern<T> extends PatternWords {
    /** For subclasses. */
    protected EventPattern() {}

    /**
     * The first step.
     *
     * @param condition holds for its event; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> begin(Condition<? super T> condition) {
        return new Step<>(shape, Follows.BEGIN, 0, condition);
    }

    /**
     * A step that begins with the very next event of the key.
     *
     * @param condition holds for its event; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> next(Condition<? super T> condition) {
        return new Step<>(shape, Follows.NEXT, 0, condition);
    }

    /**
     * A step that begins with the next event for which its condition holds.
     *
     * @param condition holds for its event; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> followedBy(Condition<? super T> condition) {
        return new Step<>(shape, Follows.FOLLOWED_BY, 0, condition);
    }

    /**
     * A step that begins with any later event for which its condition holds: each makes a match of its own.
     *
     * @param condition holds for its event; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> followedByAny(Condition<? super T> condition) {
        return new Step<>(shape, Follows.FOLLOWED_BY_ANY, 0, condition);
    }

    /**
     * A step in the place of the step before. An event goes to the first of them whose condition holds; the others of that place
     * then hold none. Behind a group it is another way to that.
     *
     * @param condition holds for its event; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> or(Condition<? super T> condition) {
        return new Step<>(shape, Follows.OR, 0, condition);
    }

    /**
     * What the very next event must not be.
     *
     * @param condition holds for such an event; a captured variable that changes is outside the log
     */
    protected final void notNext(Condition<? super T> condition) {
        shape.guard(0, condition, true);
    }

    /**
     * What must not come before the step behind it; as the last word, what must not come before the deadline.
     *
     * @param condition holds for such an event; a captured variable that changes is outside the log
     */
    protected final void notFollowedBy(Condition<? super T> condition) {
        shape.guard(0, condition, false);
    }

    // ---- groups

    /**
     * A group as the first of the pattern.
     *
     * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> begin(Supplier<P> group) {
        return new Group<>(shape, Follows.BEGIN, group);
    }

    /**
     * A group that begins with the very next event of the key.
     *
     * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> next(Supplier<P> group) {
        return new Group<>(shape, Follows.NEXT, group);
    }

    /**
     * A group that begins with the next event that its first step takes.
     *
     * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> followedBy(Supplier<P> group) {
        return new Group<>(shape, Follows.FOLLOWED_BY, group);
    }

    /**
     * A group that begins with any later event that its first step takes: each makes a match of its own.
     *
     * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> followedByAny(Supplier<P> group) {
        return new Group<>(shape, Follows.FOLLOWED_BY_ANY, group);
    }

    /**
     * A group as another way to what stands before it, a step or a group.
     *
     * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> or(Supplier<P> group) {
        return new Group<>(shape, Follows.OR, group);
    }

    /**
     * A pattern over several inputs, with events of different types: each word is told the input.
     *
     * <pre>{@code
     * static class LoginOnly extends EventPattern.Mixed {
     *     final Step<Login> login;
     *
     *     LoginOnly(On<Login> logins, On<Auth> auths) {
     *         login = begin(logins, l -> l.device() < 0);
     *         notFollowedBy(auths, a -> true);
     *     }
     * }
     * }</pre>
     *
     * <p>All that is said at {@link EventPattern} holds; an event of any of the inputs is one of the key.
     */
    public abstract static class Mixed extends PatternWords {
        /** For subclasses. */
        protected Mixed() {}

        /**
         * The first step.
         *
         * @param in        the input
         * @param condition holds for its event; a captured variable that changes is outside the log
         * @param <T>       the event
         * @return the step
         */
        protected final <T> Step<T> begin(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.BEGIN, in.input(), condition);
        }

        /**
         * A step that begins with the very next event of the key.
         *
         * @param in        the input
         * @param condition holds for its event; a captured variable that changes is outside the log
         * @param <T>       the event
         * @return the step
         */
        protected final <T> Step<T> next(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.NEXT, in.input(), condition);
        }

        /**
         * A step that begins with the next event for which its condition holds.
         *
         * @param in        the input
         * @param condition holds for its event; a captured variable that changes is outside the log
         * @param <T>       the event
         * @return the step
         */
        protected final <T> Step<T> followedBy(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.FOLLOWED_BY, in.input(), condition);
        }

        /**
         * A step that begins with any later event for which its condition holds.
         *
         * @param in        the input
         * @param condition holds for its event; a captured variable that changes is outside the log
         * @param <T>       the event
         * @return the step
         */
        protected final <T> Step<T> followedByAny(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.FOLLOWED_BY_ANY, in.input(), condition);
        }

        /**
         * A step in the place of the step before.
         *
         * @param in        the input
         * @param condition holds for its event; a captured variable that changes is outside the log
         * @param <T>       the event
         * @return the step
         */
        protected final <T> Step<T> or(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.OR, in.input(), condition);
        }

        /**
         * What the very next event must not be.
         *
         * @param in        the input
         * @param condition holds for such an event; a captured variable that changes is outside the log
         * @param <T>       the event
         */
        protected final <T> void notNext(On<T> in, Condition<? super T> condition) {
            shape.guard(in.input(), condition, true);
        }

        /**
         * What must not come before the step behind it; as the last word, what must not come before the deadline.
         *
         * @param in        the input
         * @param condition holds for such an event; a captured variable that changes is outside the log
         * @param <T>       the event
         */
        protected final <T> void notFollowedBy(On<T> in, Condition<? super T> condition) {
            shape.guard(in.input(), condition, false);
        }

        // ---- groups

        /**
         * A group as the first of the pattern.
         *
         * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> begin(Supplier<P> group) {
            return new Group<>(shape, Follows.BEGIN, group);
        }

        /**
         * A group that begins with the very next event of the key.
         *
         * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> next(Supplier<P> group) {
            return new Group<>(shape, Follows.NEXT, group);
        }

        /**
         * A group that begins with the next event that its first step takes.
         *
         * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> followedBy(Supplier<P> group) {
            return new Group<>(shape, Follows.FOLLOWED_BY, group);
        }

        /**
         * A group that begins with any later event that its first step takes: each makes a match of its own.
         *
         * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> followedByAny(Supplier<P> group) {
            return new Group<>(shape, Follows.FOLLOWED_BY_ANY, group);
        }

        /**
         * A group as another way to what stands before it, a step or a group.
         *
         * @param group makes what stands there, a pattern class with its steps, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> or(Supplier<P> group) {
            return new Group<>(shape, Follows.OR, group);
        }
    }
}
