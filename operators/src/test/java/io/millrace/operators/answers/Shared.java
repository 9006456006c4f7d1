package io.millrace.operators.answers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Data with answers of others, beside the project; where it is absent a test is skipped and says so. */
final class Shared {
    private Shared() {}

    static Path path(String name) {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.isDirectory(at.resolve("../shared/data"))) {
            at = at.getParent();
        }
        Path file =
                at == null ? null : at.resolve("../shared/data").resolve(name).normalize();
        assumeTrue(file != null && Files.exists(file), "no ../shared/data/" + name + " here");
        return file;
    }

    static String text(String name) {
        try {
            return Files.readString(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
