package io.millrace.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files of others, where this machine has them: {@code ../shared/data} from the root of the project. */
public final class SharedData {
    private SharedData() {}

    /**
     * Finds a file; a test that needs one that is not there is skipped.
     *
     * @param name its path below the data
     * @return the path
     */
    public static String file(String name) {
        for (Path at = Path.of(System.getProperty("user.dir")).toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("shared/data").resolve(name);
            if (Files.exists(file)) {
                return file.toString();
            }
        }
        throw skipped(name);
    }

    /**
     * Skips a test and says so where it is read: the build tells how many were skipped, not why.
     *
     * @param name the file or folder that is not there
     * @return never
     */
    public static AssertionError skipped(String name) {
        String why = "skipped: no shared/data/" + name + " in any folder above";
        System.err.println(why);
        assumeTrue(false, why);
        return new AssertionError(why);
    }
}
