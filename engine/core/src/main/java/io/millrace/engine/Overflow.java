package io.millrace.engine;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What a publisher or source does with an event for which there is no room: in the ring of a live engine, in the inbox of an
 * inline one, and in the journal of an inline one for what its owner publishes. Declared for an input, see {@link Setup#overflow}. {@code tryPublish} never waits and never drops: it says no.
 *
 * <p>Whatever is dropped is counted, and told to the input order: a run of drops becomes one entry of it, in front of the next event of
 * that input which gets a place, so that a replay sees the same gap.
 *
 * <p>{@link #dropOldest}, {@link #conflate} and {@link #conflateByText} keep events in front of the ring, in memory that is set apart at start, and let them
 * in, in their order, as room comes. {@code publish} answers {@link Publisher#WAITING} for such an event. The ring in front of a
 * topology holds what has a place already and can no longer be dropped: a small one ({@link Setup#ringSlots}) keeps what comes out
 * fresh. Nothing is in front of an inline host's own owner: there they drop the newest.
 *
 * @param <V> the event
 */
public final class Overflow<V> {
    /**
     * It waits: what comes in is slowed down to what the engine does. The default. The owner of an inline host waits for {@link Setup#stopDeadline} at
     * most, and then does as {@link #REFUSE} says: nobody else could close the host.
     */
    public static final Overflow<Object> BLOCK = new Overflow<>("block", 0, null, null, 0);

    /** It throws {@link io.millrace.event.RefusedException} with the reason {@code OVER_BOUND}, and counts it as refused. */
    public static final Overflow<Object> REFUSE = new Overflow<>("refuse", 0, null, null, 0);

    /** It drops the event. */
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
     * The newest events wait in front of the ring; when there are more, the oldest of them are dropped.
     *
     * @param events how many wait at most, 1 to 2^20
     * @return never waits and never refuses
     */
    public static Overflow<Object> dropOldest(int events) {
        return new Overflow<>("drop oldest of " + events, checked(events), null, null, 0);
    }

    /**
     * Events wait in front of the ring, one of each key: a later one takes the place of the one that waits, so that a key that
     * changes often gets in no later than it would have, and with its latest event. What is replaced is counted. When more keys
     * wait, the event that has waited longest is dropped.
     *
     * @param key  the key of an event; asked on the publisher's thread, only while events wait, with an event as the topology sees it
     * @param keys how many wait at most, 1 to 2^20
     * @param <V>  the event
     * @return never waits, and refuses for no want of room; an event whose key cannot be read, because {@code key} throws, is refused with
     *     the reason {@code OPERATOR_ERROR}
     */
    public static <V> Overflow<V> conflate(ToLongFunction<? super V> key, int keys) {
        Objects.requireNonNull(key, "key");
        return new Overflow<>("conflate " + keys + " keys", checked(keys), key, null, 0);
    }

    /**
     * As {@link #conflate}, of keys that are text, as the symbol of an instrument is. The memory of all of them is there from the
     * start.
     *
     * @param key      the key of an event, not null; asked as with {@link #conflate}
     * @param maxChars the most characters of a key, 1 to 1024; an event whose key is longer is refused while events wait
     * @param keys     how many wait at most, 1 to 2^20
     * @param <V>      the event
     * @return as {@link #conflate}
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

    /** How many wait in front of the ring; 0 where none does. */
    int events() {
        return events;
    }

    /** Whether events are told apart by a key. */
    boolean tellsApart() {
        return key != null || text != null;
    }

    /** The most characters of a key; 0 where it is a number. */
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
