package io.millrace.operators.window;

import io.millrace.operator.Account;
import io.millrace.operator.Taken;
import io.millrace.operators.OutputBound;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.WindowInHand;
import io.millrace.state.Migration;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Which windows there are, and when their results are sent. An immutable value: each setting returns a changed copy.
 *
 * <pre>{@code
 * tumbling(ofMinutes(1)).allowedLateness(ofSeconds(10)).emitOnUpdate()
 * hopping(ofMinutes(5), ofMinutes(1))
 * days(ZoneId.of("Europe/Vienna"))
 * }</pre>
 *
 * <p><b>Periods</b> are half open, {@code [start, end)}, and aligned to the epoch, never to the start of the engine. An
 * event with a window outside the range of time (292 years before and after 1970) is refused ({@code out-of-range}). A
 * size, in whole steps, must be less than 292 years.
 *
 * <p><b>Results</b> are sent when progress reaches the end of a window. They are stamped one nanosecond before that
 * end, so that a second window of the same size puts them into the same period. {@link #emitOnUpdate}, {@link #every}
 * and {@link #early} send more results. Then, and with a lateness, the first result of a window is an insert and later
 * ones are replacements, numbered by their revision.
 *
 * <p><b>Results that fail.</b> A result that cannot be told, because a sum does not fit or an aggregate of your own
 * throws, is a dead letter with the key and the end of the window. Earlier results of the window stand, also if it is
 * {@link #retracting}.
 */
public final class Window {
    /** The most open windows of one key, unless declared. */
    public static final int WINDOWS_OF_A_KEY = 1_024;

    /** The most steps in the size of a hopping window. */
    public static final int STEPS_MAX = 4_096;

    /** The kinds of windows. */
    enum Kind {
        PERIODS,
        DAYS,
        GLOBAL,
        SESSIONS,
        COUNTS
    }

    final Kind kind;
    final long sizeNs;
    final long stepNs;
    final ZoneId zone;
    long offsetNs;
    long latenessNs;
    long earlyNs;
    int every;
    boolean onUpdate;
    boolean retracts;
    boolean empty;
    int windowsAtMost;
    private String problem;

    private Window(Kind kind, long sizeNs, long stepNs, ZoneId zone) {
        this.kind = kind;
        this.sizeNs = sizeNs;
        this.stepNs = stepNs;
        this.zone = zone;
    }

    private Window with(Consumer<Window> change) {
        Window copy = new Window(kind, sizeNs, stepNs, zone);
        copy.offsetNs = offsetNs;
        copy.latenessNs = latenessNs;
        copy.earlyNs = earlyNs;
        copy.every = every;
        copy.onUpdate = onUpdate;
        copy.retracts = retracts;
        copy.empty = empty;
        copy.windowsAtMost = windowsAtMost;
        copy.problem = problem;
        change.accept(copy);
        return copy;
    }

    private static long nanos(Duration duration) {
        try {
            return Objects.requireNonNull(duration, "a window: its duration is null; give one")
                    .toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    // ---- which windows

    /**
     * Periods side by side.
     *
     * @param size how long; positive
     * @return the windows
     */
    public static Window tumbling(Duration size) {
        return hopping(size, size);
    }

    /**
     * Periods that overlap: each begins a step after the one before. An event is in all that have begun and not ended.
     * It is added to one pane, which they share; a step is one pane if it divides the size, and otherwise two, divided
     * where a window ends.
     *
     * <p>An event opens each window that it is in, and each has its own result. What an event may cause grows with the
     * number of steps in a size, so that is bounded. For more steps, such as 30 days by the minute, where the step
     * divides the size, use {@code tumbling(step)} with a look-back after it ({@code last(size).every(step)}). It gives
     * the same results at the end of each step in which something came, from a few sums of many steps.
     *
     * @param size how long; at least one step, and {@value #STEPS_MAX} steps at most
     * @param step from one start to the next; positive
     * @return the windows
     */
    public static Window hopping(Duration size, Duration step) {
        Window window = new Window(Kind.PERIODS, nanos(size), nanos(step), null);
        if (window.sizeNs <= 0 || window.stepNs <= 0) {
            window.problem = "a window of " + size + " every " + step + ": size and step have to be positive";
        } else if (window.sizeNs < window.stepNs) {
            window.problem = "a window of " + size + " every " + step
                    + " would leave out what lies between two windows, without a"
                    + " word; take a size of the step or more, with a filter in front of it where events are to be left out";
        } else if (window.sizeNs / window.stepNs >= STEPS_MAX + (window.sizeNs % window.stepNs == 0 ? 1 : 0)) {
            window.problem = tooManySteps(window, size, step);
        } else if (window.sizeNs >= Progress.END || stepsNs(window) >= Progress.END) {
            window.problem = "a window of " + size + " every " + step
                    + ": its size in whole steps is longer than the 292 years there are; use a shorter one";
        }
        return window;
    }

    private static String tooManySteps(Window window, Duration size, Duration step) {
        long steps = window.sizeNs / window.stepNs + (window.sizeNs % window.stepNs == 0 ? 0 : 1);
        String cure = window.sizeNs % window.stepNs == 0
                ? "Use tumbling(" + step + ") and behind it a lookBack(..) with last(" + size + ").every(" + step
                        + "), which keeps sums of many steps"
                : "Take a longer step, or one that divides the size: then tumbling(..) with a lookBack(..) behind it can do it";
        return "a window of " + size + " every " + step + ": an event would be in " + steps
                + " windows, which it may all have to open; the most is " + STEPS_MAX + ". " + cure;
    }

    /** The size in whole steps; at most the range of time. */
    private static long stepsNs(Window window) {
        long over = window.sizeNs % window.stepNs;
        return over == 0 ? window.sizeNs : Times.plus(window.sizeNs, window.stepNs - over);
    }

    /**
     * Calendar days of a time zone: from midnight, or the first moment of the day, to that of the next day.
     *
     * <p>When clocks change in a zone is in the time zone data of the JVM, which is not in the log: with other data,
     * events may fall on other days. So a checksum of when days begin in that zone, from 1970 to 2150, is among the
     * settings of the window. A journal is opened with newer data as long as they say the same of this zone. Otherwise
     * it is refused, until {@code Migration.zoneRules} takes over what was kept.
     *
     * @param zone the time zone
     * @return the windows
     */
    public static Window days(ZoneId zone) {
        return new Window(Kind.DAYS, 0, 0, Objects.requireNonNull(zone, "zone"));
    }

    /**
     * One window without an end for each key. Its result comes when all input has ended, stamped with the end of time,
     * and whenever {@link #every}, {@link #early} or {@link #emitOnUpdate} ask for one. A result for an event is
     * stamped with the event's time, or with progress where that is later.
     *
     * @return the window
     */
    public static Window global() {
        return new Window(Kind.GLOBAL, 0, 0, null);
    }

    /**
     * Sessions: events of a key that follow each other by at most a gap.
     *
     * @param gap the longest silence within a session; 0 or more
     * @return the windows
     */
    public static Window session(Duration gap) {
        Window window = new Window(Kind.SESSIONS, nanos(gap), 0, null);
        if (window.sizeNs < 0) {
            window.problem = "a session with a gap of " + gap + ": the gap is 0 or more";
        }
        return window;
    }

    /**
     * Windows of so many events of a key, one after the other, whatever their times. A key is kept while its window is
     * not full.
     *
     * @param events how many; positive
     * @return the windows
     */
    public static Window count(int events) {
        return slidingCount(events, events);
    }

    /**
     * The last so many events of a key, whatever their times, with a result after every step.
     *
     * <p>Sums are kept for as many events as divide both numbers; the larger that common divisor is, the less is kept.
     *
     * <p>{@link #emitOnUpdate}, {@link #every} and {@link #early} tell the window that the next step ends, with the
     * events that it has by then. So one window of a key is told at a time, as with {@link #count}. If the step is
     * longer than the window, events that are in no window give no result. For the last so many at each event use a
     * step of 1.
     *
     * @param events how many; positive
     * @param step   after how many more a result comes; positive, and may be larger than the number of events
     * @return the windows
     */
    public static Window slidingCount(int events, int step) {
        Window window = new Window(Kind.COUNTS, events, step, null);
        if (events < 1 || step < 1) {
            window.problem = "a window of " + events + " events every " + step + ": both have to be positive";
        }
        return window;
    }

    // ---- when

    /**
     * Moves the start of all periods, for tumbling and hopping windows.
     *
     * @param offset by how much after the epoch; may be negative
     * @return a changed copy
     */
    public Window offset(Duration offset) {
        return with(w -> {
            w.offsetNs = nanos(offset);
            if (kind != Kind.PERIODS) {
                w.problem = "an offset goes with tumbling and hopping windows";
            }
        });
    }

    /**
     * Keeps windows for some time after their end. An event that comes by then makes another result. The operator
     * forwards progress less this time. It does not go with {@link #count}, {@link #slidingCount} and {@link #global}.
     *
     * @param lateness how long; 0 or more
     * @return a changed copy
     */
    public Window allowedLateness(Duration lateness) {
        return with(w -> {
            w.latenessNs = nanos(lateness);
            if (w.latenessNs < 0 || kind == Kind.COUNTS || kind == Kind.GLOBAL) {
                w.problem = "allowedLateness(" + lateness + "): 0 or more, and not for "
                        + "windows of events without regard of time";
            }
        });
    }

    /**
     * Sends a result for each event, and none at the end of the window.
     *
     * @return a changed copy
     */
    public Window emitOnUpdate() {
        return with(w -> w.onUpdate = true);
    }

    /**
     * Sends a result after every so many events of a key and window; at the end only if something came since. For
     * {@link #count} windows it must be less than their size. They end when they are full, so a window that never fills
     * is told at every nth event only. A number that they only reach where they are told anyway is refused.
     *
     * @param events how many; positive
     * @return a changed copy
     */
    public Window every(int events) {
        return with(w -> {
            w.every = events;
            if (events < 1) {
                w.problem = "every(" + events + "): use 1 or more";
            }
        });
    }

    /**
     * Sends partial results every so long after the start of a window, if something has changed since the last one.
     * They are stamped with that moment.
     *
     * <p>Windows without a start count from the epoch. A session counts from its first event, as far as is known then;
     * if the session has grown since, the result before is taken back. The same holds for windows by count, with each
     * word that tells of them before they are full. With this word, a window that never fills has a last result at the
     * moment after its last event; with {@link #every} alone, what came since is not told, not even at the end.
     *
     * @param period of event time; positive
     * @return a changed copy
     */
    public Window early(Duration period) {
        return with(w -> {
            w.earlyNs = nanos(period);
            if (w.earlyNs <= 0) {
                w.problem = "early(" + period + "): use more than 0";
            }
        });
    }

    /**
     * Takes an earlier result back by a retraction and then sends an insert, instead of a replacement. It only says in
     * which form updates go: a window with one result, without lateness and triggers, sends it as an insert all the
     * same, and describes itself as without this word.
     *
     * @return a changed copy
     */
    public Window retracting() {
        return with(w -> w.retracts = true);
    }

    /**
     * Sends a result for periods without events too, for tumbling and hopping windows and days. Without a key, that is
     * from the first event to the last. With a key, a table must say which keys there are: see
     * {@code KeyedWindowed.emptyFor}. A day that a zone has left out of its calendar is no period.
     *
     * @return a changed copy
     */
    public Window emitEmpty() {
        return with(w -> {
            w.empty = true;
            if (kind != Kind.PERIODS && kind != Kind.DAYS) {
                w.problem = "emitEmpty goes with periods";
            }
        });
    }

    /**
     * Bounds the windows of one key that are open at a time. An event that needs more is refused ({@code over-bound}).
     * It also bounds the work before one event: after a silence all due windows of its key fire first, each with the
     * logarithm of its panes as steps.
     *
     * @param most how many, up to 2^20; without this {@value #WINDOWS_OF_A_KEY}, or four times the steps in a size if
     *     that is more
     * @return a changed copy
     */
    public Window windowsAtMost(int most) {
        return with(w -> {
            w.windowsAtMost = most;
            if (most < steps()) {
                w.problem = "windowsAtMost(" + most + "): one event alone is in " + steps();
            } else if (!OutputBound.holds(most)) {
                w.problem = "windowsAtMost(" + most + "); use " + steps() + " to " + OutputBound.MOST;
            }
        });
    }

    // ---- for the operator

    String problem() {
        String own = problem;
        if (own == null && kind == Kind.COUNTS) {
            own = problemOfCounts();
        }
        if (own == null && empty && (onUpdate || every > 0 || earlyNs > 0)) {
            own = "emitEmpty goes with one result a window; leave out emitOnUpdate, every and early";
        }
        return own;
    }

    private String problemOfCounts() {
        if (counts() && Math.min(sizeNs, stepNs) == 1) {
            return "windows of " + sizeNs + " events every " + stepNs
                    + ": each event that is in one fills it, so there is a result for it already; leave out emitOnUpdate, every and early";
        }
        if (every >= sizeNs) {
            return "every(" + every + ") of windows of " + sizeNs
                    + " events: a window is full, and told, before or with that event; take fewer than " + sizeNs
                    + ", or leave it out";
        }
        if (every == 0 || hasBetweenSteps()) {
            return null;
        }
        String words = "every(" + every + ") of windows of " + sizeNs + " events every " + stepNs + ": a window has "
                + every + " events, or a multiple of that, only ";
        String cure = "; take fewer than " + stepNs + ", or leave it out";
        return every % stepNs == 0
                ? words + "where a step ends, and is told there" + cure
                : words + "where a step ends, or while its key has had fewer than " + sizeNs
                        + ": later nothing would be told before it is full" + cure;
    }

    /**
     * Whether the window that the next step ends ever has a multiple of {@link #every} events before: of a key that is not new it has all
     * numbers within a step of the size.
     */
    private boolean hasBetweenSteps() {
        long last = (sizeNs - 1) / every * every;
        return last > sizeNs - stepNs;
    }

    /** In how many windows an event is at most. */
    int steps() {
        return isPlain() ? 1 : (int) ((sizeNs - 1) / stepNs + 1); // so that it cannot overflow
    }

    private boolean isPlain() {
        return problem != null || kind != Kind.PERIODS;
    }

    /** The panes of a step: two where windows end within it. */
    int panesOfStep() {
        return isPlain() || sizeNs % stepNs == 0 ? 1 : 2;
    }

    /** The panes of a window. */
    int panes() {
        return isPlain() ? 1 : panesOfStep() == 1 ? steps() : 2 * (steps() - 1) + 1;
    }

    /** When a window that ends at a time is forgotten. */
    static long forgetNs(long endNs, long latenessNs) {
        return endNs > Progress.END - latenessNs ? Progress.END : endNs + latenessNs;
    }

    /** Whether it is counted how many events of a window have been told. */
    boolean counts() {
        return onUpdate || every > 0 || earlyNs > 0;
    }

    /** Whether a window over periods may have more than one result. */
    boolean isToldAgain() {
        return makesUpdates() || empty;
    }

    /**
     * How many firings an event makes due: the end of each window that it is in, that of their lateness, and a partial result. One that makes a
     * session longer has no end of its own: in its place it lets the timer of the session fire once more.
     */
    int firingsOfEvent() {
        // so that it cannot overflow where a few are added
        return (int) Math.min((long) steps() * firingsOfWindow(), Integer.MAX_VALUE / 4);
    }

    /** The same of each window that it is in. */
    int firingsOfWindow() {
        return (kind == Kind.COUNTS ? 0 : 1) + (latenessNs > 0 ? 1 : 0) + (earlyNs > 0 ? 1 : 0);
    }

    int mostOfKey() {
        return windowsAtMost > 0 ? windowsAtMost : Math.max(WINDOWS_OF_A_KEY, 4 * steps());
    }

    /** After how long something of a window, or of a key, falls due again without an event; 0 when nothing does. */
    long againNs() {
        return earlyNs > 0
                ? earlyNs
                : !empty ? 0 : kind == Kind.DAYS ? Duration.ofDays(1).toNanos() : stepNs;
    }

    /**
     * Whether a key can have several at a time, told in any order: those of so many events go by arrival, so what is told last is of
     * the newest.
     */
    boolean hasSeveral() {
        return kind != Kind.GLOBAL && kind != Kind.COUNTS;
    }

    boolean makesUpdates() {
        return onUpdate || every > 0 || earlyNs > 0 || latenessNs > 0;
    }

    Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        switch (kind) {
            case PERIODS -> {
                all.put("size", Duration.ofNanos(sizeNs).toString());
                if (stepNs != sizeNs) {
                    all.put("step", Duration.ofNanos(stepNs).toString());
                }
            }
            case DAYS -> {
                String rules = CalendarDays.rules(zone);
                all.put("days", zone.getId());
                if (!rules.isEmpty()) {
                    all.put(Migration.ZONE_RULES, rules);
                }
            }
            case GLOBAL -> all.put("size", "without end");
            case SESSIONS -> all.put("gap", Duration.ofNanos(sizeNs).toString());
            default -> {
                all.put("events", Long.toString(sizeNs));
                if (stepNs != sizeNs) {
                    all.put("every", Long.toString(stepNs));
                }
            }
        }
        if (offsetNs != 0) {
            all.put("offset", Duration.ofNanos(offsetNs).toString());
        }
        if (latenessNs > 0) {
            all.put("allowed lateness", Duration.ofNanos(latenessNs).toString());
        }
        all.put("emits", emission());
        return all;
    }

    /** Tells of the result in hand; of the newest events, where windows are of so many. */
    void explain(Declarations result, int newest, boolean isTakenBack, Account to) {
        WindowInHand in = result.window();
        to.time("start", in.startNs());
        to.time("end", in.endNs());
        to.say("revision", in.revision());
        result.explain(to);
        Taken taken = Taken.by(0);
        // what is taken back was told before: events may have come since
        to.events(
                isTakenBack ? "events now in the window" : "events",
                kind == Kind.COUNTS ? taken.newest(newest) : taken.within(in.startNs(), in.endNs() - 1));
    }

    private String emission() {
        StringBuilder text = new StringBuilder(onUpdate ? "on update" : "on close");
        if (every > 0) {
            text.append(", every ").append(every);
        }
        if (earlyNs > 0) {
            text.append(", early ").append(Duration.ofNanos(earlyNs));
        }
        if (empty) {
            text.append(", empty");
        }
        if (makesUpdates()) {
            text.append(retracts ? ", retracting" : ", replacing");
        }
        return text.toString();
    }
}
