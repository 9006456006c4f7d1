package io.millrace.transport.file;

import io.millrace.transport.ProcessLock;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Files that outputs are written to, opened without channels: an interrupt of a thread that writes to a channel closes it, and rows that are
 * gathered would be lost with it. Threads of an engine, and of the services that it runs in, are interrupted by others.
 */
final class PlainFile {
    private PlainFile() {}

    /**
     * The file of that name, made, or emptied with what is first written; a device or pipe as it is. Where it may be read a write can be made once
     * more.
     */
    static OutputStream create(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            return new FileOutputStream(path.toFile());
        }
        return Files.exists(path) && !Files.isReadable(path) // one may be allowed to write only
                ? WriteOnly.open(path)
                : new Output(ClaimedFile.open(path), 0);
    }

    /** A file that can be written only is claimed by a descriptor of its own, as to open it for writing is to empty it. */
    static final class WriteOnly extends FilterOutputStream {
        private final FileOutputStream holder;
        private final ProcessLock claim;
        private boolean closed;

        private WriteOnly(FileOutputStream holder, ProcessLock claim, OutputStream out) {
            super(out);
            this.holder = holder;
            this.claim = claim;
        }

        static WriteOnly open(Path path) throws IOException {
            FileClaim.requireFree(path);
            tryOpen(path);
            FileOutputStream holder = new FileOutputStream(path.toFile(), true);
            ProcessLock claim = null;
            try {
                claim = FileClaim.of(path, holder.getChannel());
                return new WriteOnly(holder, claim, new FileOutputStream(path.toFile()));
            } catch (FileClaim.Taken e) {
                throw e;
            } catch (Throwable t) {
                holder.close();
                if (claim != null) {
                    claim.end();
                }
                throw t;
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try (holder) {
                super.close();
            } finally {
                claim.end();
            }
        }
    }

    /**
     * Writes at a place that it knows: a write that was done in part, as on a full disk, is made once more at the same place, and what is
     * left of it at the end is cut off. What the file held before goes with the first write, flush or its end: so it is still there where the
     * start is refused before that.
     */
    static final class Output extends OutputStream implements FileOutput.Forced, FileOutput.Found {
        private final RandomAccessFile file;
        private long at;
        private boolean isCut;
        private boolean torn;
        private boolean closed;

        /** Goes on behind so many bytes. */
        Output(RandomAccessFile file, long at) {
            this.file = file;
            this.at = at;
        }

        private void cut() throws IOException {
            if (!isCut) {
                file.setLength(at);
                file.seek(at);
                isCut = true;
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int n) throws IOException {
            cut();
            if (torn) {
                file.seek(at);
            }
            torn = true;
            file.write(bytes, offset, n);
            torn = false;
            at += n;
        }

        @Override
        public void flush() throws IOException {
            cut();
        }

        /** Touches nothing that is being written, by another thread maybe. */
        @Override
        public void force() throws IOException {
            file.getFD().sync();
        }

        /** One that was made for this start goes, with all that the next one makes anew. */
        @Override
        public void abandon() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try (file) {
                ClaimedFile.takeBackAll(file);
                endTorn();
            }
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try (file) {
                cut();
                endTorn();
            }
        }

        private void endTorn() throws IOException {
            if (torn) {
                file.setLength(at);
            }
        }
    }

    /** A file that was made is there behind a loss of power only when its directory knows it. */
    static void forceDirectory(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (AccessDeniedException e) {
            // a system on which directories cannot be opened, and need not be forced
        }
    }

    /**
     * A channel says by its exception what is wrong; but a pipe must not be opened twice, its reader would see an end. Answers whether it has
     * made the file.
     */
    static boolean tryOpen(Path path) throws IOException {
        boolean isThere = Files.exists(path);
        if (isThere && !Files.isRegularFile(path)) {
            return false;
        }
        FileChannel made = isThere ? null : openNew(path);
        FileChannel open =
                made != null ? made : FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ProcessLock claim = FileClaim.of(path, open); // else to close it could end another's
        open.close();
        claim.end();
        return made != null;
    }

    /** Null where somebody was faster, or a link stands there. */
    private static FileChannel openNew(Path path) throws IOException {
        try {
            return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            return null;
        }
    }
}
