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
 * Which windows there are, and when their results are sent. An immutable value: each setting answers a changed copy.
 *
 * <pre>{@code
 * tumbling(ofMinutes(1)).allowedLateness(ofSeconds(10)).emitOnUpdate()
 * hopping(ofMinutes(5), ofMinutes(1))
 * days(ZoneId.of("Europe/Vienna"))
 * }</pre>
 *
 * <p><b>Periods</b> are half open, {@code [start, end)}, and aligned to the epoch, never to the start of the engine. An
 * event whose windows do not lie within the range of time (292 years around 1970) is refused as out of range; a size, in whole
 * steps, is less than 292 years.
 *
 * <p><b>Results</b> are sent when progress reaches the end of a window, stamped one nanosecond before its end, so that a
 * second window of the same size puts them into the same period. {@link #emitOnUpdate}, {@link #every} and {@link
 * #early} send more; then, and with a lateness, the first result of a window is an insert and later ones are
 * replacements, numbered by their revision. One that cannot be told, since a sum does not fit or an aggregate of your own throws, is a
 * dead letter with the key and the end of the window: what was told of the window before stays, also where it is {@link #retracting}.
 */
public final class Window {
    /** The most windows of one key at a time when nothing else is said. */
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
     * Periods that follow each other.
     *
     * @param size how long; positive
     * @return the windows
     */
    public static Window tumbling(Duration size) {
        return hopping(size, size);
    }

    /**
     * Periods that begin a step after each other and overlap. An event is in as many as have begun and not ended; it is
     * added to one pane, which they share. A step is one pane where it divides the size, else two: until where a window ends, and
     * from there.
     *
     * <p>An event opens the windows that it is in, where they are not there yet, and each has a result of its own: what an event may cause
     * grows with the steps in a size, so they are bounded. For more steps, such as thirty days by the minute, where the step divides the
     * size, {@code tumbling(step)} with a look-back behind it ({@code last(size).every(step)}) has the same results at the end of each step in which something came, and keeps
     * sums of many steps: few of them are put together for each.
     *
     * @param size how long; the step or more, {@value #STEPS_MAX} steps at most
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

    /** The size in whole steps; that of the range of time where it is longer. */
    private static long stepsNs(Window window) {
        long over = window.sizeNs % window.stepNs;
        return over == 0 ? window.sizeNs : Times.plus(window.sizeNs, window.stepNs - over);
    }

    /**
     * Calendar days: from midnight, or the first moment of the day, to that of the next. When clocks change in a zone is said by
     * the time zone data of the JVM, which is no part of the log: with other data, where a government has changed its mind, events may
     * come into other days. So a sum of when days begin in that zone, from 1970 to 2150 (days before are not compared), is among its settings: a journal is opened with
     * newer data as long as they say the same of this zone, and else refused, until {@code Migration.zoneRules} takes over what was kept.
     *
     * @param zone where
     * @return the windows
     */
    public static Window days(ZoneId zone) {
        return new Window(Kind.DAYS, 0, 0, Objects.requireNonNull(zone, "zone"));
    }

    /**
     * One window without an end for each key: its result comes when all input has ended, stamped with the end of time, and whenever
     * {@link #every}, {@link #early} or {@link #emitOnUpdate} says so: for an event it is stamped with its time, or with progress where that
     * is later.
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
     * So many events of a key, one window after the other, whatever their time. A key is kept while its window is not full.
     *
     * @param events how many; positive
     * @return the windows
     */
    public static Window count(int events) {
        return slidingCount(events, events);
    }

    /**
     * The last so many events of a key, whatever their time: a result after every step.
     *
     * <p>Sums are kept for so many events as divide both numbers: the larger that is, the less is kept.
     *
     * <p>With {@link #emitOnUpdate}, {@link #every} and {@link #early} it is the window which the next step ends that is told before: what it
     * has of events by then. So one window of a key is in hand at a time, as of {@link #count}; events that are in no window, where the
     * step is longer, bring nothing. Who wants the last so many at each event takes a step of 1.
     *
     * @param events how many; positive
     * @param step   after how many more a result comes; positive, and may be more than the number of events
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
     * Moves all periods.
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
     * Keeps windows after their end: an event that comes by then makes an updated result. The operator forwards progress
     * less this much.
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
     * Sends a result for each event, and none more at the end of the window.
     *
     * @return a changed copy
     */
    public Window emitOnUpdate() {
        return with(w -> w.onUpdate = true);
    }

    /**
     * Sends a result after every so many events of a key and window, and at its end only if something came since. Windows of so many events
     * ({@link #count}) hold more than that, and end when they are full: what never fills one is told at every nth event only. A number that
     * they have only where they are told anyway is refused.
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
     * Sends partial results every so long after the start of a window, stamped with that moment, when something has
     * changed since the last one. Where windows have no start it is every so long after the epoch. A session starts with its first
     * event, as far as is known at the moment; of one that has grown since, the result before is taken back. So it is of windows of so
     * many events ({@link #count}), with each word that tells of them before they are full. With this word what never fills one has a last
     * result at the moment behind its last event; with {@link #every} alone what came since is not told, also not at the end.
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
     * Takes an earlier result back by a retraction and sends an insert, in place of a replacement. It says in which form updates go, and
     * asks for none: a window that has one result only, without a lateness and a trigger, sends it as an insert, as it does
     * without this word, and describes itself as without it.
     *
     * @return a changed copy
     */
    public Window retracting() {
        return with(w -> w.retracts = true);
    }

    /**
     * Sends a result for each period in which nothing was, too. Without a key that is from the first event to the last. With a
     * key it takes a table that says which keys there are: see {@code KeyedWindowed.emptyFor}.
     * A day that a zone has left out of its calendar is no period.
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
     * Bounds the windows of one key that are open at a time; an event that needs more is refused as over bound. It bounds the work
     * before one event too: behind a silence all windows of its key that are due fire first, each with steps by the logarithm of its panes.
     *
     * @param most how many, to 2^20; without this {@value #WINDOWS_OF_A_KEY}, or four times the steps in a size if that is more
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
