package io.millrace.operators;

/**
 * An event beside what was found for it, by a look-up or a join. A view: valid during the call. Where both sides have a layout it can be kept, split
 * and sent between threads like any event.
 *
 * @param <L> the event
 * @param <R> what stands beside it
 */
public interface Joined<L, R> {
    /**
     * The event.
     *
     * @return valid during the call; null where a right or full join found none
     */
    L left();

    /**
     * Whether there is an event.
     *
     * @return false only in what right and full joins send for a right side without a match
     */
    default boolean hasLeft() {
        return true;
    }

    /**
     * What was found. Where it is a record it is made at the first call.
     *
     * @return the default where nothing was found and there is one, else null
     */
    R right();

    /**
     * Whether something was found.
     *
     * @return false too where {@link #right} answers the default
     */
    boolean hasRight();
}
