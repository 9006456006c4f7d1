package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.Reason;
import io.millrace.metric.Hash64;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.runtime.KeptLetter;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.Topology;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The last dead letters, as many as there may be and as have room: at both bounds the oldest go. Entries stand one behind the
 * other in one array that is written round and round, none across its end. A letter is found by its number; all room is
 * there from the start.
 *
 * <p>Any thread; each call but those that save and load holds the lock for one event at most, so that a stage that has a letter to leave never waits for
 * somebody to read many.
 */
final class LetterStore {
    private static final String SECTION = "letters";
    private static final int VERSION = 1;
    private static final int WORDS_MAX = 1 << 12;
    private static final int FIRING_MAX = Firing.LENGTH_MAX + 1;
    private static final int LENGTH_MAX = 1 << 30;
    private static final Reason[] REASONS = Reason.values();
    private static final long[] NONE = {};

    private final Slot[] slots;
    private final byte[] bytes;

    /**
     * By hash of an event and of the entry that brought it, the number of the newest letter that has both; each knows the one before. What is
     * older than the oldest ends a chain, so nothing is ever taken out of one.
     */
    private final long[] chains;

    private final LetterQueues alike;

    /** How many letters have been looked at to find those of an event. */
    private long looks;

    /** Where the next entry goes, counted on over all rounds. */
    private long writeAt;

    private long newest;
    private long oldest = 1;

    /** What is kept beside the bytes. */
    private static final class Slot {
        private long at;
        private int length;
        private int hash;
        private long before;
        private boolean redriven;
        private long sequence;
        private int node;
        private Reason reason;
        private String detail;
        private Throwable thrown;
        private boolean fired;
        private boolean ofResult;

        /** What fired; or the result that cannot be told. */
        private final Firing firing = new Firing(0);
    }

    /** The room is at least that for one entry, so that the last letter is always kept. */
    LetterStore(int letters, int roomBytes, int largestEntry) {
        slots = new Slot[letters];
        for (int i = 0; i < letters; i++) {
            slots[i] = new Slot();
        }
        bytes = new byte[Math.max(roomBytes, largestEntry)];
        chains = new long[Integer.highestOneBit(Math.min(letters, 1 << 29)) << 1];
        alike = new LetterQueues(letters, chains.length);
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
        s.ofResult = false;
        if (firing != null) {
            s.firing.copyFrom(firing);
        }
        if (length > 0) {
            System.arraycopy(entry, offset, bytes, index(writeAt), length);
            writeAt += length;
            s.hash = hash(entry, offset);
            int chain = chain(s);
            s.before = chains[chain];
            chains[chain] = newest;
            alike.add(s.hash, newest, oldest);
        }
    }

    /** Takes the letter of a result that cannot be told. */
    synchronized void addResult(Flow flow, int node, Reason reason, String detail, Throwable thrown, long dueNs) {
        add(flow.sequence(), node, reason, detail, thrown, null, 0, null);
        Slot s = slot(newest);
        s.fired = flow.firing() != null;
        s.ofResult = true;
        s.firing.result(node, dueNs, flow);
    }

    private void makeRoom(int length) {
        int left = bytes.length - index(writeAt);
        if (left < length) {
            writeAt += left;
        }
        while (oldest <= newest
                && (newest - oldest + 1 == slots.length || slot(oldest).at < writeAt + length - bytes.length)) {
            giveUp(slot(oldest));
            oldest++;
        }
    }

    private void giveUp(Slot s) {
        s.thrown = null;
        if (s.length > 0) {
            alike.remove(s.hash, oldest);
        }
    }

    /** The same for an event that is redriven. */
    private static int hash(byte[] entry, int offset) {
        int payload = Entry.payload(entry, offset);
        long hash = Hash64.add(Entry.timeNs(entry, offset), entry, payload, Entry.payloadLength(entry, offset));
        return (int) (hash ^ hash >>> 32);
    }

    private int chain(Slot s) {
        long hash = Hash64.add(s.hash, s.sequence);
        return (int) (hash ^ hash >>> 32) & chains.length - 1;
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
        if (s.ofResult) {
            into.result(s.firing);
        }
        return true;
    }

    /** Unless newer letters have taken their places. */
    synchronized void putBack(long... numbers) {
        for (long n : numbers) {
            if (n >= oldest && n <= newest) {
                slot(n).redriven = false;
                if (slot(n).length > 0) {
                    alike.putBack(slot(n).hash, n);
                }
            }
        }
    }

    /**
     * The event of an entry, or of another letter, has been published once more: nothing of it is kept. By a number it is told which
     * letters are of the same event as that one; answers their numbers, the one asked for first.
     */
    synchronized long[] takeOutEvent(long number) {
        if (!has(number)) {
            return NONE;
        }
        Slot of = slot(number);
        long[] all = new long[4];
        all[0] = number;
        int count = 1;
        for (long n = of.length == 0 ? 0 : chains[chain(of)]; n >= oldest; n = slot(n).before) {
            looks++;
            Slot s = slot(n);
            if (n != number && has(n) && s.sequence == of.sequence && isEvent(s, bytes, index(of.at), of.length)) {
                all = count == all.length ? Arrays.copyOf(all, 2 * count) : all;
                all[count++] = n;
            }
        }
        for (int i = 0; i < count; i++) {
            slot(all[i]).redriven = true;
        }
        return Arrays.copyOf(all, count);
    }

