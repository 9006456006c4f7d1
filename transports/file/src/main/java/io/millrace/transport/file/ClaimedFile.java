package io.millrace.transport.file;

import io.millrace.transport.ProcessLock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is read and written, and claimed as long as it is open. */
final class ClaimedFile extends RandomAccessFile {
    private final Path path;

    /** Whether there was none. */
    private final boolean isMade;

    private ProcessLock claim;
    private boolean isClosing;

    private ClaimedFile(Path path, boolean isMade) throws IOException {
        super(path.toFile(), "rw");
        this.path = path;
        this.isMade = isMade;
    }

    /** Opens a plain file, which is made when there is none; nothing of it is changed. */
    static ClaimedFile open(Path path) throws IOException {
        FileClaim.requireFree(path);
        boolean isMade = PlainFile.tryOpen(path);
        ClaimedFile file = new ClaimedFile(path, isMade);
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

    /** Where a start is refused nothing is left of a file that it has made; before its end, since nobody else has it by then. */
    static void takeBack(RandomAccessFile file) throws IOException {
        if (file.length() == 0) {
            takeBackAll(file);
        }
    }

    /** As {@link #takeBack}, whatever it holds; nothing where it is closed, as another may have that name by then. */
    static void takeBackAll(RandomAccessFile file) throws IOException {
        if (file instanceof ClaimedFile claimed && claimed.isMade && !claimed.isClosing) {
            Files.deleteIfExists(claimed.path);
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
