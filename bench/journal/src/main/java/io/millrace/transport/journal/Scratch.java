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
        this(Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : temporary());
    }

    /**
     * Makes it below another one: on a disk, say, where a force takes its time.
     *
     * @param above that one
     * @throws IOException when it cannot be made
     */
    public Scratch(Path above) throws IOException {
        directory = Files.createTempDirectory(above, "journal");
    }

    /**
     * Where temporary files go: on a disk mostly.
     *
     * @return the directory of the system
     */
    public static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
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

    /** A directory with all that is in it, once more. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.sorted().toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(directory);
    }
}
