package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.rig.Child;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import io.millrace.rig.Median;
import io.millrace.rig.Paced;
import io.millrace.rig.Percentile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * Latency from the intended time at a fixed rate, open loop. A JVM a system, the jitter floor among them; the systems take
 * turns, and each percentile is the median of that percentile over the runs.
 */
final class LatencyCommand implements BenchCommand {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};
    private static final long RATE_MAX = 10_000_000;
    private static final String[] NAMES = {"p50", "p90", "p99", "p99.9", "p99.99", "max"};

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String summary() {
        return "latency from the intended time at a fixed rate, open loop";
    }

    @Override
    public Options options() {
        return LatencyFiles.addTo(Common.addTo(new Options("bench/run", name()))
                .option(
                        "--rates",
                        "RATES",
                        "100k",
                        "events a second, one or several with commas, such as 10k,100k,500k,1m")
                .option("--seconds", "N", "10", "length of a run")
                .option(
                        "--burst",
                        "N",
                        "1",
                        "events that are due at a time, 1 to 64, at the rate all the same; systems in batches take them as one claim")
                .option("--pairs", "N", "11", "measured runs a system")
                .option("--warmup", "N", "5000000", "events at full speed before the first run")
                .option(
                        "--classpath",
                        "PATH",
                        null,
                        "jars and folders with a topology of yours, and a RigProvider that says what is sent to it")
                .option(
                        "--topology",
                        "NAME",
                        null,
                        "its name: measured in this JVM, in place of the systems; --pairs are runs")
                .option(
                        "--host",
                        "HOST",
                        "inline",
                        "inline or live, for a topology of yours, in place of what its rig says"));
    }

    /** The figures of one system. */
    static final class Row {
        final List<Paced> runs = new ArrayList<>();
        boolean right;
        private Answer answer;
        private long events;

        /** Where the last run ended while windows fire, more events follow, which are not measured: its answer would be a part of one. */
        private void settle(Child child, Workload workload) throws IOException {
            long more = WindowEnds.more(workload, events);
            if (more > 0) {
                Child.Full result = child.full(more);
                answer = result.answer();
                events = result.events();
            }
        }

        List<Paced> runs() {
            return runs;
        }

        boolean isRight() {
            return right;
        }

        int size() {
            return runs.size();
        }

        long held() {
            return runs.stream().filter(Paced::held).count();
        }

        boolean isHeld() {
            return held() == runs.size();
        }

        /** NaN where a run has too few events for one. */
        double[] percentilesUs(Function<Paced, Histogram> which) {
            double[] us = new double[PERCENTILES.length];
            for (int i = 0; i < us.length; i++) {
                us[i] = Percentile.us(runs, which, PERCENTILES[i]);
            }
            return us;
        }

        long fewest(Function<Paced, Histogram> which) {
            return Percentile.fewest(runs, which);
        }

        double median(Function<Paced, Double> figure) {
            return Median.of(runs.stream().map(figure).toList()).median();
        }
    }

    @Override
    public int run(Options options) throws IOException, UsageException {
        if (options.has("--classpath") || options.has("--topology")) {
            return YourTopology.run(options);
        }
        Common.refuse(options, List.of("--host"), "without --topology");
        long[] rates = rates(options);
        long seconds = options.number("--seconds", 1, 3_600);
        int burst = (int) options.number("--burst", 1, 64);
        int pairs = (int) options.number("--pairs", 1, 1_000);
        long warmUp = options.number("--warmup", 0, 1_000_000_000);
        Workload workload = Common.workload(options);
        List<String> systems = new ArrayList<>(Common.systems(options));
        for (String system : systems) {
            requireLive(options, Common.plain(system), burst);
        }
        if (systems.stream().noneMatch(Common::isFloor)) {
            systems.add(Systems.FLOOR);
        }
        Child.Settings settings = Common.settings(options, true);
        Common.requireRoom(options, rates, seconds);
        Map<String, Object> conditions = Common.conditions(options);
        System.out.printf("%s: %s; %d runs of %d s a system and rate%n", workload, workload.summary(), pairs, seconds);
        Machine.Watch watch = new Machine.Watch();
        Map<Long, Map<String, Row>> all =
                measure(systems, settings, warmUp, new Schedule(rates, seconds, pairs, burst));
        watch.end(conditions);
        Common.Expected expected = new Common.Expected(workload);
        all.values().forEach(rows -> check(rows, expected));
        System.out.print(table(all, seconds));
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), json(options, conditions, all));
        }
        try (LatencyFiles files = new LatencyFiles(options, conditions)) {
            files.add("", all, seconds);
        }
        return all.values().stream().flatMap(r -> r.values().stream()).allMatch(r -> r.right && r.isHeld()) ? 0 : 1;
    }

    private static void requireLive(Options options, String system, int burst) throws UsageException {
        if (Systems.isBatched(system) && !Systems.takesBursts(system)) {
            throw options.bad(
                    "--systems " + system, "it is for throughput only: events go one by one here", "leave it out");
        }
        if (Systems.isBatched(system) && burst == 1) {
            throw options.bad(
                    "--systems " + system,
                    "no two events are due at one time, so each would be a batch",
                    "add --burst 64, or leave it out");
        }
        if (!Systems.isLive(system)) {
            throw options.bad("--systems " + system, "it has no live source, so it has no latency", "leave it out");
        }
    }

    /** Events a second, such as 500000, 500k or 1m. */
    static long[] rates(Options options) throws UsageException {
        List<String> words = options.list("--rates");
        long[] rates = new long[words.size()];
        for (int i = 0; i < rates.length; i++) {
            String word = words.get(i).toLowerCase(Locale.ROOT);
            long unit = word.endsWith("m") ? 1_000_000 : word.endsWith("k") ? 1_000 : 1;
            String digits = unit == 1 ? word : word.substring(0, word.length() - 1);
            if (!digits.matches("[0-9]{1,8}")
                    || (rates[i] = Long.parseLong(digits) * unit) < 1
                    || rates[i] > RATE_MAX) {
                throw options.bad(
                        "--rates " + words.get(i), "not possible", "use events a second from 1 to 10m, such as 100k");
            }
            for (int j = 0; j < i; j++) {
                if (rates[j] == rates[i]) {
                    throw options.bad(
                            "--rates " + words.get(i), "the same as " + words.get(j), "leave one of the two out");
                }
            }
        }
        return rates;
    }

    record Schedule(long[] rates, long seconds, int pairs, int burst) {
        /** At each rate, before it counts, so that the paced code is compiled. */
        static final long WARM_UP_SECONDS = 2;

        Schedule(long[] rates, long seconds, int pairs) {
            this(rates, seconds, pairs, 1);
        }
    }

    /** All systems stay warm from rate to rate. */
    static Map<Long, Map<String, Row>> measure(
            List<String> systems, Child.Settings settings, long warmUp, Schedule schedule) throws IOException {
        Map<Long, Map<String, Row>> all = new LinkedHashMap<>();
        List<Child> children = new ArrayList<>();
        try {
            for (String system : systems) {
                Child child = new Child(system, settings);
                children.add(child);
                child.full(Systems.events(system, warmUp));
            }
            for (long rate : schedule.rates) {
                all.put(rate, measure(children, settings.workload(), rate, schedule));
            }
        } finally {
            children.forEach(Child::close);
        }
        return all;
    }

    private static Map<String, Row> measure(List<Child> children, Workload workload, long rate, Schedule schedule)
            throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        for (Child child : children) {
            rows.put(child.system(), new Row());
            child.paced(rate, Math.min(Schedule.WARM_UP_SECONDS, schedule.seconds), schedule.burst);
        }
        for (int pair = 0; pair < schedule.pairs; pair++) {
            for (Child child : children) {
                Child.PacedAnswer result = child.paced(rate, schedule.seconds, schedule.burst);
                Row row = rows.get(child.system());
                row.runs.add(result.paced());
                row.answer = result.answer();
                row.events = result.events();
            }
        }
        for (Child child : children) {
            rows.get(child.system()).settle(child, workload);
        }
        return rows;
    }

    static void check(Map<String, Row> rows, Common.Expected expected) {
        rows.forEach(
                (system, row) -> row.right = Common.isFloor(system) || row.answer.equals(expected.upTo(row.events)));
    }

    /** Where an answer is wrong there is no figure but those of the pacing loop. */
    static String table(Map<Long, Map<String, Row>> all, long seconds) {
        StringBuilder out = new StringBuilder(
                "µs from the intended time; all: every decided event; clear: those not behind a gap of the publisher; events: in the run that has fewest\n");
        out.append(String.format(Locale.ROOT, "%-18s %9s %-5s", "system", "events/s", ""));
        for (String name : NAMES) {
            out.append(String.format(Locale.ROOT, " %9s", name));
        }
        out.append(String.format(
                Locale.ROOT, "  %9s  %-6s %8s %8s  %s%n", "events", "held", "behind", "gaps/s", "answer"));
        for (String system : all.values().iterator().next().keySet()) {
            all.forEach((rate, rows) -> lines(out, system, rate, rows.get(system), seconds));
        }
        return out.toString();
    }

    private static void lines(StringBuilder out, String system, long rate, Row row, long seconds) {
        line(out, system, Long.toString(rate), "all", row, Paced::all);
        out.append(String.format(
                Locale.ROOT,
                "  %-6s %7.3f%% %8.1f  %s%n",
                row.isHeld() ? "yes" : row.held() + "/" + row.runs.size(),
                row.median(p -> 100.0 * p.behind() / Math.max(1, p.all().getTotalCount())),
                row.median(p -> (double) p.gaps() / seconds),
                row.right ? "right" : "VOID: " + row.answer));
        line(out, "", "", "clear", row, Paced::clear);
        out.append(row.isHeld() ? "" : "  FAIL: the rate was not held").append('\n');
    }

    private static void line(
            StringBuilder out, String system, String rate, String which, Row row, Function<Paced, Histogram> of) {
        out.append(String.format(Locale.ROOT, "%-18s %9s %-5s", system, rate, which));
        for (double us : row.percentilesUs(of)) {
            out.append(
                    row.right && !Double.isNaN(us)
                            ? String.format(Locale.ROOT, us < 100 ? " %9.2f" : " %9.0f", us)
                            : String.format(Locale.ROOT, " %9s", "-"));
        }
        out.append(String.format(Locale.ROOT, "  %9s", row.right ? row.fewest(of) : "-"));
    }

    private static Map<String, Object> json(
            Options options, Map<String, Object> conditions, Map<Long, Map<String, Row>> all) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (String name : List.of("workload", "seconds", "burst", "pairs", "waiting")) {
            json.put(name, options.text("--" + name));
        }
        json.put("conditions", conditions);
        Map<String, Object> rates = new LinkedHashMap<>();
        all.forEach((rate, rows) -> {
            Map<String, Object> systems = new LinkedHashMap<>();
            rows.forEach((system, row) -> systems.put(system, json(row)));
            rates.put(Long.toString(rate), systems);
        });
        json.put("rates", rates);
        return json;
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> figures = figures(row);
        figures.put(
                "events", row.runs.stream().map(p -> p.all().getTotalCount()).toList());
        figures.put("behind", row.runs.stream().map(Paced::behind).toList());
        figures.put("gaps", row.runs.stream().map(Paced::gaps).toList());
        figures.put("gapNsMax", row.runs.stream().map(Paced::gapNsMax).toList());
        for (double percentile : row.right ? new double[] {50, 99} : new double[0]) {
            if (!Percentile.isKnown(percentile, row.fewest(Paced::all))) {
                continue;
            }
            figures.put(
                    "p" + (int) percentile + "Ns",
                    row.runs.stream()
                            .map(p -> p.all().getValueAtPercentile(percentile))
                            .toList());
        }
        return figures;
    }

    /** The latencies of a system, where it has any. */
    static Map<String, Object> figures(Row row) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("right", row.right);
        figures.put("held", row.isHeld());
        if (row.right) {
            figures.put("allUs", named(row.percentilesUs(Paced::all)));
            figures.put("clearUs", named(row.percentilesUs(Paced::clear)));
            figures.put("allEvents", row.fewest(Paced::all));
            figures.put("clearEvents", row.fewest(Paced::clear));
        }
        return figures;
    }

    private static Map<String, Object> named(double[] us) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < us.length; i++) {
            named.put(NAMES[i], us[i]);
        }
        return named;
    }
}
