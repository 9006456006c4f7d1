package io.millrace.operators.join;

import io.millrace.event.LongField;
import io.millrace.operators.LateTime;
import io.millrace.operators.window.Partition;
import io.millrace.operators.window.Window;
import io.millrace.time.Progress;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Which events of a right side stand beside an event of the left side, by their times, and what becomes of those that stand
 * alone. Both ends count. Immutable: each setting answers a changed copy.
 *
 * @param <L> the event of the left side
 */
public final class Interval<L> {
    /** What comes out. */
    enum Kind {
        INNER(false, false),
        LEFT(true, false),
        RIGHT(false, true),
        FULL(true, true),
        ANTI(true, false),
        SEMI(false, false);

        /** Whether an event of the side comes out alone. */
        final boolean leftAlone;

        final boolean rightAlone;

        Kind(boolean leftAlone, boolean rightAlone) {
            this.leftAlone = leftAlone;
            this.rightAlone = rightAlone;
        }
    }

    /** The most windows that hold an event which may come alone in each of them: an entry lets twice as many come. */
    static final int ALONE_IN = IntervalJoin.FIRINGS / 2;

    /** The most pairs of one event, unless it is said. */
    static final int MATCHES = 256;

    final Duration from;
    final Duration to;
    final LongField<? super L> until;
    final TimeUnit unit;
    final Window window;
    Kind kind = Kind.INNER;
    int matchesAtMost = MATCHES;
    int eventsAtMost;
    boolean evicts;
    Duration lateness = Duration.ZERO;

    private Interval(Duration from, Duration to, LongField<? super L> until, TimeUnit unit, Window window) {
        this.from = from;
        this.to = to;
        this.until = until;
        this.unit = unit;
        this.window = window;
    }

    private Interval<L> with(Consumer<Interval<L>> change) {
        Interval<L> copy = new Interval<>(from, to, until, unit, window);
        copy.kind = kind;
        copy.matchesAtMost = matchesAtMost;
        copy.eventsAtMost = eventsAtMost;
        copy.evicts = evicts;
        copy.lateness = lateness;
        change.accept(copy);
        return copy;
    }

