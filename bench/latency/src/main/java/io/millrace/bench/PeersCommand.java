package io.millrace.bench;

import io.millrace.bench.LatencyCommand.Schedule;
import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.command.ReadmePage;
import io.millrace.bench.rig.Child;
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

/**
 * The workloads on other libraries beside ours: events a second, bytes, latency, by the method of {@link ThroughputCommand}
 * and {@link LatencyCommand}. The systems come from {@code bench/peers}, which {@code bench/run peers} puts on the class
 * path.
 */
final class PeersCommand implements BenchCommand {
    private static final String SETTINGS = "peers settings";
    private static final String HEAP = "-Xms2g -Xmx2g -XX:+UseTransparentHugePages -XX:+UseG1GC";
    private static final String OURS_AND_LIMITS = "hand,disruptor,inline,live";

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public String summary() {
        return "Flink, Jet, Kafka Streams and Reactor on the workloads, beside ours and the hand loop";
    }

    @Override
    public boolean isPagePrinted() {
        return false;
    }

    @Override
    public Options options() {
        List<String> systems = new ArrayList<>(List.of(OURS_AND_LIMITS));
        Systems.others().forEach(other -> systems.add(other.name()));
        Options own = new Options("bench/run", name())
                .option("--workload", "W", "W1,W2,W3", "one or several, with commas")
                .option(
                        "--systems",
                        "NAMES",
                        String.join(",", systems),
                        "run in turns, and shown in this order in the tables")
                .option("--events", "N", "3000000", "events a run")
                .option("--runs", "N", "5", "measured runs a system, after one to warm up")
                .option("--rates", "RATES", "100k,500k", "open loop, events a second")
                .option("--seconds", "N", "5", "length of a run at a rate")
                .option("--pairs", "N", "5", "measured runs a system at a rate")
                .option("--jvms", "N", "2", "JVMs a system, one after the other, over which its runs are spread")
                .option("--warmup", "N", "2000000", "events at full speed before the first run at a rate")
                .flag("--no-latency", "events a second only")
                .flag("--no-throughput", "latency only")
                .flag(
                        "--quick",
                        "to see that all of them work: each on each workload that it computes, beside inline, few events and a second at a"
                                + " rate; the figures mean little")
                .option(
                        "--readme",
                        "FILE",
                        null,
                        "also write the tables into this page, between marks: peers W3, with --gc zgc those of peers W3 zgc");
        return LatencyFiles.addTo(Common.addRun(own, HEAP));
    }

    /** How long everything is. */
    private record Size(long events, Rounds runs, long warmUp, Schedule schedule) {
        static Size of(Options options) throws UsageException {
            return new Size(
                    options.number("--events", 1_000, 1_000_000_000),
                    Common.rounds(options, "--runs"),
                    options.number("--warmup", 0, 1_000_000_000),
                    new Schedule(
                            LatencyCommand.rates(options),
                            options.number("--seconds", 1, 3_600),
                            Common.rounds(options, "--pairs")));
        }

        /** Of a smoke, which has one run of each. */
        static Size ofSmoke(Options options) throws UsageException {
            Common.refuse(
                    options,
                    List.of(
                            "--events",
                            "--runs",
                            "--rates",
                            "--seconds",
                            "--pairs",
                            "--jvms",
                            "--warmup",
                            "--no-latency",
                            "--no-throughput",
                            "--readme"), // whose tables are measured ones
                    "with --quick");
            Rounds one = new Rounds(1, 1);
            return new Size(0, one, 0, new Schedule(PeersSmoke.rates(), PeersSmoke.seconds(), one));
        }

        /** How many runs, over how many JVMs. */
        String words(Options options) {
            List<String> words = new ArrayList<>();
            if (!options.has("--no-throughput")) {
                words.add(String.format(
                        Locale.ROOT, "%d runs of %,d events a system, in %d JVMs", runs.all(), events, runs.jvms()));
            }
            if (!options.has("--no-latency")) {
                Rounds paced = schedule.rounds();
                words.add(String.format(
                        Locale.ROOT,
                        "%d of %d s a system and rate, in %d JVMs",
                        paced.all(),
                        schedule.seconds(),
                        paced.jvms()));
            }
            return String.join("; ", words);
        }
    }

