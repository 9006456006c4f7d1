package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.runtime.EntryEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/**
 * Entries that somebody has ordered to be left out, since the core failed at them at each start. They stay in the log, their places and
 * those of all others too, and the order is kept beside it: so each start, snapshot and replay leaves them out. Immutable.
 */
final class SkippedEntries {
    static final String NOTE = "skipped";

    /** What is worked out in the place of one: it has a place, and causes nothing. */
    static final byte[] NOTHING = nothing();

    private final long[] sequences;

    private SkippedEntries(long[] sequences) {
        this.sequences = sequences;
    }

    private static byte[] nothing() {
        byte[] bytes = new byte[64];
        EntryEncoder.plain(bytes, 0, EntryKind.VOID, 0, 0);
        return bytes;
    }

    /** What is kept beside a log. A flipped bit would leave out another entry: there is a sum. */
    static SkippedEntries read(JournalLog log) {
        try (InputStream in = log.openNote(NOTE)) {
            if (in == null) {
                return new SkippedEntries(new long[0]);
            }
            String[] lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n");
            long[] sequences = new long[lines.length - 1];
            for (int i = 0; i < sequences.length; i++) {
                sequences[i] = Long.parseLong(lines[i]);
            }
            if (!lines[sequences.length].equals(sum(sequences))) {
                throw new NumberFormatException("its checksum does not match");
            }
            return new SkippedEntries(sequences);
        } catch (IOException | NumberFormatException e) {
            throw new JournalException(
                    "the file " + NOTE + " beside the journal, which lists the entries to skip, is damaged: "
                            + e.getMessage() + "; put back a copy of it",
                    e);
        }
    }

    private static String sum(long[] sequences) {
        CRC32C crc = new CRC32C();
        crc.update(text(sequences).getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(crc.getValue());
    }

    private static String text(long[] sequences) {
        return LongStream.of(sequences).mapToObj(s -> s + "\n").collect(Collectors.joining());
    }

    /** These too, from now on: kept before anything is worked out without them. Those below the first entry that is read have been. */
    SkippedEntries with(Collection<Long> more, JournalLog log, long first) {
        long[] fresh =
                more.stream().mapToLong(s -> s).filter(s -> !has(s)).distinct().toArray();
        if (fresh.length == 0) {
            return this;
        }
        for (long s : fresh) {
            if (s < first || s >= log.next()) {
                throw new JournalException("entry " + s + " cannot be skipped: "
                        + (s < first
                                ? "its effects are part of a snapshot, and this start processes only entries from "
                                        + first + " on"
                                : "the journal ends before entry " + log.next()));
            }
            log.read(s, SkippedEntries::requireNoEnd);
        }
        return keep(LongStream.concat(LongStream.of(sequences), LongStream.of(fresh)), log);
    }

    /** Without those that the log has lost (entries that were not forced, a cut at damage): others take their places. */
    SkippedEntries within(JournalLog log) {
        long next = log.next();
        return LongStream.of(sequences).allMatch(s -> s < next)
                ? this
                : keep(LongStream.of(sequences).filter(s -> s < next), log);
    }

    private static SkippedEntries keep(LongStream sequences, JournalLog log) {
        long[] all = sequences.sorted().toArray();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((text(all) + sum(all) + "\n").getBytes(StandardCharsets.US_ASCII));
        try {
            log.keepNote(NOTE, bytes::writeTo);
        } catch (IOException e) {
            throw new JournalException("the entries to skip cannot be recorded beside the journal: " + e, e);
        }
        return new SkippedEntries(all);
    }

    /** Looks at one entry, before anything is noted: what is noted is so for good. */
    private static boolean requireNoEnd(long sequence, byte[] bytes, int offset, int length) {
        if (Entry.kind(bytes, offset) == EntryKind.END) {
            throw new JournalException("entry " + sequence + " ends an input and cannot be skipped");
        }
        return false;
    }

    boolean has(long sequence) {
        return sequences.length > 0 && Arrays.binarySearch(sequences, sequence) >= 0;
    }

    /** For people; empty when there are none. */
    @Override
    public String toString() {
        return sequences.length == 0
                ? ""
                : "skipped on request: entries "
                        + LongStream.of(sequences).mapToObj(Long::toString).collect(Collectors.joining(", "));
    }
}
