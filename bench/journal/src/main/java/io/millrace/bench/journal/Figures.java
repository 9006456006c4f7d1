package io.millrace.bench.journal;

import io.millrace.rig.Hlog;
import io.millrace.rig.Json;
import io.millrace.rig.Median;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What the parts of {@code journal} have measured, for files beside the tables that they print. */
final class Figures {
    private static final double[] PERCENTILES = {50, 99, 99.9, 99.99};

    private final long seconds;
    private final Map<String, List<Map<String, Object>>> parts = new LinkedHashMap<>();
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();

    /**
     * None yet.
     *
     * @param seconds for which each measurement goes on
     */
    Figures(long seconds) {
        this.seconds = seconds;
    }

    /** A row of a part: names and values. */
    Row row(String part, String name) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", name);
        parts.computeIfAbsent(part, p -> new ArrayList<>()).add(values);
        return new Row(part, name, values);
    }

    /** A row that is being filled. */
    final class Row {
        private final String part;
        private final String name;
        private final Map<String, Object> values;

        private Row(String part, String name, Map<String, Object> values) {
            this.part = part;
            this.name = name;
            this.values = values;
        }

        Row value(String of, Object value) {
            values.put(of, value);
            return this;
        }

        /** Median, least and most of several runs. */
        Row runs(String of, Median runs) {
            return value(of, runs.median()).value(of + " least", runs.least()).value(of + " most", runs.most());
        }

        /** Percentiles in microseconds; the histogram itself, in ns, goes into a file of histograms. */
        Row waits(Histogram ns) {
            for (double p : PERCENTILES) {
                value(
                        "p" + (p == Math.rint(p) ? Long.toString((long) p) : Double.toString(p)) + " us",
                        ns.getValueAtPercentile(p) / 1e3);
            }
            histograms.put(part + ' ' + name, ns);
            return value("max us", ns.getMaxValue() / 1e3).value("count", ns.getTotalCount());
        }
    }

    /** Figures and conditions. */
    void writeJson(Path file, Map<String, Object> conditions) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("conditions", conditions);
        all.putAll(parts);
        Json.write(file, all);
    }

    /** Histograms, one for each row that has one. */
    void writeHlog(String file) throws IOException {
        try (Hlog log = new Hlog(file)) {
            histograms.forEach((tag, histogram) -> log.add(tag, 0, seconds, histogram));
        }
    }
}
