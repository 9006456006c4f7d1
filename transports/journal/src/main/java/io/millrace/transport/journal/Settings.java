package io.millrace.transport.journal;

import io.millrace.journal.Durability;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.EpochClock;

/** The options of a journal. Not changed once {@link #with} has answered. */
final class Settings {
    private static final int LONGEST_PIECE = 32 << 10;

    final Path directory;
    Durability level = Durability.DISK;
    int termBytes = 8 << 20;
    int segmentBytes = 16 << 20;
    int keepSnapshots = 3;
    Duration keepEntriesFor = Duration.ZERO;
    long keepBytes;

    /** Beyond that the manifest is written anew, with what still counts, also while a host runs. */
    int manifestBytes = 1 << 20;

    long reserveBytes = 256L << 20;
    /** Null: in shared memory where there is such a directory. */
    Path aeronDirectory;

    Duration stopDeadline = Duration.ofSeconds(10);
    boolean cutAtDamage;
    Space space;
    Disk disk = new RealDisk();

    /** Says which start of the machine this is; empty where that cannot be told. */
    Supplier<String> boot = Boot::id;

    LongSupplier wallMs = JournalClock::wallMs;

    /** By which driver, archive and clients judge whether one of them has died. */
    EpochClock clock = JournalClock.INSTANCE;

    /** Says how much space is free. */
    @FunctionalInterface
    interface Space {
        long freeBytes() throws IOException;
    }

    Settings(Path directory) {
        this.directory = directory;
        space = new DirectorySpace(directory);
    }

    /** Which file system it is takes the reading of a list of all: once. */
    private static final class DirectorySpace implements Space {
        private final Path directory;
        private FileStore store;

        DirectorySpace(Path directory) {
            this.directory = directory;
        }

        @Override
        public synchronized long freeBytes() throws IOException {
            if (store == null) {
                store = Files.getFileStore(directory);
            }
            return store.getUsableSpace();
        }
    }

    Settings with(Consumer<Settings> change) {
        Settings copy = new Settings(directory);
        copy.level = level;
        copy.termBytes = termBytes;
        copy.segmentBytes = segmentBytes;
        copy.keepSnapshots = keepSnapshots;
        copy.keepEntriesFor = keepEntriesFor;
        copy.keepBytes = keepBytes;
        copy.wallMs = wallMs;
        copy.clock = clock;
        copy.manifestBytes = manifestBytes;
        copy.reserveBytes = reserveBytes;
        copy.aeronDirectory = aeronDirectory;
        copy.stopDeadline = stopDeadline;
        copy.cutAtDamage = cutAtDamage;
        copy.space = space;
        copy.disk = disk;
        copy.boot = boot;
        change.accept(copy);
        return copy;
    }

    /** Aeron wants messages of an eighth of a term to have several pieces. */
    int mtuBytes() {
        return Math.min(LONGEST_PIECE, termBytes / 16);
    }

    /** Whether more stays than snapshots need. */
    boolean keepsASpan() {
        return keepBytes > 0 || !keepEntriesFor.isZero();
    }

    boolean forced() {
        return level == Durability.DISK;
    }
}
