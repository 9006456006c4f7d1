package io.millrace.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A lock on a file, held by one host of one process: for sinks, sources and journals whose data a second instance,
 * started by mistake, would destroy. The operating system releases the lock when the process ends, in whatever way. May
 * be used by any thread.
 *
 * <p>On POSIX systems a file lock belongs to the process, and closing <b>any</b> descriptor of the file releases it.
 * Therefore the files that this process holds are recorded, so that the record can be asked before such a file is
 * opened at all ({@link #isHeldHere}). A descriptor that was opened all the same stays open until the lock is gone:
 * after a look that came too early, and if another copy of this class (class loaders) has the lock, which the JVM knows
 * of. Code of the same process that reads the file and closes it may still release the lock; what must not be lost to
 * that needs a second check of its own.
 */
public final class ProcessLock {
    /** After the end of every file: where locks are mandatory, nobody is kept from reading. */
    private static final long AT = Long.MAX_VALUE - 1;

    /**
     * The identities of files, whatever their names: while one is open no other file gets its key. Guarded by the
     * class.
     */
    private static final Set<Object> HELD = new HashSet<>(); // form: hash-ordered, never iterated

    /** Descriptors that must not be closed yet, by file. Guarded by the class. */
    private static final Map<Object, FileChannel> KEPT = new LinkedHashMap<>();

    private final Object key;
    private final IOException problem;

    private ProcessLock(Object key, IOException problem) {
        this.key = key;
        this.problem = problem;
    }

    /**
     * Locks an open file.
     *
     * @param file its path
     * @param open the file, open for writing. If the lock is not available, it is closed here, or as soon as that does
     *     no harm, and the caller must not touch it
     * @return the lock, to be {@linkplain #end ended} after the file is closed; null if it is held by this process
     *     ({@link #isHeldHere}) or another
     * @throws IOException if the identity of the file cannot be determined; the caller then closes the file
     */
    public static synchronized ProcessLock tryTake(Path file, FileChannel open) throws IOException {
        letGo();
        Object key = key(file);
        if (HELD.contains(key)) {
            keep(key, open);
            return null;
        }
        IOException problem = null;
        try {
            if (lock(open) == null) {
                open.close();
                return null;
            }
        } catch (OverlappingFileLockException e) {
            keep(key, open);
            return null;
        } catch (IOException e) {
            problem = e;
        }
        HELD.add(key);
        return new ProcessLock(key, problem);
    }

    /**
     * Tells whether this process is known to hold a file, without opening it.
     *
     * @param file its path
     * @return false also if there is no such file
     * @throws IOException if the identity of the file cannot be determined
     */
    public static synchronized boolean isHeldHere(Path file) throws IOException {
        letGo();
        if (!Files.exists(file)) {
            return false;
        }
        Object key = key(file);
        return HELD.contains(key) || KEPT.containsKey(key);
    }

    /**
     * Returns the identity of a file, whatever its name.
     *
     * @param file its path
     * @return equal for all names of one file, as long as it exists; its real path if the system has no such identity
     * @throws IOException if there is no such file
     */
    public static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file.toRealPath() : key;
    }

    /**
     * Returns why the operating system does not keep other processes out.
     *
     * @return what it reported, for example that the file system has no locks, so that only this process is kept out;
     *     null if it does keep others out
     */
    public IOException problem() {
        return problem;
    }

    /**
     * Ends the lock. Call it after closing the file: otherwise the close would also release the lock of the next
     * holder.
     */
    public void end() {
        synchronized (ProcessLock.class) {
            HELD.remove(key);
        }
    }

    private static FileLock lock(FileChannel open) throws IOException {
        return open.tryLock(AT, 1, false);
    }

    private static void keep(Object key, FileChannel open) {
        if (KEPT.putIfAbsent(key, open) != null) {
            KEPT.put(open, open); // none may be closed, be it by the collector
        }
    }

    private static void letGo() {
        KEPT.values().removeIf(ProcessLock::isLetGo);
    }

    /** Whether the JVM no longer holds the lock; then closing the descriptor releases nothing. */
    private static boolean isLetGo(FileChannel kept) {
        try {
            lock(kept);
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
}
