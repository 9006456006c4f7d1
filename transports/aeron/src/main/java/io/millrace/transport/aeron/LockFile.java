package io.millrace.transport.aeron;

import io.millrace.transport.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that says by its lock that a process lives. */
final class LockFile implements Closeable {
    private final FileChannel file;
    private final ProcessLock lock;

    private LockFile(FileChannel file, ProcessLock lock) {
        this.file = file;
        this.lock = lock;
    }

    /** What is known by it. */
    enum State {
        /** There is none, or no locks where it is. */
        NONE,
        HELD,
        FREE
    }

    /** As a file system does it, or one without locks. */
    interface Locking {
        ProcessLock tryTake(Path file, FileChannel open) throws IOException;
    }

    static State of(Path file) {
        return of(file, ProcessLock::tryTake);
    }

    static State of(Path file, Locking locking) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return State.NONE;
        }
        try {
            if (ProcessLock.isHeldHere(file)) {
                return State.HELD;
            }
            LockFile taken = tryTake(file, locking, StandardOpenOption.WRITE);
            if (taken == null) {
                return State.HELD;
            }
            taken.close();
            return taken.lock.problem() == null ? State.FREE : State.NONE;
        } catch (IOException e) {
            return State.NONE;
        }
    }

    static LockFile take(Path file) {
        return take(file, ProcessLock::tryTake);
    }

    /**
     * Makes it, in a directory that is ours. It gets its name when it is locked: one that has the name and no lock is of a process that has ended.
     *
     * @return open as long as it is to be held; null where it cannot be locked, and there is none then
     */
    static LockFile take(Path file, Locking locking) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            LockFile taken = tryTake(fresh, locking, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (taken != null && taken.lock.problem() == null && isMoved(fresh, file)) {
                return taken;
            }
            if (taken != null) {
                taken.close();
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            // under this name it says nothing
        }
        return null;
    }

    private static LockFile tryTake(Path file, Locking locking, StandardOpenOption... how) throws IOException {
        FileChannel open = FileChannel.open(file, how);
        try {
            ProcessLock lock = locking.tryTake(file, open);
            return lock == null ? null : new LockFile(open, lock);
        } catch (IOException e) {
            open.close();
            throw e;
        }
    }

    private static boolean isMoved(Path fresh, Path file) {
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            lock.end();
        }
    }
}
