package io.millrace.engine;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Writes latencies to files that the tools of HdrHistogram read: a histogram log (V2) with one interval for each
 * output, tagged with its name, and the percentile distribution as text. Values are nanoseconds from the intended time.
 */
public final class LatencyFiles {
    private static final int TICKS_PER_HALF = 5;
    private static final double NS_PER_US = 1_000.0;

    private LatencyFiles() {}

    /**
     * Writes a histogram log.
     *
     * @param file created, or overwritten
     * @param stats the outputs to write; those without a latency are left out
     * @param startMs when the measurement began, in milliseconds since the epoch
     * @param endMs when it ended, in milliseconds since the epoch
     * @throws IOException if the file cannot be written
     */
    public static void writeLog(Path file, EngineStats stats, long startMs, long endMs) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            HistogramLogWriter log = new HistogramLogWriter(out);
            log.outputComment("[latency from the intended time, in nanoseconds; one interval an output]");
            log.outputLogFormatVersion();
            log.outputStartTime(startMs);
            log.setBaseTime(startMs);
            log.outputLegend();
            for (EngineStats.OutputStats o : stats.outputs()) {
                if (o.latencyNs().getTotalCount() > 0) {
                    Histogram h = o.latencyNs().copy();
                    h.setTag(o.name());
                    h.setStartTimeStamp(startMs);
                    h.setEndTimeStamp(endMs);
                    log.outputIntervalHistogram(h);
                }
            }
            require(out, file);
        }
    }

    /**
     * Writes the percentile distribution of one output, in microseconds.
     *
     * @param file created, or overwritten
     * @param output whose latencies are written
     * @throws IOException if the file cannot be written
     */
    public static void writePercentiles(Path file, EngineStats.OutputStats output) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            output.latencyNs().outputPercentileDistribution(out, TICKS_PER_HALF, NS_PER_US);
            require(out, file);
        }
    }

    private static void require(PrintStream out, Path file) throws IOException {
        if (out.checkError()) {
            throw new IOException(file + ": could not be written completely");
        }
    }
}
