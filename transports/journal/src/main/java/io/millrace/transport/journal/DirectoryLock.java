package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import io.millrace.transport.LockedFile;
import io.millrace.transport.ProcessLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Who may write to a directory: the system lets go of it when its process ends, whatever the end. */
final class DirectoryLock implements AutoCloseable {
    static final String NAME = "lock";

    private final LockedFile file;

    private DirectoryLock(LockedFile file) {
        this.file = file;
    }

    static DirectoryLock take(Path directory) throws IOException {
        DirectoryLock taken = tryTake(directory, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (taken == null) {
            throw new JournalException(
                    directory + " is in use" + by(directory.resolve(NAME))
                            + ". One host at a time writes to a journal; wait until that has ended, or read it: openToRead(), which replay, explain and what-if use");
        }
        return taken;
    }

    /**
     * That of one that ended, if nobody has it.
     *
     * @return null when it is in use, or has no such file
     */
    static DirectoryLock tryTakeOver(Path directory) throws IOException {
        try {
            Object before = ProcessLock.key(directory.resolve(NAME));
            DirectoryLock taken = tryTake(directory, StandardOpenOption.WRITE);
            if (taken != null && !before.equals(ProcessLock.key(directory.resolve(NAME)))) {
                taken.close(); // it went meanwhile, and another took its name
                return null;
            }
            return taken;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Answers null when it is in use. */
    private static DirectoryLock tryTake(Path directory, OpenOption... how) throws IOException {
        Path path = directory.resolve(NAME);
        LockedFile file = LockedFile.tryOpen(path, how);
        return file == null ? null : begun(path, new DirectoryLock(file));
    }

    private static DirectoryLock begun(Path path, DirectoryLock taken) throws IOException {
        try {
            if (taken.file.problem() != null) {
                throw taken.file.problem();
            }
            RealDisk.forOwnerOnly(path);
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            taken.file.channel().truncate(0).write(ByteBuffer.wrap(pid), 0);
            return taken;
        } catch (IOException | RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    /** Whether this process has the lock of a file. The file is not opened. */
    static boolean isHeldHere(Path path) throws IOException {
        return ProcessLock.isHeldHere(path);
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

    @Override
    public void close() throws IOException {
        file.close(); // and lets go of it
    }
}
