package io.millrace.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * An open log of entries, by their place in the order: 0, 1, 2, … without a gap.
 *
 * <p><b>Threads.</b> {@link #append}, {@link #commit} and {@link #work} are called by one thread, the host's journal
 * thread. {@link #durable}, {@link #refusal} and {@link #read} may be called by any; a read sees what was durable when
 * it was called, and several may run at a time. Snapshots are made by one thread, which need not be the journal's.
 */
public interface JournalLog extends AutoCloseable {
    /** Receives the entries that are read. */
    @FunctionalInterface
    interface EntryReader {
        /**
         * Receives an entry.
         *
         * @param sequence its place
         * @param bytes contains it during the call
         * @param offset the first byte, see {@link io.millrace.event.Entry}
         * @param length the number of bytes
         * @return false to stop reading
         */
        boolean on(long sequence, byte[] bytes, int offset, int length);

        /**
         * Announces entries that come next, one after another, if the log knows of several at once. For readers that
         * look ahead. Some of them may not come, because they are not wanted, or reading ends.
         *
         * @param bytes contains them until they have come
         * @param offsets their first bytes
         * @param count how many, 2 to 32
         */
        default void next(byte[] bytes, int[] offsets, int count) {}

        /**
         * Tells how much later the next entries were written than those before, if the log knows. Called before each
         * group of entries that were written together, including the first. For reading at the pace of the writing;
         * time in which no host ran is left out.
         *
         * @param ns nanoseconds, 0 or more
         */
        default void later(long ns) {}
    }

    /** Writes a snapshot. */
    @FunctionalInterface
    interface SnapshotWriter {
        /**
         * Writes all of it.
         *
         * @param to where to; must not be closed
         * @throws IOException if it cannot be written
         */
        void write(OutputStream to) throws IOException;
    }

    /** A few numbers beside the log that survive the end of the process and cost no more than a write to memory. */
    interface Marks {
        /** Stands for a number that was lost: what it counted may be nothing, or everything that the log yields. */
        long UNKNOWN = Long.MAX_VALUE;

        /**
         * Reads a number.
         *
         * @param index 0 to {@link #size} - 1
         * @return 0 at first; {@link #UNKNOWN} if it was lost, until it is set
         */
        long get(int index);

        /**
         * Writes a number. It survives the end of the process; after a power loss an older value may be back, unless it
         * is {@link #reserve reserved}.
         *
         * @param index 0 to {@link #size} - 1
         * @param value the value to keep
         */
        void set(int index, long value);

        /**
         * Asks that a number may grow. Until this is granted, by a force, the number has to stay where it is. After a
         * power loss that brings an older value back, the number reads as the limit asked for last, so it is never less
         * than it was. For the thread that writes the number; it does not wait.
         *
         * @param index 0 to {@link #size} - 1
         * @param upTo the value up to which it is to grow; an earlier, higher request stays
         * @return the value up to which it may be set now; a log that does not survive a power loss sets no limit
         * @throws JournalException if it can no longer be granted
         */
        default long reserve(int index, long upTo) {
            return Long.MAX_VALUE;
        }

        /**
         * Makes all numbers survive a power loss.
         *
         * @throws JournalException if that fails
         */
        void force();

        /**
         * Returns how many numbers there are.
         *
         * @return at least 512
         */
        int size();
    }

    /**
     * Returns the facts recorded when the log began. They are compared when it is opened, and their seed is the one to
     * use.
     *
     * @return the recorded facts
     */
    JournalFacts facts();

    /**
     * Returns the place of the first entry that a host of these facts has worked out. Earlier entries were worked out
     * by another host, whose snapshot was taken over at that place.
     *
     * @return 0 unless a changed host has taken over
     */
    default long since() {
        return 0;
    }

    /**
     * Records that from a place on the log belongs to a changed host, which has taken over the newest snapshot.
     * {@link #facts} and {@link #since} return the new values from now on, even after a power loss. For the thread that
     * has opened the log.
     *
     * @param facts those of the host
     * @param since the place of the first entry that is not in its snapshot
     * @throws IOException if it could not be recorded; nothing has changed then
     */
    default void migrated(JournalFacts facts, long since) throws IOException {
        throw new UnsupportedOperationException("this journal cannot be migrated to another topology");
    }

    /**
     * Returns what was found at opening and is worth reporting: how many entries, what was cut and why.
     *
     * @return one line or several, for people to read
     */
    String report();

    /**
     * Returns the first place that can be read.
     *
     * @return 0 unless older entries have been given up because of a snapshot
     */
    long first();

    /**
     * Returns the place of the next entry to append: one after the last that was recovered or appended. For the
     * journal's thread.
     *
     * @return the place
     */
    long next();

    /**
     * Returns the most bytes that an entry may have. A topology whose events can be longer is refused at its start.
     *
     * @return the same for the life of the log
     */
    default int longestEntry() {
        return Integer.MAX_VALUE;
    }

    /**
     * Returns how many threads of its own are busy while entries come. An engine spins only if cores are free for these
     * too.
     *
     * @return the same for the life of the log
     */
    default int threads() {
        return 0;
    }

    /**
     * Returns what an entry at or below {@link #durable} survives.
     *
     * @return the same for the life of the log
     */
    Durability level();

    /**
     * Reads entries in order, up to the last that was durable at the call.
     *
     * @param from the first place, {@link #first} to {@link #durable} + 1
     * @param to receives them, on the calling thread
     * @throws JournalException if an entry is damaged; the message names file and place
     */
    void read(long from, EntryReader to);

    /**
     * Appends an entry at the place {@link #next}.
     *
     * @param bytes contains it; copied before this returns
     * @param offset the first byte
     * @param length the number of bytes
     * @return false if there is no room at the moment; try again after {@link #work}
     */
    boolean append(byte[] bytes, int offset, int length);

    /**
     * Sends off what was appended. To be called after each batch until it returns true; it may be called a little later
     * if nobody waits for it.
     *
     * @return false if there is no room at the moment; try again after {@link #work}
     */
    boolean commit();

    /**
     * Does what is to be done: learns how far entries are durable, looks at free space and at whether the log is alive.
     *
     * @return how much was done; 0 if nothing
     * @throws JournalException if the log cannot go on: what is not durable by now may be lost, and nothing more is
     *     accepted
     */
    int work();

    /**
     * Returns the place of the last entry up to which all are durable. It never decreases.
     *
     * @return the place; -1 if none is durable
     */
    long durable();

    /**
     * Tells whether acknowledged entries may be missing after the last one found: the machine has been restarted, as
     * after a power loss, and the level of the log does not survive one. Stays true, start after start, until more
     * entries follow.
     *
     * @return true if outputs that receivers hold beyond those that the log yields may come from such entries
     */
    default boolean mayLackItsEnd() {
        return false;
    }

    /**
     * Returns how many bytes the log has taken since it was opened, up to the last durable entry. Used for making
     * snapshots by bytes. It never decreases.
     *
     * @return the number of bytes; -1 if the log does not count them
     */
    default long bytes() {
        return -1;
    }

    /**
     * Returns why the host should accept nothing at the moment.
     *
     * @return in words, for example that the disk is nearly full; null if it may accept entries
     */
    String refusal();

    /**
     * Returns the place after the newest snapshot that can be read.
     *
     * @return the snapshot contains the effects of all entries below it; -1 if there is none
     */
    long snapshot();

    /**
     * Reads the newest snapshot, after it has been checked as a whole.
     *
     * @return to be closed by the caller
     * @throws IOException if it cannot be read
     */
    InputStream openSnapshot() throws IOException;

    /**
     * Returns the place after an older snapshot: for a replay, and for a start whose receivers hold less than the
     * newest snapshot counts.
     *
     * @param most the snapshot must not contain this entry or a later one
     * @return that of the newest readable snapshot up to that place; -1 if there is none
     */
    default long snapshotAt(long most) {
        return snapshot() <= most ? snapshot() : -1;
    }

    /**
     * Reads a snapshot, after it has been checked as a whole.
     *
     * @param next the place after it, as returned by {@link #snapshot} or {@link #snapshotAt}
     * @return to be closed by the caller
     * @throws IOException if it cannot be read
     */
    default InputStream openSnapshot(long next) throws IOException {
        if (next != snapshot()) {
            throw new IOException("there is no snapshot at " + next);
        }
        return openSnapshot();
    }

    /**
     * Keeps a snapshot: writes it to a file of its own, forces and renames that, reads it again and checks it. Older
     * snapshots beyond the number to be kept are deleted, and entries that none needs may be.
     *
     * @param next the place of the first entry that is not in it
     * @param writer writes it
     * @throws IOException if it could not be kept; those kept before still are
     */
    void keepSnapshot(long next, SnapshotWriter writer) throws IOException;

    /**
     * Keeps something small beside the log and replaces what has the same name: writes it to a file of its own, forces
     * and renames that. For one thread at a time.
     *
     * @param name letters and digits
     * @param writer writes it
     * @throws IOException if it could not be kept; what was there still is
     */
    void keepNote(String name, SnapshotWriter writer) throws IOException;

    /**
     * Reads what {@link #keepNote} has kept.
     *
     * @param name the name
     * @return to be closed by the caller; null if there is none
     * @throws IOException if it cannot be read
     */
    InputStream openNote(String name) throws IOException;

    /**
     * Returns the numbers beside the log, which tell how far outputs have been delivered.
     *
     * @return each number is written by one thread at a time
     */
    Marks marks();

    /** Makes durable what was appended, as far as possible, and releases all files and threads. */
    @Override
    void close();
}
