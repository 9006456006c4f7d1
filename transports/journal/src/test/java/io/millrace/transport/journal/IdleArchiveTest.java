package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.journal.JournalLog;
import io.millrace.runtime.EntryEncoder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What keeps the archive's thread awake; counted by how often it has had nothing to do. */
@Timeout(180)
class IdleArchiveTest {
    private static final int ENTRIES = 30;

    /** Who stays awake for an entry yields twenty times, and then sleeps for longer and longer. */
    private static final int MOST_FOR_A_TICK = 15;

    private static final int TRIES = 60;

    @TempDir
    Path directory;

    @Test
    void shouldSleepBetweenTicks() {
        try (ArchiveLog log = (ArchiveLog) Logs.open(directory.resolve("j"))) {
            long least = Long.MAX_VALUE;
            for (int i = 0;
                    i < TRIES && least > MOST_FOR_A_TICK * ENTRIES;
                    i++) { // a machine that stands still looks more often
                least = Math.min(least, rests(log, EntryKind.TICK));
            }
            assertTrue(least <= MOST_FOR_A_TICK * ENTRIES, least + " looks in " + ENTRIES + " ticks");
        }
    }

    /** As behind a force that takes long, or where the process was stopped: nobody is taken for dead for that. */
    @Test
    void shouldGoOnBehindAPause() {
        AtomicLong jumped = new AtomicLong();
        Settings settings =
                Logs.settings(directory.resolve("j"), s -> s.clock = () -> JournalClock.INSTANCE.time() + jumped.get());
        try (JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS)) {
            for (int i = 1; i <= 5; i++) {
                Logs.append(log, i * 10L, 100);
                Logs.settle(log);
                jumped.addAndGet(60_000);
                Logs.pause(300); // clients look at their driver twice a second, which says once a second that it lives
            }
            Logs.append(log, 60, 100);
            Logs.settle(log);
        }
    }

    /** Entries come one by one, each when the one before has been durable for a while. */
    private static long rests(ArchiveLog log, byte kind) {
        long from = log.recording().rests();
        byte[] entry = new byte[Entry.FIXED_LENGTH];
        for (int i = 0; i < ENTRIES; i++) {
            EntryEncoder.plain(entry, 0, kind, 0, i);
            log.append(entry, 0, entry.length);
            Logs.settle(log);
            Logs.pause(10);
        }
        return log.recording().rests() - from;
    }
}
