package io.millrace.event;

/** An event that cannot be taken: which field, which value, why, and what would help. The publisher's input is unchanged. */
public final class RefusedException extends RuntimeException implements ShownMessage {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final int index;

    /**
     * Says why an event is refused.
     *
     * @param reason  the kind
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
     * Says which event of a batch this is about.
     *
     * @param place its index in the batch
     * @return to be thrown instead of this
     */
    public RefusedException at(int place) {
        return new RefusedException(reason, "event " + place + " of the batch: " + getMessage(), place, this);
    }

    /**
     * Which event of a batch was refused: those before it have been published, those behind it have not.
     *
     * @return its index; -1 when it was published by itself
     */
    public int index() {
        return index;
    }

    /**
     * The kind.
     *
     * @return why, as dead letters count it
     */
    public Reason reason() {
        return reason;
    }
}
