package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    @ParameterizedTest
    @CsvSource({
        "throughput --workload W1 --events 201000 --runs 1, --events 201000: a run ends while windows fire; use 206",
        "scale --of windows --events 50010 --runs 1, --events 50010: a run ends while windows fire; use 50032",
        "latency --systems hand-32, --systems hand-32: it is for throughput only",
        "latency --systems disruptor-64, --systems disruptor-64: it is for throughput only",
        "'latency --rates 100000,100k', --rates 100k: the same as 100000"
    })
    void shouldRefuseBeforeItMeasures(String line, String says) {
        UsageException e = assertThrows(UsageException.class, () -> Main.run(List.of(line.split(" "))));
        assertTrue(e.getMessage().contains(says), e.getMessage());
    }
}
