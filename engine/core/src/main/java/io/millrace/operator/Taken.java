package io.millrace.operator;

import java.util.Arrays;

/**
 * Selects events that a node has taken so far: those of an input and, unless stated otherwise, of the key of the output
 * in hand. What the node refused is excluded. Immutable; each method returns a narrower selection.
 */
public final class Taken {
    private final int input;
    private final boolean ofAnyKey;
    private final boolean withinEntry;
    private final long fromNs;
    private final long lastNs;
    private final int newest;
    private final int markDepth;
    private final long mark;
    private final byte[] bytes;
    private final long entry;

    private Taken(
            int input,
            boolean ofAnyKey,
            boolean withinEntry,
            long fromNs,
            long lastNs,
            int newest,
            int markDepth,
            long mark,
            byte[] bytes,
            long entry) {
        this.input = input;
        this.ofAnyKey = ofAnyKey;
        this.withinEntry = withinEntry;
        this.fromNs = fromNs;
        this.lastNs = lastNs;
        this.newest = newest;
        this.markDepth = markDepth;
        this.mark = mark;
        this.bytes = bytes;
        this.entry = entry;
    }

    /**
     * Selects everything that came by an input.
     *
     * @param input 0, 1, …
     * @return of the key in hand
     */
    public static Taken by(int input) {
        return new Taken(input, false, false, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, -1, 0, null, -1);
    }

    /**
     * Selects events of any key.
     *
     * @return a changed copy
     */
    public Taken ofAnyKey() {
        return new Taken(input, true, withinEntry, fromNs, lastNs, newest, markDepth, mark, bytes, entry);
    }

    /**
     * Selects events of the entry in hand only.
     *
     * @return a changed copy
     */
    public Taken withinEntry() {
        return new Taken(input, ofAnyKey, true, fromNs, lastNs, newest, markDepth, mark, bytes, entry);
    }

    /**
     * Selects events within a span of event time.
     *
     * @param firstNs the first nanosecond of it
     * @param lastNs the last one
     * @return a changed copy
     */
    public Taken within(long firstNs, long lastNs) {
        return new Taken(input, ofAnyKey, withinEntry, firstNs, lastNs, newest, markDepth, mark, bytes, entry);
    }

    /**
     * Selects the events that came last.
     *
     * @param n how many at most
     * @return a changed copy
     */
    public Taken newest(int n) {
        return new Taken(input, ofAnyKey, withinEntry, fromNs, lastNs, n, markDepth, mark, bytes, entry);
    }

    /**
     * Selects events that belong to one event of the base of a {@code with}.
     *
     * @param depth of the mark
     * @param of the mark
     * @return a changed copy
     */
    public Taken marked(int depth, long of) {
        return new Taken(input, ofAnyKey, withinEntry, fromNs, lastNs, newest, depth, of, bytes, entry);
    }

    /**
     * Selects events with the same bytes.
     *
     * @param of contains them; copied
     * @param offset first byte
     * @param length their number
     * @return a changed copy
     */
    public Taken same(byte[] of, int offset, int length) {
        byte[] copy = Arrays.copyOfRange(of, offset, offset + length);
        return new Taken(input, ofAnyKey, withinEntry, fromNs, lastNs, newest, markDepth, mark, copy, entry);
    }

    /**
     * Selects the event that came with an entry, or was held back since then.
     *
     * @param sequence its place, as of {@link Flow#eventSequence}
     * @return a changed copy
     */
    public Taken of(long sequence) {
        return new Taken(input, ofAnyKey, withinEntry, fromNs, lastNs, newest, markDepth, mark, bytes, sequence);
    }

    /**
     * By which input they came.
     *
     * @return 0, 1, …
     */
    public int input() {
        return input;
    }

    /**
     * Tells whether the key does not matter.
     *
     * @return true after {@link #ofAnyKey}
     */
    public boolean isOfAnyKey() {
        return ofAnyKey;
    }

    /**
     * Whether only the entry in hand is looked at.
     *
     * @return true after {@link #withinEntry}
     */
    public boolean isWithinEntry() {
        return withinEntry;
    }

    /**
     * Returns how many of the events that came last are selected.
     *
     * @return the largest number if all are
     */
    public int newest() {
        return newest;
    }

    /**
     * Returns the bytes that the events have.
     *
     * @return null if the bytes do not matter
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * The first nanosecond of the span of event time.
     *
     * @return the least number where there is none
     */
    public long firstNs() {
        return fromNs;
    }

    /**
     * The last nanosecond of the span of event time.
     *
     * @return the largest number where there is none
     */
    public long lastNs() {
        return lastNs;
    }

    /**
     * Returns which mark they have.
     *
     * @return the depth for {@link Flow#origin}; -1 if it does not matter
     */
    public int markDepth() {
        return markDepth;
    }

    /**
     * The mark.
     *
     * @return of no meaning without a depth
     */
    public long mark() {
        return mark;
    }

    /**
     * The entry that they came with.
     *
     * @return -1 where it may be any
     */
    public long entry() {
        return entry;
    }
}