    @Override
    public int run(Options options) throws IOException, UsageException {
        if (Systems.others().isEmpty()) {
            throw options.bad(
                    "peers", "the systems of bench/peers are not on the class path", "start it by bench/run peers");
        }
        boolean quick = options.has("--quick");
        Size size = quick ? Size.ofSmoke(options) : Size.of(options);
        ReadmePage page = options.has("--readme") ? new ReadmePage(Path.of(options.text("--readme"))) : null;
        List<Workload> workloads = quick && !options.has("--workload")
                ? PeersSmoke.workloads()
                : options.allOf("--workload", Workload.class);
        for (Workload workload : workloads) {
            List<String> systems = systems(workload, options);
            if (!options.has("--no-throughput")) {
                long events = quick ? PeersSmoke.events(workload) : size.events;
                ThroughputCommand.requireFired(options, workload, systems, events, size.runs.all());
            }
            if (page != null) {
                page.require(mark(workload, options));
            }
        }
        if (page != null) {
            page.require(SETTINGS);
        }
        if (!options.has("--no-latency")) {
            Common.requireRoom(options, size.schedule.rates(), size.schedule.seconds());
        }
        if (options.has("--no-throughput")) {
            Common.refuse(options, List.of("--no-latency", "--events", "--runs"), "with --no-throughput");
        }
        Map<String, Object> conditions = Common.conditions(options);
        Map<String, Object> json = new LinkedHashMap<>();
        boolean sound = true;
        try (LatencyFiles files = new LatencyFiles(options, conditions)) {
            for (Workload workload : workloads) {
                PeersTables tables =
                        quick ? smoke(workload, options, conditions) : measure(workload, options, size, conditions);
                System.out.println(tables);
                sound &= tables.isSound();
                json.put(workload.name(), json(tables, size, conditions));
                files.add(workload + " ", tables.latency, size.schedule.seconds());
                if (page != null) {
                    page.put(mark(workload, options), tables.page("bench/run peers" + options.line(), conditions));
                }
                write(options, json, page); // all there is so far: the next one may take ten minutes, and fail
            }
        }
        return sound ? 0 : 1;
    }

    private static Map<String, Object> json(PeersTables tables, Size size, Map<String, Object> conditions) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!tables.throughput.isEmpty()) {
            json.put("jvms", size.runs.jvms());
        }
        if (!tables.latency.isEmpty()) {
            json.put("jvmsAtRates", size.schedule.rounds().jvms());
        }
        json.put("conditions", new LinkedHashMap<>(conditions));
        json.put("systems", tables.json());
        return json;
    }

    /** A table for each collector has a place of its own. */
    private static String mark(Workload workload, Options options) {
        return "peers " + workload + (options.has("--gc") ? ' ' + options.text("--gc") : "");
    }

    private static List<String> systems(Workload workload, Options options) throws UsageException {
        return options.has("--quick") && !options.has("--systems")
                ? Common.each(PeersSmoke.systems(workload), options)
                : Common.systems(options, workload);
    }

    private static PeersTables smoke(Workload workload, Options options, Map<String, Object> conditions)
            throws IOException, UsageException {
        System.out.printf("%s: %s%n", workload, workload.summary());
        Machine.Watch watch = new Machine.Watch();
        conditions.put("load", Machine.load());
        PeersTables tables =
                PeersSmoke.measure(workload, systems(workload, options), Common.settings(options, workload, true));
        watch.end(conditions);
        return tables;
    }

    private static PeersTables measure(Workload workload, Options options, Size size, Map<String, Object> conditions)
            throws IOException, UsageException {
        String runs = workload + ": " + size.words(options);
        System.out.printf("%s: %s%n%s%n", workload, workload.summary(), runs);
        List<String> systems = Common.systems(options, workload);
        Machine.Watch watch = new Machine.Watch();
        conditions.put("load", Machine.load());
        PeersTables tables = new PeersTables(workload);
        tables.runs = runs;
        if (!options.has("--no-throughput")) {
            Child.Settings settings = Common.settings(options, workload, false);
            tables.throughput = ThroughputCommand.measure(systems, settings, size.events, size.runs);
        }
        if (!options.has("--no-latency")) {
            tables.latency = latency(workload, systems, Common.settings(options, workload, true), size);
        }
        watch.end(conditions);
        return tables;
    }

    private static Map<Long, Map<String, LatencyRow>> latency(
            Workload workload, List<String> systems, Child.Settings settings, Size size) throws IOException {
        List<String> live = new ArrayList<>(
                systems.stream().filter(s -> Systems.isLive(Common.plain(s))).toList());
        if (live.stream().noneMatch(Common::isFloor)) {
            live.add(Systems.FLOOR);
        }
        Map<Long, Map<String, LatencyRow>> all = LatencyCommand.measure(live, settings, size.warmUp, size.schedule);
        LatencyCommand.check(all, workload);
        return all;
    }

    private static void write(Options options, Map<String, Object> json, ReadmePage page) throws IOException {
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), json);
        }
        if (page != null) {
            page.put(SETTINGS, PeersTables.settings());
            page.write();
        }
    }
}
