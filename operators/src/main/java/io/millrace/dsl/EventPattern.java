package io.millrace.dsl;

import io.millrace.operators.Fn.Condition;
import io.millrace.operators.pattern.Follows;
import java.util.function.Supplier;

/**
 * A class of yours whose fields are the steps of a pattern over the events of a key. The same class is the match: it is
 * moved over the events that were found.
 *
 * <pre>{@code
 * static class Probing extends EventPattern<Auth> {
 *     final Step<Auth> small = begin(a -> a.cents() < 200).oneOrMore();
 *     final Step<Auth> large = followedBy(a -> a.cents() > 10 * small.last().cents());
 * }
 * }</pre>
 *
 * <p>A condition may read the steps, which then hold what the partial match has taken so far. It must depend on that
 * and on its event only: a captured variable that changes is outside the log. If it throws, the event goes to the dead
 * letters and counts as if it had not been.
 *
 * <p><b>Order.</b> The events of a key, from all inputs, are taken in the order of (time, arrival); an event waits
 * until progress has reached its time. An event behind progress, less {@link #allowedLateness}, is late: it goes to
 * {@link Matches#late}, or to the dead letters.
 *
 * <p><b>Between steps.</b> With {@link #next} no event of the key may lie between a step and the one before it; with
 * {@link #followedBy} none that the step itself would take; with {@link #followedByAny} any may. A step of several
 * events lets others lie between them, but takes each that it can. A negation holds from the last event before it to
 * the first after it; at the end of a pattern, until the deadline, and then the match comes at the deadline, without
 * any further event. The next step never takes an event that a negation forbids.
 *
 * <p><b>Time.</b> From the first event of a match to its last it takes less than {@code within}. That long after its
 * first event is the deadline of a partial match; it comes before an event of the same time. At its deadline a partial
 * match is a match if it only waited for more events or for the end of a negation. Otherwise it goes to
 * {@link Matches#timedOut}, unless a shorter match of it was complete, whether that was sent or had no room
 * ({@link #matchesAtMost}). A match has the time of the event, or of the deadline, that decided it.
 *
 * <p><b>Groups.</b> A whole pattern class can stand where a step can: {@code followedBy(Refund::new)}. The group has
 * the steps of that class with all that they declare, also conditions over earlier steps, and times. {@code build()}
 * refuses a group that begins with an optional step where it follows {@code next} or {@code followedByAny}, or is
 * {@code consecutive}. If the class has a constructor without a parameter and one with a single parameter,
 * {@code followedBy(Refund::new)} is ambiguous to the compiler: write {@code () -> new Refund()}.
 *
 * <p><b>Alternatives</b> ({@code or}) are groups or steps. A pattern with groups as alternatives finds what it would
 * find with each of them alone in that place; one with a group that may be repeated, what it would find with each
 * number of repetitions. (But a greedy step closes what follows it, whichever alternative goes on there.) Plain steps
 * side by side are closer: the first whose condition holds takes the event from the others.
 *
 * <p><b>Several matches at once.</b> Matches that one event completes come in the order of their first events. If two
 * begin alike, the first event at which they differ decides:
 *
 * <ul>
 *   <li>the one that took it for a greedy step, or did not take it for a reluctant step, is first;
 *   <li>if both took an event for alternatives of one place, a greedy step is before a reluctant one, then the
 *       alternative that is declared first;
 *   <li>if both went on with the same step, or with steps side by side, the one whose event came first is first.
 * </ul>
 *
 * <p>A match is sent as soon as it is complete, even if one that began earlier, or an alternative that is declared
 * before it, may still come. It then drops other matches as the strategy says ({@link #skipPastLast} by default).
 *
 * <p>Objects are made at build, for each node, and where matches are stored; fields must be final.
 *
 * @param <T> the type of the events
 */
public abstract class EventPattern<T> extends PatternWords {
    /** For subclasses. */
    protected EventPattern() {}

    /**
     * The first step of the pattern.
     *
     * @param condition holds for its events; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> begin(Condition<? super T> condition) {
        return new Step<>(shape, Follows.BEGIN, 0, condition);
    }

    /**
     * A step that begins with the very next event of the key.
     *
     * @param condition holds for its events; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> next(Condition<? super T> condition) {
        return new Step<>(shape, Follows.NEXT, 0, condition);
    }

    /**
     * A step that begins with the next event for which its condition holds.
     *
     * @param condition holds for its events; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> followedBy(Condition<? super T> condition) {
        return new Step<>(shape, Follows.FOLLOWED_BY, 0, condition);
    }

    /**
     * A step that begins with any later event for which its condition holds. Each such event makes a match of its own.
     *
     * @param condition holds for its events; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> followedByAny(Condition<? super T> condition) {
        return new Step<>(shape, Follows.FOLLOWED_BY_ANY, 0, condition);
    }

    /**
     * A step in the place of the step before it. An event goes to the first of these steps whose condition holds; the
     * others of that place then hold none. After a group it is an alternative to that group.
     *
     * @param condition holds for its events; a captured variable that changes is outside the log
     * @return the step
     */
    protected final Step<T> or(Condition<? super T> condition) {
        return new Step<>(shape, Follows.OR, 0, condition);
    }

