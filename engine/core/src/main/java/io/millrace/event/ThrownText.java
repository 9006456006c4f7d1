package io.millrace.event;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What code of the user has thrown, as text for people. Its message may hold a field of an event, in plain: where events have
 * {@link Sensitive} fields it is left out, but for what names files and connections ({@link IOException}) or comes of a layout, which
 * shows hashes ({@link RefusedException}).
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
        if (!sensitive
                || thrown instanceof RefusedException
                || thrown instanceof IOException
                || thrown instanceof UncheckedIOException) {
            return thrown.toString();
        }
        // no line of its trace: dead letters may be events too, and a JVM leaves traces out when it likes
        return thrown.getClass().getName() + " (its message is not shown: events there have sensitive fields)";
    }
}
