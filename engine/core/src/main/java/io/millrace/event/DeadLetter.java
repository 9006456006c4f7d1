package io.millrace.event;

import java.util.List;

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
     * What happened, in words; for an exception its type and message, or where events have {@link Sensitive} fields its type alone, since
     * nobody knows what is in the message.
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
     * @return one line; empty for a firing or a result ({@link #fired}, {@link #ofResult})
     */
    String event();

    /**
     * The correlation id that the publisher gave to the event, or to the one that was held back.
     *
     * @return the id, or 0
     */
    long correlationId();

    /**
     * What has counted the event by then, or may have: the nodes with state that it reaches otherwise than through the one where it
     * failed, such as a window in front of that. Sent once more through the topology it counts there twice; {@code redriveUncounted}
     * refuses it.
     *
     * @return names, in the order of the topology; empty where nothing has, and for letters without an event
     */
    default List<String> countedBy() {
        return List.of();
    }

    /**
     * Whether a firing caused it, or what one put out. There is no event then, and nothing to redrive.
     *
     * @return false when an event caused it
     */
    boolean fired();

    /**
     * Whether it is the letter of a result of a window or group that could not be told, asked for by an event or {@link #fired}. It has no
     * event, and there is nothing to redrive: what the result is of is kept, and would count twice.
     *
     * @return false for all other letters
     */
    boolean ofResult();

    /**
     * The key of the firing, or of the result.
     *
     * @return a number, or the fields of the key; empty for other letters, or when the node has no keys
     */
    String key();

    /**
     * When the firing was due. Of a result ({@link #ofResult}), whatever asked for it, the end that it would have told; of one without an
     * end, as of groups, the time that it would have had.
     *
     * @return nanoseconds of event time; 0 for other letters
     */
    long dueNs();
}
