package io.millrace.transport.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.function.LongPredicate;

/** A file whose disk is full at some writes: half of one is done then. */
final class FlakyFile extends RandomAccessFile {
    private final LongPredicate fails;
    private long writes;

    FlakyFile(Path path, LongPredicate fails) throws IOException {
        super(path.toFile(), "rw");
        this.fails = fails;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (fails.test(++writes)) {
            super.write(bytes, offset, length / 2);
            throw new IOException("No space left on device");
        }
        super.write(bytes, offset, length);
    }
}
