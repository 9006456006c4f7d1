package io.millrace.bench;

import io.millrace.bench.option.Options;
import io.millrace.bench.option.UsageException;
import io.millrace.bench.rig.Child;
import io.millrace.bench.rig.Json;
import io.millrace.bench.rig.Machine;
import io.millrace.bench.rig.Median;
import io.millrace.bench.rig.Paced;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Workload;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Latency from the intended time at a fixed rate, open loop. A JVM a system, the jitter floor among them; the systems take
 * turns, and each percentile is the median of that percentile over the runs.
 */
final class LatencyCommand implements Command {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};
    private static final String[] NAMES = {"p50", "p90", "p99", "p99.9", "p99.99", "max"};

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public Options options() {
        return Common.addTo(new Options("latency from the intended time at a fixed rate, open loop"))
                .add("rate", "100000", "events a second")
                .add("seconds", "10", "length of a run")
                .add("pairs", "11", "measured runs a system")
                .add("warmup", "5000000", "events at full speed before the first run")
                .add("hlog", "", "also write all histograms to this file (HdrHistogram log)");
    }

    /** The figures of one system. */
    private static final class Row {
        private final List<Paced> runs = new ArrayList<>();
        private Answer answer;
        private long events;
        private boolean right;

        long held() {
            return runs.stream().filter(Paced::held).count();
        }

        boolean isHeld() {
            return held() == runs.size();
        }

        double[] percentilesUs(Function<Paced, Histogram> which) {
            double[] us = new double[PERCENTILES.length];
            for (int i = 0; i < us.length; i++) {
                double percentile = PERCENTILES[i];
                us[i] = median(p -> which.apply(p).getValueAtPercentile(percentile) / 1e3);
            }
            return us;
        }

        double median(Function<Paced, Double> figure) {
            return Median.of(runs.stream().map(figure).toList()).median();
        }
    }

    @Override
    public int run(Options options) throws IOException, UsageException {
        long rate = options.number("rate", 1, 10_000_000);
        long seconds = options.number("seconds", 1, 3_600);
        int pairs = (int) options.number("pairs", 1, 1_000);
        long warmUp = options.number("warmup", 0, 1_000_000_000);
        Workload workload = Common.workload(options);
        List<String> systems = new ArrayList<>(Common.systems(options));
        if (!systems.contains(Systems.FLOOR)) {
            systems.add(Systems.FLOOR);
        }
        Child.Settings settings = Common.settings(options, true);
        Map<String, Object> conditions = Common.conditions(options);
        System.out.printf(
                "%s: %s; %d events a second, %d runs of %d s a system%n",
                workload, workload.summary(), rate, pairs, seconds);
        Map<String, Row> rows = measure(systems, settings, warmUp, new Schedule(rate, seconds, pairs));
        System.out.printf("load after %.2f%n", Machine.load());
        check(rows, new Common.Expected(workload));
        print(rows, seconds);
        if (options.has("json")) {
            Json.write(Path.of(options.get("json")), json(options, conditions, rows));
        }
        if (options.has("hlog")) {
            writeLog(options.get("hlog"), rows, seconds);
        }
        return rows.values().stream().allMatch(r -> r.right && r.isHeld()) ? 0 : 1;
    }

    private record Schedule(long rate, long seconds, int pairs) {
        /** Two seconds at the rate, so that the paced code is compiled. */
        Schedule warmUp() {
            return new Schedule(rate, 2, 1);
        }
    }

    private static Map<String, Row> measure(
            List<String> systems, Child.Settings settings, long warmUp, Schedule schedule) throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        List<Child> children = new ArrayList<>();
        try {
            for (String system : systems) {
                Child child = new Child(system, settings);
                children.add(child);
                rows.put(system, new Row());
                child.full(warmUp);
                child.paced(schedule.rate, schedule.warmUp().seconds);
            }
            for (int pair = 0; pair < schedule.pairs; pair++) {
                for (Child child : children) {
                    Child.PacedAnswer result = child.paced(schedule.rate, schedule.seconds);
                    Row row = rows.get(child.system());
                    row.runs.add(result.paced());
                    row.answer = result.answer();
                    row.events = result.events();
                }
            }
        } finally {
            children.forEach(Child::close);
        }
        return rows;
    }

    private static void check(Map<String, Row> rows, Common.Expected expected) {
        rows.forEach((system, row) ->
                row.right = system.equals(Systems.FLOOR) || row.answer.equals(expected.upTo(row.events)));
    }

    private static void print(Map<String, Row> rows, long seconds) {
        System.out.println(
                "µs from the intended time; all: every decided event; clear: those not behind a gap of the publisher");
        System.out.printf("%-18s %-5s", "system", "");
        for (String name : NAMES) {
            System.out.printf(" %9s", name);
        }
        System.out.printf("  %-6s %8s %8s  %s%n", "held", "behind", "gaps/s", "answer");
        rows.forEach((system, row) -> {
            line(system, "all", row.percentilesUs(Paced::all));
            System.out.printf(
                    "  %-6s %7.3f%% %8.1f  %s%n",
                    row.isHeld() ? "yes" : row.held() + "/" + row.runs.size(),
                    row.median(p -> 100.0 * p.behind() / Math.max(1, p.all().getTotalCount())),
                    row.median(p -> (double) p.gaps() / seconds),
                    row.right ? "right" : "VOID: " + row.answer);
            line("", "clear", row.percentilesUs(Paced::clear));
            System.out.println(row.isHeld() ? "" : "  FAIL: the rate was not held");
        });
    }

    private static void line(String system, String which, double[] us) {
        System.out.printf("%-18s %-5s", system, which);
        for (double value : us) {
            System.out.printf(value < 100 ? " %9.2f" : " %9.0f", value);
        }
    }

    private static Map<String, Object> json(Options options, Map<String, Object> conditions, Map<String, Row> rows) {
        Map<String, Object> systems = new LinkedHashMap<>();
        rows.forEach((system, row) -> {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("right", row.right);
            figures.put("held", row.isHeld());
            figures.put("allUs", named(row.percentilesUs(Paced::all)));
            figures.put("clearUs", named(row.percentilesUs(Paced::clear)));
            figures.put("behind", row.runs.stream().map(Paced::behind).toList());
            figures.put("gaps", row.runs.stream().map(Paced::gaps).toList());
            figures.put("gapNsMax", row.runs.stream().map(Paced::gapNsMax).toList());
            figures.put(
                    "p50Ns",
                    row.runs.stream().map(p -> p.all().getValueAtPercentile(50)).toList());
            figures.put(
                    "p99Ns",
                    row.runs.stream().map(p -> p.all().getValueAtPercentile(99)).toList());
            systems.put(system, figures);
        });
        Map<String, Object> json = new LinkedHashMap<>();
        for (String name : List.of("workload", "rate", "seconds", "pairs", "waiting")) {
            json.put(name, options.get(name));
        }
        json.put("conditions", conditions);
        json.put("systems", systems);
        return json;
    }

    private static Map<String, Object> named(double[] us) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < us.length; i++) {
            named.put(NAMES[i], us[i]);
        }
        return named;
    }

    /** One interval a run, tagged with system and kind. */
    private static void writeLog(String file, Map<String, Row> rows, long seconds) throws FileNotFoundException {
        HistogramLogWriter log = new HistogramLogWriter(file);
        log.outputLogFormatVersion();
        log.outputComment("[latencies in ns from the intended time; one interval a run]");
        log.outputLegend();
        rows.forEach((system, row) -> {
            for (int run = 0; run < row.runs.size(); run++) {
                Paced paced = row.runs.get(run);
                write(log, paced.all(), system + ".all", run, seconds);
                write(log, paced.clear(), system + ".clear", run, seconds);
            }
        });
        log.close();
    }

    private static void write(HistogramLogWriter log, Histogram histogram, String tag, int run, long seconds) {
        histogram.setTag(tag.replace(':', '-'));
        log.outputIntervalHistogram(run * seconds, (run + 1) * seconds, histogram, 1.0);
    }
}
