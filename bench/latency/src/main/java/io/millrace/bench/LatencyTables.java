package io.millrace.bench;

import io.millrace.rig.Median;
import io.millrace.rig.Paced;
import io.millrace.rig.Percentile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Latencies as text: by rate and system. Where a row is void there is no figure but those of the pacing loop. */
final class LatencyTables {
    /** Those of {@link LatencyRow#PERCENTILES} that are set beside a baseline's. */
    private static final List<Integer> RATIOS = List.of(0, 2, 3, 4);

    private final Map<Long, Map<String, LatencyRow>> all;

    LatencyTables(Map<Long, Map<String, LatencyRow>> all) {
        this.all = all;
    }

    /** The medians. */
    String medians(long seconds) {
        StringBuilder out = new StringBuilder(
                "µs from the intended time; all: every decided event; clear: those not behind a gap of the publisher; events: in the run that has fewest\n");
        add(out, "%-18s %9s %-5s", "system", "events/s", "");
        LatencyRow.NAMES.forEach(name -> add(out, " %9s", name));
        add(out, "  %9s  %-6s %8s %8s  %s%n", "events", "held", "behind", "gaps/s", "answer");
        for (String system : systems()) {
            all.forEach((rate, rows) -> medians(out, system, rate, rows.get(system), seconds));
        }
        return out.toString();
    }

    private Iterable<String> systems() {
        return all.values().iterator().next().keySet();
    }

    private static void medians(StringBuilder out, String system, long rate, LatencyRow row, long seconds) {
        medians(out, system, Long.toString(rate), "all", row, Paced::all);
        add(
                out,
                "  %-6s %7.3f%% %8.1f  %s%n",
                row.isHeld() ? "yes" : row.held() + "/" + row.size(),
                row.median(p -> 100.0 * p.behind() / Math.max(1, p.all().getTotalCount())),
                row.median(p -> (double) p.gaps() / seconds),
                row.isRight() ? "right" : row.wrong());
        medians(out, "", "", "clear", row, Paced::clear);
        out.append(row.isHeld() ? "" : "  FAIL: the rate was not held").append('\n');
    }

    private static void medians(
            StringBuilder out,
            String system,
            String rate,
            String which,
            LatencyRow row,
            Function<Paced, Histogram> of) {
        add(out, "%-18s %9s %-5s", system, rate, which);
        for (double us : row.percentilesUs(of)) {
            add(out, " %9s", row.isRight() ? us(us) : "-");
        }
        add(out, "  %9s", row.isRight() ? row.fewest(of) : "-");
    }

    /** What the medians are of, and what ours are beside the baselines. */
    String spreads() {
        StringBuilder out = new StringBuilder(
                "from least to most over the runs, and of the medians of the JVMs; and how many times the baseline's: at each percentile that of the lowest of those named\n");
        add(out, "%-18s %9s %-5s", "system", "events/s", "");
        LatencyRow.SPREAD.forEach(p -> {
            add(out, " %20s", LatencyRow.NAMES.get(p) + ", least to most");
            add(out, " %20s", LatencyRow.NAMES.get(p) + ", of the JVMs");
        });
        RATIOS.forEach(p -> add(out, " %6s", LatencyRow.NAMES.get(p)));
        add(out, "  %s%n", "beside");
        for (String system : systems()) {
            all.forEach((rate, rows) -> {
                spreads(out, system, Long.toString(rate), "all", system, rows, Paced::all);
                add(out, "  %s%n", String.join(", ", baselines(system, rows).keySet()));
                spreads(out, "", "", "clear", system, rows, Paced::clear);
                out.append('\n');
            });
        }
        return out.toString().replaceAll("(?m) +$", "");
    }

