package io.millrace.transport.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Gunzips a stream of one or more members (RFC 1952).
 *
 * <p>Not {@link java.util.zip.GZIPInputStream}, for three reasons: that one looks for a further member only if the
 * stream below says {@code available() > 0}, which pipes and sockets need not; it takes whatever stands behind the
 * last member for its end, damage included; and it loses what was inflated in the call that meets the damage.
 */
final class Gunzip extends InputStream {
    static final int MAGIC_FIRST = 0x1F;
    static final int MAGIC_SECOND = 0x8B;

    private static final int DEFLATE = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private enum State {
        HEADER,
        BODY,
        ENDED
    }

    private final String file;
    private final InputStream in;
    private final byte[] raw = new byte[1 << 16];
    private int rawAt;
    private int rawLimit;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 bodyCrc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private State state = State.HEADER;
    private boolean firstMember = true;
    private FileFault pending;

    Gunzip(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (state != State.ENDED) {
            throwPending();
            if (state == State.HEADER) {
                readHeader();
            } else {
                int count = readBody(bytes, offset, length);
                if (count > 0) {
                    return count;
                }
            }
        }
        return -1;
    }

    /** Inflates a piece; 0 at the end of the member. A fault waits until the bytes before it were handed out. */
    private int readBody(byte[] bytes, int offset, int length) throws IOException {
        long before = inflater.getBytesWritten();
        int count;
        try {
            count = inflateSome(bytes, offset, length);
        } catch (DataFormatException e) {
            count = (int) (inflater.getBytesWritten() - before);
            damaged(e.getMessage() == null ? "compressed data" : e.getMessage());
        }
        bodyCrc.update(bytes, offset, count);
        if (count == 0 && pending == null) {
            readTrailer();
        }
        return count;
    }

    private int inflateSome(byte[] bytes, int offset, int length) throws IOException, DataFormatException {
        for (; ; ) {
            int count = inflater.inflate(bytes, offset, length);
            if (count > 0 || inflater.finished()) {
                return count;
            }
            if (inflater.needsDictionary()) {
                throw new DataFormatException("a preset dictionary");
            }
            if (rawAt == rawLimit && !fill()) {
                throw truncated();
            }
            inflater.setInput(raw, rawAt, rawLimit - rawAt);
            rawAt = rawLimit;
        }
    }

    private void readTrailer() throws IOException {
        rawAt = rawLimit - inflater.getRemaining();
        long crc = littleEndian(4);
        long size = littleEndian(4);
        if (crc != bodyCrc.getValue()) {
            throw damaged("checksum");
        }
        if (size != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw damaged("length");
        }
        inflater.reset();
        bodyCrc.reset();
        firstMember = false;
        state = State.HEADER;
    }

    private void readHeader() throws IOException {
        headerCrc.reset();
        if (!firstMember && atEnd()) {
            state = State.ENDED;
            return;
        }
        String signature = firstMember ? "signature" : "what stands behind its end is no gzip";
        expect(MAGIC_FIRST, signature);
        expect(MAGIC_SECOND, signature);
        expect(DEFLATE, "compression method");
        int flags = next();
        if ((flags & RESERVED) != 0) {
            throw damaged("flags");
        }
        skip(6); // time, hints of the compressor, operating system
        if ((flags & EXTRA) != 0) {
            skip((int) littleEndian(2));
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            checkHeaderCrc();
        }
        state = State.BODY;
    }

    /** Zeros behind the last member are padding (tapes, disk images); anything else must be a member. */
    private boolean atEnd() throws IOException {
        while (rawAt < rawLimit || fill()) {
            if (raw[rawAt] != 0) {
                return false;
            }
            rawAt++;
        }
        return true;
    }

    private void checkHeaderCrc() throws IOException {
        long expected = headerCrc.getValue() & 0xFFFF;
        if (littleEndian(2) != expected) {
            throw damaged("header checksum");
        }
    }

    private void expect(int value, String what) throws IOException {
        if (next() != value) {
            throw damaged(what);
        }
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // up to the terminating zero
        }
    }

    private long littleEndian(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) next() << (8 * i);
        }
        return value;
    }

    private int next() throws IOException {
        if (rawAt == rawLimit && !fill()) {
            throw truncated();
        }
        int value = raw[rawAt++] & 0xFF;
        headerCrc.update(value);
        return value;
    }

    private boolean fill() throws IOException {
        rawAt = 0;
        rawLimit = Math.max(0, Streams.readSome(in, raw, 0, raw.length));
        return rawLimit > 0;
    }

    private void throwPending() throws FileFault {
        if (pending != null) {
            throw pending;
        }
    }

    private FileFault truncated() {
        return fault("truncated gzip", "the data ends early");
    }

    private FileFault damaged(String part) {
        return fault("damaged gzip", part);
    }

    /** A fault stays: there is no going on behind it. */
    private FileFault fault(String what, String value) {
        pending = new FileFault(file, FileFault.NO_LINE, what, value, "fetch the file again");
        return pending;
    }

    @Override
    public void close() throws IOException {
        state = State.ENDED;
        inflater.end();
        in.close();
    }
}
