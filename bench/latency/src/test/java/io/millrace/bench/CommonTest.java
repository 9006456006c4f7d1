package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one command line makes of systems, ways of waiting and collectors. */
class CommonTest {
    private static Options options(String... words) throws UsageException {
        return new ThroughputCommand().options().parse(List.of(words));
    }

    @Test
    void shouldRunWhoWaitsInEachWayAndAllWithEachCollector() throws UsageException {
        List<String> systems = Common.systems(
                options("--systems=hand,disruptor:records,live", "--waiting=spinning,parking:100us", "--gc=g1,zgc"));
        assertEquals(
                List.of(
                        "hand@g1",
                        "hand@zgc",
                        "disruptor:records/spinning@g1",
                        "disruptor:records/spinning@zgc",
                        "disruptor:records/parking:100us@g1",
                        "disruptor:records/parking:100us@zgc",
                        "live/spinning@g1",
                        "live/spinning@zgc",
                        "live/parking:100us@g1",
                        "live/parking:100us@zgc"),
                systems);
        assertEquals("disruptor:records", Common.plain(systems.get(4)));
        assertEquals("@g1", Common.collector(systems.get(4)));
        assertEquals(List.of("hand", "live"), Common.systems(options("--systems=hand,live", "--waiting=yielding")));
        Options wrong = options("--systems=hand", "--waiting=spinning,sleepy");
        assertTrue(assertThrows(UsageException.class, () -> Common.systems(wrong))
                .getMessage()
                .contains("--waiting sleepy"));
    }

    /** A head that named one of them would be wrong for the rows of the others. */
    @Test
    void shouldNameNoCollectorAmongTheFlagsOfSeveral() throws UsageException {
        String several = Common.conditions(options("--gc=parallel,zgc")).toString();
        assertFalse(several.contains("GC"), several);
        assertTrue(several.contains("collector=of each system behind its @: parallel, zgc"), several);
        assertTrue(Common.conditions(options()).toString().contains("-XX:+UseG1GC"));
        assertTrue(Common.conditions(options("--gc=zgc")).toString().contains("-XX:+UseZGC"));
    }
}
