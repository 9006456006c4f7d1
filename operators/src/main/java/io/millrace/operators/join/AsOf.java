package io.millrace.operators.join;

import io.millrace.operators.LateTime;
import io.millrace.time.Times;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How an as-of join looks for the row that stands beside an event: by event time. Immutable: each setting answers a changed copy.
 *
 * <p><b>Event-time mode</b>, the default: an event waits until progress shows that no row it could find is missing, so a row of
 * the same time counts whichever came first. Looking backward it comes out at its own time; looking forward, too, it waits for
 * the tolerance, and comes out that much later.
 *
 * <p><b>{@link #onArrival Arrival mode}</b>: an event is answered at once, by the rows that came before it in the order, and
 * comes out at its own time in each direction.
 */
public final class AsOf {
    /** Where the row is looked for. */
    enum Direction {
        BACKWARD,
        FORWARD,
        NEAREST
    }

    /** No tolerance was said. */
    static final long ANY = -1;

    final Direction direction;
    boolean strict;
    Duration tolerance;
    boolean inner;
    boolean arrival;
    int versionsAtMost;
    boolean evicts;
    Duration lateness = Duration.ZERO;

    private AsOf(Direction direction) {
        this.direction = direction;
    }

    private AsOf with(Consumer<AsOf> change) {
        AsOf copy = new AsOf(direction);
        copy.strict = strict;
        copy.tolerance = tolerance;
        copy.inner = inner;
        copy.arrival = arrival;
        copy.versionsAtMost = versionsAtMost;
        copy.evicts = evicts;
        copy.lateness = lateness;
        change.accept(copy);
        return copy;
    }

    /**
     * The last row at or before the time of the event.
     *
     * @return without a tolerance, inclusive, and answering each event
     */
    public static AsOf backward() {
        return new AsOf(Direction.BACKWARD);
    }

    /**
     * The first row at or behind the time of the event. It takes a {@link #tolerance}, which is how long an event waits; on
     * arrival none does, and it may be left away.
     *
     * @return inclusive, and answering each event
     */
    public static AsOf forward() {
        return new AsOf(Direction.FORWARD);
    }

    /**
     * The row that is nearest in time; of two that are equally near the earlier. It takes a {@link #tolerance}, which is how
     * long an event waits; on arrival none does, and it may be left away.
     *
     * @return inclusive, and answering each event
     */
    public static AsOf nearest() {
        return new AsOf(Direction.NEAREST);
    }

    /**
     * A row of the very time of the event does not count.
     *
     * @return a changed copy
     */
    public AsOf strictly() {
        return with(a -> a.strict = true);
    }

    /**
     * How far away a row may be; one at exactly that distance counts.
     *
     * @param most zero or more; rows are also kept no longer than an event can find them
     * @return a changed copy
     */
    public AsOf tolerance(Duration most) {
        return with(a -> a.tolerance = Objects.requireNonNull(most, "tolerance"));
    }

    /**
     * An event for which nothing is found does not come out.
     *
     * @return a changed copy
     */
    public AsOf inner() {
        return with(a -> a.inner = true);
    }

    /**
     * Answers an event at once, by rows that came before it in the order of the input. Ahead in time are those that came out of
     * their order, or from an input that is further: so what is found looking forward hangs on that order, as all answers on
     * arrival do.
     *
     * @return a changed copy
     */
    public AsOf onArrival() {
        return with(a -> a.arrival = true);
    }

    /**
     * Bounds the rows that a key keeps at a time; one more goes to the dead letters ({@code over-bound}). Rows that an event of
     * the key which still waits may find count. Before a row finds no room the events of its key that are due are answered, {@value
     * AsOfJoin#FIRINGS} at most; where more are due, and keep rows, the row is refused. So up to there nothing hangs on how far
     * answering has come.
     *
     * @param most 1 or more; without this as many as the state budget holds
     * @return a changed copy
     */
    public AsOf versionsAtMost(int most) {
        return with(a -> a.versionsAtMost = most == 0 ? -1 : most);
    }

    /**
     * At the bound of {@link #versionsAtMost} gives up the earliest row of the key, in place of refusing the new one; it is counted
     * as evicted. An event that would have found it finds nothing, or what else counts for it; never one that was due
     * before the new row came: where more of those are left than are answered before a row, the new one is refused all the same.
     *
     * @return a changed copy
     */
    public AsOf evictOldest() {
        return with(a -> a.evicts = true);
    }

    /**
     * Takes events and rows behind progress, by so much at most. In event-time mode an event waits so much longer, so that no
     * answer given would have been another one with a row that comes within the lateness; in arrival mode a late row serves the
     * events that come behind it. What follows sees progress so much later.
     *
     * @param most zero or more; without this none is taken
     * @return a changed copy
     */
    public AsOf allowedLateness(Duration most) {
        return with(a -> a.lateness = Objects.requireNonNull(most, "lateness"));
    }

    long toleranceNs() {
        return tolerance == null ? ANY : Times.nanos(tolerance);
    }

    /** No row before it is asked for by an event of a time. */
    long earliestNs(long timeNs) {
        long most = toleranceNs();
        return direction == Direction.FORWARD ? timeNs : most == ANY ? Long.MIN_VALUE : Times.minus(timeNs, most);
    }

    /** No row behind it is asked for by an event of a time. */
    long latestNs(long timeNs) {
        long most = toleranceNs();
        return direction == Direction.BACKWARD ? timeNs : most == ANY ? Long.MAX_VALUE : Times.plus(timeNs, most);
    }

    /** How long an event waits for rows that may still come behind its time. */
    long waitsNs() {
        return direction == Direction.BACKWARD || arrival ? 0 : toleranceNs();
    }

    /** What cannot be, with the cure; null when nothing is wrong. */
    String problem() {
        if (tolerance != null && tolerance.isNegative()) {
            return "a tolerance of " + tolerance + "; use zero or more";
        }
        boolean waits = direction != Direction.BACKWARD && !arrival;
        if (waits && tolerance == null) {
            return "looking " + (direction == Direction.FORWARD ? "forward" : "for the nearest row")
                    + " an event waits for as long as its tolerance, and there is none; say tolerance(..)";
        }
        if (waits && LateTime.isEndless(tolerance)) {
            return "an event would wait for " + tolerance + ", which is no bound; say a shorter tolerance";
        }
        if (evicts && versionsAtMost == 0) {
            return "evictOldest takes a bound: say versionsAtMost(..)";
        }
        if (lateness.isNegative()) {
            return "allowedLateness(" + lateness + "); use zero or more";
        }
        return versionsAtMost < 0 ? "versionsAtMost takes 1 or more" : null;
    }

    @Override
    public String toString() {
        return direction.name().toLowerCase(java.util.Locale.ROOT)
                + (strict ? ", strictly" : "")
                + (tolerance == null ? "" : ", within " + tolerance)
                + (inner ? ", inner" : "")
                + (arrival ? ", on arrival" : "");
    }
}
