package io.millrace.operator;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;

/**
 * What a node fires: a timer, a window, an event that was held back. It has no entry: the entry that let time pass did
 * not cause it, and that entry's header and bytes have no meaning for it. Created once for each node and used for each
 * of its firings, by one thread.
 *
 * <pre>
 *  stored: offset  bytes
 *          0       4      node                       28  2   bytes of the key, -1 for a number
 *          4       8      due                        30  2   length of the header, 0 for none
 *          12      8      key                        32  …   key bytes, at most {@value #KEY_BYTES_MAX}, then the header
 *          20      8      sequence of the event
 * </pre>
 */
public final class Firing {
    /** The most bytes of a text or composite key that are kept, to be shown. */
    public static final int KEY_BYTES_MAX = 64;

    /** The most bytes {@link #write} writes. */
    public static final int LENGTH_MAX = 32 + KEY_BYTES_MAX + Entry.MAX_HEADER_LENGTH;

    private int node;
    private long dueNs;
    private long key;
    private final byte[] keyBytes = new byte[KEY_BYTES_MAX];
    private int keyLength = -1;
    private long eventSequence = -1;
    private final byte[] header = new byte[Entry.MAX_HEADER_LENGTH];
    private boolean hasHeader;

    /**
     * Nothing fires yet.
     *
     * @param node the id of the node that fires
     */
    public Firing(int node) {
        this.node = node;
    }

    /**
     * Begins one that comes from no single event.
     *
     * @param due when it was due, nanoseconds
     * @param of  carries its key
     */
    void begin(long due, Flow of) {
        dueNs = due;
        key = of.key();
        keyLength = of.keyBytes() == null ? -1 : Math.min(of.keyLength(), KEY_BYTES_MAX);
        for (int i = 0; i < keyLength; i++) {
            keyBytes[i] = of.keyBytes()[i];
        }
        eventSequence = -1;
        hasHeader = false;
    }

    /**
     * Names a result that a node cannot put out. It is reported like a firing, with the header of what asked for it.
     *
     * @param of the node
     * @param due the end of the result, nanoseconds
     * @param from carries its key, and what asked for it
     */
    public void result(int of, long due, Flow from) {
        node = of;
        begin(due, from);
        event(from.eventSequence(), from.header(), from.headerOffset());
    }

    /**
     * Names the event that was held back: what comes of it inherits from its header.
     *
     * @param sequence its place in the order
     * @param from     its header, or null
     * @param offset   where that begins
     */
    public void event(long sequence, byte[] from, int offset) {
        eventSequence = sequence;
        hasHeader = from != null;
        if (hasHeader) {
            Entry.copyHeader(from, offset, header, 0);
        }
    }

    /**
     * The node that fires.
     *
     * @return its id in the topology
     */
    public int node() {
        return node;
    }

    /**
     * Sets the node's number in the topology that has loaded this, which may differ from the one that saved it.
     *
     * @param now its id there
     */
    public void node(int now) {
        node = now;
    }

    /**
     * When it was due.
     *
     * @return nanoseconds of event time
     */
    public long dueNs() {
        return dueNs;
    }

    /**
     * Its key: the number itself, or a hash.
     *
     * @return meaningful when the node is keyed
     */
    public long key() {
        return key;
    }

    /**
     * The bytes of a text or composite key.
     *
     * @return null for a number
     */
    public byte[] keyBytes() {
        return keyLength < 0 ? null : keyBytes;
    }

    /**
     * The length of a text or composite key.
     *
     * @return bytes, at most {@link #KEY_BYTES_MAX}; 0 for a number
     */
    public int keyLength() {
        return Math.max(0, keyLength);
    }

    /**
     * The event that was held back.
     *
     * @return its place in the order; -1 when the firing comes from no single event
     */
    public long eventSequence() {
        return eventSequence;
    }

    /**
     * The header of the event that was held back.
     *
     * @return from index 0; null when there is none
     */
    public byte[] header() {
        return hasHeader ? header : null;
    }

    // ---- beyond the call

    /**
     * Copies all of another.
     *
     * @param other where from
     */
    public void copyFrom(Firing other) {
        node = other.node;
        dueNs = other.dueNs;
        key = other.key;
        keyLength = other.keyLength;
        System.arraycopy(other.keyBytes, 0, keyBytes, 0, other.keyLength());
        event(other.eventSequence, other.header(), 0);
    }

    /**
     * Writes all of it.
     *
     * @param to at least {@link #LENGTH_MAX} bytes
     * @param at first byte
     * @return bytes written
     */
    public int write(byte[] to, int at) {
        int headerLength = hasHeader ? Entry.headerLength(header, 0) : 0;
        Bytes.putInt(to, at, node);
        Bytes.putLong(to, at + 4, dueNs);
        Bytes.putLong(to, at + 12, key);
        Bytes.putLong(to, at + 20, eventSequence);
        Bytes.putShort(to, at + 28, (short) keyLength);
        Bytes.putShort(to, at + 30, (short) headerLength);
        System.arraycopy(keyBytes, 0, to, at + 32, keyLength());
        System.arraycopy(header, 0, to, at + 32 + keyLength(), headerLength);
        return 32 + keyLength() + headerLength;
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param from where
     * @param at   first byte
     * @return bytes read
     */
    public int read(byte[] from, int at) {
        node = Bytes.getInt(from, at);
        dueNs = Bytes.getLong(from, at + 4);
        key = Bytes.getLong(from, at + 12);
        keyLength = Bytes.getShort(from, at + 28);
        System.arraycopy(from, at + 32, keyBytes, 0, keyLength());
        int headerLength = Bytes.getShort(from, at + 30);
        event(Bytes.getLong(from, at + 20), headerLength == 0 ? null : from, at + 32 + keyLength());
        return 32 + keyLength() + headerLength;
    }
}
