package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Standard input and output may be used once each, and no output is another output or an input. */
public final class OneUse {
    private static final String STANDARD = "-";

    /** What standard input is, where the system tells. */
    private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

    private OneUse() {}

    /**
     * Requires it.
     *
     * @param o       the options
     * @param inputs  the names of those that are inputs
     * @param outputs the names of those that are outputs
     * @throws UsageException naming the two options that are at odds
     */
    public static void require(Options o, List<String> inputs, List<String> outputs) throws UsageException {
        Map<Object, String> used = new HashMap<>(); // form: hash-ordered, never iterated
        for (String name : inputs) {
            String other = o.text(name) == null ? null : used.put(place(o.text(name)), name);
            if (other != null && o.text(name).equals(STANDARD)) {
                throw o.bad(name + " -", "standard input is read by " + other, "name a file for one of them");
            }
        }
        if (used.containsKey(STANDARD) && Files.isRegularFile(STANDARD_INPUT)) {
            used.put(place(STANDARD_INPUT.toString()), used.get(STANDARD)); // a file that the shell has opened
        }
        used.remove(STANDARD); // as an output it is another one
        for (String name : outputs) {
            String other = o.text(name) == null ? null : used.put(place(o.text(name)), name);
            if (other != null) {
                throw o.bad(name + " " + o.text(name), "is the file of " + other + " too", "name two files");
            }
        }
    }

    /** What is the same for all names of a file; devices such as /dev/null may be used twice. */
    private static Object place(String name) {
        if (name.equals(STANDARD)) {
            return STANDARD;
        }
        try {
            Path path = Path.of(name).toAbsolutePath().normalize();
            if (!Files.exists(path)) {
                Path parent = path.getParent();
                return parent != null && Files.exists(parent)
                        ? parent.toRealPath().resolve(path.getFileName())
                        : path;
            }
            return Files.isRegularFile(path) ? file(path) : new Object();
        } catch (IOException | InvalidPathException e) {
            return name; // opening it says what is wrong
        }
    }

    /** Two names may be hard links of one file: the file system's own number tells, where it has one. */
    private static Object file(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath() : key;
    }
}
