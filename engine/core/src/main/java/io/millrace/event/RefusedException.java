package io.millrace.event;

/**
 * Thrown for an event that cannot be taken; the message names the field, the value, the cause and the cure. Nothing of
 * the event was published.
 */
public final class RefusedException extends RuntimeException implements ShownMessage {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final int index;

    /**
     * Creates an exception.
     *
     * @param reason the kind of failure
     * @param message names the thing, the value and the cure
     */
    public RefusedException(Reason reason, String message) {
        this(reason, message, -1, null);
    }

    private RefusedException(Reason reason, String message, int index, RefusedException cause) {
        super(message, cause);
        this.reason = reason;
        this.index = index;
    }

    /**
     * Returns the same refusal for an event of a batch.
     *
     * @param place its index in the batch
     * @return to be thrown instead of this
     */
    public RefusedException at(int place) {
        return new RefusedException(reason, "event " + place + " of the batch: " + getMessage(), place, this);
    }

    /**
     * Returns which event of a batch was refused. Those before it have been published, and it and those after it have
     * not.
     *
     * @return its index; -1 if it was published by itself
     */
    public int index() {
        return index;
    }

    /**
     * Returns the kind of failure.
     *
     * @return the reason, as dead letters count it
     */
    public Reason reason() {
        return reason;
    }
}
