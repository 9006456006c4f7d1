package io.millrace.transport.aeron;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Up to which output each sender's journal has been heard: outputs of a journal come in the order of their ids, so what a sender that has
 * begun again sends once more is known by that. In memory, or in a file that outlives the process. One thread.
 *
 * <p>An id is two words, and a process may die between any two stores. So each journal has room for two ids and a word that says
 * which of them holds: the other one is written, then that word. The file says what was heard before, or what was heard, and never
 * a mixture, which would be less or more.
 */
class LogMarks {
    private static final int LOGS = 64;

    /** Number of the journal; which id holds; the ids, each a sequence and an ordinal. */
    private static final int PLACE = 6 * Long.BYTES;

    private static final int IDS = 2 * Long.BYTES;
    private static final int ID = 2 * Long.BYTES;

    /** Of the memory it needs. */
    static final int BYTES = LOGS * PLACE;

    private final ByteBuffer all;

    /** The place found last: nearly always there is one. */
    private int last;

    private long logBefore;

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

    private long which(int place) {
        return all.getLong(place + Long.BYTES) & 1;
    }

    private static int id(int place, long which) {
        return place + IDS + (int) which * ID;
    }

    boolean has(long log, long sequence, int ordinal) {
        int at = find(log);
        if (all.getLong(at) != log) {
            return false;
        }
        int id = id(at, which(at));
        long heard = all.getLong(id);
        return sequence < heard || sequence == heard && ordinal <= all.getLong(id + Long.BYTES);
    }

    /** Before what comes with it is handed over. */
    void take(long log, long sequence, int ordinal) {
        last = find(log);
        logBefore = all.getLong(last);
        long other = 1 - which(last);
        int id = id(last, other);
        store(id, sequence);
        store(id + Long.BYTES, ordinal);
        if (logBefore != log) {
            store(last, 0); // of nobody, until its id is there
        }
        store(last + Long.BYTES, other);
        if (logBefore != log) {
            store(last, log);
        }
    }

    /** What was taken last has not been: what holds is what was there before. */
    void undo() {
        if (all.getLong(last) != logBefore) {
            store(last, 0);
        }
        store(last + Long.BYTES, 1 - which(last));
        store(last, logBefore);
    }

    /** Behind all that was stored before: who dies has stored what came first. */
    void store(int at, long value) {
        VarHandle.releaseFence();
        all.putLong(at, value);
    }
}
