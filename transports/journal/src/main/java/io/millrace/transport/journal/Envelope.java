package io.millrace.transport.journal;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The layout of a frame of ours: what one commit brought, in one message of Aeron. Little-endian.
 *
 * <pre>
 *  offset  bytes
 *  0       4     magic, "MRJ1"
 *  4       4     version
 *  8       4     CRC-32C of all bytes from 12 to the end; above version 2 of the version in front of them
 *  12      4     bytes of all of it, from the magic on
 *  16      4     entries; 0 in a frame that only says what is durable
 *  20      4     microseconds since the frame before it was sealed, unsigned, at most 2^32 - 1; 0 in the first of an epoch
 *  24      8     number of the epoch
 *  32      8     nonce of the epoch: bytes of an older log, or inside an event, are no frame
 *  40      8     place of the first entry
 *  48      8     place up to which all entries were durable when this was written
 *  56      8     chain: of the frame before, see {@link #chainBehind}
 *  64      …     the entries, each: 4 bytes with its length, the entry
 * </pre>
 *
 * <p>Why one of our own: the archive's checksum is off by default and leaves out headers. Whatever is not as it has to
 * be is damage, so every bit is either looked at or covered by the sum.
 */
final class Envelope {
    static final int LENGTH = 64;
    static final int BEFORE_ENTRY = 4;
    static final int MAGIC = 0x314A524D;

    /** More entries of a frame are not looked at. */
    private static final int FEW = 8;

    /**
     * 2: where an entry was filled before its header was known, its payload stands at a multiple of 8. 3: it says when it was sealed, and its
     * version is in its sum, see {@link #sum}: so that a bit of it that flips is damage also where no frame beside it tells.
     */
    private static final int VERSION = 3;

    /** The last whose sum leaves it out. */
    private static final int LAST_UNSUMMED = 2;

    static final int CRC = 8;
    static final int SUMMED = 12;
    private static final int COUNT = 16;
    private static final int SINCE = 20;
    private static final int EPOCH = 24;
    private static final int NONCE = 32;
    private static final int FIRST = 40;
    private static final int DURABLE = 48;
    private static final int CHAIN = 56;

    private Envelope() {}

    /** Writes what is the same in all frames of an epoch. */
    static void begin(byte[] frame, Epoch epoch) {
        Bytes.putInt(frame, 0, MAGIC);
        Bytes.putInt(frame, 4, VERSION);
        Bytes.putLong(frame, EPOCH, epoch.number());
        Bytes.putLong(frame, NONCE, epoch.nonce());
    }

    /** Writes the rest, in front of entries that are there. */
    static void seal(
            byte[] frame, int length, int count, int sinceUs, long first, long durable, long chain, CRC32C crc) {
        Bytes.putInt(frame, SUMMED, length);
        Bytes.putInt(frame, COUNT, count);
        Bytes.putInt(frame, SINCE, sinceUs);
        Bytes.putLong(frame, FIRST, first);
        Bytes.putLong(frame, DURABLE, durable);
        Bytes.putLong(frame, CHAIN, chain);
        Bytes.putInt(frame, CRC, sum(frame, 0, length, crc));
    }

    /** What is wrong with a frame that stands alone; null when nothing is. */
    static String problem(byte[] bytes, int at, int length, Epoch epoch, CRC32C crc) {
        if (length < LENGTH) {
            return "it is too short for a frame";
        }
        if (!isMagic(bytes, at) || Bytes.getInt(bytes, at + 4) != VERSION) {
            return "it is no frame of version " + VERSION;
        }
        if (Bytes.getInt(bytes, at + SUMMED) != length
                || Bytes.getInt(bytes, at + CRC) != sum(bytes, at, length, crc)) {
            return "its checksum is another";
        }
        if (!isOf(bytes, at, epoch)) {
            return "it is of another epoch";
        }
        return null;
    }

    /**
     * The version of a frame of an epoch that is as whoever wrote it left it, when that is another than ours; else 0. What is looked at here
     * is at its place in all versions.
     */
    static int otherVersion(byte[] bytes, int at, int length, Epoch epoch, CRC32C crc) {
        if (length < LENGTH
                || !isMagic(bytes, at)
                || Bytes.getInt(bytes, at + SUMMED) != length
                || !isOf(bytes, at, epoch)) {
            return 0;
        }
        int version = Bytes.getInt(bytes, at + 4);
        boolean whole = version > 0 && Bytes.getInt(bytes, at + CRC) == sum(bytes, at, length, version, crc);
        return whole && version != VERSION ? version : 0;
    }

    /** Why a file is not read, and what reads it. */
    static String writtenByAnother(Path file, int version) {
        return file + " was written by another version of Millrace: its frames are of version " + version
                + ", and this build reads version " + VERSION
                + ". Nothing of it is damaged, and nothing was changed: run the build that wrote it";
    }

    private static int sum(byte[] bytes, int at, int length, CRC32C crc) {
        return sum(bytes, at, length, VERSION, crc);
    }

    /** As a build of a version makes it. */
    static int sum(byte[] bytes, int at, int length, int version, CRC32C crc) {
        crc.reset();
        if (version > LAST_UNSUMMED) {
            crc.update(bytes, at + 4, Integer.BYTES);
        }
        crc.update(bytes, at + SUMMED, length - SUMMED);
        return (int) crc.getValue();
    }

    static boolean isMagic(byte[] bytes, int at) {
        return Bytes.getInt(bytes, at) == MAGIC;
    }

    static boolean isOf(byte[] bytes, int at, Epoch epoch) {
        return Bytes.getLong(bytes, at + EPOCH) == epoch.number() && Bytes.getLong(bytes, at + NONCE) == epoch.nonce();
    }

    static int count(byte[] bytes, int at) {
        return Bytes.getInt(bytes, at + COUNT);
    }

    static long sinceUs(byte[] bytes, int at) {
        return Integer.toUnsignedLong(Bytes.getInt(bytes, at + SINCE));
    }

    /** Whether a frame in hand has no more than a few ticks, which come each period when nothing else does. */
    static boolean isQuiet(byte[] frame) {
        int count = count(frame, 0);
        int at = LENGTH;
        for (int i = 0; i < count; i++) {
            if (i == FEW || Entry.kind(frame, at + BEFORE_ENTRY) != EntryKind.TICK) {
                return false;
            }
            at += BEFORE_ENTRY + Bytes.getInt(frame, at);
        }
        return true;
    }

    static long first(byte[] bytes, int at) {
        return Bytes.getLong(bytes, at + FIRST);
    }

    static long durable(byte[] bytes, int at) {
        return Bytes.getLong(bytes, at + DURABLE);
    }

    static long chain(byte[] bytes, int at) {
        return Bytes.getLong(bytes, at + CHAIN);
    }

    /**
     * The chain value that the frame behind this one carries: it depends on every bit of all frames up to this one, since
     * the sum of a frame covers the chain value in it.
     */
    static long chainBehind(byte[] bytes, int at) {
        long sums = ((long) Bytes.getInt(bytes, at + SUMMED) << 32) | (Bytes.getInt(bytes, at + CRC) & 0xFFFFFFFFL);
        long mixed = (chain(bytes, at) ^ sums) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 29);
    }
}
