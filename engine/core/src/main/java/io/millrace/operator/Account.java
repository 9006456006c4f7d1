package io.millrace.operator;

/** Takes what a node says about one of its outputs ({@link Explains}), in the order in which it is said. */
public interface Account {
    /**
     * Takes something that has a value: a sum, a bound, a state.
     *
     * @param name what it is
     * @param value a number, a text or anything else whose text is the same in every run; null if there is none
     */
    void say(String name, Object value);

    /**
     * Takes something made from fields of events. It is shown as a hash if the events that come to the node have
     * sensitive fields.
     *
     * @param name what it is
     * @param value a number, a text or anything else whose text is the same in every run; null if there is none
     */
    void value(String name, Object value);

    /**
     * Tells whether {@link #value} shows a hash.
     *
     * @return true if events that come to the node have sensitive fields
     */
    boolean hidesValues();

    /**
     * Takes a point in time.
     *
     * @param name what it is
     * @param ns nanoseconds since the epoch
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
     * Takes events that the node had taken before, including the present one if it came by the input in question. They
     * are found by another replay, so a node need not keep them.
     *
     * @param name what they are
     * @param which of all that it has taken
     */
    void events(String name, Taken which);

    /**
     * Takes an event that the node keeps as bytes, and the entry that brought it, if that is found by the bytes.
     *
     * @param name what it is
     * @param which where to look for it; that it has the same bytes need not be said
     * @param bytes contains it
     * @param offset first byte
     * @param length number of bytes
     */
    void event(String name, Taken which, byte[] bytes, int offset, int length);
}
