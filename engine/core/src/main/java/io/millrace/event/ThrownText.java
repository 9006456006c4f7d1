package io.millrace.event;

/**
 * What code of the user has thrown, as text for people. Its message may hold a field of an event, in plain: where events have
 * {@link Sensitive} fields it is left out, but for those that carry {@link ShownMessage}. That goes for faults of files and connections as
 * well: an address that was asked for, or a text that could not be read, is a field as often as not.
 */
public final class ThrownText {
    private ThrownText() {}

    /**
     * The text.
     *
     * @param thrown    what was thrown
     * @param sensitive whether events that its thrower has seen may have sensitive fields
     * @return class and message, or the class
     */
    public static String of(Throwable thrown, boolean sensitive) {
        if (!sensitive || thrown instanceof ShownMessage) {
            return thrown.toString();
        }
        // no line of its trace: dead letters may be events too, and a JVM leaves traces out when it likes
        return thrown.getClass().getName() + " (its message is not shown: events there have sensitive fields)";
    }
}
