package io.millrace.operators;

import io.millrace.event.LongField;
import io.millrace.operator.Flow;
import io.millrace.operator.KeyHash;

/**
 * Reads from values a key other than the current one, such as the key by which a row names another: a number, or the
 * bytes that {@link KeyByBytes} would write. Used by one node, on one thread; allocates nothing.
 */
public final class KeyReader {
    private final LongField<Object> number;
    private final KeyByBytes.KeyWriter<Object> writer;
    private final KeyBuffer buffer;
    private final boolean rewinds;
    private final long seed;
    private long key;

    /**
     * Makes a reader.
     *
     * @param number   reads a number; null if the key is bytes
     * @param writer   writes the bytes of any other key; null if the key is a number
     * @param maxBytes the most bytes; a value with more is refused when it is read
     * @param rewinds  whether values may have a cursor
     * @param seed     the seed of the hash
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
     * Reads the key of the current value.
     *
     * @param flow the current entry
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
     * The key, or the hash of its bytes.
     *
     * @return as of the last read
     */
    public long key() {
        return key;
    }

    /**
     * The bytes of a key that is no number.
     *
     * @return the bytes, from index 0; valid until the next read
     */
    public byte[] bytes() {
        return buffer.bytes();
    }

    /**
     * How many bytes the key has.
     *
     * @return 0 for a number
     */
    public int length() {
        return number == null ? buffer.length() : 0;
    }
}