    /**
     * What the very next event must not be.
     *
     * @param condition holds for an event that must not come; a captured variable that changes is outside the log
     */
    protected final void notNext(Condition<? super T> condition) {
        shape.guard(0, condition, true);
    }

    /**
     * What must not come before the next step; as the last word, what must not come before the deadline.
     *
     * @param condition holds for an event that must not come; a captured variable that changes is outside the log
     */
    protected final void notFollowedBy(Condition<? super T> condition) {
        shape.guard(0, condition, false);
    }

    // ---- groups

    /**
     * The first part of the pattern: a group.
     *
     * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> begin(Supplier<P> group) {
        return new Group<>(shape, Follows.BEGIN, group);
    }

    /**
     * A group that begins with the very next event of the key.
     *
     * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> next(Supplier<P> group) {
        return new Group<>(shape, Follows.NEXT, group);
    }

    /**
     * A group that begins with the next event that its first step takes.
     *
     * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> followedBy(Supplier<P> group) {
        return new Group<>(shape, Follows.FOLLOWED_BY, group);
    }

    /**
     * A group that begins with any later event that its first step takes. Each such event makes a match of its own.
     *
     * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> followedByAny(Supplier<P> group) {
        return new Group<>(shape, Follows.FOLLOWED_BY_ANY, group);
    }

    /**
     * A group as an alternative to the step or group before it.
     *
     * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
     * @param <P>   that class
     * @return the group
     */
    protected final <P extends EventPattern<T>> Group<P> or(Supplier<P> group) {
        return new Group<>(shape, Follows.OR, group);
    }

    /**
     * A pattern over several inputs, with events of different types. Each word names its input:
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
     * <p>All that {@link EventPattern} says holds; an event of any of the inputs is an event of the key.
     */
    public abstract static class Mixed extends PatternWords {
        /** For subclasses. */
        protected Mixed() {}

        /**
         * The first step of the pattern.
         *
         * @param in        the input of its events
         * @param condition holds for its events; a captured variable that changes is outside the log
         * @param <T>       the type of the events
         * @return the step
         */
        protected final <T> Step<T> begin(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.BEGIN, in.input(), condition);
        }

        /**
         * A step that begins with the very next event of the key.
         *
         * @param in        the input of its events
         * @param condition holds for its events; a captured variable that changes is outside the log
         * @param <T>       the type of the events
         * @return the step
         */
        protected final <T> Step<T> next(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.NEXT, in.input(), condition);
        }

        /**
         * A step that begins with the next event for which its condition holds.
         *
         * @param in        the input of its events
         * @param condition holds for its events; a captured variable that changes is outside the log
         * @param <T>       the type of the events
         * @return the step
         */
        protected final <T> Step<T> followedBy(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.FOLLOWED_BY, in.input(), condition);
        }

        /**
         * A step that begins with any later event for which its condition holds. Each such event makes a match of its
         * own.
         *
         * @param in        the input of its events
         * @param condition holds for its events; a captured variable that changes is outside the log
         * @param <T>       the type of the events
         * @return the step
         */
        protected final <T> Step<T> followedByAny(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.FOLLOWED_BY_ANY, in.input(), condition);
        }

        /**
         * A step in the place of the step before it. An event goes to the first of these steps whose condition holds.
         *
         * @param in        the input of its events
         * @param condition holds for its events; a captured variable that changes is outside the log
         * @param <T>       the type of the events
         * @return the step
         */
        protected final <T> Step<T> or(On<T> in, Condition<? super T> condition) {
            return new Step<>(shape, Follows.OR, in.input(), condition);
        }

        /**
         * What the very next event must not be.
         *
         * @param in        the input of the event
         * @param condition holds for an event that must not come; a captured variable that changes is outside the log
         * @param <T>       the type of the event
         */
        protected final <T> void notNext(On<T> in, Condition<? super T> condition) {
            shape.guard(in.input(), condition, true);
        }

        /**
         * What must not come before the next step; as the last word, what must not come before the deadline.
         *
         * @param in        the input of the event
         * @param condition holds for an event that must not come; a captured variable that changes is outside the log
         * @param <T>       the type of the event
         */
        protected final <T> void notFollowedBy(On<T> in, Condition<? super T> condition) {
            shape.guard(in.input(), condition, false);
        }

        // ---- groups

        /**
         * The first part of the pattern: a group.
         *
         * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> begin(Supplier<P> group) {
            return new Group<>(shape, Follows.BEGIN, group);
        }

        /**
         * A group that begins with the very next event of the key.
         *
         * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> next(Supplier<P> group) {
            return new Group<>(shape, Follows.NEXT, group);
        }

        /**
         * A group that begins with the next event that its first step takes.
         *
         * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> followedBy(Supplier<P> group) {
            return new Group<>(shape, Follows.FOLLOWED_BY, group);
        }

        /**
         * A group that begins with any later event that its first step takes. Each such event makes a match of its own.
         *
         * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> followedByAny(Supplier<P> group) {
            return new Group<>(shape, Follows.FOLLOWED_BY_ANY, group);
        }

        /**
         * A group as an alternative to the step or group before it.
         *
         * @param group makes the pattern class whose steps stand there, such as {@code Refund::new}
         * @param <P>   that class
         * @return the group
         */
        protected final <P extends Mixed> Group<P> or(Supplier<P> group) {
            return new Group<>(shape, Follows.OR, group);
        }
    }
}
