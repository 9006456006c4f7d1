package io.millrace.event;

/**
 * Thrown if a user function calls something that it must not call there, or calls it once too often. The message names
 * the mistake and the cure, and contains no value of an event.
 */
public final class MisuseException extends IllegalStateException implements ShownMessage {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message names the thing and the cure, and no field of an event
     */
    public MisuseException(String message) {
        super(message);
    }
}
