package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

@Timeout(240)
class JournalLoopTest {
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    /** It asks first whether ticks may wait any longer, and once more when it is about to sleep. */
    private static final int ASLEEP = 2;

    private static final class Loop {
        private final MemoryJournal journal = new MemoryJournal();
        private final InputRing ring = new InputRing(64, Entry.FIXED_LENGTH, false, 1);
        private final JournalLog log = journal.open(new JournalFacts("t", 1, Map.of(), Map.of()));
        private final JournalLoop loop = new JournalLoop(log, ring, 0, null, Waiting.YIELDING, this::anyHeld);
        private int asked;
        private boolean slept;

        /** Runs on this thread, which sleeps when it has a tick that it has not sent off. */
        private boolean anyHeld() {
            if (++asked == ASLEEP) {
                if (journal.commits == 0) { // else the machine stood still for longer than ticks may wait
                    slept = true;
                    LockSupport.parkNanos(1); // takes what is there of former wake-ups
                    loop.sendOff(); // as a stage does
                    LockSupport.parkNanos(HOUR_NS);
                }
                ring.close();
            }
            return false;
        }

        private boolean sleeps() {
            byte[] tick = new byte[Entry.FIXED_LENGTH];
            EntryEncoder.plain(tick, 0, EntryKind.TICK, 0, 1);
            assertEquals(0, ring.tryPublish(tick, 0, tick.length));
            loop.run();
            assertEquals(1, journal.entries(), "at the end it is sent off all the same");
            return slept;
        }
    }

    @Test
    void shouldBeWokenByAStageThatHoldsWhileATickWaits() {
        while (!new Loop().sleeps()) {
            Thread.onSpinWait();
        }
    }
}
