package io.millrace.transport.journal;

import io.millrace.event.Bytes;
import io.millrace.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Walks over the frames of one epoch, checking each bit that has a meaning, and stops at the first that is not as it has
 * to be. Reads the files, never maps them: a file that grows shorter is an answer, not the end of the JVM.
 */
final class FrameCursor implements AutoCloseable {
    private static final int WINDOW = 1 << 18;

    private final Path directory;
    private final Epoch epoch;
    private final CRC32C crc = new CRC32C();
    private final byte[] window;
    private byte[] joined = new byte[0];

    private FileChannel file;
    private long fileBase = -1;
    private long windowFrom;
    private int windowLength;

    /** Where the next frame begins; behind {@link #next} answered false: where the trouble is. */
    private long position;

    private boolean chained;
    private long sequence;
    private long chain;
    private byte[] bytes;
    private int offset;
    private String damage;

    /** Whether any frame was sound. */
    private boolean any;

    private int otherVersion;

    FrameCursor(Path directory, Epoch epoch) {
        this.directory = directory;
        this.epoch = epoch;
        window = new byte[Math.min(WINDOW, epoch.segmentBytes())];
        start();
    }

    /** To the beginning of the epoch, which says how it is chained. */
    void start() {
        seek(0);
        chained = true;
        sequence = epoch.first();
        chain = epoch.chain();
    }

    /** To a frame whose place and chain value are not known. */
    void seek(long to) {
        position = to;
        chained = false;
        damage = null;
    }

    /**
     * Goes on to the next frame.
     *
     * @return false at the end, or at damage, see {@link #damage}
     */
    boolean next() {
        damage = null;
        otherVersion = 0;
        try {
            return paddingPassed() && joined();
        } catch (IOException e) {
            throw new JournalException("cannot read " + segment() + ": " + e, e);
        }
    }

    private boolean paddingPassed() throws IOException {
        while (loaded(position, AeronFrame.HEADER)) {
            int at = at(position);
            if (AeronFrame.isZero(window, at)) {
                return false;
            }
            if (!AeronFrame.isSound(window, at, position, epoch)) {
                return damaged("the header of a piece is damaged");
            }
            if (!AeronFrame.isPadding(window, at)) {
                return true;
            }
            position += AeronFrame.length(window, at);
        }
        return false;
    }

    /** Takes the pieces of a frame: most have one, which stays where it was read to. */
    private boolean joined() throws IOException {
        int at = at(position);
        int flags = AeronFrame.flags(window, at);
        int length = AeronFrame.length(window, at);
        if ((flags & AeronFrame.FIRST_PIECE) == 0) {
            return damaged("a piece without a beginning");
        }
        if (!loaded(position, AeronFrame.aligned(length))) {
            return damaged("the file ends inside a piece");
        }
        if ((flags & AeronFrame.LAST_PIECE) != 0) {
            return accepted(
                    window,
                    at(position) + AeronFrame.HEADER,
                    length - AeronFrame.HEADER,
                    position + AeronFrame.aligned(length));
        }
        return joinedFrom(position);
    }

    private boolean joinedFrom(long from) throws IOException {
        int total = 0;
        int expected = AeronFrame.FIRST_PIECE;
        for (long p = from; ; expected = 0) {
            if (!loaded(p, AeronFrame.HEADER) || !AeronFrame.isSound(window, at(p), p, epoch)) {
                return damaged("a piece of it is damaged or missing");
            }
            int flags = AeronFrame.flags(window, at(p));
            int length = AeronFrame.length(window, at(p));
            if ((flags & ~AeronFrame.LAST_PIECE) != expected
                    || AeronFrame.isPadding(window, at(p))
                    || !loaded(p, AeronFrame.aligned(length))) {
                return damaged("a piece of it is damaged or missing");
            }
            int payload = length - AeronFrame.HEADER;
            if (joined.length < total + payload) {
                joined = Arrays.copyOf(joined, Math.max(2 * joined.length, total + payload));
            }
            System.arraycopy(window, at(p) + AeronFrame.HEADER, joined, total, payload);
            total += payload;
            if (total > Epoch.longestFrame(epoch.termBytes())) {
                return damaged("it is longer than a frame can be");
            }
            p += AeronFrame.aligned(length);
            if ((flags & AeronFrame.LAST_PIECE) != 0) {
                return accepted(joined, 0, total, p);
            }
        }
    }

