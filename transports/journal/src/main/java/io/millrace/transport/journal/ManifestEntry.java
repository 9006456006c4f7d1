package io.millrace.transport.journal;

import io.millrace.journal.JournalFacts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What the manifest says, one thing after another.
 *
 * <pre>
 *  offset  bytes      (big-endian)
 *  0       4     magic, "MRM1"
 *  4       4     CRC-32C of all bytes behind it
 *  8       4     bytes of the content
 *  12      1     kind: 1 facts, 2 epoch, 4 given up, 5 clean, 6 migrated, 7 snapshot (3: one with another
 *                 checksum, of versions before 0.1), 8 booted, 9 unforced, 10 named, 11 shortened, 12 cut
 *  13      …     content
 * </pre>
 */
sealed interface ManifestEntry {
    /** Bytes before the content. */
    int HEADER = 13;

    int MAGIC = 0x4D524D31;
    int LONGEST = 16 << 20;

    /** The facts of the first epoch. */
    record Facts(JournalFacts facts) implements ManifestEntry {}

    /** An epoch begins. */
    record Begun(Epoch epoch) implements ManifestEntry {}

    /** A snapshot can be read. */
    record Kept(Snapshot snapshot) implements ManifestEntry {}

    /**
     * Older things are given up, and may be gone.
     *
     * @param firstSequence place of the first entry that can be read
     * @param lowestEpoch   its epoch
     * @param snapshotFrom  snapshots below are gone
     */
    record GivenUp(long firstSequence, long lowestEpoch, long snapshotFrom) implements ManifestEntry {}

    /**
     * From a place on the log is that of a changed host.
     *
     * @param facts of it
     * @param since the place
     */
    record Migrated(JournalFacts facts, long since) implements ManifestEntry {}

    /**
     * An epoch was closed with all of it durable.
     *
     * @param epoch its number
     * @param next  the place behind its last entry
     * @param chain the chain value behind its last frame
     */
    record Clean(long epoch, long next, long chain) implements ManifestEntry {}

    /**
     * The newest epoch is written by this start of the machine.
     *
     * @param id its name; empty where the system does not say
     */
    record Booted(String id) implements ManifestEntry {}

    /**
     * Files of an epoch could not be forced: nobody knows what of them is on the disk, and to force them again would say nothing.
     *
     * @param epoch its number
     */
    record Unforced(long epoch) implements ManifestEntry {}

    /**
     * Entries that had been acknowledged may be missing, since the machine has ended and their level forced none: so what comes behind may have
     * been told to receivers otherwise.
     *
     * @param next the place behind those that were found
     */
    record Shortened(long next) implements ManifestEntry {}

    /**
     * A start was asked to give up what is behind a place, and has begun with that: the next one does it to its end.
     *
     * @param next the place behind those that stay
     */
    record Cut(long next) implements ManifestEntry {}

    /**
     * Which journal it is: files beside it that belong to it say the same.
     *
     * @param id drawn at random; not 0
     */
    record Named(long id) implements ManifestEntry {}

    /** The bytes of it. */
    default byte[] encoded() {
        try {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            int kind = write(new DataOutputStream(content));
            ByteBuffer all = ByteBuffer.allocate(HEADER + content.size());
            all.putInt(MAGIC).putInt(0).putInt(content.size()).put((byte) kind).put(content.toByteArray());
            return all.putInt(4, sum(all.array(), 0, all.capacity())).array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int sum(byte[] bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at + 8, length - 8);
        return (int) crc.getValue();
    }

    /** The bytes of the entry that begins there; 0 when none that is whole does. */
    static int lengthAt(byte[] bytes, int at) {
        if (bytes.length - at < HEADER) {
            return 0;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int content = in.getInt(at + 8);
        if (in.getInt(at) != MAGIC || content < 0 || content > Math.min(LONGEST, bytes.length - at - HEADER)) {
            return 0;
        }
        int length = HEADER + content;
        return in.getInt(at + 4) == sum(bytes, at, length) ? length : 0;
    }

    private int write(DataOutputStream out) throws IOException {
        if (this instanceof Facts entry) {
            writeFacts(out, entry.facts());
            return 1;
        }
        if (this instanceof Begun entry) {
            Epoch e = entry.epoch();
            longs(out, e.number(), e.nonce(), e.first(), e.chain(), e.termBytes(), e.segmentBytes(), e.mtuBytes());
            out.writeBoolean(e.forced());
            return 2;
        }
        if (this instanceof Kept entry) {
            Snapshot s = entry.snapshot();
            longs(out, s.next(), s.length(), s.sum());
            return 7;
        }
        if (this instanceof GivenUp entry) {
            longs(out, entry.firstSequence(), entry.lowestEpoch(), entry.snapshotFrom());
            return 4;
        }
        if (this instanceof Migrated entry) {
            out.writeLong(entry.since());
            writeFacts(out, entry.facts());
            return 6;
        }
        if (this instanceof Booted entry) {
            text(out, entry.id());
            return 8;
        }
        if (this instanceof Unforced entry) {
            longs(out, entry.epoch());
            return 9;
        }
        if (this instanceof Named entry) {
            longs(out, entry.id());
            return 10;
        }
        if (this instanceof Shortened entry) {
            longs(out, entry.next());
            return 11;
        }
        if (this instanceof Cut entry) {
            longs(out, entry.next());
            return 12;
        }
        Clean entry = (Clean) this;
        longs(out, entry.epoch(), entry.next(), entry.chain());
        return 5;
    }

    private static void longs(DataOutputStream out, long... values) throws IOException {
        for (long value : values) {
            out.writeLong(value);
        }
    }

    private static void writeFacts(DataOutputStream out, JournalFacts facts) throws IOException {
        text(out, facts.topology());
        out.writeLong(facts.hashSeed());
        writeAll(out, facts.facts());
        writeAll(out, facts.notes());
    }

    private static void writeAll(DataOutputStream out, Map<String, String> values) throws IOException {
        out.writeInt(values.size());
        for (Map.Entry<String, String> value : values.entrySet()) {
            text(out, value.getKey());
            text(out, value.getValue());
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /**
     * Reads one whose sum is right.
     *
     * @throws IOException when it is of another version
     */
    static ManifestEntry decode(byte[] bytes, int at, int length) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, at + HEADER, length - HEADER));
        switch (bytes[at + 12]) {
            case 1:
                return new Facts(readFacts(in));
            case 2:
                return new Begun(new Epoch(
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        (int) in.readLong(),
                        (int) in.readLong(),
                        (int) in.readLong(),
                        in.readBoolean()));
            case 4:
                return new GivenUp(in.readLong(), in.readLong(), in.readLong());
            case 5:
                return new Clean(in.readLong(), in.readLong(), in.readLong());
            case 6:
                long since = in.readLong();
                return new Migrated(readFacts(in), since);
            case 7:
                return new Kept(new Snapshot(in.readLong(), in.readLong(), in.readLong()));
            case 8:
                return new Booted(text(in));
            case 9:
                return new Unforced(in.readLong());
            case 10:
                return new Named(in.readLong());
            case 11:
                return new Shortened(in.readLong());
            case 12:
                return new Cut(in.readLong());
            default:
                throw new IOException("an entry of kind " + bytes[at + 12] + ", which this version does not know");
        }
    }

    private static JournalFacts readFacts(DataInputStream in) throws IOException {
        String topology = text(in);
        long seed = in.readLong();
        return new JournalFacts(topology, seed, readAll(in), readAll(in));
    }

    private static Map<String, String> readAll(DataInputStream in) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            String name = text(in);
            values.put(name, text(in));
        }
        return values;
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
