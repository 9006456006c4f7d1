package io.millrace.transport.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/**
 * That a plain file has one writer: a second engine, started by mistake, would cut off what the first one writes. Other processes are kept out by a
 * lock of the system, which ends with its process however that ends; this one by a list, since closing any descriptor of a file gives up the
 * locks that its process has on it. So whoever opens a file to write asks first ({@link #requireFree}), and closes nothing of it before the end. A
 * reader in this process may give up the lock all the same, and a file system may have none: then only this process is kept out, and the rest is
 * the business of the journal, which has a lock of its own.
 */
final class FileClaim {
    /** Behind the end of every file: where locks are mandatory nobody is kept from reading. */
    private static final long LOCKED_AT = Long.MAX_VALUE - 1;

    private static final Set<Object> HELD = new HashSet<>(); // form: hash-ordered, never iterated

    private final Object key;

    private FileClaim(Object key) {
        this.key = key;
    }

    /** Somebody else writes it. */
    static final class Taken extends IOException {
        private static final long serialVersionUID = 1L;

        Taken(String who) {
            super(who);
        }
    }

    /** Throws where this process writes the file; opens nothing. Under the lock of the class until it is claimed. */
    static void requireFree(Path path) throws IOException {
        if (Files.exists(path) && HELD.contains(key(path))) {
            throw new Taken("this process");
        }
    }

    /** Claims a file that is open; who is refused closes it. */
    static FileClaim of(Path path, FileChannel open) throws IOException {
        if (isTaken(open)) {
            throw new Taken("another process");
        }
        Object key = key(path);
        HELD.add(key);
        return new FileClaim(key);
    }

    private static boolean isTaken(FileChannel open) throws Taken {
        try {
            return open.tryLock(LOCKED_AT, 1, false) == null;
        } catch (OverlappingFileLockException e) {
            throw new Taken("this process");
        } catch (IOException e) {
            return false; // a file system without locks
        }
    }

    private static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath() : key;
    }

    /** Behind the closing of the file: the lock of the next one would go with that. */
    void end() {
        synchronized (FileClaim.class) {
            HELD.remove(key);
        }
    }
}
