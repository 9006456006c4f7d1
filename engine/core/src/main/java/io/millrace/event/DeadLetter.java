package io.millrace.event;

/** What could not be taken or processed: where, why, and the input that caused it. */
public interface DeadLetter {
    /**
     * The causing entry or, for a firing, the one that let time pass.
     *
     * @return its place in the input order
     */
    long sequence();

    /**
     * Where it happened.
     *
     * @return the name of the node
     */
    String node();

    /**
     * The kind of trouble.
     *
     * @return what it is counted under
     */
    Reason reason();

    /**
     * What happened, in words; for an exception its type and message.
     *
     * @return one line
     */
    String cause();

    /**
     * The line of the topology's source that made the node.
     *
     * @return such as {@code Fraud.java:41}, or an empty text
     */
    String site();

    /**
     * The event as text, sensitive fields hashed.
     *
     * @return one line; empty for a firing
     */
    String event();

    /**
     * The correlation id that the publisher gave to the event, or to the one that was held back.
     *
     * @return the id, or 0
     */
    long correlationId();

    /**
     * Whether it is the letter of a firing, or of what one put out. There is no event then, and nothing to redrive.
     *
     * @return false when an event caused it
     */
    boolean fired();

    /**
     * The key of the firing.
     *
     * @return a number, or the fields of the key; empty when no firing caused it, or its node has no keys
     */
    String key();

    /**
     * When the firing was due.
     *
     * @return nanoseconds of event time; 0 when no firing caused it
     */
    long dueNs();
}
