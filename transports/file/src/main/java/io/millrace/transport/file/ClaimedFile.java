package io.millrace.transport.file;

import io.millrace.transport.ProcessLock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** A file that is read and written, and claimed as long as it is open. */
final class ClaimedFile extends RandomAccessFile {
    private final Path path;

    /** Whether there was none. */
    private final boolean isMade;

    /** What it is, whatever its name, where there was none; null where the system has no such thing. While it is open no other gets it. */
    private Object key;

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
            file.key = isMade ? key(path) : null;
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

    /** As {@link #takeBack}, whatever it holds; nothing where it is closed, or moved away: another has that name by then. */
    static void takeBackAll(RandomAccessFile file) throws IOException {
        if (file instanceof ClaimedFile claimed && claimed.isMade && !claimed.isClosing && claimed.hasItsName()) {
            Files.deleteIfExists(claimed.path);
        }
    }

    private boolean hasItsName() throws IOException {
        try {
            return Objects.equals(key, key(path));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Of a link itself: one that leads to the file is not the file. */
    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
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
