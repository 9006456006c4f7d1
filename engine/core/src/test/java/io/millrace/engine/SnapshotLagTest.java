package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Four times what is declared, in any measure, and not below what nobody notices. */
class SnapshotLagTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MIB = 1 << 20;

    private static SnapshotLag of(Journaling how) {
        return new SnapshotLag(how, 0);
    }

    private static Journaling everyHour(long entries) {
        return Journaling.plain().snapshotEvery(Duration.ofHours(1), entries);
    }

    @Test
    void shouldTellByEntries() {
        SnapshotLag lag = of(everyHour(1_000_000));
        assertNull(lag.words(4_000_000, 0, 0));
        String words = lag.words(4_000_001, 7, 9 * SECOND_NS);
        assertTrue(words.contains("4000001 entries, 7 bytes, 9 s have come since the newest one"), words);
        assertTrue(lag.words(4_000_001, -1, 9 * SECOND_NS).contains("4000001 entries, 9 s"), "a log that counts none");
        lag = of(everyHour(100));
        assertNull(lag.words(100_000, 0, 0), "a moment of a start");
        assertNotNull(lag.words(100_001, 0, 0));
        assertNull(of(everyHour(Long.MAX_VALUE)).words(Long.MAX_VALUE, 0, 0), "by time alone");
    }

    @Test
    void shouldTellByBytesThoseOfTheLastLifeIncluded() {
        SnapshotLag lag = of(Journaling.plain().snapshotEveryBytes(10 * MIB));
        assertNull(lag.words(1, 40 * MIB, 0));
        assertNotNull(lag.words(1, 40 * MIB + 1, 0));
        lag.readAgain(30 * MIB);
        assertNull(lag.words(1, 10 * MIB, 0));
        assertNotNull(lag.words(1, 10 * MIB + 1, 0));
        lag.kept(25 * MIB, 0);
        assertNull(lag.words(1, 65 * MIB, 0));
        assertNotNull(lag.words(1, 65 * MIB + 1, 0));
    }

    /** An engine that was idle for a day is not behind with its first event. */
    @Test
    void shouldTellByTimeSinceAnythingStandsBehind() {
        SnapshotLag lag = of(Journaling.plain().snapshotEvery(Duration.ofMinutes(1), Long.MAX_VALUE));
        assertNull(lag.words(1, 0, 240 * SECOND_NS));
        assertNotNull(lag.words(1, 0, 241 * SECOND_NS));
        assertNull(lag.words(0, 0, 241 * SECOND_NS), "nothing to be read again");
        lag.nothingBehind(100_000 * SECOND_NS);
        assertNull(lag.words(1, 0, 100_240 * SECOND_NS));
        assertNotNull(lag.words(1, 0, 100_241 * SECOND_NS));
        lag.kept(0, 100_241 * SECOND_NS);
        assertNull(lag.words(1, 0, 100_300 * SECOND_NS));
        lag = of(Journaling.plain().snapshotEvery(Duration.ofMillis(100), Long.MAX_VALUE));
        assertNull(lag.words(1, 0, 60 * SECOND_NS), "receivers may be behind for half of it");
        assertNotNull(lag.words(1, 0, 61 * SECOND_NS));
    }
}
