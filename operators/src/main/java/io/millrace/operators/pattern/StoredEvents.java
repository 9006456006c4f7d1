package io.millrace.operators.pattern;

import io.millrace.event.Bytes;
import io.millrace.state.Blocks;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;

/** Events that wait for progress, or that runs have taken: each once, counted by those that hold it. */
final class StoredEvents {
    /*
     * Block: | holders | time | serial, in the order of evaluation | input, length | place in the order | row | header |
     * bytes, 8 a long |
     */
    static final int HEAD = 7;
    static final int NONE = -1;
    private static final int TIME = 1;
    private static final int SERIAL = 2;
    private static final int LENGTH = 3;
    private static final int SEQUENCE = 4;
    private static final int ROW = 5;
    private static final int HEADER = 6;

    private final Blocks blocks;

    StoredEvents(StateBudget budget, int longs, int most) {
        blocks = new Blocks(budget, longs, most);
    }

    static int words(int bytes) {
        return (bytes + Long.BYTES - 1) / Long.BYTES;
    }

    /** Room for an event that nobody holds yet; -1 when there is none. */
    int take() {
        return blocks.take();
    }

    void free(int id) {
        blocks.free(id);
    }

    /** Writes an event; bytes behind its end are zero up to the next multiple of eight. */
    void write(int id, int input, long timeNs, byte[] bytes, int offset, int length) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base + TIME] = timeNs;
        page[base + LENGTH] = (long) input << 32 | length;
        int whole = length & -Long.BYTES;
        int at = base + HEAD;
        for (int i = 0; i < whole; i += Long.BYTES) {
            page[at++] = Bytes.getLong(bytes, offset + i);
        }
        long rest = 0;
        for (int i = length - 1; i >= whole; i--) {
            rest = rest << 8 | bytes[offset + i] & 0xff;
        }
        if (whole < length) {
            page[at] = rest;
        }
    }

    /** Says what is needed to bring it back. */
    void waits(int id, long sequence, int row, long header) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base + SEQUENCE] = sequence;
        page[base + ROW] = row;
        page[base + HEADER] = header;
    }

    void serial(int id, long serial) {
        blocks.writable(id)[blocks.base(id) + SERIAL] = serial;
    }

    void hold(int id) {
        blocks.writable(id)[blocks.base(id)]++;
    }

    void release(int id) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        if (--page[base] == 0) {
            blocks.free(id);
        }
    }

    private long get(int id, int field) {
        return blocks.page(id)[blocks.base(id) + field];
    }

    long timeNs(int id) {
        return get(id, TIME);
    }

    long serial(int id) {
        return get(id, SERIAL);
    }

    int input(int id) {
        return (int) (get(id, LENGTH) >>> 32);
    }

    int length(int id) {
        return (int) get(id, LENGTH);
    }

    long sequence(int id) {
        return get(id, SEQUENCE);
    }

    int row(int id) {
        return (int) get(id, ROW);
    }

    long header(int id) {
        return get(id, HEADER);
    }

    /** Shows an event. */
    Object read(int id, EventReader reader) {
        long serial = serial(id);
        return reader.shows(serial) ? reader.value() : load(id, reader, serial);
    }

    /** Shows an event whatever was shown before. */
    Object load(int id, EventReader reader, long serial) {
        return reader.read(blocks.page(id), blocks.base(id) + HEAD, length(id), serial);
    }

    int copy(int id, byte[] target, int offset) {
        long[] page = blocks.page(id);
        int at = blocks.base(id) + HEAD;
        int length = length(id);
        int whole = length & -Long.BYTES;
        for (int i = 0; i < whole; i += Long.BYTES) {
            Bytes.putLong(target, offset + i, page[at++]);
        }
        for (int i = whole; i < length; i++) {
            target[offset + i] = (byte) (page[at] >>> 8 * (i - whole));
        }
        return length;
    }

    int count() {
        return blocks.count();
    }

    StateCounters counters() {
        return blocks.counters();
    }
}
