package io.millrace.transport.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The bytes between a stream and {@link RowScanner}: at least the present row, at most the longest that is taken. The
 * row moves to the front when room is needed, so whoever keeps a position counts from {@link #rowStart}.
 */
final class RowBuffer implements Closeable {
    /** What {@link #peek} says where nothing follows. */
    static final int END = -1;

    final String name;
    private final InputStream in;
    private final int bytesMax;
    private boolean ended;
    private FileFault fault;

    // Open to the scanner, whose loops run over them.
    byte[] bytes;
    int at;
    int limit;
    int rowStart;
    /** The line a fault is reported at; none before the first row. */
    long line = FileFault.NO_LINE;
    /** The present row fills the buffer: END was not the end of the input. */
    boolean tooLong;

    RowBuffer(String name, InputStream in, int bytesStart, int bytesMax) {
        assert bytesStart > 0 && bytesStart <= bytesMax;
        this.name = name;
        this.in = in;
        this.bytesMax = bytesMax;
        bytes = new byte[bytesStart];
    }

    void startRow(long newLine) {
        rowStart = at;
        line = newLine;
        tooLong = false;
    }

    /** The byte at hand, or END: of the input, or (tooLong) of what a row may have. */
    int peek() throws FileFault {
        if (at < limit) {
            return bytes[at] & 0xFF;
        }
        if (limit - rowStart >= bytesMax) {
            tooLong = true;
            return END;
        }
        return fill() ? bytes[at] & 0xFF : END;
    }

    private boolean fill() throws FileFault {
        if (fault != null) {
            throw fault;
        }
        if (ended) {
            return false;
        }
        makeRoom();
        int count;
        try {
            count = Streams.readSome(in, bytes, limit, bytes.length - limit);
        } catch (IOException e) {
            fault = Faults.reading(name, e).at(line);
            throw fault;
        }
        ended = count < 0;
        limit += Math.max(0, count);
        return !ended;
    }

    private void makeRoom() {
        if (limit < bytes.length) {
            return;
        }
        if (rowStart > 0) {
            System.arraycopy(bytes, rowStart, bytes, 0, limit - rowStart);
            at -= rowStart;
            limit -= rowStart;
            rowStart = 0;
        } else {
            bytes = Arrays.copyOf(bytes, Math.min(bytes.length * 2, bytesMax));
        }
    }

    void skipByteOrderMark() throws FileFault {
        while (limit < 3 && !ended) {
            fill();
        }
        if (Quoting.startsWithByteOrderMark(bytes, 0, limit)) {
            at = 3;
        }
    }

    void skipToLineEnd() {
        while (at < limit && bytes[at] != '\n') {
            at++;
        }
    }

    /** Drops bytes up to and with the next line end, without keeping them. */
    void dropLine() throws FileFault {
        int c;
        do {
            skipToLineEnd();
            rowStart = at;
            c = peek();
        } while (c != '\n' && c != END);
        if (c == '\n') {
            at++;
        }
    }

    @Override
    public void close() throws FileFault {
        try {
            in.close();
        } catch (IOException e) {
            throw Faults.reading(name, e);
        }
    }
}
