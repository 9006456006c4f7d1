package io.millrace.operators.join;

import io.millrace.operators.LateTime;
import io.millrace.time.Times;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How an as-of join looks for the row that stands beside an event, by event time. Immutable: each setting returns a
 * changed copy.
 *
 * <p><b>Event-time mode</b>, the default: an event waits until progress shows that no row which it could find is
 * missing, so a row of the same time counts whichever came first. Looking backward, the event comes out at its own
 * time. Looking forward or for the nearest, it also waits for the tolerance, and comes out that much later.
 *
 * <p><b>{@link #onArrival Arrival mode}</b>: an event is answered at once, by the rows that came before it in the order
 * of the input. It comes out at its own time, in each direction.
 */
public final class AsOf {
    /** Where the row is looked for. */
    enum Direction {
        BACKWARD,
        FORWARD,
        NEAREST
    }

    /** No tolerance is declared. */
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
     * Looks for the last row at or before the time of the event.
     *
     * @return without a tolerance, inclusive, and answering each event
     */
    public static AsOf backward() {
        return new AsOf(Direction.BACKWARD);
    }

    /**
     * Looks for the first row at or after the time of the event. It needs a {@link #tolerance}, which is how long an
     * event waits, unless it is {@link #onArrival}.
     *
     * @return inclusive, and answering each event
     */
    public static AsOf forward() {
        return new AsOf(Direction.FORWARD);
    }

    /**
     * Looks for the row that is nearest in time; of two that are equally near, the earlier. It needs a
     * {@link #tolerance}, which is how long an event waits, unless it is {@link #onArrival}.
     *
     * @return inclusive, and answering each event
     */
    public static AsOf nearest() {
        return new AsOf(Direction.NEAREST);
    }

    /**
     * Leaves out rows of exactly the event's time.
     *
     * @return a changed copy
     */
    public AsOf strictly() {
        return with(a -> a.strict = true);
    }

    /**
     * Bounds how far away in time a row may be; one at exactly that distance counts. Rows are also kept no longer than
     * an event can find them.
     *
     * @param most zero or more
     * @return a changed copy
     */
    public AsOf tolerance(Duration most) {
        return with(a -> a.tolerance = Objects.requireNonNull(most, "tolerance"));
    }

    /**
     * Leaves out events for which no row is found.
     *
     * @return a changed copy
     */
    public AsOf inner() {
        return with(a -> a.inner = true);
    }

    /**
     * Answers an event at once, by the rows that came before it in the order of the input. Rows ahead of it in time are
     * those that came out of order, or from an input that is further ahead; so what is found depends on that order.
     *
     * @return a changed copy
     */
    public AsOf onArrival() {
        return with(a -> a.arrival = true);
    }

    /**
     * Bounds the rows that a key keeps at a time; one more goes to the dead letters ({@code over-bound}). Rows that a
     * waiting event may find count.
     *
     * <p>Before a row is refused, the due events of its key are answered, {@value AsOfJoin#FIRINGS} at most. If more
     * are due, and keep rows, the row is refused. So up to that number, nothing depends on how far answering has come.
     *
     * @param most 1 or more; without this, as many as the state budget holds
     * @return a changed copy
     */
    public AsOf versionsAtMost(int most) {
        return with(a -> a.versionsAtMost = most == 0 ? -1 : most);
    }

    /**
     * At the bound of {@link #versionsAtMost}, evicts the earliest row of the key instead of refusing the new one; the
     * eviction is counted. An event that would have found the evicted row finds nothing, or another row that counts for
     * it. That never happens to an event that was due before the new row came: if more such events are left than are
     * answered before a row, the new row is refused all the same.
     *
     * @return a changed copy
     */
    public AsOf evictOldest() {
        return with(a -> a.evicts = true);
    }

    /**
     * Takes events and rows that are behind progress by so much at most. In event-time mode events wait that much
     * longer, so that a row within the lateness would have changed no answer. In arrival mode a late row serves the
     * events that come after it. Later words see progress less this time.
     *
     * @param most zero or more; by default zero
     * @return a changed copy
     */
    public AsOf allowedLateness(Duration most) {
        return with(a -> a.lateness = Objects.requireNonNull(most, "lateness"));
    }

    long toleranceNs() {
        return tolerance == null ? ANY : Times.nanos(tolerance);
    }

    /** The time before which an event asks for no row. */
    long earliestNs(long timeNs) {
        long most = toleranceNs();
        return direction == Direction.FORWARD ? timeNs : most == ANY ? Long.MIN_VALUE : Times.minus(timeNs, most);
    }

    /** The time after which an event asks for no row. */
    long latestNs(long timeNs) {
        long most = toleranceNs();
        return direction == Direction.BACKWARD ? timeNs : most == ANY ? Long.MAX_VALUE : Times.plus(timeNs, most);
    }

    /** How long an event waits for rows that may still come with a later time. */
    long waitsNs() {
        return direction == Direction.BACKWARD || arrival ? 0 : toleranceNs();
    }

    /** What is wrong, with the cure; null if nothing is. */
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
