package io.millrace.event;

/**
 * Text for people about what user code has thrown. Its message may contain a field of an event in plain, so it is left
 * out if events have {@link Sensitive} fields, unless the exception is a {@link ShownMessage}. This includes failures
 * of files and connections: the address that was called, or the text that could not be read, often is a field.
 */
public final class ThrownText {
    private ThrownText() {}

    /**
     * Returns the text.
     *
     * @param thrown what was thrown
     * @param sensitive whether events that the code has seen may have sensitive fields
     * @return class and message, or only the class
     */
    public static String of(Throwable thrown, boolean sensitive) {
        if (!sensitive || thrown instanceof ShownMessage) {
            return thrown.toString();
        }
        // no line of its trace: dead letters may be events too, and a JVM leaves traces out when it likes
        return thrown.getClass().getName() + " (its message is not shown: events there have sensitive fields)";
    }
}
