package io.millrace.examples.stat;

import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that is written again and again: who reads it sees the whole of one writing. */
final class StatFile {
    private StatFile() {}

    static void write(String name, String text) throws FileFault {
        Path path = path(name);
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            put(name, text); // a pipe, or a directory, which is said
            return;
        }
        String fresh = name + "." + ProcessHandle.current().pid() + ".new";
        try {
            put(fresh, text);
        } catch (FileFault e) {
            put(name, text); // in its directory no file can be made: written where it is, or refused by its own name
            return;
        }
        try {
            Path target = Files.exists(path) ? path.toRealPath() : path; // a link stays one
            Files.move(Path.of(fresh), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new FileFault(name, 0, "cannot be replaced", e.toString(), "name a file in a directory of its own");
        }
    }

    private static Path path(String name) throws FileFault {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new FileFault(name, 0, "not a file name", e.getReason(), "give the path of a file");
        }
    }

    private static void put(String name, String text) throws FileFault {
        try (FileOutput out = FileOutput.create(name)) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write(bytes, 0, bytes.length);
        }
    }
}
