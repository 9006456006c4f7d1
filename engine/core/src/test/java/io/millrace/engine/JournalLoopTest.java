package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.runtime.EntryEncoder;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JournalLoopTest {
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    private final MemoryJournal journal = new MemoryJournal();
    private final InputRing ring = new InputRing(64, Entry.FIXED_LENGTH, false, 1);

    private void publish(byte kind) {
        byte[] entry = new byte[Entry.FIXED_LENGTH];
        EntryEncoder.plain(entry, 0, kind, 0, 1);
        assertTrue(ring.tryPublish(entry, 0, entry.length) >= 0);
    }

    /** Runs on this thread, and sleeps at a moment in which it has a tick that it has not sent off. */
    private final class Loop {
        private int asked;
        private final JournalLog log = journal.open(new JournalFacts("t", 1, Map.of(), Map.of()));
        private final JournalLoop loop = new JournalLoop(log, ring, 0, null, Waiting.YIELDING, this::anyHeld);

        private boolean anyHeld() {
            if (asked++ == 0) {
                assertEquals(0, journal.commits);
                LockSupport.parkNanos(1); // takes what is there of former wake-ups
                loop.sendOff(); // as a stage does
                LockSupport.parkNanos(HOUR_NS);
                ring.close();
            }
            return false;
        }
    }

    @Test
    void shouldBeWokenByAStageThatHoldsWhileATickWaits() {
        publish(EntryKind.TICK);
        Loop loop = new Loop();
        loop.loop.run();
        assertTrue(loop.asked > 0);
        assertEquals(1, journal.entries(), "at the end it is sent off all the same");
    }
}
