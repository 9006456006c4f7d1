package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.rig.Child;
import io.millrace.bench.rig.Jvm;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Waiting;
import io.millrace.rig.Hlog;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import io.millrace.rig.Median;
import io.millrace.rig.Paced;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What other events feel of it when the windows of a million cards end at one moment: their latency while these fire, beside that
 * while none does. The runs are so short that all of their events fall into the storm; but for live inputs, whose owner fires them between
 * the events as well: there it is over after a part of a run.
 */
final class StormCommand implements BenchCommand {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
    private static final List<String> NAMES = List.of("p50", "p90", "p99", "p99.9", "max");

    @Override
    public String name() {
        return "storm";
    }

    @Override
    public String summary() {
        return "latency of events while a million unrelated windows end, and while none does";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option("--cards", "N", "1000000", "windows that end at one moment")
                .option("--rate", "N", "10000", "events a second")
                .option("--seconds", "N", "1", "length of a run")
                .option("--pairs", "N", "11", "measured runs each")
                .option("--jvm", "FLAGS", "-Xms1g -Xmx1g -XX:+AlwaysPreTouch -XX:+UseG1GC", "flags of the JVMs")
                .option("--json", "FILE", null, "also write the figures to this file")
                .option("--hlog", "FILE", null, "also write all histograms to this file (HdrHistogram log)");
    }

    /** The figures of one of them. */
    static final class Row {
        private final List<Paced> runs = new ArrayList<>();
        private final List<Double> ended = new ArrayList<>();

        void add(Paced run, long windows) {
            runs.add(run);
            ended.add((double) windows);
        }

        double us(double percentile, boolean clear) {
            return Median.of(runs.stream()
                            .map(p -> (clear ? p.clear() : p.all()).getValueAtPercentile(percentile) / 1e3)
                            .toList())
                    .median();
        }

        boolean isHeld() {
            return runs.stream().allMatch(Paced::held);
        }

        /** Whether in each run no window ended in the calm, and as many as there were events in the storm. */
        boolean isRight(String name, long events) {
            boolean calm = name.endsWith("calm");
            return ended.stream().allMatch(windows -> calm ? windows == 0 : windows >= events);
        }
    }

    @Override
    public int run(Options options) throws IOException, UsageException {
        long cards = options.number("--cards", 1, 2_000_000);
        long rate = options.number("--rate", 1, 1_000_000);
        long seconds = options.number("--seconds", 1, 60);
        int pairs = (int) options.number("--pairs", 1, 1_000);
        if (rate * seconds * WindowEnds.FIRED_PER_ENTRY > cards) {
            throw options.bad(
                    "--rate " + rate,
                    "the windows of " + cards + " cards have ended before a run of " + seconds + " s has",
                    "an entry ends up to " + WindowEnds.FIRED_PER_ENTRY + ": take more cards, or a lower rate");
        }
        List<String> jvm = Common.flags(options);
        Map<String, Object> conditions = Machine.tellWithJitter(jvm);
        System.out.printf(
                "storm: %d windows end at one moment; %d events a second, %d runs of %d s each%n",
                cards, rate, pairs, seconds);
        Child.Settings settings =
                new Child.Settings(Main.class.getName(), Workload.W1, true, Waiting.SPINNING, 1_024, Jvm.own(jvm));
        Machine.Watch watch = new Machine.Watch();
        Map<String, Row> rows = measure(settings, cards, rate, seconds, pairs);
        watch.end(conditions);
        boolean sound = print(rows, rate * seconds);
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), json(options, conditions, rows, rate * seconds));
        }
        if (options.has("--hlog")) {
            try (Hlog log = new Hlog(options.text("--hlog"))) {
                rows.forEach((name, row) -> {
                    for (int i = 0; row.isRight(name, rate * seconds) && i < row.runs.size(); i++) {
                        log.add(name, i, seconds, row.runs.get(i).all());
                    }
                });
            }
        }
        return sound ? 0 : 1;
    }

    private static Map<String, Row> measure(Child.Settings settings, long cards, long rate, long seconds, int pairs)
            throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        List<Child> children = new ArrayList<>();
        try {
            for (String system : Systems.STORMS) {
                children.add(new Child(system, settings));
                rows.put(system, new Row());
            }
            for (int pair = -1; pair < pairs; pair++) { // the first is for warming up
                for (Child child : children) {
                    long before = child.full(cards).answer().count();
                    Child.PacedAnswer result = child.paced(rate, seconds);
                    if (pair >= 0) {
                        Row row = rows.get(child.system());
                        row.add(result.paced(), result.answer().count() - before);
                    }
                }
            }
        } finally {
            children.forEach(Child::close);
        }
        return rows;
    }

    /** Answers whether the figures are what they are said to be: the rate was held, and the storm lasted all the time. */
    private static boolean print(Map<String, Row> rows, long events) {
        System.out.println(
                "µs from the intended time; all: every event; clear: those not behind a gap of the publisher");
        System.out.printf("%-10s %-5s", "windows", "");
        NAMES.forEach(name -> System.out.printf(" %9s", name));
        System.out.printf("  %-5s %10s%n", "held", "ended/run");
        boolean sound = true;
        for (Map.Entry<String, Row> e : rows.entrySet()) {
            Row row = e.getValue();
            boolean right = row.isRight(e.getKey(), events);
            line(e.getKey(), "all", row, false, right);
            System.out.printf(
                    "  %-5s %10.0f%s%n",
                    row.isHeld() ? "yes" : "FAIL", Median.of(row.ended).median(), right ? "" : "  VOID");
            line("", "clear", row, true, right);
            System.out.println();
            sound &= right && row.isHeld();
        }
        return sound;
    }

    private static void line(String name, String which, Row row, boolean clear, boolean right) {
        System.out.printf("%-10s %-5s", name, which);
        for (double percentile : PERCENTILES) {
            double us = row.us(percentile, clear);
            System.out.print(
                    right
                            ? String.format(Locale.ROOT, us < 100 ? " %9.2f" : " %9.0f", us)
                            : String.format(Locale.ROOT, " %9s", "-"));
        }
    }

    private static Map<String, Object> json(
            Options options, Map<String, Object> conditions, Map<String, Row> rows, long events) {
        Map<String, Object> json = new LinkedHashMap<>();
        List.of("cards", "rate", "seconds", "pairs").forEach(name -> json.put(name, options.text("--" + name)));
        json.put("conditions", conditions);
        rows.forEach((name, row) -> {
            Map<String, Object> figures = new LinkedHashMap<>();
            for (int i = 0; row.isRight(name, events) && i < PERCENTILES.length; i++) {
                figures.put(NAMES.get(i), row.us(PERCENTILES[i], false));
                figures.put("clear " + NAMES.get(i), row.us(PERCENTILES[i], true));
            }
            figures.put("ended", row.ended);
            figures.put("held", row.isHeld());
            json.put(name, figures);
        });
        return json;
    }
}
