package io.millrace.engine;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What a publisher or source does with an event for which there is no room: in the ring of a live engine, in the inbox
 * of an inline host and, for events of its owner, in the journal of an inline host. Declared for an input with
 * {@link Setup#overflow}. {@code tryPublish} never waits and never drops; it reports that there is no room.
 *
 * <p>Dropped events are counted, and the input order is told of them: a run of drops becomes one entry, before the next
 * event of that input that gets a place, so that a replay sees the same gap.
 *
 * <p>{@link #dropOldest}, {@link #conflate} and {@link #conflateByText} keep events in memory before the ring,
 * allocated at start, and let them in, in their order, as room becomes free. {@code publish} returns
 * {@link Publisher#WAITING} for such an event. The ring itself holds events that already have a place and can no longer
 * be dropped, so a small ring ({@link Setup#ringSlots}) keeps what comes out fresh. The owner of an inline host has no
 * such memory before it: for its events these policies drop the newest.
 *
 * @param <V> the type of the events
 */
public final class Overflow<V> {
    /**
     * Waits for room, which slows the input down to the pace of the engine. The default. The owner of an inline host
     * waits at most {@link Setup#stopDeadline} and then does what {@link #REFUSE} does, since nobody else could close
     * the host.
     */
    public static final Overflow<Object> BLOCK = new Overflow<>("block", 0, null, null, 0);

    /**
     * Throws a {@link io.millrace.event.RefusedException} with the reason {@code OVER_BOUND}, and counts the event as
     * refused.
     */
    public static final Overflow<Object> REFUSE = new Overflow<>("refuse", 0, null, null, 0);

    /** Drops the event. */
    public static final Overflow<Object> DROP_NEWEST = new Overflow<>("drop newest", 0, null, null, 0);

    private static final int EVENTS_MAX = 1 << 20;
    private static final int CHARS_MAX = 1024;

    private final String name;
    private final int events;
    private final ToLongFunction<? super V> key;
    private final Function<? super V, ? extends CharSequence> text;
    private final int textMax;

    private Overflow(
            String name,
            int events,
            ToLongFunction<? super V> key,
            Function<? super V, ? extends CharSequence> text,
            int textMax) {
        this.name = name;
        this.events = events;
        this.key = key;
        this.text = text;
        this.textMax = textMax;
    }

    /**
     * Keeps the newest events before the ring, and drops the oldest of them when there are more.
     *
     * @param events how many wait at most, 1 to 2^20
     * @return a policy that never waits and never refuses
     * @throws IllegalArgumentException if the number is out of range
     */
    public static Overflow<Object> dropOldest(int events) {
        return new Overflow<>("drop oldest of " + events, checked(events), null, null, 0);
    }

    /**
     * Keeps one event of each key before the ring. A later event takes the place of the one of its key that waits, so a
     * key that changes often gets in no later than it would have, and with its latest event. Replaced events are
     * counted. When more keys wait than allowed, the event that has waited longest is dropped.
     *
     * @param key the key of an event; called on the publisher's thread, only while events wait, with an event as the
     *     topology sees it
     * @param keys how many keys wait at most, 1 to 2^20
     * @param <V> the type of the events
     * @return a policy that never waits, and never refuses for lack of room; an event for which {@code key} throws is
     *     refused with the reason {@code OPERATOR_ERROR}
     * @throws IllegalArgumentException if the number of keys is out of range
     */
    public static <V> Overflow<V> conflate(ToLongFunction<? super V> key, int keys) {
        Objects.requireNonNull(key, "key");
        return new Overflow<>("conflate " + keys + " keys", checked(keys), key, null, 0);
    }

    /**
     * Keeps one event of each key before the ring, as {@link #conflate} does, for keys that are text, such as the
     * symbol of an instrument. The memory for all keys is allocated at start.
     *
     * @param key the key of an event, not null; called as for {@link #conflate}
     * @param maxChars the most characters of a key, 1 to 1024; an event with a longer key is refused while events wait
     * @param keys how many keys wait at most, 1 to 2^20
     * @param <V> the type of the events
     * @return as for {@link #conflate}
     * @throws IllegalArgumentException if a number is out of range
     */
    public static <V> Overflow<V> conflateByText(
            Function<? super V, ? extends CharSequence> key, int maxChars, int keys) {
        Objects.requireNonNull(key, "key");
        if (maxChars < 1 || maxChars > CHARS_MAX) {
            throw new IllegalArgumentException("keys of up to " + maxChars + " characters; use 1 to " + CHARS_MAX);
        }
        return new Overflow<>("conflate " + keys + " keys", checked(keys), null, key, maxChars);
    }

    private static int checked(int events) {
        if (events < 1 || events > EVENTS_MAX) {
            throw new IllegalArgumentException(
                    "room for " + events + " events in front of the ring; use 1 to " + EVENTS_MAX);
        }
        return events;
    }

    /** How many events wait before the ring; 0 if none do. */
    int events() {
        return events;
    }

    /** Whether events are distinguished by a key. */
    boolean tellsApart() {
        return key != null || text != null;
    }

    /** The most characters of a key; 0 if the key is a number. */
    int textMax() {
        return textMax;
    }

    /** Reads the key of an event. */
    ConflateKey read(V event, ConflateKey into) {
        return key != null ? into.number(key.applyAsLong(event)) : into.text(text.apply(event));
    }

    @Override
    public String toString() {
        return name;
    }
}
