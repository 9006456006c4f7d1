package io.millrace.transport;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * A file that is open and held by this process, for as long as it is open: {@link ProcessLock} with what goes around it in the right order.
 *
 * <p>Any thread.
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
     * @param how  it is to be opened, to be written among others
     * @return null where it is held, by this process ({@link ProcessLock#isHeldHere}) or another
     * @throws IOException when it cannot be opened
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
     * The file.
     *
     * @return open; whoever has this closes it by {@link #close} only
     */
    public FileChannel channel() {
        return channel;
    }

    /**
     * Why other processes are not kept out.
     *
     * @return null where they are; see {@link ProcessLock#problem}
     */
    public IOException problem() {
        return lock.problem();
    }

    /** Closes the file, and gives up its lock behind that. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            lock.end();
        }
    }
}
