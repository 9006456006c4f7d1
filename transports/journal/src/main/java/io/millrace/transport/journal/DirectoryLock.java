package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Who may write to a directory: the system lets go of it when its process ends, whatever the end. */
final class DirectoryLock implements AutoCloseable {
    static final String NAME = "lock";

    private final FileChannel file;
    private final FileLock lock;

    private DirectoryLock(FileChannel file, FileLock lock) {
        this.file = file;
        this.lock = lock;
    }

    static DirectoryLock take(Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            RealDisk.forOwnerOnly(path);
            FileLock lock = tryLock(file);
            if (lock == null) {
                throw new JournalException(
                        directory + " is in use" + by(path)
                                + ". One host at a time writes to a journal; wait until that has ended, or read it: openToRead(), which replay, explain and what-if use");
            }
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            file.truncate(0).write(ByteBuffer.wrap(pid), 0);
            return new DirectoryLock(file, lock);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by this process
        }
    }

    private static String by(Path path) {
        try {
            String pid = Files.readString(path, StandardCharsets.US_ASCII).strip();
            return pid.isEmpty() ? "" : " by process " + pid;
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        file.close();
    }
}
