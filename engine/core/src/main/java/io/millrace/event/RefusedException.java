package io.millrace.event;

/** An event that cannot be taken: which field, which value, why, and what would help. The publisher's input is unchanged. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /**
     * Says why an event is refused.
     *
     * @param reason  the kind
     * @param message names the thing, the value and the cure
     */
    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
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
