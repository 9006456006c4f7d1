package io.millrace.transport.journal;

import io.millrace.bench.kill.Aim;
import io.millrace.bench.kill.Instants;
import io.millrace.journal.Durability;
import io.millrace.journal.Journal;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.nio.file.Path;

/** A journal that says what it is doing, with the smallest files that Aeron allows, so that the next one often begins. */
public final class WatchedJournal implements Journal {
    private static final int SEGMENT = 64 << 10;
    private static final String ARCHIVE = "millrace-journal";

    private final Settings settings;
    private final WatchedDisk disk;
    private final Instants instants;

    private WatchedJournal(Path directory, Durability level, Instants instants) {
        this.instants = instants;
        disk = new WatchedDisk(instants, directory);
        settings = new Settings(directory).with(s -> {
            s.level = level;
            s.termBytes = SEGMENT;
            s.segmentBytes = SEGMENT;
            s.keepSnapshots = 2;
            s.reserveBytes = 0;
            s.disk = disk;
            s.space = this::freeBytes;
        });
    }

    /**
     * A journal.
     *
     * @param directory where it is
     * @param level     PROCESS or DISK
     * @param instants  hears what it is doing
     * @return not opened
     */
    public static Journal in(Path directory, Durability level, Instants instants) {
        return new WatchedJournal(directory.toAbsolutePath().normalize(), level, instants);
    }

    /**
     * Whether a kill can be told from an end of the machine; else each start that was not closed counts as behind one.
     *
     * @return whether the system says which start of it this is
     */
    public static boolean doStartsOfTheMachineDiffer() {
        return !Boot.id().isEmpty();
    }

    /** The one place where the archive's thread comes by: what is sent while it waits here is not recorded. */
    private long freeBytes() {
        if (Thread.currentThread().getName().equals(ARCHIVE)) {
            instants.enter(Aim.BEHIND);
            instants.step(Aim.BEHIND);
            instants.leave(Aim.BEHIND);
        }
        return Long.MAX_VALUE;
    }

    @Override
    public JournalLog open(JournalFacts facts) {
        instants.leave(Aim.START_UP);
        instants.enter(Aim.RECOVERY);
        instants.step(Aim.RECOVERY);
        ArchiveLog log = ArchiveLog.open(settings, facts);
        disk.opened();
        instants.step(Aim.RECOVERY);
        return new WatchedLog(log, SEGMENT, instants);
    }

    @Override
    public JournalLog openToRead() {
        return new ArchiveJournal(settings).openToRead();
    }
}
