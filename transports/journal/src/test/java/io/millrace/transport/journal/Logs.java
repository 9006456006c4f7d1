package io.millrace.transport.journal;

import io.millrace.event.Bytes;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What tests of logs share: small files, entries whose bytes follow from their place. */
final class Logs {
    static final JournalFacts FACTS = new JournalFacts("tests", 42, Map.of("operators", "1"), Map.of("JDK", "17"));

    private Logs() {}

    static Settings settings(Path directory, Consumer<Settings> change) {
        return new Settings(directory).with(s -> {
            s.termBytes = 64 << 10;
            s.segmentBytes = 128 << 10;
            s.reserveBytes = 1 << 20;
            change.accept(s);
        });
    }

    static JournalLog open(Path directory) {
        return new ArchiveJournal(settings(directory, s -> {})).open(FACTS);
    }

    static int length(long sequence, int longest) {
        return 16 + (int) ((sequence * 0x9E3779B97F4A7C15L >>> 33) % (longest - 15));
    }

    static byte[] entry(long sequence, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (sequence * 31 + i);
        }
        Bytes.putLong(bytes, 0, sequence);
        return bytes;
    }

    /** Appends entries up to a place, with commits now and then, and waits for as long as there is no room. */
    static void append(JournalLog log, long upTo, int longest) {
        while (log.next() < upTo) {
            byte[] entry = entry(log.next(), length(log.next(), longest));
            while (!log.append(entry, 0, entry.length)) {
                log.work();
            }
            if (log.next() % 7 == 0) {
                log.commit();
                log.work();
            }
        }
    }

    /** For at least so long. */
    static void pause(int ms) {
        long beginNs = System.nanoTime();
        while (System.nanoTime() - beginNs < ms * 1_000_000L) {
            Pause.ofMillis(ms);
        }
    }

    static void settle(JournalLog log) {
        while (!log.commit() || log.durable() < log.next() - 1) {
            log.work();
            Thread.yield();
        }
    }

    static void check(long sequence, byte[] bytes, int offset, int length, int longest) {
        byte[] expected = entry(sequence, length(sequence, longest));
        if (!java.util.Arrays.equals(bytes, offset, offset + length, expected, 0, expected.length)) {
            throw new AssertionError("entry " + sequence + " is another");
        }
    }

    /** The places that were read, each with its bytes checked. */
    static List<Long> read(JournalLog log, long from, int longest) {
        List<Long> read = new ArrayList<>();
        log.read(from, (sequence, bytes, offset, length) -> {
            check(sequence, bytes, offset, length, longest);
            read.add(sequence);
            return true;
        });
        return read;
    }
}
