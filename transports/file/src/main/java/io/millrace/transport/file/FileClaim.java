package io.millrace.transport.file;

import io.millrace.transport.ProcessLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * That a plain file has one writer: a second engine, started by mistake, would cut off what the first one writes. Whoever opens a file to write
 * asks first ({@link #requireFree}). Where a file system has no locks only this process is kept out, and the rest is the business of the journal,
 * which has a lock of its own.
 */
final class FileClaim {
    private FileClaim() {}

    /** Somebody else writes it. */
    static final class Taken extends IOException {
        private static final long serialVersionUID = 1L;

        Taken(Path path) throws IOException {
            super(ProcessLock.isHeldHere(path) ? "this process" : "another process");
        }
    }

    /** Throws where this process writes the file; opens nothing. */
    static void requireFree(Path path) throws IOException {
        if (ProcessLock.isHeldHere(path)) {
            throw new Taken(path);
        }
    }

    /** Claims a file that is open; the claim is to be ended behind its closing. Who is refused leaves the file alone. */
    static ProcessLock of(Path path, FileChannel open) throws IOException {
        ProcessLock lock = ProcessLock.tryTake(path, open);
        if (lock == null) {
            throw new Taken(path);
        }
        return lock;
    }
}
