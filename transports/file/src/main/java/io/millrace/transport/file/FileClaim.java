package io.millrace.transport.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * That a plain file has one writer: a second engine, started by mistake, would cut off what the first one writes. Other processes are kept out by a
 * lock of the system, which ends with its process however that ends; this one by a list, since closing any descriptor of a file gives up the
 * locks that its process has on it. So whoever opens a file to write asks first ({@link #requireFree}), and closes nothing of it before the end. The
 * list is of this class, and a JVM may have loaded it twice: a file of which the JVM says that it holds the lock already stays open until it does so
 * no more. A reader in this process may give up the lock all the same, and a file system may have none: then only this process is kept out, and the
 * rest is the business of the journal, which has a lock of its own.
 */
final class FileClaim {
    /** Behind the end of every file: where locks are mandatory nobody is kept from reading. */
    private static final long LOCKED_AT = Long.MAX_VALUE - 1;

    private static final Set<Object> HELD = new HashSet<>(); // form: hash-ordered, never iterated

    /** Those of another copy of this class. */
    private static final Map<Object, FileChannel> KEPT = new LinkedHashMap<>();

    private final Object key;

    private FileClaim(Object key) {
        this.key = key;
    }

    /** Somebody else writes it. */
    static class Taken extends IOException {
        private static final long serialVersionUID = 1L;

        Taken(String who) {
            super(who);
        }
    }

    /** By another copy of this class: the channel stays open. */
    static final class Kept extends Taken {
        private static final long serialVersionUID = 1L;

        Kept() {
            super("this process");
        }
    }

    /** Throws where this process writes the file; opens nothing. Under the lock of the class until it is claimed. */
    static void requireFree(Path path) throws IOException {
        KEPT.values().removeIf(FileClaim::isLetGo);
        if (Files.exists(path) && (HELD.contains(key(path)) || KEPT.containsKey(key(path)))) {
            throw new Taken("this process");
        }
    }

    /** Closes what was opened to look at it, unless somebody else's claim in this process would end with it. */
    static void closeFree(Path path, FileChannel open) throws IOException {
        boolean isTaken;
        try {
            isTaken = isTaken(path, open);
        } catch (Kept e) {
            throw e;
        } catch (Throwable t) {
            open.close();
            throw t;
        }
        open.close();
        if (isTaken) {
            throw new Taken("another process");
        }
    }

    /** Claims a file that is open; who is refused closes it, unless it is {@link Kept}. */
    static FileClaim of(Path path, FileChannel open) throws IOException {
        if (isTaken(path, open)) {
            throw new Taken("another process");
        }
        Object key = key(path);
        HELD.add(key);
        return new FileClaim(key);
    }

    private static boolean isTaken(Path path, FileChannel open) throws IOException {
        try {
            return open.tryLock(LOCKED_AT, 1, false) == null;
        } catch (OverlappingFileLockException e) {
            keep(path, open);
            throw new Kept();
        } catch (IOException e) {
            return false; // a file system without locks
        }
    }

    private static void keep(Path path, FileChannel open) {
        Object key = open;
        try {
            key = key(path);
        } catch (IOException e) {
            // gone meanwhile
        }
        if (KEPT.putIfAbsent(key, open) != null) {
            KEPT.put(open, open); // none may be closed, be it by the collector
        }
    }

    /** Whether this JVM holds the lock no more; then nothing goes with the descriptor. */
    private static boolean isLetGo(FileChannel kept) {
        try {
            kept.tryLock(LOCKED_AT, 1, false);
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            // nobody holds what cannot be locked
        }
        try {
            kept.close();
        } catch (IOException e) {
            // it goes with the process
        }
        return true;
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
