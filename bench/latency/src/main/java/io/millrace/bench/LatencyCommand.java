package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.rig.Child;
import io.millrace.bench.rig.Children;
import io.millrace.bench.rig.Rounds;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Latency from the intended time at a fixed rate, open loop. A JVM a system, or several one after the other, the jitter floor among the
 * systems; these take turns, and each percentile is the median over JVMs of its median over the runs of each.
 */
final class LatencyCommand implements BenchCommand {
    private static final long RATE_MAX = 10_000_000;

    /**
     * The loop of W3 and W4 that is quickest in all takes a second of history back at once, which is what its slow events are; the second quickest
     * does not. Which of the two is the better baseline differs from percentile to percentile.
     */
    private static final Set<Workload> OF_TWO_LOOPS = Set.of(Workload.W3, Workload.W4);

    private static final List<String> BOTH_LOOPS =
            List.of("hand", "hand:records", "disruptor", "disruptor:records", "inline", "live");

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
                        "events that are due at once, 1 to 64, at the same rate overall; batched systems take them as one claim")
                .option("--pairs", "N", "11", "measured runs a system")
                .option("--jvms", "N", "2", "JVMs a system, one after the other, over which its runs are spread")
                .option("--warmup", "N", "5000000", "events at full speed before the first run")
                .option(
                        "--classpath",
                        "PATH",
                        null,
                        "jars and directories with your own topology, and a RigProvider that says what is sent to it")
                .option(
                        "--topology",
                        "NAME",
                        null,
                        "its name: it is measured in this JVM, in place of the systems; --pairs counts its runs")
                .option(
                        "--host",
                        "HOST",
                        "inline",
                        "inline or live, for your own topology, in place of what its rig says"));
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
        Rounds rounds = Common.rounds(options, "--pairs");
        long warmUp = options.number("--warmup", 0, 1_000_000_000);
        Workload workload = Common.workload(options);
        List<String> systems = new ArrayList<>(
                options.has("--systems") || !OF_TWO_LOOPS.contains(workload)
                        ? Common.systems(options)
                        : Common.each(BOTH_LOOPS, options));
        for (String system : systems) {
            requireLive(options, Common.plain(system), burst);
        }
        if (systems.stream().noneMatch(Common::isFloor)) {
            systems.add(Systems.FLOOR);
        }
        Child.Settings settings = Common.settings(options, true);
        Common.requireRoom(options, rates, seconds);
        Map<String, Object> conditions = Common.conditions(options);
        System.out.printf(
                "%s: %s; %d runs of %d s a system and rate, in %d JVMs%n",
                workload, workload.summary(), rounds.all(), seconds, rounds.jvms());
        Machine.Watch watch = new Machine.Watch();
        Map<Long, Map<String, LatencyRow>> all =
                measure(systems, settings, warmUp, new Schedule(rates, seconds, rounds, burst));
        watch.end(conditions);
        check(all, workload);
        LatencyTables tables = new LatencyTables(all);
        System.out.print(tables.medians(seconds) + '\n' + tables.spreads());
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), json(options, conditions, all, rounds));
        }
        try (LatencyFiles files = new LatencyFiles(options, conditions)) {
            files.add("", all, seconds);
        }
        return all.values().stream().flatMap(r -> r.values().stream()).allMatch(r -> r.isRight() && r.isHeld()) ? 0 : 1;
    }

    static void check(Map<Long, Map<String, LatencyRow>> all, Workload workload) {
        LatencyRow.check(
                all.values().stream().flatMap(rows -> rows.values().stream()).toList(), workload);
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

    record Schedule(long[] rates, long seconds, Rounds rounds, int burst) {
        /** At each rate, before it counts, so that the paced code is compiled. */
        static final long WARM_UP_SECONDS = 2;

        Schedule(long[] rates, long seconds, Rounds rounds) {
            this(rates, seconds, rounds, 1);
        }
    }

    /** In each JVM at all rates: systems stay warm from rate to rate. */
    static Map<Long, Map<String, LatencyRow>> measure(
            List<String> systems, Child.Settings settings, long warmUp, Schedule schedule) throws IOException {
        Map<Long, Map<String, LatencyRow>> all = new LinkedHashMap<>();
        for (long rate : schedule.rates) {
            all.put(rate, new LinkedHashMap<>());
            systems.forEach(system -> all.get(rate).put(system, new LatencyRow(system)));
        }
        for (int jvm = 0; jvm < schedule.rounds.jvms(); jvm++) {
            try (Children children = new Children(systems, settings)) {
                for (Child child : children.inOrder(jvm)) {
                    child.full(Systems.events(Common.plain(child.system()), warmUp));
                }
                for (long rate : schedule.rates) {
                    measure(children, jvm, settings.workload(), rate, schedule, all.get(rate));
                }
            }
        }
        return all;
    }

    private static void measure(
            Children children, int jvm, Workload workload, long rate, Schedule schedule, Map<String, LatencyRow> rows)
            throws IOException {
        for (Child child : children.inOrder(jvm)) {
            child.paced(rate, Math.min(Schedule.WARM_UP_SECONDS, schedule.seconds), schedule.burst);
        }
        for (int round = schedule.rounds.first(jvm); round < schedule.rounds.first(jvm + 1); round++) {
            for (Child child : children.inOrder(round)) {
                rows.get(child.system()).add(child.paced(rate, schedule.seconds, schedule.burst));
            }
        }
        for (Child child : children.inOrder(0)) {
            rows.get(child.system()).end(child, workload);
        }
    }

    private static Map<String, Object> json(
            Options options, Map<String, Object> conditions, Map<Long, Map<String, LatencyRow>> all, Rounds rounds) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (String name : List.of("workload", "seconds", "burst", "pairs", "waiting")) {
            json.put(name, options.text("--" + name));
        }
        json.put("jvms", rounds.jvms());
        json.put("conditions", conditions);
        json.put("rates", new LatencyTables(all).json());
        return json;
    }
}
