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
 * <p>The JVM is started with {@code --add-opens java.base/jdk.internal.misc=ALL-UNNAMED}, which Agrona needs. Driver and
 * archive run on one thread of the journal's ({@code millrace-journal}), which sleeps when there is nothing to do. They
 * use IPC only, and three terms of shared memory.
 *
 * <p>Immutable: each word answers a changed copy.
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
     * A journal with default options: level DISK, files of 16 MiB, three snapshots, 256 MiB in reserve.
     *
     * @param directory where it is; made when it does not exist, for its owner only. One that holds something else is not taken
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
     * What an acknowledged entry survives.
     *
     * @param level DISK: each write is forced before it is acknowledged; or PROCESS: files are forced with each snapshot, and when it is closed.
     *              A loss of power takes entries since then, and a start behind it says that the machine was started, and goes on; it is
     *              refused where a receiver that counts what it holds ({@code Resumption.after}: a CSV file, say) has outputs of
     *              entries that are lost, and says to how many of them that one is to be cut
     * @return a changed copy
     * @throws IllegalArgumentException for MEMORY: that is a host without a journal
     */
    public ArchiveJournal level(Durability level) {
        Objects.requireNonNull(level, "level");
        check(level != Durability.MEMORY, "level MEMORY keeps nothing: leave the journal away");
        return with(s -> s.level = level);
    }

    /**
     * How long a file is: the least that retention gives up, and at most what an opening writes anew.
     *
     * @param bytes a power of two, 16 to 64 MiB
     * @return a changed copy
     * @throws IllegalArgumentException when it is another
     */
    public ArchiveJournal segmentBytes(int bytes) {
        check(
                bytes >= SEGMENT_MIN && bytes <= SEGMENT_MAX && Integer.bitCount(bytes) == 1,
                "segmentBytes " + bytes + ": a power of two from 16 MiB (" + SEGMENT_MIN + ") to 64 MiB (" + SEGMENT_MAX
                        + ")");
        return with(s -> s.segmentBytes = bytes);
    }

    /**
     * How much may be under way: a term, of which there are three in shared memory. The longest entry has an eighth of it,
     * less 68 bytes.
     *
     * @param bytes a power of two, 64 KiB to 16 MiB; 8 MiB by default
     * @return a changed copy
     * @throws IllegalArgumentException when it is another
     */
    public ArchiveJournal termBytes(int bytes) {
        check(
                bytes >= TERM_MIN && bytes <= SEGMENT_MIN && Integer.bitCount(bytes) == 1,
                "termBytes " + bytes + ": a power of two from 64 KiB (" + TERM_MIN + ") to 16 MiB (" + SEGMENT_MIN
                        + ")");
        return with(s -> s.termBytes = bytes);
    }

    /**
     * How many snapshots stay, the newest. What only older ones need is deleted, unless {@link #keepEntriesFor} or {@link #keepBytes} want
     * it to stay.
     *
     * @param snapshots 1 or more; 3 by default
     * @return a changed copy
     * @throws IllegalArgumentException when there are none
     */
    public ArchiveJournal keepSnapshots(int snapshots) {
        check(snapshots >= 1, "keepSnapshots " + snapshots + ": at least one");
        return with(s -> s.keepSnapshots = snapshots);
    }

    /**
     * How long entries stay at least, whatever snapshots need: all of them can be replayed and explained so long, since the newest snapshot
     * that is as old stays with them. Up to eight snapshots between that one and the {@link #keepSnapshots} newest stay too, so that what is
     * too old can go step by step: about an eighth of the time more than is asked for. A journal that makes no snapshots keeps all anyway.
     *
     * <p>How old a snapshot is says its file, by the time of day. The disk has to hold what is asked for ({@link #reserveBytes}).
     *
     * @param time at least so long; nothing by default
     * @return a changed copy
     * @throws IllegalArgumentException when it is negative
     */
    public ArchiveJournal keepEntriesFor(Duration time) {
        check(!time.isNegative(), "keepEntriesFor " + time + ": not below zero");
        Duration most = Duration.ofMillis(Long.MAX_VALUE); // all that is counted in
        return with(s -> s.keepEntriesFor = time.compareTo(most) > 0 ? most : time);
    }

    /**
     * How many bytes of the log stay at least, whatever snapshots need: as {@link #keepEntriesFor}; where both are asked for the one that keeps
     * more counts. What the newest file has by then is not counted.
     *
     * @param bytes at least so many; 0 by default
     * @return a changed copy
     * @throws IllegalArgumentException when it is negative
     */
    public ArchiveJournal keepBytes(long bytes) {
        check(bytes >= 0, "keepBytes " + bytes + ": not below zero");
        return with(s -> s.keepBytes = bytes);
    }

    /**
     * Free space below which nothing more is accepted, until there is more again. It has to hold what was accepted before:
     * the host's input ring, two terms, and files that begin.
     *
     * @param bytes 256 MiB by default
     * @return a changed copy
     * @throws IllegalArgumentException when it is negative
     */
    public ArchiveJournal reserveBytes(long bytes) {
        check(bytes >= 0, "reserveBytes " + bytes + ": not below zero");
        return with(s -> s.reserveBytes = bytes);
    }

    /**
     * Where files of Aeron in shared memory go: in a directory of their own, made anew at each opening.
     *
     * @param directory the one above; by default the system's shared memory, or its temporary files
     * @return a changed copy
     */
    public ArchiveJournal aeronDirectory(Path directory) {
        return with(s -> s.aeronDirectory = directory.toAbsolutePath().normalize());
    }

    /**
     * How long opening and closing wait for the archive.
     *
     * @param deadline 10 s by default
     * @return a changed copy
     * @throws IllegalArgumentException when it is not positive
     */
    public ArchiveJournal stopDeadline(Duration deadline) {
        check(!deadline.isNegative() && !deadline.isZero(), "stopDeadline " + deadline + ": more than nothing");
        return with(s -> s.stopDeadline = deadline);
    }

    /**
     * Gives up entries that were acknowledged, when the log is damaged at its end, or anywhere behind the newest snapshot, where each start comes by:
     * opening ends the log there and says how many they are, where it, or the start, would refuse. It reads all from that snapshot on. For one start, by somebody who has no copy. It is refused all the same where no start can begin with what is
     * left: neither the first entry nor a snapshot from which all others can be read.
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
