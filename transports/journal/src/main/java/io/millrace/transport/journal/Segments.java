package io.millrace.transport.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of an epoch. */
final class Segments {
    private Segments() {}

    /** Positions of the first bytes of its files, in order. */
    static List<Long> bases(Path directory) throws IOException {
        List<Long> bases = new ArrayList<>();
        for (String name : names(directory)) {
            long base = Epoch.baseOf(name);
            if (base >= 0) {
                bases.add(base);
            }
        }
        bases.sort(null);
        return bases;
    }

    /** Of what is in a directory, in no order; none when it is not there. */
    static List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return names;
        }
        return names;
    }

    /** Makes durable what its level has left in the page cache, from a file on; answers the last file, which may get more. */
    static long force(Disk disk, Path directory, long from) throws IOException {
        long last = from;
        for (long base : bases(directory)) {
            if (base >= from) {
                disk.force(directory.resolve(Epoch.segmentName(base)));
                last = base;
            }
        }
        disk.forceDirectory(directory);
        return last;
    }

    /** Deletes all of it; whoever calls forces the directory above. */
    static void deleteAll(Disk disk, Path directory) throws IOException {
        for (String name : names(directory)) {
            disk.delete(directory.resolve(name));
        }
        disk.delete(directory);
    }
}
