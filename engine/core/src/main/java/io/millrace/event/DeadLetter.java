package io.millrace.event;

/** What could not be taken or processed: where, why, and the input that caused it. */
public interface DeadLetter {
    /**
     * The causing entry.
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
     * @return one line; empty when no single event caused it
     */
    String event();

    /**
     * The correlation id that the publisher gave to the event.
     *
     * @return the id, or 0
     */
    long correlationId();
}
