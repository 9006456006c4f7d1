package io.millrace.bench;

import io.millrace.cli.Options;
import io.millrace.rig.Hlog;
import io.millrace.rig.Paced;
import io.millrace.rig.Plot;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Histograms and picture of latencies, where {@code --hlog} and {@code --plot} say. */
final class LatencyFiles implements AutoCloseable {
    private final Hlog log;
    private final Plot plot;
    private final Path picture;

    /** Makes the file of histograms anew. */
    LatencyFiles(Options options, Map<String, Object> conditions) throws FileNotFoundException {
        log = options.has("--hlog") ? new Hlog(options.text("--hlog")) : null;
        picture = options.has("--plot") ? Path.of(options.text("--plot")) : null;
        plot = new Plot(options.text("--workload").toUpperCase(Locale.ROOT)
                + ": latency from the intended time, " + conditions.get("java") + ", " + conditions.get("cores")
                + " cores, load " + String.format(Locale.ROOT, "%.1f", conditions.get("load")));
    }

    /** Declares what this reads. */
    static Options addTo(Options options) {
        return options.option(
                        "--hlog",
                        "FILE",
                        null,
                        "also write all histograms to this file (HdrHistogram log, each with a tag)")
                .option("--plot", "FILE", null, "also draw them, a line a system, into this file (SVG)");
    }

    /**
     * Adds the runs of a workload, rate by rate.
     *
     * @param prefix of their tags and titles; empty, or with a blank behind
     */
    void add(String prefix, Map<Long, Map<String, LatencyRow>> all, long seconds) throws IOException {
        if (log != null) {
            String tag = prefix.isEmpty() ? "" : prefix.strip() + '.';
            right(all)
                    .forEach((rate, rows) ->
                            rows.forEach((system, row) -> log(tag + system + '.' + rate, row, seconds)));
        }
        if (picture != null) {
            right(all)
                    .forEach((rate, rows) -> rows.forEach((system, row) -> plot.add(
                            prefix + panel(rate, rows),
                            Common.isFloor(system) ? Plot.FLOOR + Common.collector(system) : system,
                            row.runs().stream().map(Paced::all).toList())));
            plot.write(picture);
        }
    }

    /** Without those whose answer is another: they have no figures. */
    private static Map<Long, Map<String, LatencyRow>> right(Map<Long, Map<String, LatencyRow>> all) {
        Map<Long, Map<String, LatencyRow>> right = new LinkedHashMap<>();
        all.forEach((rate, rows) -> {
            Map<String, LatencyRow> those = new LinkedHashMap<>(rows);
            those.values().removeIf(row -> !row.isRight());
            right.put(rate, those);
        });
        return right;
    }

    /** One interval a run, tagged with system, rate and kind. */
    private void log(String tag, LatencyRow row, long seconds) {
        for (int run = 0; run < row.runs().size(); run++) {
            log.add(tag + ".all", run, seconds, row.runs().get(run).all());
            log.add(tag + ".clear", run, seconds, row.runs().get(run).clear());
        }
    }

    /** One for all systems, also those that did not hold the rate: it names them. */
    private static String panel(long rate, Map<String, LatencyRow> rows) {
        List<String> notHeld = rows.keySet().stream()
                .filter(system -> !rows.get(system).isHeld())
                .toList();
        return String.format(Locale.ROOT, "%,d events a second", rate)
                + (notHeld.isEmpty() ? "" : "; not held: " + String.join(", ", notHeld));
    }

    @Override
    public void close() throws IOException {
        if (log != null) {
            log.close();
        }
    }
}
