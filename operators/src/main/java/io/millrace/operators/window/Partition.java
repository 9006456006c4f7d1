package io.millrace.operators.window;

import io.millrace.operators.window.Window.Kind;
import java.time.Duration;

/**
 * Windows of which each time is in exactly one: for operators that have no results of windows, and only ask when that of an event
 * begins and ends. One node, one thread.
 */
public final class Partition {
    private final Periods periods;

    /**
     * Of windows without a {@link #problem}.
     *
     * @param window which
     */
    public Partition(Window window) {
        periods = new Periods(window);
    }

    /**
     * Why windows are none of these, with the cure.
     *
     * @param window which
     * @return null when each time is in exactly one of them
     */
    public static String problem(Window window) {
        if (window.problem() != null) {
            return window.problem();
        }
        return switch (window.kind) {
            case PERIODS ->
                window.stepNs == window.sizeNs
                        ? settings(window)
                        : "windows overlap, so a pair would come once for each that holds both, and nothing in it says which;"
                                + " use between(..), or aggregate each side by the window and join the results";
            case DAYS -> settings(window);
            case SESSIONS ->
                "a session may still join another, so what is in one is known at its end only; use between(..) with the gap";
            default -> "windows without an end in time give no bound; use tumbling(..) or days(..)";
        };
    }

    private static String settings(Window window) {
        boolean isPlain = !window.makesUpdates() && !window.empty && window.windowsAtMost == 0;
        return isPlain ? null : "lateness, emission and bounds of windows have no meaning here; leave them out";
    }

    /**
     * The longest of the windows, to be shown and to size agendas; days are taken for 24 hours.
     *
     * @param window which
     * @return nanoseconds
     */
    public static long sizeNs(Window window) {
        return window.kind == Kind.DAYS ? Duration.ofDays(1).toNanos() : window.sizeNs;
    }

    /**
     * Whether the windows hang on the time zone data of the JVM.
     *
     * @param window which
     * @return true for days of a zone whose offset changes
     */
    public static boolean hasZone(Window window) {
        return window.kind == Kind.DAYS && !window.zone.getRules().isFixedOffset();
    }

    /**
     * Windows in words.
     *
     * @param window which
     * @return size, or days of a zone, and offset
     */
    public static String words(Window window) {
        StringBuilder out = new StringBuilder();
        window.settings().forEach((name, value) -> {
            if (!name.equals("emits")) {
                out.append(out.length() == 0 ? "" : ", ")
                        .append(name)
                        .append(' ')
                        .append(value);
            }
        });
        return out.toString();
    }

    /**
     * Finds the window of a time.
     *
     * @param ns the time
     * @return false when it does not lie within the range of time
     */
    public boolean find(long ns) {
        return periods.find(ns);
    }

    /**
     * The first moment of the window found.
     *
     * @return nanoseconds
     */
    public long startNs() {
        return periods.start(periods.index());
    }

    /**
     * The first moment behind it.
     *
     * @return nanoseconds
     */
    public long endNs() {
        return periods.end(periods.index());
    }
}
