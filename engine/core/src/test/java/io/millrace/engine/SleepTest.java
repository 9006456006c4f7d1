package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Threads that sleep until something changes. */
class SleepTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static long announced(Sleep sleep) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        sleep.announce();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static long probe() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** The first sleep may come long after the start, where nothing is allocated any more. */
    @Test
    void shouldAllocateNothingWhenAThreadSleepsForTheFirstTime() {
        announced(new Sleep()); // loads what it needs
        long probe = probe();
        assertTrue(announced(new Sleep()) > probe, "one that nobody has joined makes room: this is measured");
        Sleep joined = new Sleep();
        joined.join();
        assertEquals(probe, announced(joined));
    }

    @Test
    void shouldTakeBackWhatWasAnnouncedWhenSomebodyWakes() {
        Sleep sleep = new Sleep();
        sleep.join();
        long mine = sleep.announce();
        assertTrue(sleep.isAnnounced(mine));
        sleep.wake();
        assertFalse(sleep.isAnnounced(mine));
        long again = sleep.announce();
        assertTrue(sleep.isAnnounced(again));
        assertFalse(sleep.isAnnounced(mine), "that of another time");
    }
}
