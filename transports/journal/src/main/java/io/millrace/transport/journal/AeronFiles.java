package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Where the driver and the mark file of the archive live: in shared memory, never beside the data. One directory a
 * journal, with a lock in it for as long as its process lives. It gets its name when that is held, so a directory whose lock nobody has
 * is one that a killed process left: the next opening of any journal beside it removes it. Whoever does has the lock meanwhile.
 */
final class AeronFiles {
    /** Besides the terms: the driver's file of commands and counters, reports of losses, the streams that control the archive. */
    private static final long BESIDE_TERMS = 16 << 20;

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "millrace-journal-";
    private static final String FRESH = "millrace-new-";

    /** Being removed; behind a kill, by whoever finds it. */
    private static final String GONE = "millrace-gone-";

    private final Path directory;
    private final DirectoryLock lock;

    private AeronFiles(Path directory, DirectoryLock lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /** Makes it anew, for the owner only. The lock on the journal is held. */
    static AeronFiles make(Settings settings) throws IOException {
        Path above = above(settings);
        String sum = sum(settings.directory);
        Path directory = above.resolve(PREFIX + sum);
        Files.createDirectories(above);
        removeOwn(directory, settings);
        removeLeft(above);
        checkSpace(settings.termBytes, above);
        Path fresh = above.resolve(FRESH + sum);
        delete(fresh);
        Files.createDirectory(fresh);
        RealDisk.forOwnerOnly(fresh);
        DirectoryLock lock = lock(fresh);
        try {
            Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
            return new AeronFiles(directory, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    static DirectoryLock lock(Path fresh) throws IOException {
        try {
            return DirectoryLock.take(fresh);
        } catch (IOException e) {
            delete(fresh);
            throw new JournalException(
                    "cannot lock " + fresh + ": " + e
                            + "; where its file system has no locks, give ArchiveJournal.aeronDirectory another place",
                    e);
        }
    }

    /** What an earlier start of the same journal left; somebody may just be removing it. */
    private static void removeOwn(Path directory, Settings settings) throws IOException {
        long begin = JournalClock.nanos();
        while (Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && !removeIfLeft(directory)) {
            if (!Files.exists(directory.resolve(DirectoryLock.NAME))) {
                delete(directory); // of a version without one
            } else if (JournalClock.nanos() - begin > settings.stopDeadline.toNanos()) {
                throw new JournalException(directory + " is in use by " + user(directory));
            }
            Pause.ofMillis(1);
        }
    }

    private static String user(Path directory) throws IOException {
        return DirectoryLock.isHeldHere(directory.resolve(DirectoryLock.NAME))
                ? "this process: a host of the same journal has not ended, or its archive, whose disk does not answer;"
                        + " wait until it does, or start the process anew"
                : "a journal that has the same path, in another container perhaps: give one of them another"
                        + " ArchiveJournal.aeronDirectory";
    }

    /** What killed processes left of other journals. Nothing that fails there is of any harm here. */
    private static void removeLeft(Path above) throws IOException {
        for (String name : Segments.names(above)) {
            Path directory = above.resolve(name);
            try {
                if (name.startsWith(GONE)) {
                    delete(directory);
                } else if (name.startsWith(PREFIX)) {
                    removeIfLeft(directory);
                }
            } catch (IOException | RuntimeException e) {
                continue; // another user's, or somebody else removes it
            }
        }
    }

    /** Answers whether it did. */
    private static boolean removeIfLeft(Path directory) throws IOException {
        try (DirectoryLock left = DirectoryLock.tryTakeOver(directory)) {
            if (left == null) {
                return false;
            }
            Path gone = directory.resolveSibling(
                    GONE + directory.getFileName().toString().substring(PREFIX.length()));
            delete(gone);
            Files.move(directory, gone, StandardCopyOption.ATOMIC_MOVE);
            delete(gone);
            return true;
        }
    }

    private static Path above(Settings settings) {
        if (settings.aeronDirectory != null) {
            return settings.aeronDirectory;
        }
        return Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static String sum(Path journal) throws IOException {
        byte[] path = journal.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(path, 0, path.length);
        long low = crc.getValue();
        crc.update(path, 0, path.length);
        return String.format(Locale.ROOT, "%08x%08x", crc.getValue(), low);
    }

    static long needed(int termBytes) {
        return 3L * termBytes + BESIDE_TERMS;
    }

    private static void checkSpace(int termBytes, Path above) throws IOException {
        long needed = needed(termBytes);
        long free = Files.getFileStore(above).getUsableSpace();
        if (free < needed) {
            throw new JournalException("the journal needs " + needed + " bytes of " + above + ", of which " + free
                    + " are free: give it more (docker run --shm-size), or ArchiveJournal.aeronDirectory another place,"
                    + " or ArchiveJournal.termBytes less than " + termBytes);
        }
    }

    String driver() {
        return directory.resolve("driver").toString();
    }

    Path mark() {
        return directory.resolve("mark");
    }

    /** Its process has ended its work. */
    void delete() throws IOException {
        try {
            delete(directory);
        } finally {
            lock.close();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
                if (problem instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // somebody else removes it too
                }
                throw problem;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException problem) throws IOException {
                try {
                    Files.deleteIfExists(visited);
                } catch (NoSuchFileException e) {
                    return FileVisitResult.CONTINUE;
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
