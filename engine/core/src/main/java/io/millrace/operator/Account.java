package io.millrace.operator;

/** Takes what a node says of one of its outputs ({@link Explains}), in the order in which it is said. */
public interface Account {
    /**
     * Takes something that has a value: a sum, a bound, a state.
     *
     * @param name  what it is
     * @param value a number, a text or anything else whose text is the same in every run; null where there is none
     */
    void say(String name, Object value);

    /**
     * Takes something that was made of fields of events: shown as a hash where those that come to the node have sensitive ones.
     *
     * @param name  what it is
     * @param value a number, a text or anything else whose text is the same in every run; null where there is none
     */
    void value(String name, Object value);

    /**
     * Whether {@link #value} shows a hash.
     *
     * @return true where events that come to the node have sensitive fields
     */
    boolean hidesValues();

    /**
     * Takes a moment.
     *
     * @param name what it is
     * @param ns   nanoseconds since the epoch
     */
    void time(String name, long ns);

    /**
     * Begins something that has parts.
     *
     * @param name what it is
     * @return takes its parts
     */
    Account part(String name);

    /**
     * Takes events that the node had taken before, this one included where it was taken by the input in question. They are found
     * by another replay, so a node need not keep them.
     *
     * @param name  what they are
     * @param which of all that it has taken
     */
    void events(String name, Taken which);

    /**
     * Takes an event that the node keeps as bytes, and the entry that brought it, if that is found by them.
     *
     * @param name   what it is
     * @param which  where to look for it; that it has the same bytes need not be said
     * @param bytes  hold it
     * @param offset first byte
     * @param length their number
     */
    void event(String name, Taken which, byte[] bytes, int offset, int length);
}
