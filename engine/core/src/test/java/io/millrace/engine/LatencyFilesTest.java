package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyFilesTest {
    @TempDir
    private Path directory;

    @Test
    void shouldWriteALogThatTheLibrarysReaderReads() throws IOException {
        Path file = directory.resolve("run.hlog");
        LatencyFiles.writeLog(file, stats(1_000, 2_000_000), 1_700_000_000_000L, 1_700_000_002_500L);
        try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
            EncodableHistogram first = reader.nextIntervalHistogram();
            assertEquals("alerts", first.getTag());
            assertEquals(1_700_000_000_000L, first.getStartTimeStamp());
            assertEquals(1_700_000_002_500L, first.getEndTimeStamp());
            assertEquals(2, ((Histogram) first).getTotalCount());
            assertTrue(((Histogram) first).valuesAreEquivalent(2_000_000, ((Histogram) first).getMaxValue()));
            assertNull(reader.nextIntervalHistogram(), "an output without a latency has no interval");
        }
    }

    @Test
    void shouldWritePercentilesInMicroseconds() throws IOException {
        Path file = directory.resolve("run.txt");
        LatencyFiles.writePercentiles(file, stats(5_000).outputs().get(0));
        String text = Files.readString(file);
        assertTrue(text.contains("Value     Percentile TotalCount"), text);
        assertTrue(text.contains("5.00"), text);
    }

    private static EngineStats stats(long... latencies) {
        Histogram some = new Histogram(3_600_000_000_000L, 3);
        for (long ns : latencies) {
            some.recordValue(ns);
        }
        Histogram none = new Histogram(3_600_000_000_000L, 3);
        return new EngineStats(
                0,
                List.of(),
                List.of(),
                List.of(
                        new EngineStats.OutputStats("alerts", latencies.length, 0, 0, 0, 0, some, 0),
                        new EngineStats.OutputStats("silent", 0, 0, 0, 0, 0, none, 0)),
                null,
                null);
    }
}
