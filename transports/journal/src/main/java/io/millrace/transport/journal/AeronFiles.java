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
import java.nio.file.attribute.BasicFileAttributes;
import java.util.zip.CRC32C;

/**
 * Where the driver and the mark file of the archive live: in shared memory, never beside the data. One directory a
 * journal, so that the next start finds, and removes, what a killed process left.
 */
final class AeronFiles {
    /** Besides the terms: the driver's file of commands and counters, reports of losses, the streams that control the archive. */
    private static final long BESIDE_TERMS = 16 << 20;

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path directory;

    private AeronFiles(Path directory) {
        this.directory = directory;
    }

    /** Makes it anew, for the owner only. The lock on the journal is held. */
    static AeronFiles make(Settings settings) throws IOException {
        Path above = above(settings);
        AeronFiles files = new AeronFiles(above.resolve(name(settings.directory)));
        files.delete();
        Files.createDirectories(above);
        files.checkSpace(settings.termBytes, above);
        Files.createDirectory(files.directory);
        RealDisk.forOwnerOnly(files.directory);
        return files;
    }

    private static Path above(Settings settings) {
        if (settings.aeronDirectory != null) {
            return settings.aeronDirectory;
        }
        return Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static String name(Path journal) throws IOException {
        byte[] path = journal.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(path, 0, path.length);
        long low = crc.getValue();
        crc.update(path, 0, path.length);
        return String.format("millrace-journal-%08x%08x", crc.getValue(), low);
    }

    private void checkSpace(int termBytes, Path above) throws IOException {
        long needed = 3L * termBytes + BESIDE_TERMS;
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

    void delete() throws IOException {
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
