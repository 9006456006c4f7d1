package io.millrace.transport.file;

import io.millrace.transport.ProcessLock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A file that is read and written, and claimed as long as it is open. */
final class ClaimedFile extends RandomAccessFile {
    private ProcessLock claim;
    private boolean isClosing;

    private ClaimedFile(Path path) throws IOException {
        super(path.toFile(), "rw");
    }

    /** Opens a plain file, which is made when there is none; nothing of it is changed. */
    static ClaimedFile open(Path path) throws IOException {
        FileClaim.requireFree(path);
        PlainFile.tryOpen(path);
        ClaimedFile file = new ClaimedFile(path);
        try {
            file.claim = FileClaim.of(path, file.getChannel());
            return file;
        } catch (FileClaim.Taken e) {
            throw e;
        } catch (Throwable t) {
            file.close();
            throw t;
        }
    }

    /** The file closes its channel, which closes the file: the claim ends with the outer one of both calls, behind the descriptor. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (isClosing) {
                return; // also closed twice, when another may have it
            }
            isClosing = true;
        }
        try {
            super.close();
        } finally {
            if (claim != null) {
                claim.end();
            }
        }
    }
}
