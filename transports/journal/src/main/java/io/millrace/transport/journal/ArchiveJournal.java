package io.millrace.transport.journal;

import io.millrace.journal.Durability;
import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A journal in a directory, recorded by an Aeron Archive inside this JVM.
 *
 * <pre>{@code
 * Journal journal = ArchiveJournal.in(Path.of("journal")).level(Durability.DISK);
 * }</pre>
 *
 * <p>Start the JVM with {@code --add-opens java.base/jdk.internal.misc=ALL-UNNAMED}, which Agrona needs. Driver and
 * archive run on one thread of the journal ({@code millrace-journal}), which sleeps when there is nothing to do. They
 * use IPC only, and three terms of shared memory.
 *
 * <p>Immutable: each setting returns a changed copy.
 */
public final class ArchiveJournal implements Journal {
    private static final int SEGMENT_MIN = 16 << 20;
    private static final int SEGMENT_MAX = 64 << 20;
    private static final int TERM_MIN = 64 << 10;

    private final Settings settings;

    ArchiveJournal(Settings settings) {
        this.settings = settings;
    }

    /**
     * Creates a journal with default options: level DISK, files of 16 MiB, three snapshots, 256 MiB in reserve.
     *
     * @param directory where it is; created if missing, accessible to its owner only. A directory that holds something
     *     else is refused
     * @return the journal, not opened
     */
    public static ArchiveJournal in(Path directory) {
        return new ArchiveJournal(new Settings(directory.toAbsolutePath().normalize()));
    }

    private ArchiveJournal with(Consumer<Settings> change) {
        return new ArchiveJournal(settings.with(change));
    }

