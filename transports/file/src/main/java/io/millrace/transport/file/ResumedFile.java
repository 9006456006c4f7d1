package io.millrace.transport.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file that is written once more from its beginning: what it holds already is compared, what is behind that is added. So a writer that
 * makes the same bytes each time goes on where it was interrupted, in the middle of a row too. Zeros where others belong are what a loss of power
 * leaves of what was not forced: from there on it is written, and what stood there kept beside it unless it is zeros to the end. Whoever writes it
 * reads what it holds while the start may still be refused; so this is not put off until it is accepted, but undone where it is not ({@link #abandon}).
 */
final class ResumedFile extends OutputStream implements FileOutput.Forced, FileOutput.Found {
    private final String name;
    private final RandomAccessFile file;

    /** What it was long when it was opened. */
    private final long found;

    /** Up to where it has bytes that were not written by this. */
    private long held;

    /** What stood from there on; null where that was nothing, or zeros to the end. */
    private Path kept;

    private byte[] before = new byte[1 << 16];
    private long at;
    private boolean endsEarly;
    private boolean closed;

    ResumedFile(String name, Path path) throws IOException {
        this.name = name;
        file = ClaimedFile.open(path);
        found = file.length();
        held = found;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int compared = compare(bytes, offset, (int) Math.max(0, Math.min(length, held - at)));
        if (compared < length) {
            file.seek(at + compared);
            file.write(bytes, offset + compared, length - compared);
        }
        at += length;
    }

    @Override
    public void force() throws IOException {
        file.getFD().sync();
    }

    /** Answers how many are there. */
    private int compare(byte[] bytes, int offset, int length) throws IOException {
        if (before.length < length) {
            before = new byte[length];
        }
        file.seek(at);
        for (int n = 0; n < length; ) {
            int read = file.read(before, n, length - n);
            if (read < 0) {
                throw new EOFException("became shorter while it was written");
            }
            n += read;
        }
        int differs = Arrays.mismatch(before, 0, length, bytes, offset, offset + length);
        if (differs >= 0 && before[differs] == 0) {
            kept = CutAside.keep(name, file, at + differs);
            held = at + differs;
            file.setLength(held);
            return differs;
        }
        if (differs >= 0) {
            throw Faults.fault(
                    name,
                    "differs from what is written again",
                    "byte " + (at + differs),
                    "move it away, or put back the file of the last run",
                    null);
        }
        return length;
    }

    /** Its writer stops before it has come to all that is there: that is no fault, and stays. */
    void endEarly() {
        endsEarly = true;
    }

    @Override
    public void abandon() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (file) {
            if (file.length() > held) {
                file.setLength(held);
            }
            if (kept != null) {
                putBack();
            }
            if (file.length() < found) {
                file.setLength(found); // zeros, as they were
            }
            ClaimedFile.takeBack(file);
        }
    }

    /** What was kept goes only when it is there again: a disk may be full. */
    private void putBack() throws IOException {
        file.seek(held);
        try (RandomAccessFile from = new RandomAccessFile(kept.toFile(), "r")) {
            CutAside.copy(from, 0, file);
        }
        force();
        Files.deleteIfExists(kept);
    }

    /** Ends it; what it holds beyond what was written is not thrown away but said. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        long size;
        try (file) {
            size = file.length();
        }
        if (size > at && at > 0 && !endsEarly) {
            throw Faults.fault(
                    name,
                    "longer than what is written again",
                    size - at + " bytes behind byte " + at,
                    "move it away, or put back the file of the last run",
                    null);
        }
    }
}
