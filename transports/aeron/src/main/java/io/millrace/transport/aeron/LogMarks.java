package io.millrace.transport.aeron;

import java.nio.ByteBuffer;

/**
 * Up to which output each sender's journal has been heard: outputs of a journal come in the order of their ids, so what a sender that has
 * begun again sends once more is known by that. In memory, or in a file that outlives the process. One thread.
 */
final class LogMarks {
    private static final int LOGS = 64;
    private static final int PLACE = 3 * Long.BYTES;

    /** Of the memory it needs. */
    static final int BYTES = LOGS * PLACE;

    private final ByteBuffer all;

    /** The place found last: nearly always there is one. */
    private int last;

    private long logBefore;
    private long sequenceBefore;
    private long ordinalBefore;

    LogMarks(ByteBuffer all) {
        this.all = all;
    }

    private int find(long log) {
        if (all.getLong(last) == log) {
            return last;
        }
        int free = -1;
        for (int at = 0; at < BYTES; at += PLACE) {
            long there = all.getLong(at);
            if (there == log) {
                return at;
            }
            free = free < 0 && there == 0 ? at : free;
        }
        // the place of the one heard last is kept; more than there are places for are not known again
        return free >= 0 ? free : (last + PLACE) % BYTES;
    }

    boolean has(long log, long sequence, int ordinal) {
        int at = find(log);
        if (all.getLong(at) != log) {
            return false;
        }
        long heard = all.getLong(at + Long.BYTES);
        return sequence < heard || sequence == heard && ordinal <= all.getLong(at + 2 * Long.BYTES);
    }

    /** The ordinal first: who dies in between has not taken what comes with it, and had all of the entry before. */
    void take(long log, long sequence, int ordinal) {
        last = find(log);
        logBefore = all.getLong(last);
        sequenceBefore = all.getLong(last + Long.BYTES);
        ordinalBefore = all.getLong(last + 2 * Long.BYTES);
        put(log, sequence, ordinal);
    }

    /** What was taken last has not been. */
    void undo() {
        put(logBefore, sequenceBefore, ordinalBefore);
    }

    private void put(long log, long sequence, long ordinal) {
        boolean isOther = all.getLong(last) != log;
        if (isOther) {
            all.putLong(last, 0);
        }
        all.putLong(last + 2 * Long.BYTES, ordinal);
        all.putLong(last + Long.BYTES, sequence);
        if (isOther) {
            all.putLong(last, log);
        }
    }
}
