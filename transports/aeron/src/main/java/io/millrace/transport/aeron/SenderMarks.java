package io.millrace.transport.aeron;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * How far each sender's messages have been taken, and how many in all, in memory that outlives the process. One thread.
 *
 * <p>A process may die between any two stores, and both have to say the same then: a message that is counted and not marked would be taken
 * and counted once more. So there is room for two records of what was done last, how many had been taken with it and up to which message of
 * whom, and a word that says which of them holds: the other one is written, then that word, then the mark, which is made up for when the
 * memory is looked at again.
 */
class SenderMarks {
    private static final int SENDERS = 256;
    private static final int MARK = 2 * Long.BYTES;

    /** Of one of whom none has been taken. */
    private static final long NONE = Long.MIN_VALUE;

    /** Behind the marks: which record holds; the records, each a total, a sender and a number. */
    private static final int WHICH = SENDERS * MARK;

    private static final int RECORDS = WHICH + Long.BYTES;
    private static final int RECORD = 3 * Long.BYTES;

    /** Of the memory it needs. */
    static final int BYTES = RECORDS + 2 * RECORD;

    private final ByteBuffer all;

    /** The place found last: nearly always there is one sender. */
    private int last;

    SenderMarks(ByteBuffer all) {
        this.all = all;
        int record = record(which());
        long sender = all.getLong(record + Long.BYTES);
        if (sender != 0) {
            mark(sender, all.getLong(record + 2 * Long.BYTES));
        }
    }

    private long which() {
        return all.getLong(WHICH) & 1;
    }

    private static int record(long which) {
        return RECORDS + (int) which * RECORD;
    }

    private int find(long sender) {
        if (all.getLong(last) == sender) {
            return last;
        }
        int free = -1;
        for (int at = 0; at < WHICH; at += MARK) {
            long there = all.getLong(at);
            if (there == sender) {
                return at;
            }
            free = free < 0 && there == 0 ? at : free;
        }
        // the place of the sender seen last is kept; more than there are places for are not told apart any more
        return free >= 0 ? free : (last + MARK) % WHICH;
    }

    /** How many have been taken, by this process and those before it. */
    long taken() {
        return all.getLong(record(which()));
    }

    /** Never of a sender 0, which has no mark: no sink has that number. */
    boolean isTaken(long sender, long number) {
        int at = find(sender);
        long mark = all.getLong(at + Long.BYTES);
        return all.getLong(at) == sender && sender != 0 && mark != NONE && number <= mark;
    }

    /** Answers the one before. */
    long take(long sender, long number) {
        note(taken() + 1, sender, number);
        return mark(sender, number);
    }

    /** The last has not been taken. */
    void untake(long sender, long before) {
        note(taken() - 1, sender, before);
        mark(sender, before);
    }

    private void note(long total, long sender, long number) {
        long other = 1 - which();
        int record = record(other);
        store(record, total);
        store(record + Long.BYTES, sender);
        store(record + 2 * Long.BYTES, number);
        store(WHICH, other);
    }

    /** The number first: a process that dies in between has told another sender's place a number, and not its own too much. */
    private long mark(long sender, long number) {
        if (sender == 0) {
            return NONE; // it has none, and takes no other's place
        }
        last = find(sender);
        boolean isThere = all.getLong(last) == sender;
        long before = isThere ? all.getLong(last + Long.BYTES) : NONE;
        if (!isThere) {
            store(last, 0);
        }
        store(last + Long.BYTES, number);
        if (!isThere) {
            store(last, sender);
        }
        return before;
    }

    /** Behind all that was stored before: who dies has stored what came first. */
    void store(int at, long value) {
        VarHandle.releaseFence();
        all.putLong(at, value);
    }
}
