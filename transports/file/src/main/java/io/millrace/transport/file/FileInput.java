package io.millrace.transport.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The bytes of a file: plain, or gunzipped when the first two bytes say so, of several members too. Everything that
 * goes wrong is a {@link FileFault}; what could be read before a fault is handed out first. A file without a byte is a
 * fault, and so is a zip file. Not thread-safe, and without a buffer of its own: read in large pieces.
 */
public final class FileInput extends InputStream {
    /** The name that means standard input. */
    public static final String STANDARD_INPUT = "-";

    private static final int SIGNATURE_BYTES = 4;

    private final String name;
    private final InputStream in;
    private boolean empty = true;
    private boolean keptOpen;

    private FileInput(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    /**
     * Opens a file.
     *
     * @param name its path, relative to the directory of the process, or {@code -} for standard input
     * @return its bytes
     * @throws FileFault if it is missing, a directory, a zip file, or may not be read
     */
    public static FileInput open(String name) throws FileFault {
        if (name.equals(STANDARD_INPUT)) {
            FileInput in = of("standard input", System.in);
            in.keptOpen = true;
            return in;
        }
        Path path = Faults.path(name);
        if (Files.isDirectory(path)) {
            throw Faults.directory(name);
        }
        try {
            return closingOnFault(name, Files.newInputStream(path));
        } catch (IOException e) {
            throw Faults.reading(name, e);
        }
    }

    /**
     * Reads a stream as {@link #open} reads a file.
     *
     * @param name what messages call it
     * @param raw  its bytes, compressed or not; closed with this one
     * @return its bytes, gunzipped
     * @throws FileFault if it is a zip file, or cannot be read
     */
    public static FileInput of(String name, InputStream raw) throws FileFault {
        try {
            byte[] head = raw.readNBytes(SIGNATURE_BYTES);
            if (isZip(head)) {
                throw Faults.zip(name);
            }
            InputStream whole = new Headed(head, raw);
            return new FileInput(name, isGzip(head) ? new Gunzip(name, whole) : whole);
        } catch (IOException e) {
            throw Faults.reading(name, e);
        }
    }

    private static FileInput closingOnFault(String name, InputStream raw) throws IOException {
        try {
            return of(name, raw);
        } catch (FileFault e) {
            raw.close();
            throw e;
        }
    }

    private static boolean isGzip(byte[] head) {
        return head.length >= 2 && (head[0] & 0xFF) == Gunzip.MAGIC_FIRST && (head[1] & 0xFF) == Gunzip.MAGIC_SECOND;
    }

    /** Local file header, or the end record of an archive without files. */
    private static boolean isZip(byte[] head) {
        return Arrays.equals(head, new byte[] {'P', 'K', 3, 4}) || Arrays.equals(head, new byte[] {'P', 'K', 5, 6});
    }

    @Override
    public int read() throws FileFault {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws FileFault {
        if (length == 0) {
            return 0;
        }
        try {
            int count = Streams.readSome(in, bytes, offset, length);
            if (count < 0 && empty) {
                throw Faults.empty(name);
            }
            empty = false;
            return count;
        } catch (IOException e) {
            throw Faults.reading(name, e);
        }
    }

    /** Standard input belongs to the process and stays open. */
    @Override
    public void close() throws FileFault {
        if (keptOpen) {
            return;
        }
        try {
            in.close();
        } catch (IOException e) {
            throw Faults.reading(name, e);
        }
    }

    /** A stream with the bytes put back that were read to look at them. */
    private static final class Headed extends InputStream {
        private final byte[] head;
        private final InputStream rest;
        private int at;

        Headed(byte[] head, InputStream rest) {
            this.head = head;
            this.rest = rest;
        }

        @Override
        public int read() throws IOException {
            return at < head.length ? head[at++] & 0xFF : rest.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (at == head.length) {
                return rest.read(bytes, offset, length);
            }
            int count = Math.min(length, head.length - at);
            System.arraycopy(head, at, bytes, offset, count);
            at += count;
            return count;
        }

        @Override
        public void close() throws IOException {
            rest.close();
        }
    }
}
