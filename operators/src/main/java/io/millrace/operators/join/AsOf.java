package io.millrace.operators.join;

import io.millrace.time.Times;
import java.time.Duration;
import java.util.Objects;

/**
 * How an as-of join looks for the row that stands beside an event: by event time. Immutable: each setting answers a changed copy.
 *
 * <p><b>Event-time mode</b>, the default: an event waits until progress shows that no row it could find is missing, so a row of
 * the same time counts whichever came first. Looking backward it comes out at its own time; looking forward, too, it waits for
 * the tolerance, and comes out that much later.
 *
 * <p><b>{@link #onArrival Arrival mode}</b>: an event is answered at once, by the rows that came before it in the order.
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
    final boolean strict;
    final Duration tolerance;
    final boolean inner;
    final boolean arrival;
    final int versionsAtMost;

    private AsOf(
            Direction direction,
            boolean strict,
            Duration tolerance,
            boolean inner,
            boolean arrival,
            int versionsAtMost) {
        this.direction = direction;
        this.strict = strict;
        this.tolerance = tolerance;
        this.inner = inner;
        this.arrival = arrival;
        this.versionsAtMost = versionsAtMost;
    }

    /**
     * The last row at or before the time of the event.
     *
     * @return without a tolerance, inclusive, and answering each event
     */
    public static AsOf backward() {
        return new AsOf(Direction.BACKWARD, false, null, false, false, 0);
    }

    /**
     * The first row at or behind the time of the event. It takes a {@link #tolerance}, which is how long an event waits.
     *
     * @return inclusive, and answering each event
     */
    public static AsOf forward() {
        return new AsOf(Direction.FORWARD, false, null, false, false, 0);
    }

    /**
     * The row that is nearest in time; of two that are equally near the earlier. It takes a {@link #tolerance}, which is how
     * long an event waits.
     *
     * @return inclusive, and answering each event
     */
    public static AsOf nearest() {
        return new AsOf(Direction.NEAREST, false, null, false, false, 0);
    }

    /**
     * A row of the very time of the event does not count.
     *
     * @return a changed copy
     */
    public AsOf strictly() {
        return new AsOf(direction, true, tolerance, inner, arrival, versionsAtMost);
    }

    /**
     * How far away a row may be; one at exactly that distance counts.
     *
     * @param most zero or more; rows are also kept no longer than an event can find them
     * @return a changed copy
     */
    public AsOf tolerance(Duration most) {
        return new AsOf(direction, strict, Objects.requireNonNull(most, "tolerance"), inner, arrival, versionsAtMost);
    }

    /**
     * An event for which nothing is found does not come out.
     *
     * @return a changed copy
     */
    public AsOf inner() {
        return new AsOf(direction, strict, tolerance, true, arrival, versionsAtMost);
    }

    /**
     * Answers an event at once, by rows that came before it in the order of the input. Looking backward only: what is ahead in
     * time has not come.
     *
     * @return a changed copy
     */
    public AsOf onArrival() {
        return new AsOf(direction, strict, tolerance, inner, true, versionsAtMost);
    }

    /**
     * Bounds the rows that a key keeps at a time; one more goes to the dead letters ({@code over-bound}).
     *
     * @param most 1 or more; without this as many as the state budget holds
     * @return a changed copy
     */
    public AsOf versionsAtMost(int most) {
        return new AsOf(direction, strict, tolerance, inner, arrival, most == 0 ? -1 : most);
    }

    long toleranceNs() {
        return tolerance == null ? ANY : Times.nanos(tolerance);
    }

    /** What cannot be, with the cure; null when nothing is wrong. */
    String problem() {
        if (tolerance != null && tolerance.isNegative()) {
            return "a tolerance of " + tolerance + "; use zero or more";
        }
        if (direction != Direction.BACKWARD && tolerance == null) {
            return "looking " + (direction == Direction.FORWARD ? "forward" : "for the nearest row")
                    + " an event waits for as long as its tolerance, and there is none; say tolerance(..)";
        }
        if (direction != Direction.BACKWARD && arrival) {
            return "in arrival mode nothing ahead in time has come; use backward(), or leave onArrival() away";
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
