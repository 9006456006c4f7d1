package io.millrace.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/** The tree of sources that this program was built in. */
final class OwnTree {
    private OwnTree() {}

    /**
     * Looks for it above the classes of this program.
     *
     * @param script which it holds
     * @param cure   what to do where it is not found
     */
    static Path holding(String script, String cure) throws IOException {
        URL classes = OwnTree.class.getProtectionDomain().getCodeSource().getLocation();
        Path at = Path.of(URI.create(classes.toString()));
        while (at != null && !Files.exists(at.resolve(script))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IOException(script + ": not above this program; " + cure);
        }
        return at;
    }
}
