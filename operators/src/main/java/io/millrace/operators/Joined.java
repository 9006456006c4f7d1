package io.millrace.operators;

/**
 * An event beside what a look-up or a join found for it. A view: valid during the call. If both sides have a layout, it
 * can be kept, split and sent between threads like any event.
 *
 * @param <L> the type of the event
 * @param <R> the type of what was found
 */
public interface Joined<L, R> {
    /**
     * The event.
     *
     * @return the event, valid during the call; null if a right or full join found none
     */
    L left();

    /**
     * Whether there is an event.
     *
     * @return false only for what right and full joins send for a right side without a match
     */
    default boolean hasLeft() {
        return true;
    }

    /**
     * What was found. A record is made at the first call.
     *
     * @return what was found; otherwise the default, or null if there is none
     */
    R right();

    /**
     * Whether something was found.
     *
     * @return false also where {@link #right} returns the default
     */
    boolean hasRight();
}
