package io.millrace.event;

/**
 * A function of the user calls what it must not call there, or once too often. Its message says what, and the cure; no value of an event
 * is in it.
 */
public final class MisuseException extends IllegalStateException implements ShownMessage {
    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong.
     *
     * @param message names the thing and the cure, and no field of an event
     */
    public MisuseException(String message) {
        super(message);
    }
}
