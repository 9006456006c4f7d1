package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.workloads.Workload;
import io.millrace.cli.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be seen to go wrong before anything is measured is refused with its cure. */
class WindowEndsTest {
    @Test
    void shouldFindTheNextNumberOfEventsThatEndsClearOfAWindow() {
        assertEquals(100, WindowEnds.next(100, 5, 100, 0, 160), "each run is a window");
        assertEquals(54, WindowEnds.next(50, 2, 100, 5, 160), "at 55, 105 and 155, then at 59, 113 and 167");
        assertEquals(40, WindowEnds.next(40, 0, 100, 0, 160), "no window has ended");
    }

    /** As the reference has them at once, of the first event behind an end; here only so many fire at each event. */
    @Test
    void shouldSayHowManyMoreEventsMakeAnAnswerWhole() {
        assertEquals(0, WindowEnds.more(Workload.W1, 200_000), "no event of the next second has come");
        assertEquals(
                6_251,
                WindowEnds.more(Workload.W1, 200_001),
                "100,000 cards, 16 at an event, the first of them among these");
        assertEquals(1, WindowEnds.more(Workload.W1, 206_251));
        assertEquals(0, WindowEnds.more(Workload.W1, 206_252));
        assertEquals(0, WindowEnds.more(Workload.W1, 150_001), "no window has ended");
        assertEquals(0, WindowEnds.more(Workload.W3, 200_001));
    }

    @ParameterizedTest
    @CsvSource({
        "throughput --workload W1 --events 201000 --runs 1, --events 201000: a run ends while windows fire; use 206",
        "scale --of windows --events 50010 --runs 1, --events 50010: a run ends while windows fire; use 50032",
        "latency --systems hand-32, --systems hand-32: it is for throughput only",
        "latency --systems inline-32 --burst 64, --systems inline-32: it is for throughput only",
        "'latency --systems disruptor-64', '--systems disruptor-64: no two events are due at one time, so each would be a batch'",
        "'latency --rates 100000,100k', --rates 100k: the same as 100000",
        "idle --waiting foo, '--waiting foo: no such way; use none, two-stages, journal, spinning, yielding, adaptive, parking:100us or'",
        "latency --waiting foo, '--waiting foo: no such way; use spinning, yielding, adaptive, parking:100us or backoff:1ms'",
        "latency --mark place, --mark: has no meaning without --readme",
        "first-score --tree nowhere, --tree nowhere: it has no examples/run; name the folder of a tree"
    })
    void shouldRefuseBeforeItMeasures(String line, String says) {
        UsageException e = assertThrows(UsageException.class, () -> Main.run(List.of(line.split(" "))));
        assertTrue(e.getMessage().contains(says), e.getMessage());
    }
}