    private boolean accepted(byte[] in, int at, int length, long behind) {
        String problem = Envelope.problem(in, at, length, epoch, crc);
        if (problem != null) {
            otherVersion = any ? 0 : Envelope.otherVersion(in, at, length, epoch, crc);
            return damaged(problem);
        }
        if (chained && (Envelope.first(in, at) != sequence || Envelope.chain(in, at) != chain)) {
            return damaged("it does not follow the frame before it");
        }
        if (!areEntriesSound(in, at, length)) {
            return damaged("its entries do not fill it");
        }
        any = true;
        bytes = in;
        offset = at;
        chained = true;
        sequence = Envelope.first(in, at) + Envelope.count(in, at);
        chain = Envelope.chainBehind(in, at);
        position = behind;
        return true;
    }

    private static boolean areEntriesSound(byte[] in, int at, int length) {
        int p = at + Envelope.LENGTH;
        int end = at + length;
        for (int i = Envelope.count(in, at); i > 0; i--) {
            if (end - p < Envelope.BEFORE_ENTRY) {
                return false;
            }
            int entry = Bytes.getInt(in, p);
            if (entry < 0 || entry > end - p - Envelope.BEFORE_ENTRY) {
                return false;
            }
            p += Envelope.BEFORE_ENTRY + entry;
        }
        return p == end;
    }

    private boolean damaged(String what) {
        damage = what;
        return false;
    }

    private int at(long p) {
        return (int) (p - windowFrom);
    }

    /** Makes bytes readable in the window; they are of one file. */
    boolean loaded(long from, int length) throws IOException {
        if (from >= windowFrom && from + length <= windowFrom + windowLength) {
            return true;
        }
        long base = epoch.baseOf(from);
        if (!opened(base)) {
            return false;
        }
        windowFrom = from;
        windowLength = 0;
        ByteBuffer into = ByteBuffer.wrap(window, 0, (int) Math.min(window.length, base + epoch.segmentBytes() - from));
        while (into.hasRemaining()) {
            int read = file.read(into, from - base + into.position());
            if (read < 0) {
                break;
            }
        }
        windowLength = into.position();
        return windowLength >= length;
    }

    private boolean opened(long base) throws IOException {
        if (base == fileBase) {
            return true;
        }
        closeFile();
        try {
            file = FileChannel.open(directory.resolve(Epoch.segmentName(base)), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return false;
        }
        fileBase = base;
        return true;
    }

    /**
     * The first frame that is sound by itself at or behind a position, up to the end of the file there.
     *
     * @return false when there is none; else it is the current one
     */
    boolean find(long from) {
        long end = epoch.baseOf(from) + epoch.segmentBytes();
        try {
            for (long p = from; p < end && loaded(p, AeronFrame.HEADER + Envelope.LENGTH); p += AeronFrame.HEADER) {
                if (mayBegin(at(p))) {
                    seek(p);
                    if (next()) {
                        return true;
                    }
                }
            }
            return false;
        } catch (IOException e) {
            throw new JournalException("cannot read " + segment() + ": " + e, e);
        }
    }

    private boolean mayBegin(int at) {
        return Envelope.isMagic(window, at + AeronFrame.HEADER) && Envelope.isOf(window, at + AeronFrame.HEADER, epoch);
    }

    long position() {
        return position;
    }

    /** The place behind the entries of the current frame. */
    long sequence() {
        return sequence;
    }

    long chain() {
        return chain;
    }

    /** What is wrong where it stopped; null when nothing was written there. */
    String damage() {
        return damage;
    }

    /**
     * The version of the frame where it stopped, when another build has written the epoch; else 0. One build writes all of an epoch: a
     * frame with another version among sound ones is damaged.
     */
    int otherVersion() {
        return otherVersion;
    }

    /** Holds the current frame. */
    byte[] bytes() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    Path segment() {
        return directory.resolve(Epoch.segmentName(epoch.baseOf(position)));
    }

    private void closeFile() throws IOException {
        fileBase = -1;
        windowLength = 0;
        if (file != null) {
            file.close();
            file = null;
        }
    }

    @Override
    public void close() {
        try {
            closeFile();
        } catch (IOException e) {
            throw new JournalException("cannot close " + directory, e);
        }
    }
}
