package io.millrace.transport.file;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The bytes of a new file: gzip if its name ends in {@code .gz}. Not thread-safe, and without a buffer of its own:
 * write in large pieces.
 *
 * <p>Every failure is a {@link FileFault}. The file itself is written, not a temporary one: after a fault, what was
 * written before is there. A plain file that something else writes, such as another engine, is refused and left as it
 * is: always within this process, and across processes as far as the system locks files (POSIX locks end when this
 * process reads the file itself). A failed write may be repeated in a plain file, where one can go back to its place;
 * anything else takes nothing more after a fault. Interrupts of the writing thread have no effect on it.
 */
public final class FileOutput extends OutputStream implements Abandonable {
    /** The name that means standard output. */
    public static final String STANDARD_OUTPUT = "-";

    private final String name;
    private final OutputStream out;

    /** Whether a write that failed in the middle can be repeated at the same place. */
    private final boolean repeats;

    /** Where the bytes arrive, compressed or not. */
    private final OutputStream raw;

    /** Why the last write failed; null if it did not. */
    private IOException failed;

    private FileOutput(String name, OutputStream raw, OutputStream out) {
        this.name = name;
        this.out = out;
        this.raw = raw;
        repeats = out instanceof PlainFile.Output || out instanceof ResumedFile || out instanceof RewrittenFile;
    }

    /**
     * Makes a file anew. One that is there is claimed at once, and emptied by the first write, flush or its end ({@link #abandon} before that
     * leaves it whole); at once where it may be written and not read.
     *
     * @param name its path, relative to the directory of the process, or {@code -} for standard output
     * @return an output at the first byte
     * @throws FileFault if its directory is missing, it is a directory, or it may not be written
     */
    public static FileOutput create(String name) throws FileFault {
        if (name.equals(STANDARD_OUTPUT)) {
            // Not System.out: a PrintStream keeps a full disk to itself.
            return of(Faults.STANDARD_OUTPUT, new KeptOpen(new FileOutputStream(FileDescriptor.out)));
        }
        Path path = Faults.path(name);
        if (Files.isDirectory(path)) {
            throw Faults.directory(name);
        }
        try {
            return closingOnFault(name, PlainFile.create(path));
        } catch (IOException e) {
            throw Faults.writing(name, e);
        }
    }

    /**
     * Goes on with a file whose writer begins anew and makes the same bytes once more, as behind a journal: those that are there are compared
     * and stay, what follows them is added. A file that is not there is made.
     *
     * @param name its path, relative to the directory of the process; neither standard output nor compressed
     * @return an output at the first byte; writing a byte that differs from that of the file is a fault
     * @throws FileFault if its directory is missing, it is a directory, it may not be written, or nobody can go on with it
     */
    public static FileOutput resume(String name) throws FileFault {
        Path path = plain(name);
        try {
            return closingOnFault(name, new ResumedFile(name, path));
        } catch (IOException e) {
            throw Faults.writing(name, e);
        }
    }

    /**
     * Looks whether a file could be made anew, without opening it: for whoever is about to open several, of which none is to be emptied
     * where another cannot be had.
     *
     * @param name its path, relative to the directory of the process, or {@code -} for standard output
     * @throws FileFault as {@link #create} would, where that can be told before; nothing has been changed
     */
    public static void check(String name) throws FileFault {
        if (name.equals(STANDARD_OUTPUT)) {
            return;
        }
        Path path = Faults.path(name);
        if (Files.isDirectory(path)) {
            throw Faults.directory(name);
        }
        Path folder = path.toAbsolutePath().getParent();
        if (!Files.exists(path) && (folder == null || !Files.isDirectory(folder))) {
            throw Faults.writing(name, new NoSuchFileException(name));
        }
        if (!Files.isSymbolicLink(path)) { // that may lead anywhere
            checkWritable(name, Files.exists(path) ? path : folder);
        }
    }

    private static void checkWritable(String name, Path place) throws FileFault {
        if (Files.isWritable(place)) {
            return;
        }
        try {
            throw Faults.writing(
                    name,
                    Files.getFileStore(place).isReadOnly()
                            ? new FileSystemException(name, null, "Read-only file system")
                            : new AccessDeniedException(name));
        } catch (FileFault e) {
            throw e;
        } catch (IOException e) {
            throw Faults.writing(name, e);
        }
    }