    /**
     * A right event matches when its time is at least that of the left event and {@code from}, and at most that and {@code to}.
     *
     * @param from where the interval begins, from the time of the left event; negative for before
     * @param to   where it ends; not before {@code from}
     * @return pairs only, for any left side
     */
    public static Interval<Object> between(Duration from, Duration to) {
        return new Interval<>(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to, "to"), null, null, null);
    }

    /**
     * A right event matches when its time is at least that of the left event, and at most what the left event says: an auction
     * that is open until it expires.
     *
     * @param left  the class of the left event
     * @param until reads the end, on the scale of event time; one before the left event's own time matches nothing;
     *     a captured variable that changes is outside the log
     * @param unit  its unit
     * @param <L>   the event of the left side
     * @return pairs only
     */
    public static <L> Interval<L> until(Class<L> left, LongField<? super L> until, TimeUnit unit) {
        Objects.requireNonNull(left, "left");
        return new Interval<>(
                Duration.ZERO,
                null,
                Objects.requireNonNull(until, "until"),
                Objects.requireNonNull(unit, "unit"),
                null);
    }

    /**
     * Two events match when their times are in the same window of the clock; what comes alone does so at the end of its window.
     *
     * @param size of a window, positive
     * @return pairs only, for any left side
     */
    public static Interval<Object> sameWindow(Duration size) {
        return sameWindow(Window.tumbling(size));
    }

    /**
     * Two events match when their times are in the same window, such as {@code days(ZoneId.of("Europe/Vienna"))}; what comes alone
     * does so at the end of its window. Where windows overlap a pair comes once for each window that holds both, all when the later
     * of the two comes, the first window first; its time is the last moment of the window, which so says which it was. Each of them is a join of
     * its own: with {@link #left}, {@link #right}, {@link #full} and {@link #anti} an event comes alone once for each window that holds it and nothing of the
     * other side, at the end of that, whatever it has met in another; for that an event may be in 32 windows at most. With {@link #semi} each left event comes once
     * in all, beside the first event that any of its windows holds too, with the later time of the two.
     *
     * <p>In one {@link Window#session session} are events of both sides that follow each other by at most the gap. Two events that are in
     * one stay together whatever comes, so their pair comes when the event comes that leads from one to the other, and is never taken back; its time
     * is the later one. That event's own pairs come first, by (time, order) of the other side; where it puts two sessions together, then those of the
     * left events of the first with the right ones of the second, then of the second with the first, by (left, right); all of them count
     * for {@link #matchesAtMost}. A session is over when progress has passed its last event by more than the gap, less the
     * {@link #allowedLateness lateness}, by which a late event may still make it longer, or put it together with another. What comes alone, in
     * a session of one side only, does so then, stamped with the last moment at which the session could have grown; sessions of any keys that end at one moment
     * come in the order in which they were begun, each by what came of it first (the earlier one's, where two were put together). With {@link #semi} each left event
     * comes once, as soon as its session holds a right one, beside the earliest that it holds then.
     *
     * @param window tumbling, hopping, both also with an offset, days, or a session
     * @return pairs only, for any left side
     */
    public static Interval<Object> sameWindow(Window window) {
        return new Interval<>(Duration.ZERO, null, null, null, Objects.requireNonNull(window, "window"));
    }

    /**
     * Two events match whatever their times, as long as both are kept: the bound is one of events, so {@link #eventsAtMost} has to
     * be said, and not more of them than {@link #matchesAtMost}. An event is kept until input ends, or until one more than that comes: then
     * it goes with {@link #evictOldest}, and without that the new one is refused. So a key stays until input ends, too: {@code keysAtMost}, or
     * the state budget, is how many there can ever be. Events behind progress are late, as in every join.
     *
     * <p>An event stays alone as long as nothing of the other side has come of its key. With {@link #left}, {@link #right}, {@link #full} and
     * {@link #anti}, which take {@link #evictOldest} here, one that is alone when it is given up comes then, at its own time, or at progress (less the
     * {@link #allowedLateness lateness}) where that is later; so does the new one where it is itself the earliest. Those that are still kept and
     * alone when all input has ended come then, the left ones first, each side in the order of the input, stamped with the end of time as the result
     * of a {@link Window#global} is, which no window of the clock takes. Where none is given up none would come before input ends, and none
     * ever where it does not: that is refused.
     *
     * @return pairs only, for any left side
     */
    public static Interval<Object> anyTime() {
        return new Interval<>(null, null, null, null, null);
    }

    /** Whether events of either side may come alone. */
    boolean sendsAlone() {
        return kind.leftAlone || kind.rightAlone;
    }

    /** In how many windows an event may come alone. */
    int aloneIn() {
        return window == null ? 1 : Partition.steps(window);
    }

    /** Whether what stands together is in one session of both sides. */
    boolean isSession() {
        return window != null && Partition.isSession(window);
    }

    /** The longest silence within a session. */
    long gapNs() {
        return Partition.sizeNs(window);
    }

    /** Whether events are near each other whatever their times. */
    boolean isAnyTime() {
        return from == null;
    }

    /** Whether an event that is given up, and has matched nothing, comes alone: nothing can match it any more. */
    boolean tellsGivenUp() {
        return isAnyTime() && evicts && sendsAlone();
    }

    private Interval<L> with(Kind newKind) {
        return with(i -> i.kind = newKind);
    }

    /**
     * A left event that nothing matches comes out alone, once, when progress has passed the end of its interval, or its own time where
     * that is later, and at that moment.
     *
     * @return a changed copy
     */
    public Interval<L> left() {
        return with(Kind.LEFT);
    }

    /**
     * A right event that matches nothing comes out alone, once, when progress has passed the time of the last left event that it could
     * match, or its own where that is later, and at that moment.
     *
     * @return a changed copy
     */
    public Interval<L> right() {
        return with(Kind.RIGHT);
    }

    /**
     * Events of both sides that match nothing come out alone.
     *
     * @return a changed copy
     */
    public Interval<L> full() {
        return with(Kind.FULL);
    }

    /**
     * Only the left events that nothing matches come out: those that {@link #left} would send alone, and no pairs.
     *
     * @return a changed copy
     */
    public Interval<L> anti() {
        return with(Kind.ANTI);
    }

    /**
     * Each left event that something matches comes out once, beside its first match.
     *
     * @return a changed copy
     */
    public Interval<L> semi() {
        return with(Kind.SEMI);
    }

    /**
     * Bounds the pairs that one event makes when it comes; where windows overlap each of them counts. One that would make more goes to the dead letters
     * ({@code over-bound}) and is not kept: pairs are all there or none.
     *
     * @param most 1 or more; without this 256
     * @return a changed copy
     */
    public Interval<L> matchesAtMost(int most) {
        return with(i -> i.matchesAtMost = most);
    }

    /**
     * Bounds the events of one side that a key keeps at a time; one more goes to the dead letters ({@code over-bound}). Up to 512
     * of them can all be sent alone before an event of the key (where windows overlap, 512 divided by the windows that hold an event): none is refused because more
     * are due.
     *
     * @param most 1 or more; without this as many as the state budget holds
     * @return a changed copy
     */
    public Interval<L> eventsAtMost(int most) {
        return with(i -> i.eventsAtMost = most == 0 ? -1 : most);
    }

    /**
     * At the bound of {@link #eventsAtMost} gives up the earliest event of the key and side, in place of refusing the new one. It
     * makes no more pairs and is counted as evicted. It does not come alone, since what would have matched it may still come; but with
     * {@link #anyTime}, where nothing can match it any more, it does.
     *
     * @return a changed copy
     */
    public Interval<L> evictOldest() {
        return with(i -> i.evicts = true);
    }

    /**
     * Takes events behind progress, by so much at most: they find and are found as if they had come on time. Both sides are kept
     * so much longer, an event that nothing matches comes alone so much later, at the same time as without this, and what
     * follows sees progress so much later.
     *
     * @param most zero or more; without this none is taken
     * @return a changed copy
     */
    public Interval<L> allowedLateness(Duration most) {
        return with(i -> i.lateness = Objects.requireNonNull(most, "lateness"));
    }

    /** What cannot be, with the cure; null when nothing is wrong. */
    String problem() {
        if (to != null && from.compareTo(to) > 0) {
            return "an interval from " + from + " to " + to + " holds nothing; turn the two round";
        }
        if (to != null && (LateTime.isEndless(from) || LateTime.isEndless(to))) {
            return "an interval from " + from + " to " + to
                    + " has no bound: its events could never go; say a shorter one, or anyTime().eventsAtMost(..), or join tables";
        }
        if (isAnyTime() && eventsAtMost == 0) {
            return "anyTime has no bound: its events could never go; say eventsAtMost(..), and evictOldest() if the oldest is to go";
        }
        if (isAnyTime() && eventsAtMost > matchesAtMost) {
            return "anyTime: a key may keep " + eventsAtMost
                    + " events a side, of which all match, and an event may make " + matchesAtMost
                    + " pairs: say matchesAtMost(" + eventsAtMost + ") too, or fewer events";
        }
        if (isAnyTime() && sendsAlone() && !evicts) {
            return "anyTime with " + word()
                    + "(): an event that nothing has matched is kept until input ends, and where it does not end"
                    + " nothing would ever come alone; say evictOldest(), with which it comes when it is given up, or between(..), or join tables";
        }
        if (window != null && Partition.problem(window) != null) {
            return "sameWindow: " + Partition.problem(window);
        }
        if (window != null && sendsAlone() && Partition.steps(window) > ALONE_IN) {
            return "sameWindow: an event stands in " + Partition.steps(window)
                    + " windows and may come alone in each of them, which " + ALONE_IN
                    + " may at most: say a longer step, leave out "
                    + word()
                    + "(), or aggregate each side by the window and join the results";
        }
        if (isSession() && gapNs() >= Progress.END) {
            return "sameWindow: a session with a gap of " + Duration.ofNanos(gapNs())
                    + " never ends, and its events could never go; say a shorter one";
        }
        if (isSession() && evicts) {
            return "sameWindow: an event of a session that is given up would leave those together that it has led to each other, without"
                    + " itself; leave out evictOldest(), then one more than eventsAtMost(..) is refused, or say between(..)";
        }
        if (matchesAtMost < 1 || matchesAtMost > 1 << 16) {
            return "matchesAtMost(" + matchesAtMost + "); use 1 to 65536";
        }
        if (evicts && eventsAtMost == 0) {
            return "evictOldest takes a bound: say eventsAtMost(..)";
        }
        if (lateness.isNegative()) {
            return "allowedLateness(" + lateness + "); use zero or more";
        }
        return eventsAtMost < 0 ? "eventsAtMost takes 1 or more" : null;
    }

    @Override
    public String toString() {
        return word() + ", " + matches();
    }

    /** What comes out, as it is said. */
    private String word() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private String matches() {
        if (isAnyTime()) {
            return "at any time";
        }
        if (isSession()) {
            return "in the same session, " + Partition.words(window);
        }
        if (window != null) {
            return "in the same window, " + Partition.words(window);
        }
        return until == null ? "from " + from + " to " + to : "until the end that the left event says";
    }
}
