package io.millrace.transport.journal;

import io.millrace.event.Bytes;

/**
 * The header of a piece in a recorded file, as Aeron 1.51 writes it, checked bit by bit.
 *
 * <pre>
 *  0   4  bytes of it, header included; the next one begins at the next multiple of 32
 *  4   1  version 0
 *  5   1  flags: 0x80 first piece of a message, 0x40 last piece
 *  6   2  type: 0 padding up to the end of the term (only its header is written), 1 data
 *  8   4  offset in the term
 *  12  4  session
 *  16  4  stream
 *  20  4  term, 0, 1, 2, …
 *  24  8  reserved, 0
 * </pre>
 */
final class AeronFrame {
    static final int HEADER = 32;
    static final int STREAM_ID = 7001;
    static final int FIRST_PIECE = 0x80;
    static final int LAST_PIECE = 0x40;

    private AeronFrame() {}

    static int length(byte[] bytes, int at) {
        return Bytes.getInt(bytes, at);
    }

    static int aligned(int length) {
        return (length + HEADER - 1) & -HEADER;
    }

    static boolean isPadding(byte[] bytes, int at) {
        return Bytes.getShort(bytes, at + 6) == 0;
    }

    static int flags(byte[] bytes, int at) {
        return bytes[at + 5] & 0xFF;
    }

    static boolean isZero(byte[] bytes, int at) {
        return (Bytes.getLong(bytes, at)
                        | Bytes.getLong(bytes, at + 8)
                        | Bytes.getLong(bytes, at + 16)
                        | Bytes.getLong(bytes, at + 24))
                == 0;
    }

    /** Whether it can stand at this position of the epoch. */
    static boolean isSound(byte[] bytes, int at, long position, Epoch epoch) {
        int offset = (int) (position % epoch.termBytes());
        int left = epoch.termBytes() - offset;
        return bytes[at + 4] == 0
                && Bytes.getInt(bytes, at + 8) == offset
                && Bytes.getInt(bytes, at + 12) == epoch.sessionId()
                && Bytes.getInt(bytes, at + 16) == STREAM_ID
                && Bytes.getInt(bytes, at + 20) == (int) (position / epoch.termBytes())
                && Bytes.getLong(bytes, at + 24) == 0
                && isLengthSound(bytes, at, left, epoch);
    }

    private static boolean isLengthSound(byte[] bytes, int at, int left, Epoch epoch) {
        int length = length(bytes, at);
        int flags = flags(bytes, at);
        if (isPadding(bytes, at)) {
            return length == left && flags == (FIRST_PIECE | LAST_PIECE);
        }
        return Bytes.getShort(bytes, at + 6) == 1
                && length > HEADER
                && length <= epoch.mtuBytes()
                && aligned(length) <= left
                && (flags & ~(FIRST_PIECE | LAST_PIECE)) == 0;
    }

    static void write(byte[] bytes, int at, int length, int flags, int type, long position, Epoch epoch) {
        Bytes.putInt(bytes, at, length);
        bytes[at + 4] = 0;
        bytes[at + 5] = (byte) flags;
        Bytes.putShort(bytes, at + 6, (short) type);
        Bytes.putInt(bytes, at + 8, (int) (position % epoch.termBytes()));
        Bytes.putInt(bytes, at + 12, epoch.sessionId());
        Bytes.putInt(bytes, at + 16, STREAM_ID);
        Bytes.putInt(bytes, at + 20, (int) (position / epoch.termBytes()));
        Bytes.putLong(bytes, at + 24, 0);
    }
}
