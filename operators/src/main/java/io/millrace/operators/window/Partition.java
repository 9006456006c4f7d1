package io.millrace.operators.window;

import io.millrace.operators.window.Window.Kind;
import io.millrace.state.Scratch;
import java.time.Duration;

/**
 * Windows of the clock for operators that have no results of windows, and only ask in which an event is: each time is in exactly
 * one, or in several that follow each other by a step. One node, one thread.
 */
public final class Partition {
    private final Periods periods;

    @Scratch("of the times asked for last")
    private long first;

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
     * @return null when each time is in one of them, or in several
     */
    public static String problem(Window window) {
        if (window.problem() != null) {
            return window.problem();
        }
        return switch (window.kind) {
            case PERIODS, DAYS, SESSIONS -> settings(window);
            default -> "windows without an end in time give no bound; use tumbling(..), days(..) or session(..)";
        };
    }

    private static String settings(Window window) {
        boolean isPlain = !window.makesUpdates() && !window.empty && window.windowsAtMost == 0;
        return isPlain ? null : "lateness, emission and bounds of windows have no meaning here; leave them out";
    }

    /**
     * Whether a time may be in several.
     *
     * @param window which
     * @return true for windows that begin before those in front of them have ended
     */
    public static boolean overlap(Window window) {
        return window.kind == Kind.PERIODS && window.stepNs != window.sizeNs;
    }

    /**
     * Whether they are none of the clock, but go from event to event: where one is cannot be found from a time.
     *
     * @param window which
     * @return true for sessions
     */
    public static boolean isSession(Window window) {
        return window.kind == Kind.SESSIONS;
    }

    /**
     * The longest of the windows, to be shown and to size agendas; days are taken for 24 hours. Of sessions it is the gap.
     *
     * @param window which
     * @return nanoseconds
     */
    public static long sizeNs(Window window) {
        return window.kind == Kind.DAYS ? Duration.ofDays(1).toNanos() : window.sizeNs;
    }

    /**
     * From the begin of a window to that of the next; of those that do not overlap, their {@link #sizeNs size}.
     *
     * @param window which
     * @return nanoseconds
     */
    public static long stepNs(Window window) {
        return overlap(window) ? window.stepNs : sizeNs(window);
    }

    /**
     * In how many windows a time may be.
     *
     * @param window which
     * @return 1 for those that do not overlap
     */
    public static int steps(Window window) {
        return overlap(window) ? window.steps() : 1;
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
     * Finds the windows of a time.
     *
     * @param ns the time
     * @return false when they do not lie within the range of time
     */
    public boolean find(long ns) {
        return periods.find(ns);
    }

    /**
     * The first moment of the windows found.
     *
     * @return nanoseconds
     */
    public long startNs() {
        return periods.start(periods.oldest(periods.index()));
    }

    /**
     * The first moment behind them.
     *
     * @return nanoseconds
     */
    public long endNs() {
        return periods.end(periods.newest(periods.index()));
    }

    /**
     * The first moment behind the first of them.
     *
     * @return nanoseconds
     */
    public long firstEndNs() {
        return periods.end(periods.oldest(periods.index()));
    }

    /**
     * Finds the windows that hold two times, each of which has windows.
     *
     * @param ns    one
     * @param other the other
     * @return how many
     */
    public int shared(long ns, long other) {
        periods.find(Math.min(ns, other));
        long last = periods.newest(periods.index());
        periods.find(Math.max(ns, other));
        first = periods.oldest(periods.index());
        return (int) Math.max(0, (last - first) / periods.stride + (last < first ? 0 : 1));
    }

    /**
     * The last moment of one that was found.
     *
     * @param i which, the first is 0
     * @return nanoseconds
     */
    public long lastNs(int i) {
        return periods.end(first + (long) i * periods.stride) - 1;
    }
}
