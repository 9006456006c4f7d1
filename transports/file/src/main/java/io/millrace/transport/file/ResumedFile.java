package io.millrace.transport.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A file that is written once more from its beginning: what it holds already is compared, what is behind that is added. So a writer that
 * makes the same bytes each time goes on where it was interrupted, in the middle of a row too.
 */
final class ResumedFile extends OutputStream {
    private final String name;
    private final FileChannel channel;
    private final long held;
    private byte[] before = new byte[1 << 16];
    private long at;

    ResumedFile(String name, Path path) throws IOException {
        this.name = name;
        channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        held = channel.size();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int compared = (int) Math.max(0, Math.min(length, held - at));
        compare(bytes, offset, compared);
        ByteBuffer rest = ByteBuffer.wrap(bytes, offset + compared, length - compared);
        for (long to = at + compared; rest.hasRemaining(); ) {
            to += channel.write(rest, to);
        }
        at += length;
    }

    private void compare(byte[] bytes, int offset, int length) throws IOException {
        if (before.length < length) {
            before = new byte[length];
        }
        ByteBuffer into = ByteBuffer.wrap(before, 0, length);
        while (into.hasRemaining()) {
            if (channel.read(into, at + into.position()) < 0) {
                throw new EOFException("became shorter while it was written");
            }
        }
        int differs = Arrays.mismatch(before, 0, length, bytes, offset, offset + length);
        if (differs >= 0) {
            throw Faults.fault(
                    name,
                    "differs from what is written again",
                    "byte " + (at + differs),
                    "move it away, or put back the file of the last run",
                    null);
        }
    }

    /** Ends it; what it holds beyond what was written is not thrown away but said. */
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        long size = channel.size();
        channel.close();
        if (size > at && at > 0) {
            throw Faults.fault(
                    name,
                    "longer than what is written again",
                    size - at + " bytes behind byte " + at,
                    "move it away, or put back the file of the last run",
                    null);
        }
    }
}
