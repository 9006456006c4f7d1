package io.millrace.transport.journal;

import io.millrace.journal.JournalLog.SnapshotWriter;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file of a snapshot: what the host wrote, then an end mark that tells of it, so that a file is known by itself also
 * where the manifest is older.
 *
 * <pre>
 *  …    what the host wrote
 *  8    magic, "MRSNAP03"
 *  8    place of the first entry that is not in it
 *  8    bytes of what the host wrote
 *  8    chain value of the log behind the entry before that place, see {@link LogReader#chainAt}: of which history it is
 *  8    checksum of what the host wrote and of the 32 bytes before this, see {@link SnapshotSum}
 * </pre>
 */
final class SnapshotFile {
    private static final int SUMMED = 32;
    static final int END_MARK = SUMMED + Long.BYTES;
    private static final long MAGIC = 0x4D52534E41503033L;

    /** The version before: without the chain value, of one that was never released. */
    private static final long MAGIC_02 = 0x4D52534E41503032L;

    private static final int END_MARK_02 = 32;

    /** In the place of a chain value that nobody can say: it is compared with nothing. */
    static final long UNKNOWN = 0;

    private static final int BUFFER = 1 << 16;

    /** What is written before it is forced: a file system that is given a gigabyte at once lets others, the log, wait for it. */
    private static final int FORCED = 16 << 20;

    private SnapshotFile() {}

    /** Looks whether there is room for so many more bytes. */
    @FunctionalInterface
    interface Room {
        void check(long bytes) throws IOException;
    }

    /** What a file is that is whole, and the chain value in it. */
    record Read(Snapshot snapshot, long chain) {}

    /** A file that ends with the mark of another version; whether all in front of it is whole only that one can say. */
    static final class OtherVersion extends IOException {
        private static final long serialVersionUID = 1;

        OtherVersion(Path path) {
            super(path
                    + " was written by another version of Millrace: it is a snapshot of form MRSNAP02, and this build reads"
                    + " MRSNAP03: run the build that wrote it, or move it away");
        }
    }

    /** A file that was read, and is not what was written. Any other failure says nothing of what is in it. */
    static final class NotWhole extends IOException {
        private static final long serialVersionUID = 1;

        NotWhole(String why) {
            super(why);
        }
    }

    private static final class HashedOutput extends OutputStream {
        private final Disk.Output file;
        private final Room room;
        private final SnapshotSum sum = new SnapshotSum();
        private long written;
        private int unforced;

        HashedOutput(Disk.Output file, Room room) {
            this.file = file;
            this.room = room;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            room.check(length);
            file.write(bytes, offset, length);
            sum.update(bytes, offset, length);
            written += length;
            unforced += length;
            if (unforced >= FORCED) {
                file.force();
                unforced = 0;
            }
        }
    }

    /** Writes a file and forces it; its name is not yet durable. */
    static Snapshot write(Disk disk, Path path, long next, long chain, SnapshotWriter writer, Room room)
            throws IOException {
        try (Disk.Output file = disk.create(path)) {
            HashedOutput out = new HashedOutput(file, room);
            BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
            writer.write(buffered);
            buffered.flush();
            long length = out.written;
            ByteBuffer mark = ByteBuffer.allocate(END_MARK);
            mark.putLong(MAGIC).putLong(next).putLong(length).putLong(chain);
            out.sum.update(mark.array(), 0, SUMMED);
            long sum = out.sum.value();
            mark.putLong(sum);
            file.write(mark.array(), 0, END_MARK);
            file.force();
            return new Snapshot(next, length, sum);
        }
    }

    /**
     * Reads a file as a whole.
     *
     * @return what it is
     * @throws NotWhole    when it is not whole
     * @throws IOException when it cannot be read
     */
    static Read verify(Path path) throws IOException {
        long length = Files.size(path) - END_MARK;
        if (isOfTheVersionBefore(path)) {
            throw new OtherVersion(path);
        }
        if (length < 0) {
            throw new NotWhole(path + " is too short for a snapshot");
        }
        SnapshotSum sum = new SnapshotSum();
        byte[] buffer = new byte[(int) Math.min(BUFFER, length)];
        try (DataInputStream in = new DataInputStream(Files.newInputStream(path))) {
            for (long left = length; left > 0; ) {
                int part = (int) Math.min(left, buffer.length);
                in.readFully(buffer, 0, part);
                sum.update(buffer, 0, part);
                left -= part;
            }
            byte[] mark = new byte[END_MARK];
            in.readFully(mark);
            sum.update(mark, 0, SUMMED);
            ByteBuffer m = ByteBuffer.wrap(mark);
            long magic = m.getLong();
            long next = m.getLong();
            long said = m.getLong();
            long chain = m.getLong();
            Snapshot snapshot = new Snapshot(next, said, m.getLong());
            if (magic != MAGIC || snapshot.length() != length || snapshot.sum() != sum.value()) {
                throw new NotWhole(path + " is damaged: its checksum is another");
            }
            return new Read(snapshot, chain);
        }
    }

    private static boolean isOfTheVersionBefore(Path path) throws IOException {
        long length = Files.size(path) - END_MARK_02;
        if (length < 0) {
            return false;
        }
        ByteBuffer mark = ByteBuffer.allocate(END_MARK_02);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            while (mark.hasRemaining() && file.read(mark, length + mark.position()) >= 0) {
                // until it is all there
            }
        }
        return !mark.hasRemaining() && mark.getLong(0) == MAGIC_02 && mark.getLong(2 * Long.BYTES) == length;
    }

    /** Reads what the host wrote, and says at its end when that is no longer what it was. */
    static InputStream open(Path path, Snapshot snapshot) throws IOException {
        return new CheckedInput(path, snapshot);
    }

    private static final class CheckedInput extends InputStream {
        private final InputStream file;
        private final Path path;
        private final Snapshot snapshot;
        private final SnapshotSum sum = new SnapshotSum();
        private long left;

        CheckedInput(Path path, Snapshot snapshot) throws IOException {
            this.path = path;
            this.snapshot = snapshot;
            file = Files.newInputStream(path);
            left = snapshot.length();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = file.read(bytes, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new IOException(path + " has become shorter");
            }
            sum.update(bytes, offset, read);
            left -= read;
            if (left == 0) {
                check();
            }
            return read;
        }

        private void check() throws IOException {
            sum.update(file.readNBytes(SUMMED), 0, SUMMED);
            if (snapshot.sum() != sum.value()) {
                throw new IOException(path + " is no longer what was written");
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
