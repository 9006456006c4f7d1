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
 * That one host of one process works with a file: for sinks, sources and journals of which a second one, started by mistake, would destroy what the
 * first one has. The system lets go of it when the process ends, however that ends.
 *
 * <p>On POSIX systems a lock of a file is the process's, and to close <b>any</b> descriptor of the file gives it up. So what this process holds stands
 * in a list, to be asked before such a file is opened at all ({@link #isHeldHere}), and a descriptor that was opened all the same stays open until
 * the lock has gone: behind a look that came too early, and where another copy of this class has the lock (class loaders), which the JVM knows of. Who
 * reads the file in the same process and closes it may give up the lock nevertheless; what must not be lost to that wants a second look of its own.
 *
 * <p>Any thread.
 */
public final class ProcessLock {
    /** Behind the end of every file: where locks are mandatory nobody is kept from reading. */
    private static final long AT = Long.MAX_VALUE - 1;

    /** What files are, whatever their names: while one is open no other gets its key. Guarded by the class. */
    private static final Set<Object> HELD = new HashSet<>(); // form: hash-ordered, never iterated

    /** What must not be closed yet, by file. Guarded by the class. */
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
     * @param open the file, open to be written. Where it cannot be had this is closed here, or as soon as that does no harm: the caller leaves it alone
     * @return to be {@linkplain #end ended} when the file is closed; null where it is held, by this process ({@link #isHeldHere}) or another
     * @throws IOException when it cannot be told what the file is; the caller closes it
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
     * Whether this process is known to hold a file. It is not opened.
     *
     * @param file its path
     * @return false also where there is none
     * @throws IOException when it cannot be told what the file is
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
     * What a file is, whatever its name.
     *
     * @param file its path
     * @return equal for names of one file, as long as it is there; where the system has no such thing its real path
     * @throws IOException when there is none
     */
    public static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file.toRealPath() : key;
    }

    /**
     * Why the system does not keep other processes out.
     *
     * @return what it said, such as that the file system has no locks: then only this process is kept out; null where it does
     */
    public IOException problem() {
        return problem;
    }

    /** To be called behind the closing of the file: the lock of the next one would go with that. */
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

    /** Whether the JVM holds the lock no more; then nothing goes with the descriptor. */
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
