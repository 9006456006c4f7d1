package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who may write to a directory: the system lets go of it when its process ends, whatever the end.
 *
 * <p>On POSIX systems a lock is the process's, and to close <b>any</b> descriptor of its file lets go of it. So what this process holds
 * stands in a list, which is asked before the file is opened at all. The list is of this class, and a JVM may have loaded it twice: a file
 * of which the JVM says that it holds the lock already stays open until it does so no more.
 */
final class DirectoryLock implements AutoCloseable {
    static final String NAME = "lock";

    /** Files, whatever their names: while one is open no other gets its key. Guarded by the class, as all is that opens such a file. */
    private static final Set<Object> HELD = new HashSet<>();

    /** Held by another copy of this class. */
    private static final Map<Object, FileChannel> OTHERS = new LinkedHashMap<>();

    private final FileChannel file;
    private final Object key;

    private DirectoryLock(FileChannel file, Object key) {
        this.file = file;
        this.key = key;
    }

    static DirectoryLock take(Path directory) throws IOException {
        synchronized (DirectoryLock.class) {
            DirectoryLock taken = tryTake(directory, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (taken == null) {
                throw new JournalException(
                        directory + " is in use" + by(directory.resolve(NAME))
                                + ". One host at a time writes to a journal; wait until that has ended, or read it: openToRead(), which replay, explain and what-if use");
            }
            return taken;
        }
    }

    /**
     * That of one that ended, if nobody has it.
     *
     * @return null when it is in use, or has no such file
     */
    static synchronized DirectoryLock tryTakeOver(Path directory) throws IOException {
        try {
            Object before = key(directory.resolve(NAME));
            DirectoryLock taken = tryTake(directory, StandardOpenOption.WRITE);
            if (taken != null && !before.equals(key(directory.resolve(NAME)))) {
                taken.close(); // it went meanwhile, and another took its name
                return null;
            }
            return taken;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Answers null when it is in use. The class is locked. */
    private static DirectoryLock tryTake(Path directory, OpenOption... how) throws IOException {
        Path path = directory.resolve(NAME);
        if (isHeldHere(path)) {
            return null;
        }
        FileChannel file = FileChannel.open(path, how);
        try {
            FileLock lock = file.tryLock();
            if (lock == null) {
                file.close();
                return null;
            }
            RealDisk.forOwnerOnly(path);
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            file.truncate(0).write(ByteBuffer.wrap(pid), 0);
            Object key = key(path);
            HELD.add(key);
            return new DirectoryLock(file, key);
        } catch (OverlappingFileLockException e) {
            keep(path, file);
            return null;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void keep(Path path, FileChannel open) {
        Object key = open;
        try {
            key = key(path);
        } catch (IOException e) {
            // gone meanwhile
        }
        if (OTHERS.putIfAbsent(key, open) != null) {
            OTHERS.put(open, open); // none may be closed, be it by the collector
        }
    }

    /** Whether this process has the lock of a file. The file is not opened. */
    static synchronized boolean isHeldHere(Path path) throws IOException {
        OTHERS.values().removeIf(DirectoryLock::isLetGo);
        return Files.exists(path) && (HELD.contains(key(path)) || OTHERS.containsKey(key(path)));
    }

    /** Whether the JVM holds the lock no more; then nothing goes with the descriptor. */
    private static boolean isLetGo(FileChannel other) {
        try {
            other.tryLock();
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            // nobody holds what cannot be locked
        }
        try {
            other.close();
        } catch (IOException e) {
            // it goes with the process
        }
        return true;
    }

    /** What a file is, whatever its name; where the system has no such thing its real name. */
    static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath() : key;
    }

    /** The file is opened only where another process holds it. */
    private static String by(Path path) throws IOException {
        if (isHeldHere(path)) {
            return " by process " + ProcessHandle.current().pid() + ", this one";
        }
        try {
            String pid = Files.readString(path, StandardCharsets.US_ASCII).strip();
            return pid.isEmpty() ? "" : " by process " + pid;
        } catch (IOException e) {
            return "";
        }
    }

    /** For tests: how many files are open since another copy of this class holds them. */
    static synchronized int ofOthers() {
        return OTHERS.size();
    }

    @Override
    public void close() throws IOException {
        synchronized (DirectoryLock.class) {
            HELD.remove(key);
            file.close(); // and lets go of it
        }
    }
}
