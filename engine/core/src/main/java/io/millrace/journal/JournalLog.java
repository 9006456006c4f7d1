package io.millrace.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * An open log: entries by their place in the order, 0, 1, 2, … without a gap.
 *
 * <p><b>Threads.</b> {@link #append}, {@link #commit} and {@link #work} are for one thread, the host's journal thread. {@link
 * #durable}, {@link #refusal} and {@link #read} are for any; a read sees what was durable when it was called, and several may be under
 * way. Snapshots are for one thread, which may be another than that of the journal.
 */
public interface JournalLog extends AutoCloseable {
    /** Takes entries that are read. */
    @FunctionalInterface
    interface EntryReader {
        /**
         * Takes an entry.
         *
         * @param sequence its place
         * @param bytes    holds it during the call
         * @param offset   first byte, see {@link io.millrace.event.Entry}
         * @param length   bytes
         * @return false to read no further
         */
        boolean on(long sequence, byte[] bytes, int offset, int length);

        /**
         * Hears of entries that come next, one after another, where a log knows of several at once: for who reads ahead. Some of them may
         * not come, since they are not wanted, or reading ends.
         *
         * @param bytes   holds them until they have come
         * @param offsets their first bytes
         * @param count   how many, 2 to 32
         */
        default void next(byte[] bytes, int[] offsets, int count) {}

        /**
         * Hears, where a log knows, how much later the entries that come next were written than those before: in front of each that were written
         * together, the first ones too. For who reads at the pace of the writing; the time in which no host was there is none.
         *
         * @param ns 0 or more
         */
        default void later(long ns) {}
    }

    /** Writes a snapshot. */
    @FunctionalInterface
    interface SnapshotWriter {
        /**
         * Writes all of it.
         *
         * @param to where to; not to be closed
         * @throws IOException when it cannot be written
         */
        void write(OutputStream to) throws IOException;
    }

    /** A few numbers beside the log that survive the end of the process, and cost no more than a write to memory. */
    interface Marks {
        /** Stands for a number that was lost: what it counted may be none, or all that the log makes. */
        long UNKNOWN = Long.MAX_VALUE;

        /**
         * Reads a number.
         *
         * @param index 0 to {@link #size} - 1
         * @return 0 at first; {@link #UNKNOWN} where it was lost, until it is set
         */
        long get(int index);

        /**
         * Writes a number: it survives the end of the process; after a loss of power an older one may be back, unless it is {@link #reserve
         * reserved}.
         *
         * @param index 0 to {@link #size} - 1
         * @param value what to keep
         */
        void set(int index, long value);

        /**
         * Asks that a number may grow: until it is granted, by a force, it is to stay where it is. Behind a loss of power that brings an older one
         * back the number is the limit that was asked for last; so it never says less than it did. For the thread of the number; waits for
         * nothing.
         *
         * @param index 0 to {@link #size} - 1
         * @param upTo  up to where it is to grow; what was asked for before stays
         * @return up to where it may be set by now; a log that survives no loss of power sets no limit
         * @throws JournalException when that cannot be granted any more
         */
        default long reserve(int index, long upTo) {
            return Long.MAX_VALUE;
        }

        /**
         * Makes all of them survive a loss of power.
         *
         * @throws JournalException when that fails
         */
        void force();

        /**
         * How many there are.
         *
         * @return at least 512
         */
        int size();
    }

    /**
     * What the log says of its first beginning: compared at opening, and its seed is the one to use.
     *
     * @return the facts that are kept
     */
    JournalFacts facts();

    /**
     * The place of the first entry that a host of these facts has worked out: what is below was worked out by another, whose snapshot was
     * taken over there.
     *
     * @return 0 unless a changed host has taken over
     */
    default long since() {
        return 0;
    }

    /**
     * From a place on the log is that of a changed host, which has taken over the newest snapshot: {@link #facts} and {@link #since} say so from
     * now on, and after a loss of power too. For the thread that has opened it.
     *
     * @param facts of the host
     * @param since where its snapshot leaves off
     * @throws IOException when that could not be noted; then it is as before
     */
    default void migrated(JournalFacts facts, long since) throws IOException {
        throw new UnsupportedOperationException("this journal belongs to one topology for good");
    }

    /**
     * What was found at opening and is worth a word: how many entries, what was cut and why.
     *
     * @return a line or several, for people
     */
    String report();

    /**
     * The first place that can be read.
     *
     * @return 0 unless older ones have been given up behind a snapshot
     */
    long first();

    /**
     * The place of the next entry to append: one behind the last that was recovered or appended.
     *
     * @return for the journal's thread
     */
    long next();

    /**
     * The most bytes that an entry may have: a topology whose events can be longer is refused at its start.
     *
     * @return the same for the life of the log
     */
    default int longestEntry() {
        return Integer.MAX_VALUE;
    }

    /**
     * How many threads of its own work while entries come: an engine spins only where a core is free for them too.
     *
     * @return the same for the life of the log
     */
    default int threads() {
        return 0;
    }

    /**
     * What an entry at or below {@link #durable} survives.
     *
     * @return the same for the life of the log
     */
    Durability level();

    /**
     * Reads entries in order, up to the last that was durable at the call.
     *
     * @param from the first place, {@link #first} to {@link #durable} + 1
     * @param to   takes them, on the calling thread
     * @throws JournalException when one is damaged; names file and place
     */
    void read(long from, EntryReader to);

    /**
     * Appends an entry at the place {@link #next}.
     *
     * @param bytes  holds it; copied before this returns
     * @param offset first byte
     * @param length bytes
     * @return false when there is no room at the moment: to be tried again behind {@link #work}
     */
    boolean append(byte[] bytes, int offset, int length);

    /**
     * Sends off what was appended: to be called behind each batch, until it answers true; a little later where nobody waits for it.
     *
     * @return false when there is no room at the moment: to be tried again behind {@link #work}
     */
    boolean commit();

    /**
     * Does what is to be done: learns how far entries are durable, looks at free space and at whether the log is alive.
     *
     * @return how much was done; 0 when nothing
     * @throws JournalException when the log cannot go on: what is not durable by now may be lost, and nothing more is accepted
     */
    int work();

    /**
     * Up to which entry all are durable.
     *
     * @return a place; -1 when none is. Never goes back
     */
    long durable();

    /**
     * Whether entries that had been acknowledged may be missing behind the last one that was found: the machine was started again, as it is behind a
     * loss of power, and the level of the log survives none. Stays so, start after start, until entries follow.
     *
     * @return then what receivers hold beyond that which the log makes is of such entries
     */
    default boolean mayLackItsEnd() {
        return false;
    }

    /**
     * How many bytes the log has taken since it was opened, up to the last entry that is durable: for snapshots every so many.
     *
     * @return it never goes back; -1 where the log does not count them
     */
    default long bytes() {
        return -1;
    }

    /**
     * Why the host should accept nothing at the moment.
     *
     * @return in words, such as that the disk is nearly full; null when it may
     */
    String refusal();

    /**
     * The place behind the newest snapshot that can be read.
     *
     * @return the snapshot holds what all entries below it made; -1 when there is none
     */
    long snapshot();

    /**
     * Reads the newest snapshot, after it was checked as a whole.
     *
     * @return to be closed by the caller
     * @throws IOException when it cannot be read
     */
    InputStream openSnapshot() throws IOException;

    /**
     * The place behind an older snapshot: for a replay, and for a start whose receivers hold less than the newest one counts.
     *
     * @param most no entry at or behind it is in the snapshot
     * @return of the newest that there is up to that place and can be read; -1 when there is none
     */
    default long snapshotAt(long most) {
        return snapshot() <= most ? snapshot() : -1;
    }

    /**
     * Reads a snapshot, after it was checked as a whole.
     *
     * @param next the place behind it, as {@link #snapshot} or {@link #snapshotAt} has said
     * @return to be closed by the caller
     * @throws IOException when it cannot be read
     */
    default InputStream openSnapshot(long next) throws IOException {
        if (next != snapshot()) {
            throw new IOException("there is no snapshot at " + next);
        }
        return openSnapshot();
    }

    /**
     * Keeps a snapshot: written beside, forced, renamed, read again and checked; older ones beyond those that are kept go, and so may
     * entries that none needs.
     *
     * @param next   the place of the first entry that is not in it
     * @param writer writes it
     * @throws IOException when it could not be kept; those that were kept still are
     */
    void keepSnapshot(long next, SnapshotWriter writer) throws IOException;

    /**
     * Keeps something small beside the log, in place of what has that name: written beside, forced, renamed. For one thread at a time.
     *
     * @param name   letters and digits
     * @param writer writes it
     * @throws IOException when it could not be kept; what was there still is
     */
    void keepNote(String name, SnapshotWriter writer) throws IOException;

    /**
     * Reads what {@link #keepNote} has kept.
     *
     * @param name the name
     * @return null when there is none; to be closed by the caller
     * @throws IOException when it cannot be read
     */
    InputStream openNote(String name) throws IOException;

    /**
     * Numbers beside the log: how far outputs have been delivered.
     *
     * @return each number is written by one thread at a time
     */
    Marks marks();

    /** Makes durable what was appended, as far as that is possible, and lets go of all files and threads. */
    @Override
    void close();
}