    private static void spreads(
            StringBuilder out,
            String named,
            String rate,
            String which,
            String system,
            Map<String, LatencyRow> rows,
            Function<Paced, Histogram> of) {
        LatencyRow row = rows.get(system);
        add(out, "%-18s %9s %-5s", named, rate, which);
        for (int p : LatencyRow.SPREAD) {
            add(out, " %20s", row.isRight() ? spread(row.spreadUs(of, p)) : "-");
            add(out, " %20s", row.isRight() ? spread(row.ofJvmsUs(of, p)) : "-");
        }
        for (int p : RATIOS) {
            double times = times(system, rows, of, p);
            add(out, " %6s", Double.isNaN(times) ? "-" : String.format(Locale.ROOT, "%.2f", times));
        }
    }

    /** Those that are sound. */
    private static Map<String, LatencyRow> baselines(String system, Map<String, LatencyRow> rows) {
        Map<String, LatencyRow> baselines = new LinkedHashMap<>();
        for (String name : Baselines.of(system, rows.keySet())) {
            LatencyRow row = rows.get(name);
            if (row.isRight() && row.isHeld()) {
                baselines.put(name, row);
            }
        }
        return baselines;
    }

    /** NaN where there is nothing to compare. */
    private static double times(
            String system, Map<String, LatencyRow> rows, Function<Paced, Histogram> of, int percentile) {
        LatencyRow row = rows.get(system);
        double lowest = baselines(system, rows).values().stream()
                .mapToDouble(b -> b.spreadUs(of, percentile).median())
                .filter(us -> !Double.isNaN(us))
                .min()
                .orElse(Double.NaN);
        return row.isRight() && row.isHeld() ? row.spreadUs(of, percentile).median() / lowest : Double.NaN;
    }

    /** Of a percentile. */
    static String us(double us) {
        return Double.isNaN(us) ? "-" : String.format(Locale.ROOT, us < 100 ? "%.2f" : "%.0f", us);
    }

    /** From least to most. */
    static String spread(Median us) {
        return Double.isNaN(us.median()) ? "-" : us(us.least()) + " to " + us(us.most());
    }

    /** By rate and system, for a file. */
    Map<String, Object> json() {
        Map<String, Object> rates = new LinkedHashMap<>();
        all.forEach((rate, rows) -> {
            Map<String, Object> systems = new LinkedHashMap<>();
            rows.keySet().forEach(system -> systems.put(system, json(system, rows)));
            rates.put(Long.toString(rate), systems);
        });
        return rates;
    }

    private static Map<String, Object> json(String system, Map<String, LatencyRow> rows) {
        LatencyRow row = rows.get(system);
        Map<String, Object> figures = row.figures();
        List<Paced> runs = row.runs();
        figures.put("events", runs.stream().map(p -> p.all().getTotalCount()).toList());
        figures.put("behind", runs.stream().map(Paced::behind).toList());
        figures.put("gaps", runs.stream().map(Paced::gaps).toList());
        figures.put("gapNsMax", runs.stream().map(Paced::gapNsMax).toList());
        for (double percentile : row.isRight() ? new double[] {50, 99} : new double[0]) {
            if (Percentile.isKnown(percentile, row.fewest(Paced::all))) {
                figures.put(
                        "p" + (int) percentile + "Ns",
                        runs.stream()
                                .map(p -> p.all().getValueAtPercentile(percentile))
                                .toList());
            }
        }
        if (!baselines(system, rows).isEmpty()) {
            figures.put("baselines", List.copyOf(baselines(system, rows).keySet()));
            figures.put("allTimes", times(system, rows, Paced::all));
            figures.put("clearTimes", times(system, rows, Paced::clear));
        }
        return figures;
    }

    private static Map<String, Object> times(
            String system, Map<String, LatencyRow> rows, Function<Paced, Histogram> of) {
        Map<String, Object> times = new LinkedHashMap<>();
        RATIOS.forEach(p -> times.put(LatencyRow.NAMES.get(p), times(system, rows, of, p)));
        return times;
    }

    private static void add(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }
}
