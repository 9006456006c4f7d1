package io.millrace.transport;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * An open file that this process holds for as long as it is open: a {@link ProcessLock} together with opening and
 * closing in the right order. May be used by any thread.
 */
public final class LockedFile implements Closeable {
    private final FileChannel channel;
    private final ProcessLock lock;

    private LockedFile(FileChannel channel, ProcessLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Opens a file and takes its lock.
     *
     * @param file its path
     * @param how how to open it; must include writing
     * @return null if it is held by this process ({@link ProcessLock#isHeldHere}) or another
     * @throws IOException if it cannot be opened
     */
    public static LockedFile tryOpen(Path file, OpenOption... how) throws IOException {
        if (ProcessLock.isHeldHere(file)) {
            return null; // to close what would be opened could give up that lock
        }
        FileChannel open = FileChannel.open(file, how);
        try {
            ProcessLock lock = ProcessLock.tryTake(file, open);
            return lock == null ? null : new LockedFile(open, lock);
        } catch (IOException e) {
            open.close();
            throw e;
        }
    }

    /**
     * Returns the open file.
     *
     * @return the channel; close it by {@link #close} only
     */
    public FileChannel channel() {
        return channel;
    }

    /**
     * Returns why other processes are not kept out.
     *
     * @return null if they are; see {@link ProcessLock#problem}
     */
    public IOException problem() {
        return lock.problem();
    }

    /** Closes the file, and then gives up its lock. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            lock.end();
        }
    }
}
