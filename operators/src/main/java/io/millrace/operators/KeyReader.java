package io.millrace.operators;

import io.millrace.event.LongField;
import io.millrace.operator.Flow;
import io.millrace.operator.KeyHash;

/**
 * Reads from values a key that is not the key in hand, such as the one by which a row names another: a number, or the bytes that
 * {@link KeyByBytes} would write. One node, one thread; allocates nothing.
 */
public final class KeyReader {
    private final LongField<Object> number;
    private final KeyByBytes.KeyWriter<Object> writer;
    private final KeyBuffer buffer;
    private final boolean rewinds;
    private final long seed;
    private long key;

    /**
     * Nothing read yet.
     *
     * @param number   reads a number; null where the key is bytes
     * @param writer   writes the bytes of any other key; null where the key is a number
     * @param maxBytes the most bytes; a value with more is refused when it is read
     * @param rewinds  whether values may have a cursor
     * @param seed     of the hash
     */
    public KeyReader(
            LongField<Object> number, KeyByBytes.KeyWriter<Object> writer, int maxBytes, boolean rewinds, long seed) {
        this.number = number;
        this.writer = writer;
        this.buffer = new KeyBuffer(maxBytes);
        this.rewinds = rewinds;
        this.seed = seed;
    }

    /**
     * Reads the key of the value in hand.
     *
     * @param flow the entry in hand
     * @throws Exception whatever user code throws
     */
    public void read(Flow flow) throws Exception {
        if (rewinds) {
            flow.rewind();
        }
        if (number != null) {
            key = number.of(flow.value());
            return;
        }
        buffer.clear();
        if (rewinds) {
            buffer.rewinds(flow);
        }
        writer.write(flow.value(), buffer);
        buffer.end();
        key = KeyHash.of(seed, buffer.bytes(), buffer.length());
    }

    /**
     * Whether the value has no key: its writer wrote nothing.
     *
     * @return false for a number
     */
    public boolean isNone() {
        return number == null && buffer.length() == 0;
    }

    /**
     * The number, or the hash of the bytes.
     *
     * @return as of the last read
     */
    public long key() {
        return key;
    }

    /**
     * The bytes of a key that is no number.
     *
     * @return from index 0; valid until the next read
     */
    public byte[] bytes() {
        return buffer.bytes();
    }

    /**
     * How many bytes there are.
     *
     * @return 0 for a number
     */
    public int length() {
        return number == null ? buffer.length() : 0;
    }
}
