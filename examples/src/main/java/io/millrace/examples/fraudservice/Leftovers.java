package io.millrace.examples.fraudservice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories of this command's own, in memory where there is some. */
final class Leftovers {
    private static final String PREFIX = "fraud-service-";

    private Leftovers() {}

    /** A new one; those of runs that were killed go. */
    static Path fresh() throws IOException {
        Path memory = Path.of("/dev/shm");
        Path above = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        for (Path dir : named(above)) {
            if (isDead(dir)) {
                delete(dir);
            }
        }
        return Files.createTempDirectory(above, PREFIX);
    }

    private static List<Path> named(Path above) throws IOException {
        try (Stream<Path> all = Files.list(above)) {
            return all.filter(p -> p.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
    }

    /** Its process has said that it was there, and is no more; nor is anybody that it had started. */
    private static boolean isDead(Path dir) {
        SharedDir shared = new SharedDir(dir);
        return shared.has(SharedDir.SERVICE)
                && Stream.of(SharedDir.SERVICE, SharedDir.CHANNELS, SharedDir.ENGINE_READY, SharedDir.GATEWAY_BEGAN)
                        .noneMatch(shared::isAlive);
    }

    static void delete(Path dir) {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException | UncheckedIOException e) {
            assert e != null; // below a directory for temporary files: somebody else clears it
        }
    }
}