    /** The oldest letter of an event like that of an entry, found by its bytes, since an entry does not say which it answers; 0 for none. */
    synchronized long oldestLike(byte[] entry, int offset) {
        int hash = hash(entry, offset);
        int length = Entry.length(entry, offset);
        for (long n = alike.oldest(hash); n != 0; n = alike.next(n)) {
            looks++;
            if (!has(n)) {
                alike.passIfOldest(hash, n);
            } else if (isEvent(slot(n), entry, offset, length)) {
                return n;
            }
        }
        return 0;
    }

    /** How many letters have been looked at to find those of events. */
    synchronized long looks() {
        return looks;
    }

    private boolean isEvent(Slot s, byte[] entry, int offset, int entryLength) {
        return s.length > 0 && s.length == entryLength && Entry.isSameEvent(bytes, index(s.at), entry, offset);
    }

    /** Whether a letter is kept and of a node. */
    synchronized boolean isOf(long number, int node) {
        return has(number) && slot(number).node == node;
    }

    // ---- saved and loaded

    synchronized void clear() {
        oldest = newest + 1;
        alike.clear();
    }

    /** Oldest first, what was thrown in words: without its message at nodes whose events have sensitive fields. */
    synchronized void save(StateWriter to, IntPredicate isSensitive) {
        int n = 0;
        for (long i = oldest; i <= newest; i++) {
            n += has(i) ? 1 : 0;
        }
        to.begin(SECTION, VERSION);
        to.putInt(n);
        byte[] firing = new byte[FIRING_MAX];
        for (long i = oldest; i <= newest; i++) {
            if (has(i)) {
                save(to, slot(i), words(slot(i), isSensitive), firing);
            }
        }
        to.end();
    }

    private static String words(Slot s, IntPredicate isSensitive) {
        try {
            return KeptLetter.words(s.detail, s.thrown, isSensitive.test(s.node));
        } catch (RuntimeException e) {
            return s.thrown.getClass().getName(); // what was thrown throws when it is asked what it is
        }
    }

    private void save(StateWriter to, Slot s, String words, byte[] firing) {
        to.putLong(s.sequence);
        to.putInt(s.node);
        to.putInt(s.reason.ordinal());
        to.putBoolean(words != null);
        if (words != null) {
            to.putText(words.substring(0, Math.min(words.length(), WORDS_MAX)));
        }
        to.putBytes(firing, 0, writeFiring(s, firing));
        to.putInt(s.length); // the memory for it is made before it is read
        to.putBytes(bytes, index(s.at), s.length);
    }

    /** What fired as it is; behind a result one byte more, whether it fired. */
    private static int writeFiring(Slot s, byte[] to) {
        if (!s.fired && !s.ofResult) {
            return 0;
        }
        int length = s.firing.write(to, 0);
        if (s.ofResult) {
            to[length++] = (byte) (s.fired ? 1 : 0);
        }
        return length;
    }

    /** Behind what is kept; leaves out those of nodes that are gone, and those whose events cannot be read any more. */
    synchronized void load(StateReader from, int[] nodesNow, IntPredicate unreadable) {
        from.begin(SECTION, VERSION);
        Firing firing = new Firing(0);
        byte[] firingBytes = new byte[FIRING_MAX];
        for (int left = from.getInt("a number of letters", Integer.MAX_VALUE); left > 0; left--) {
            long q = from.getLong();
            int node = nodesNow[from.getInt("a node", nodesNow.length - 1)];
            Reason reason = REASONS[from.getInt("a reason", REASONS.length - 1)];
            String words = from.getBoolean() ? from.getText() : null;
            int firingLength = from.getBytes(firingBytes);
            boolean ofResult = firingLength > 0 && firing.read(firingBytes, 0) < firingLength;
            if (firingLength > 0) {
                firing.node(firing.node() < 0 || firing.node() >= nodesNow.length ? -1 : nodesNow[firing.node()]);
            }
            byte[] entry = new byte[from.getInt("the length of an entry", LENGTH_MAX)];
            from.getBytes(entry);
            boolean gone = node < 0
                    || firingLength > 0 && firing.node() < 0
                    || entry.length > 0 && unreadable.test(Entry.source(entry, 0));
            if (!gone) {
                add(
                        q,
                        node,
                        reason,
                        words,
                        null,
                        entry.length == 0 ? null : entry,
                        0,
                        firingLength > 0 ? firing : null);
                slot(newest).ofResult = ofResult;
                slot(newest).fired = firingLength > 0 && (!ofResult || firingBytes[firingLength - 1] == 1);
            }
        }
        from.end();
    }
}
