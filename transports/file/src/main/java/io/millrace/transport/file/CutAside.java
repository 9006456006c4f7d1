package io.millrace.transport.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Keeps for people what is cut off a file, unless that is zeros to its end: beside it, under a name of its own. */
final class CutAside {
    private static final int CHUNK = 1 << 16;

    private CutAside() {}

    /** What stands from a place on; null where that is nothing but zeros. It is on the disk, and readable by who may read the file itself. */
    static Path keep(String name, RandomAccessFile file, long from) throws IOException {
        if (isZeros(file, from, file.length())) {
            return null;
        }
        Path half = Path.of(name + ".cut-half"); // one that another attempt has left is written over
        try (RandomAccessFile out = makePrivate(half)) {
            copy(file, from, out);
            out.getFD().sync();
        }
        int number = 1;
        Path to = Path.of(name + ".cut-" + number);
        while (Files.exists(to)) {
            to = Path.of(name + ".cut-" + ++number);
        }
        likeThat(Path.of(name), half);
        Files.move(half, to, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory(to);
        return to;
    }

    static boolean isZeros(RandomAccessFile file, long from, long to) throws IOException {
        byte[] some = new byte[CHUNK];
        file.seek(from);
        for (long at = from; at < to; ) {
            int n = file.read(some, 0, (int) Math.min(CHUNK, to - at));
            for (int i = 0; i < n; i++) {
                if (some[i] != 0) {
                    return false;
                }
            }
            if (n < 0) {
                return true;
            }
            at += n;
        }
        return true;
    }

    /** From a place on to where the other one stands. */
    static void copy(RandomAccessFile file, long from, RandomAccessFile to) throws IOException {
        byte[] some = new byte[CHUNK];
        file.seek(from);
        for (int n = file.read(some); n >= 0; n = file.read(some)) {
            to.write(some, 0, n);
        }
    }

    /** An empty file that nobody else may read, as far as the system knows of that. */
    static RandomAccessFile makePrivate(Path path) throws IOException {
        Files.deleteIfExists(path);
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(path);
        }
        return new RandomAccessFile(path.toFile(), "rw");
    }

    private static void likeThat(Path model, Path path) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try {
                Files.setPosixFilePermissions(path, Files.getPosixFilePermissions(model));
            } catch (NoSuchFileException e) {
                return; // moved away while it was open: then nobody else may read what was cut
            }
        }
    }

    /** An interrupt closes channels, and is none of its business. */
    private static void forceDirectory(Path file) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            PlainFile.forceDirectory(file);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
