package io.millrace.rig;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** A file of histograms of latencies in ns, each an interval with a tag. */
public final class Hlog implements AutoCloseable {
    private final String file;
    private final PrintStream text;
    private final HistogramLogWriter log;

    /**
     * Makes the file anew.
     *
     * @param file its path
     * @throws FileNotFoundException when it cannot be written
     */
    public Hlog(String file) throws FileNotFoundException {
        this.file = file;
        text = new PrintStream(new BufferedOutputStream(new FileOutputStream(file)), false, StandardCharsets.UTF_8);
        log = new HistogramLogWriter(text);
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

    /**
     * Ends the file.
     *
     * @throws IOException when not all of it could be written
     */
    @Override
    public void close() throws IOException {
        boolean failed = text.checkError(); // it keeps what went wrong to itself
        log.close();
        if (failed || text.checkError()) {
            throw new IOException(file + ": cannot be written to its end; make room, or name another");
        }
    }
}
