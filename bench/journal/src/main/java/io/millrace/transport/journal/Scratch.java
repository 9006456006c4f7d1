package io.millrace.transport.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory for a while: in memory where there is such a file system, since names come and go by the thousand. */
public final class Scratch implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path directory;

    /**
     * Makes it.
     *
     * @throws IOException when it cannot be made
     */
    public Scratch() throws IOException {
        directory = Files.isWritable(SHARED_MEMORY)
                ? Files.createTempDirectory(SHARED_MEMORY, "journal")
                : Files.createTempDirectory("journal");
    }

    /**
     * Where it is.
     *
     * @return empty at first
     */
    public Path directory() {
        return directory;
    }

    /**
     * Deletes a directory with all that is in it.
     *
     * @param path which
     * @throws IOException when something stays
     */
    public static void delete(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(directory);
    }
}
