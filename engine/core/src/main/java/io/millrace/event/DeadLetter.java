package io.millrace.event;

import java.util.List;

/** Something that could not be taken or processed: where, why, and the input that caused it. */
public interface DeadLetter {
    /**
     * Returns the place of the causing entry or, for a firing, of the one that let time pass.
     *
     * @return its place in the input order
     */
    long sequence();

    /**
     * Returns where it happened.
     *
     * @return the name of the node
     */
    String node();

    /**
     * Returns the kind of failure.
     *
     * @return the reason under which it is counted
     */
    Reason reason();

    /**
     * Returns what happened, in words. For an exception this is its type and message, or only its type if events have
     * {@link Sensitive} fields, since the message might contain one.
     *
     * @return one line
     */
    String cause();

    /**
     * Returns the line of the topology's source that made the node.
     *
     * @return for example {@code Fraud.java:41}, or an empty text
     */
    String site();

    /**
     * Returns the event as text, with sensitive fields hashed.
     *
     * @return one line; empty for a firing or a result ({@link #fired}, {@link #ofResult})
     */
    String event();

    /**
     * Returns the correlation id that the publisher gave to the event, or to the one that was held back.
     *
     * @return the id, or 0
     */
    long correlationId();

    /**
     * Returns the nodes that had counted the event by then, or may have: those with state that the event reaches
     * otherwise than through the node where it failed, such as a window before that. If it is sent through the topology
     * again, it counts there twice; {@code redriveUncounted} refuses it.
     *
     * @return names, in the order of the topology; empty if none has, and for letters without an event
     */
    default List<String> countedBy() {
        return List.of();
    }

    /**
     * Tells whether a firing caused it, or the output of one. There is no event then, and nothing to redrive.
     *
     * @return false if an event caused it
     */
    boolean fired();

    /**
     * Tells whether it is about a result of a window or group that could not be put out, whether an event asked for it
     * or it {@link #fired}. It has no event, and there is nothing to redrive: what the result was made from is kept,
     * and would count twice.
     *
     * @return false for all other letters
     */
    boolean ofResult();

    /**
     * Returns the key of the firing, or of the result.
     *
     * @return a number, or the fields of the key; empty for other letters, or if the node has no keys
     */
    String key();

    /**
     * Returns when the firing was due. For a result ({@link #ofResult}), whatever asked for it, this is the end of its
     * window; for one without an end, as of groups, the time that it would have had.
     *
     * @return nanoseconds of event time; 0 for other letters
     */
    long dueNs();
}