    private static void check(boolean sound, String message) {
        if (!sound) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Sets what an acknowledged entry survives.
     * <ul>
     * <li>{@link Durability#DISK}: each write is forced before it is acknowledged.
     * <li>{@link Durability#PROCESS}: files are forced with each snapshot, and when the journal is closed. A power loss
     *     costs the entries since then. The next start reports that the machine was restarted, and goes on. It is
     *     refused if a receiver that counts what it holds ({@code Resumption.after}, such as a CSV file) has outputs of
     *     lost entries; the message says to how many outputs that receiver has to be cut.
     * </ul>
     *
     * @param level DISK or PROCESS
     * @return a changed copy
     * @throws IllegalArgumentException for MEMORY: that is a host without a journal
     */
    public ArchiveJournal level(Durability level) {
        Objects.requireNonNull(level, "level");
        check(level != Durability.MEMORY, "level MEMORY keeps nothing: leave the journal away");
        return with(s -> s.level = level);
    }

    /**
     * Sets the length of a file: the least that retention deletes, and the most that an opening writes again.
     *
     * @param bytes a power of two, 16 to 64 MiB
     * @return a changed copy
     * @throws IllegalArgumentException if it is another number
     */
    public ArchiveJournal segmentBytes(int bytes) {
        check(
                bytes >= SEGMENT_MIN && bytes <= SEGMENT_MAX && Integer.bitCount(bytes) == 1,
                "segmentBytes " + bytes + ": a power of two from 16 MiB (" + SEGMENT_MIN + ") to 64 MiB (" + SEGMENT_MAX
                        + ")");
        return with(s -> s.segmentBytes = bytes);
    }

    /**
     * Sets how much may be under way: a term, of which there are three in shared memory. The longest entry has an
     * eighth of it, less 68 bytes.
     *
     * @param bytes a power of two, 64 KiB to 16 MiB; 8 MiB by default
     * @return a changed copy
     * @throws IllegalArgumentException if it is another number
     */
    public ArchiveJournal termBytes(int bytes) {
        check(
                bytes >= TERM_MIN && bytes <= SEGMENT_MIN && Integer.bitCount(bytes) == 1,
                "termBytes " + bytes + ": a power of two from 64 KiB (" + TERM_MIN + ") to 16 MiB (" + SEGMENT_MIN
                        + ")");
        return with(s -> s.termBytes = bytes);
    }

    /**
     * Sets how many snapshots are kept, the newest ones. What only older ones need is deleted, unless
     * {@link #keepEntriesFor} or {@link #keepBytes} keeps it.
     *
     * @param snapshots 1 or more; 3 by default
     * @return a changed copy
     * @throws IllegalArgumentException if it is less than 1
     */
    public ArchiveJournal keepSnapshots(int snapshots) {
        check(snapshots >= 1, "keepSnapshots " + snapshots + ": at least one");
        return with(s -> s.keepSnapshots = snapshots);
    }

    /**
     * Sets how long entries are kept at least, whatever snapshots need. All of them can be replayed and explained for
     * that long, since the newest snapshot of that age is kept with them. Up to eight snapshots between that one and
     * the {@link #keepSnapshots} newest are kept too, so that old entries can be deleted step by step: about an eighth
     * more than the given time is kept. A journal that makes no snapshots keeps everything anyway.
     *
     * <p>The age of a snapshot is that of its file, by the time of day. The disk has to hold what is to be kept
     * ({@link #reserveBytes}).
     *
     * @param time the least time; zero by default
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public ArchiveJournal keepEntriesFor(Duration time) {
        check(!time.isNegative(), "keepEntriesFor " + time + ": not below zero");
        Duration most = Duration.ofMillis(Long.MAX_VALUE); // all that is counted in
        return with(s -> s.keepEntriesFor = time.compareTo(most) > 0 ? most : time);
    }

    /**
     * Sets how many bytes of the log are kept at least, whatever snapshots need, as {@link #keepEntriesFor} does. If
     * both are set, the one that keeps more counts. What the newest file contains by then is not counted.
     *
     * @param bytes the least number; 0 by default
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public ArchiveJournal keepBytes(long bytes) {
        check(bytes >= 0, "keepBytes " + bytes + ": not below zero");
        return with(s -> s.keepBytes = bytes);
    }

    /**
     * Sets the free space below which nothing more is accepted, until there is more again. The reserve has to hold what
     * was accepted before: the host's input ring, two terms, and files that begin.
     *
     * @param bytes 256 MiB by default
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public ArchiveJournal reserveBytes(long bytes) {
        check(bytes >= 0, "reserveBytes " + bytes + ": not below zero");
        return with(s -> s.reserveBytes = bytes);
    }

    /**
     * Sets where Aeron keeps its files in shared memory: in a directory of their own, created again at each opening.
     *
     * @param directory its parent; by default the system's shared memory, or its temporary files
     * @return a changed copy
     */
    public ArchiveJournal aeronDirectory(Path directory) {
        return with(s -> s.aeronDirectory = directory.toAbsolutePath().normalize());
    }

    /**
     * Sets how long opening and closing wait for the archive.
     *
     * @param deadline 10 s by default
     * @return a changed copy
     * @throws IllegalArgumentException if it is not positive
     */
    public ArchiveJournal stopDeadline(Duration deadline) {
        check(!deadline.isNegative() && !deadline.isZero(), "stopDeadline " + deadline + ": more than nothing");
        return with(s -> s.stopDeadline = deadline);
    }

    /**
     * Gives up acknowledged entries if the log is damaged at its end, or anywhere after the newest snapshot, which each
     * start has to read. Opening then ends the log at the damage and reports how many entries are lost, where it, or
     * the start, would otherwise refuse. It reads everything from that snapshot on.
     *
     * <p>Use it for one start, if you have no copy. It is refused all the same if no start can begin with what is left:
     * neither the first entry nor a snapshot from which all others can be read.
     *
     * @return a changed copy
     */
    public ArchiveJournal cutAtDamage() {
        return with(s -> s.cutAtDamage = true);
    }

    @Override
    public JournalLog open(JournalFacts facts) {
        return open(facts, false);
    }

    @Override
    public JournalLog openToMigrate(JournalFacts facts) {
        return open(facts, true);
    }

    private JournalLog open(JournalFacts facts, boolean mayDiffer) {
        checkAgrona();
        return ArchiveLog.open(settings, Objects.requireNonNull(facts, "facts"), mayDiffer);
    }

    @Override
    public JournalLog openToRead() {
        return new ReadOnlyLog(settings);
    }

    private static void checkAgrona() {
        try {
            new UnsafeBuffer(new byte[Long.BYTES]).putLong(0, 1);
        } catch (LinkageError e) {
            Module agrona = UnsafeBuffer.class.getModule();
            throw new JournalException(
                    "the journal needs Agrona, which does not work in this JVM; start it with: --add-opens"
                            + " java.base/jdk.internal.misc=" + (agrona.isNamed() ? agrona.getName() : "ALL-UNNAMED"),
                    e);
        }
    }

    @Override
    public String toString() {
        return "journal in " + settings.directory + ", level " + settings.level;
    }
}
