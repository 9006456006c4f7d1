package io.millrace.transport.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    /** Forces all its files, which another level left in the page cache. */
    static void force(Path directory) throws IOException {
        for (long base : bases(directory)) {
            try (FileChannel file =
                    FileChannel.open(directory.resolve(Epoch.segmentName(base)), StandardOpenOption.WRITE)) {
                file.force(true);
            }
        }
    }

    /** Deletes all of it; whoever calls forces the directory above. */
    static void deleteAll(Disk disk, Path directory) throws IOException {
        for (String name : names(directory)) {
            disk.delete(directory.resolve(name));
        }
        disk.delete(directory);
    }
}
