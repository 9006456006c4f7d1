package io.millrace.transport.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A file that is read and written, and claimed as long as it is open. */
final class ClaimedFile extends RandomAccessFile {
    private FileClaim claim;

    private ClaimedFile(Path path) throws IOException {
        super(path.toFile(), "rw");
    }

    /** Opens a plain file, which is made when there is none; nothing of it is changed. */
    static ClaimedFile open(Path path) throws IOException {
        synchronized (FileClaim.class) {
            FileClaim.requireFree(path);
            PlainFile.tryOpen(path);
            ClaimedFile file = new ClaimedFile(path);
            try {
                file.claim = FileClaim.of(path, file.getChannel());
                return file;
            } catch (Throwable t) {
                file.close();
                throw t;
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            if (claim != null) {
                claim.end();
                claim = null; // closed twice, when another may have it
            }
        }
    }
}