    /** Whether the file of that name would be made or emptied by its opening: not a device or pipe, and not standard output. */
    static boolean wouldMakeAnew(String name) throws FileFault {
        if (name.equals(STANDARD_OUTPUT)) {
            return false;
        }
        Path path = Faults.path(name);
        return !Files.exists(path) || Files.isRegularFile(path);
    }

    /** The path of a file that can be continued. */
    static Path plain(String name) throws FileFault {
        if (name.equals(STANDARD_OUTPUT) || name.endsWith(".gz")) {
            throw Faults.fault(
                    name, "cannot be continued", "it is not a plain file", "give the name of one, without .gz", null);
        }
        Path path = Faults.path(name);
        if (Files.isDirectory(path)) {
            throw Faults.directory(name);
        }
        return path;
    }

    private static FileOutput closingOnFault(String name, OutputStream raw) throws IOException {
        try {
            return of(name, raw);
        } catch (FileFault e) {
            raw.close();
            throw e;
        }
    }

    /**
     * Writes to a stream as {@link #create} writes to a file.
     *
     * @param name what messages call it; gzip when it ends in {@code .gz}
     * @param raw  where the bytes go; closed with this one
     * @return an empty output
     * @throws FileFault if it cannot be written
     */
    public static FileOutput of(String name, OutputStream raw) throws FileFault {
        try {
            return new FileOutput(name, raw, name.endsWith(".gz") ? new GzipOut(raw) : raw);
        } catch (IOException e) {
            throw Faults.writing(name, e);
        }
    }

    @Override
    public void write(int b) throws FileFault {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws FileFault {
        requireSound();
        try {
            out.write(bytes, offset, length);
            failed = null;
        } catch (IOException e) {
            throw failed(e);
        } catch (RuntimeException | Error e) {
            failed = new IOException(e.toString(), e); // of a stream of somebody else
            throw e;
        }
    }

    /** Nobody knows how much of what failed is out: what is written behind it might leave a gap, or be there twice. */
    private void requireSound() throws FileFault {
        if (failed != null && !repeats) {
            throw Faults.writing(name, failed);
        }
    }

    @Override
    public void flush() throws FileFault {
        requireSound();
        try {
            out.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * Makes durable what has been written to a plain file: its bytes, and its name in its directory. Anything else, such as standard output or
     * a compressed file, is left as it is. May be called by another thread than the one that writes, at any time before {@link #close}.
     *
     * @throws FileFault if it cannot be forced
     */
    public void sync() throws FileFault {
        if (out instanceof Forced file) {
            try {
                file.force();
                PlainFile.forceDirectory(Faults.path(name));
            } catch (IOException e) {
                throw Faults.writing(name, e); // nothing of what is written has failed
            }
        }
    }

    /** A file that can be forced by any thread. */
    interface Forced {
        void force() throws IOException;
    }

    /** A file that can be left as it was found. */
    interface Found {
        /** Ends it so, as far as it still can be, and as none where there was none; closes it whatever comes of that. Nothing behind its closing. */
        void abandon() throws IOException;
    }

    FileFault tooLong(long bytes) {
        return Faults.fault(name, "a row is too long", bytes + " bytes", "write shorter fields", null);
    }

    /** Whether whoever writes it has to begin with the first byte at each start; not where what was written before has gone elsewhere, or stays. */
    boolean isMadeAnew() {
        return raw instanceof PlainFile.Output || raw instanceof PlainFile.WriteOnly || raw instanceof ResumedFile;
    }

    /** Of a file that is made anew: what it held before goes now, and not with the first write. */
    void empty() throws FileFault {
        if (raw instanceof PlainFile.Output anew) {
            try {
                anew.flush();
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    /** Of a file that goes on ({@link #resume}): what it holds behind the bytes that were written stays, and is no fault. */
    void endEarly() {
        if (out instanceof ResumedFile resumed) {
            resumed.endEarly();
        }
    }

    @Override
    public void abandon() throws FileFault {
        if (!(raw instanceof Found found)) {
            close();
            return;
        }
        try {
            found.abandon();
        } catch (IOException e) {
            throw failed(e);
        } finally {
            if (out instanceof GzipOut packed) {
                packed.forget();
            }
        }
    }

    /** Ends the file. What is behind a fault is not reported once more. */
    @Override
    public void close() throws FileFault {
        try {
            out.close();
        } catch (IOException e) {
            if (failed == null) {
                throw failed(e);
            }
        }
    }

    private FileFault failed(IOException e) {
        failed = e;
        return Faults.writing(name, e);
    }

    /** Standard output belongs to the process. */
    private static final class KeptOpen extends FilterOutputStream {
        KeptOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
