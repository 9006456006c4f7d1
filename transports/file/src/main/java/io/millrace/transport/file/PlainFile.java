package io.millrace.transport.file;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Files that outputs are written to, opened without channels: an interrupt of a thread that writes to a channel closes it, and rows that are
 * gathered would be lost with it. Threads of an engine, and of the services that it runs in, are interrupted by others.
 */
final class PlainFile {
    private PlainFile() {}

    /** The empty file of that name, made or emptied; a device or pipe as it is. */
    static OutputStream create(Path path) throws IOException {
        tryOpen(path);
        return new FileOutputStream(path.toFile());
    }

    /** Reads and writes the file of that name, which is made when there is none. */
    static RandomAccessFile open(Path path) throws IOException {
        tryOpen(path);
        return new RandomAccessFile(path.toFile(), "rw");
    }

    /** Reads the file of that name. */
    static InputStream read(Path path) throws IOException {
        FileChannel.open(path, StandardOpenOption.READ).close(); // says by its exception what is wrong
        return new FileInputStream(path.toFile());
    }

    /** Goes on behind so many bytes; what is behind them is cut off. */
    static OutputStream behind(Path path, long length) throws IOException {
        RandomAccessFile file = open(path);
        try {
            file.setLength(length);
            file.seek(length);
        } catch (Throwable t) {
            try {
                file.close();
            } catch (IOException e) {
                t.addSuppressed(e);
            }
            throw t;
        }
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                file.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int n) throws IOException {
                file.write(bytes, offset, n);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    /** A channel says by its exception what is wrong; but a pipe must not be opened twice, its reader would see an end. */
    private static void tryOpen(Path path) throws IOException {
        if (!Files.exists(path) || Files.isRegularFile(path)) {
            FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
        }
    }
}
