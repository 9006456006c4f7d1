package io.millrace.transport.aeron;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file that says by its lock that a process lives. On POSIX systems to close any descriptor of a file gives up the locks that the process has on
 * it, whoever in it took them: this class through another name, or another copy of this class behind another class loader. So a file of which the
 * JVM says that it holds the lock already stays open until it does so no more.
 */
final class LockFile {
    /** By what a file is, whatever its name. Guarded by the class. */
    private static final Map<Object, FileChannel> KEPT = new LinkedHashMap<>();

    private LockFile() {}

    /** What is known by it. */
    enum State {
        /** There is none, or no locks where it is. */
        NONE,
        HELD,
        FREE
    }

    /** As a file system does it, or one without locks. */
    interface Locking {
        FileLock tryLock(FileChannel file) throws IOException;
    }

    static State of(Path file) {
        return of(file, FileChannel::tryLock);
    }

    static synchronized State of(Path file, Locking locking) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return State.NONE;
        }
        KEPT.values().removeIf(LockFile::isLetGo);
        FileChannel channel = null;
        try {
            Object key = key(file);
            if (KEPT.containsKey(key)) {
                return State.HELD;
            }
            channel = FileChannel.open(file, StandardOpenOption.WRITE);
            boolean isFree = locking.tryLock(channel) != null;
            close(channel);
            return isFree ? State.FREE : State.HELD;
        } catch (OverlappingFileLockException e) {
            keep(file, channel);
            return State.HELD;
        } catch (IOException e) {
            close(channel);
            return State.NONE;
        }
    }

    static FileChannel take(Path file) {
        return take(file, FileChannel::tryLock);
    }

    /**
     * Makes it, in a directory that is ours. It gets its name when it is locked: one that has the name and no lock is of a process that has ended.
     *
     * @return open as long as it is to be held; null where it cannot be locked, and there is none then
     */
    static synchronized FileChannel take(Path file, Locking locking) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        FileChannel channel = null;
        try {
            channel = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locking.tryLock(channel) != null) {
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
                return channel;
            }
            close(channel);
        } catch (OverlappingFileLockException e) {
            keep(fresh, channel);
        } catch (IOException e) {
            close(channel);
            delete(fresh);
        }
        return null;
    }

    /** Whether this JVM holds the lock no more; then nothing goes with the descriptor. */
    private static boolean isLetGo(FileChannel kept) {
        try {
            kept.tryLock();
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            // nobody holds what cannot be locked
        }
        close(kept);
        return true;
    }

    private static void keep(Path file, FileChannel open) {
        Object key = open;
        try {
            key = key(file);
        } catch (IOException e) {
            // gone meanwhile
        }
        if (KEPT.putIfAbsent(key, open) != null) {
            KEPT.put(open, open); // none may be closed, be it by the collector
        }
    }

    private static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file.toRealPath() : key;
    }

    private static void close(FileChannel file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // it goes with the process
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // under this name it says nothing
        }
    }
}
