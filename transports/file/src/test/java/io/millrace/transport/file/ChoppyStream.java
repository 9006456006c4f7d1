package io.millrace.transport.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

/** Bytes as a bad pipe hands them out: in pieces of any size, now and then none, and never "available". */
final class ChoppyStream extends InputStream {
    private final byte[] bytes;
    private final Random random;
    private final int pieceMax;
    private int at;
    private IOException fault;
    private boolean closed;

    ChoppyStream(byte[] bytes, long seed, int pieceMax) {
        this.bytes = bytes;
        this.pieceMax = pieceMax;
        random = new Random(seed);
    }

    /** Fails behind the last byte instead of ending. */
    ChoppyStream failingWith(IOException newFault) {
        fault = newFault;
        return this;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public int read() throws IOException {
        if (at == bytes.length) {
            return end();
        }
        return bytes[at++] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (at == bytes.length) {
            return end();
        }
        int count = Math.min(random.nextInt(pieceMax + 1), Math.min(length, bytes.length - at));
        System.arraycopy(bytes, at, target, offset, count);
        at += count;
        return count;
    }

    private int end() throws IOException {
        if (fault != null) {
            throw fault;
        }
        return -1;
    }

    @Override
    public int available() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
