package io.millrace.rig;

import java.io.FileNotFoundException;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** A file of histograms of latencies in ns, each an interval with a tag. */
public final class Hlog implements AutoCloseable {
    private final HistogramLogWriter log;

    /**
     * Makes the file anew.
     *
     * @param file its path
     * @throws FileNotFoundException when it cannot be written
     */
    public Hlog(String file) throws FileNotFoundException {
        log = new HistogramLogWriter(file);
        log.outputLogFormatVersion();
        log.outputComment("[latencies in ns from the intended time; one interval a run]");
        log.outputLegend();
    }

    /**
     * Adds a run.
     *
     * @param tag     of which system
     * @param run     its number, from 0
     * @param seconds its length
     * @param ns      its latencies
     */
    public void add(String tag, int run, long seconds, Histogram ns) {
        ns.setTag(tag.replaceAll("[:, ]", "-"));
        log.outputIntervalHistogram(run * seconds, (run + 1) * seconds, ns, 1.0);
    }

    @Override
    public void close() {
        log.close();
    }
}
