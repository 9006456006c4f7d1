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
 * Which events of the right side match an event of the left side, by their times, and what becomes of events without a
 * match. Both ends of an interval count. Immutable: each setting returns a changed copy.
 *
 * @param <L> the type of the left side's events
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

    /** The most windows in which an event may come alone: an entry lets twice as many events come. */
    static final int ALONE_IN = IntervalJoin.FIRINGS / 2;

    /** The most pairs of one event, unless declared. */
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
     * Matches a right event whose time is from {@code from} to {@code to} after that of the left event.
     *
     * @param from where the interval begins, relative to the time of the left event; negative for before
     * @param to   where it ends; not before {@code from}
     * @return pairs only, for any left side
     */
    public static Interval<Object> between(Duration from, Duration to) {
        return new Interval<>(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to, "to"), null, null, null);
    }

    /**
     * Matches a right event whose time is from that of the left event to an end that the left event says, such as an
     * auction that is open until it expires.
     *
     * @param left  the class of the left side's events
     * @param until reads the end, as a time like event times; one before the left event's own time matches nothing;
     *     a captured variable that changes is outside the log
     * @param unit  the unit of the end
     * @param <L>   the type of the left side's events
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
     * Matches two events in the same window of the clock. An event without a match comes alone at the end of its
     * window.
     *
     * @param size the length of the windows, positive
     * @return pairs only, for any left side
     */
    public static Interval<Object> sameWindow(Duration size) {
        return sameWindow(Window.tumbling(size));
    }

    /**
     * Matches two events in the same window, such as {@code days(ZoneId.of("Europe/Vienna"))}. An event without a match
     * comes alone at the end of its window.
     *
     * <p><b>Windows that overlap.</b> A pair comes once for each window that holds both, all when the later of the two
     * comes, the first window first. Its time is the last moment of the window, which shows which window it was. Each
     * window is a join of its own: with {@link #left}, {@link #right}, {@link #full} and {@link #anti} an event comes
     * alone once for each window that holds it and nothing of the other side, at the end of that window, whatever it
     * has met in another. For that an event may be in 32 windows at most. With {@link #semi} each left event comes once
     * in all, beside the first event that any of its windows holds too, with the later time of the two.
     *
     * <p><b>Sessions.</b> In one {@link Window#session session} are events of both sides that follow each other by at
     * most the gap. Two events of one session stay together whatever comes, so their pair comes with the event that
     * connects them, has the later time of the two, and is never taken back.
     *
     * <ul>
     *   <li>The pairs of the event itself come first, by (time, order) of the other side. If it joins two sessions, the
     *       pairs of left events of the first session with right events of the second follow, then those of the second
     *       with the first, by (left, right). All of them count for {@link #matchesAtMost}.
     *   <li>A session is over when progress, less the {@link #allowedLateness lateness}, has passed its last event by
     *       more than the gap. Within the lateness a late event may still make it longer, or join it with another.
     *   <li>Events without a match, in a session of one side, come alone when the session is over, stamped with the
     *       last moment at which it could have grown. Sessions of any keys that end at one moment come in the order in
     *       which they were begun, each by what came of it first (of joined sessions, the earlier one's).
     *   <li>With {@link #semi} each left event comes once, as soon as its session holds a right event, beside the
     *       earliest that it holds then.
     * </ul>
     *
     * @param window tumbling or hopping, with or without an offset, days, or a session
     * @return pairs only, for any left side
     */
    public static Interval<Object> sameWindow(Window window) {
        return new Interval<>(Duration.ZERO, null, null, null, Objects.requireNonNull(window, "window"));
    }

    /**
     * Matches two events whatever their times, as long as both are kept. The bound is a number of events: declare
     * {@link #eventsAtMost}, which must not be more than {@link #matchesAtMost}.
     *
     * <p><b>What is kept.</b> An event is kept until input ends, or until one more than {@link #eventsAtMost} comes:
     * then it is evicted with {@link #evictOldest}, and without it the new event is refused. A key stays until input
     * ends, too; so {@code keysAtMost}, or the state budget, is how many there can ever be. Events behind progress are
     * late, as in every join.
     *
     * <p><b>Events alone.</b> An event is alone as long as nothing of the other side has come of its key.
     * {@link #left}, {@link #right}, {@link #full} and {@link #anti} need {@link #evictOldest} here, since otherwise
     * none would come alone before input ends. An event that is alone when it is evicted comes then, at its own time,
     * or at progress (less the {@link #allowedLateness lateness}) where that is later. The same holds for the new event
     * if it is itself the earliest. Events that are still kept and alone when all input has ended come then, the left
     * ones first, each side in the order of the input. They are stamped with the end of time, as results of a
     * {@link Window#global} window are, which no window of the clock takes.
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

    /** Whether matches are events in one session of both sides. */
    boolean isSession() {
        return window != null && Partition.isSession(window);
    }

    /** The longest silence within a session. */
    long gapNs() {
        return Partition.sizeNs(window);
    }

    /** Whether events match whatever their times. */
    boolean isAnyTime() {
        return from == null;
    }

    /** Whether an event that is evicted, and has matched nothing, comes alone: nothing can match it any more. */
    boolean tellsGivenUp() {
        return isAnyTime() && evicts && sendsAlone();
    }

    private Interval<L> with(Kind newKind) {
        return with(i -> i.kind = newKind);
    }

    /**
     * Sends a left event without a match alone, once, when progress has passed the end of its interval, and with that
     * time; or its own time where that is later.
     *
     * @return a changed copy
     */
    public Interval<L> left() {
        return with(Kind.LEFT);
    }

    /**
     * Sends a right event without a match alone, once, when progress has passed the time of the last left event that it
     * could match, and with that time; or its own time where that is later.
     *
     * @return a changed copy
     */
    public Interval<L> right() {
        return with(Kind.RIGHT);
    }

    /**
     * Sends events of both sides without a match alone; see {@link #left} and {@link #right}.
     *
     * @return a changed copy
     */
    public Interval<L> full() {
        return with(Kind.FULL);
    }

    /**
     * Sends only left events without a match, as {@link #left} sends them, and no pairs.
     *
     * @return a changed copy
     */
    public Interval<L> anti() {
        return with(Kind.ANTI);
    }

    /**
     * Sends each left event that has a match once, beside its first match.
     *
     * @return a changed copy
     */
    public Interval<L> semi() {
        return with(Kind.SEMI);
    }

    /**
     * Bounds the pairs that one event makes when it comes; where windows overlap, each of them counts. An event that
     * would make more goes to the dead letters ({@code over-bound}) and is not kept, so its pairs are all there or
     * none.
     *
     * @param most 1 to 65,536; by default 256
     * @return a changed copy
     */
    public Interval<L> matchesAtMost(int most) {
        return with(i -> i.matchesAtMost = most);
    }

    /**
     * Bounds the events of one side that a key keeps at a time; one more goes to the dead letters ({@code over-bound}).
     * Up to 512 of them can all be sent alone before an event of the key, so none is refused because more are due;
     * where windows overlap, that is 512 divided by the number of windows that hold an event.
     *
     * @param most 1 or more; without this, as many as the state budget holds
     * @return a changed copy
     */
    public Interval<L> eventsAtMost(int most) {
        return with(i -> i.eventsAtMost = most == 0 ? -1 : most);
    }

    /**
     * At the bound of {@link #eventsAtMost}, evicts the earliest event of the key and side instead of refusing the new
     * one. The evicted event makes no more pairs, and is counted as evicted. It does not come alone, since what would
     * have matched it may still come; with {@link #anyTime}, where nothing can match it any more, it does.
     *
     * @return a changed copy
     */
    public Interval<L> evictOldest() {
        return with(i -> i.evicts = true);
    }

    /**
     * Takes events that are behind progress by so much at most: they find, and are found, as if they had come on time.
     * Both sides are kept that much longer. An event without a match comes alone that much later, with the same time,
     * and later words see progress less this time.
     *
     * @param most zero or more; by default zero
     * @return a changed copy
     */
    public Interval<L> allowedLateness(Duration most) {
        return with(i -> i.lateness = Objects.requireNonNull(most, "lateness"));
    }

    /** What is wrong, with the cure; null if nothing is. */
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

    /** The word for what comes out. */
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
