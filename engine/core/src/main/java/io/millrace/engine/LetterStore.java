package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.runtime.KeptLetter;
import io.millrace.topology.Topology;

/**
 * The last dead letters, as many as there may be and as have room: at both bounds the oldest go. Entries stand one behind the
 * other in one array that is written round and round, none across its end. A letter is found by its number; all room is
 * there from the start.
 *
 * <p>Any thread; each call holds the lock for one letter at most, so that a stage that has a letter to leave never waits for
 * somebody to read many.
 */
final class LetterStore {
    private final Slot[] slots;
    private final byte[] bytes;

    /** Where the next entry goes, counted on over all rounds. */
    private long writeAt;

    private long newest;
    private long oldest = 1;

    /** What is kept beside the bytes. */
    private static final class Slot {
        private long at;
        private int length;
        private boolean redriven;
        private long sequence;
        private int node;
        private Reason reason;
        private String detail;
        private Throwable thrown;
        private boolean fired;
        private final Firing firing = new Firing(0);
    }

    /** The room is at least that for one entry, so that the last letter is always kept. */
    LetterStore(int letters, int roomBytes, int largestEntry) {
        slots = new Slot[letters];
        for (int i = 0; i < letters; i++) {
            slots[i] = new Slot();
        }
        bytes = new byte[Math.max(roomBytes, largestEntry)];
    }

    /** Takes a letter; the entry, or the firing, or both are null. */
    synchronized void add(
            long q, int node, Reason reason, String detail, Throwable thrown, byte[] entry, int offset, Firing firing) {
        int length = entry == null ? 0 : Entry.length(entry, offset);
        makeRoom(length);
        newest++;
        Slot s = slot(newest);
        s.at = writeAt;
        s.length = length;
        s.redriven = false;
        s.sequence = q;
        s.node = node;
        s.reason = reason;
        s.detail = detail;
        s.thrown = thrown;
        s.fired = firing != null;
        if (firing != null) {
            s.firing.copyFrom(firing);
        }
        if (length > 0) {
            System.arraycopy(entry, offset, bytes, index(writeAt), length);
            writeAt += length;
        }
    }

    private void makeRoom(int length) {
        int left = bytes.length - index(writeAt);
        if (left < length) {
            writeAt += left;
        }
        while (oldest <= newest
                && (newest - oldest + 1 == slots.length || slot(oldest).at < writeAt + length - bytes.length)) {
            slot(oldest).thrown = null;
            oldest++;
        }
    }

    private int index(long at) {
        return (int) (at % bytes.length);
    }

    private Slot slot(long number) {
        return slots[(int) (number % slots.length)];
    }

    private boolean has(long number) {
        return number >= oldest && number <= newest && !slot(number).redriven;
    }

    // ---- by number

    /** The number of the newest; 0 before the first. */
    synchronized long newest() {
        return newest;
    }

    /** The number of the oldest that is kept. */
    synchronized long oldest() {
        return oldest;
    }

    /** The length of the entry of a letter; -1 when it is not kept. */
    private synchronized int length(long number) {
        return has(number) ? slot(number).length : -1;
    }

    /** A copy of a letter, or null when it is not kept. The room for it is made before the lock is taken. */
    KeptLetter copy(Topology topology, long number) {
        int length = length(number);
        if (length < 0) {
            return null;
        }
        KeptLetter into = new KeptLetter(topology, length);
        return copy(number, into) ? into : null;
    }

    synchronized boolean copy(long number, KeptLetter into) {
        if (!has(number)) {
            return false;
        }
        Slot s = slot(number);
        into.fill(s.sequence, s.node, s.reason, s.detail, s.thrown, s.length == 0 ? null : bytes, index(s.at));
        if (s.fired) {
            into.firing(s.firing);
        }
        return true;
    }

    /** Keeps a letter no longer, for as long as it is not put back; false when it is not kept. */
    synchronized boolean takeOut(long number) {
        boolean has = has(number);
        if (has) {
            slot(number).redriven = true;
        }
        return has;
    }

    /** Unless a newer letter has taken its place. */
    synchronized void putBack(long number) {
        if (number >= oldest && number <= newest) {
            slot(number).redriven = false;
        }
    }

    /** Whether a letter is kept and of a node. */
    synchronized boolean isOf(long number, int node) {
        return has(number) && slot(number).node == node;
    }
}
