package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.rig.Child;
import io.millrace.bench.rig.Children;
import io.millrace.bench.rig.Rounds;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import io.millrace.rig.Median;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Events a second, as fast as it goes. A JVM a system, or several one after the other; each goes on from event to event, warm after its first
 * run, and the systems take turns, each behind each other as often. A system whose answer is not the reference's has no figure.
 *
 * <p>"cpu ns" is what the publisher's thread used of a core for an event. For a system on one thread it is its cost, and
 * depends far less on what else runs on the machine than the events a second do.
 */
final class ThroughputCommand implements BenchCommand {
    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public String summary() {
        return "events a second, as fast as it goes, with the answer checked";
    }

    @Override
    public Options options() {
        return Common.addTo(new Options("bench/run", name()))
                .option("--events", "N", "10000000", "events a run")
                .option("--runs", "N", "5", "measured runs a system, after one to warm up each JVM")
                .option("--jvms", "N", "2", "JVMs a system, one after the other, over which its runs are spread");
    }

    /** The figures of one system. */
    static final class Row {
        final Runs millionsPerSecond = new Runs();
        final Runs cpuNsPerEvent = new Runs();
        final Runs bytesPerEvent = new Runs();
        final long events;
        String wrong = "";

        /** With the events of a run. */
        Row(long events) {
            this.events = events;
        }

        boolean isRight() {
            return wrong.isEmpty();
        }

        /** By the first reason there is. */
        void isWrong(String why) {
            wrong = wrong.isEmpty() ? "VOID: " + why : wrong;
        }

        /** A system without a run is not there. */
        boolean isMeasured() {
            return !millionsPerSecond.all().isEmpty();
        }

        void nextJvm() {
            millionsPerSecond.nextJvm();
            cpuNsPerEvent.nextJvm();
            bytesPerEvent.nextJvm();
        }

        void add(Child.Full run) {
            millionsPerSecond.add(events * 1e3 / run.ns());
            cpuNsPerEvent.add((double) run.cpuNs() / events);
            bytesPerEvent.add((double) run.bytes() / events);
        }

        double median() {
            return millionsPerSecond.median();
        }
    }

    @Override
    public int run(Options options) throws IOException, UsageException {
        long events = options.number("--events", 1_000, 1_000_000_000);
        Rounds rounds = Common.rounds(options, "--runs");
        Workload workload = Common.workload(options);
        List<String> systems = Common.systems(options);
        requireFired(options, workload, systems, events, rounds.all());
        Child.Settings settings = Common.settings(options, false);
        Map<String, Object> conditions = Common.conditions(options);
        System.out.printf(
                "%s: %s; %d runs of %d events a system, in %d JVMs%n",
                workload, workload.summary(), rounds.all(), events, rounds.jvms());
        Machine.Watch watch = new Machine.Watch();
        Map<String, Row> rows = measure(systems, settings, events, rounds);
        System.out.print(table(rows));
        watch.end(conditions);
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), json(options, conditions, rows, rounds));
        }
        return rows.values().stream().allMatch(r -> r.wrong.isEmpty()) ? 0 : 1;
    }

    static void requireFired(Options options, Workload workload, List<String> systems, long events, int runs)
            throws UsageException {
        long windowMs = WindowEnds.windowMs(workload);
        if (windowMs == 0 || systems.stream().noneMatch(s -> s.startsWith("inline") || s.startsWith("live"))) {
            return;
        }
        int perMs = workload.eventsPerMs();
        long begun = Generator.START_MS % windowMs * perMs;
        long works = WindowEnds.next(events, runs, windowMs * perMs, begun, workload.cards());
        if (works != events) {
            throw options.bad("--events " + events, "a run ends while windows fire", "use " + works);
        }
    }

    /** The reference's answers after the warm-up and after each run; computed before anything is measured. */
    private static List<Answer> expected(Workload workload, long events, int runs) {
        Common.Expected reference = new Common.Expected(workload);
        List<Answer> expected = new ArrayList<>();
        for (int run = 0; run <= runs; run++) {
            expected.add(reference.upTo((run + 1) * events));
        }
        return expected;
    }

    /** By the events of a run: most systems have the same. */
    private static Map<Long, List<Answer>> expected(Workload workload, List<String> systems, long events, int runs) {
        Map<Long, List<Answer>> expected = new LinkedHashMap<>();
        systems.forEach(s ->
                expected.computeIfAbsent(Systems.events(Common.plain(s), events), e -> expected(workload, e, runs)));
        return expected;
    }

    static Map<String, Row> measure(List<String> systems, Child.Settings settings, long events, Rounds rounds)
            throws IOException {
        Map<Long, List<Answer>> expected = expected(settings.workload(), systems, events, rounds.first(1));
        Map<String, Row> rows = new LinkedHashMap<>();
        systems.forEach(s -> rows.put(s, new Row(Systems.events(Common.plain(s), events))));
        for (int jvm = 0; jvm < rounds.jvms(); jvm++) {
            rows.values().forEach(Row::nextJvm);
            try (Children children = new Children(systems, settings)) {
                for (Child child : children.inOrder(jvm)) {
                    Row row = rows.get(child.system());
                    check(row, child.full(row.events), expected.get(row.events).get(0), child.system());
                }
                for (int round = rounds.first(jvm); round < rounds.first(jvm + 1); round++) {
                    for (Child child : children.inOrder(round)) {
                        Row row = rows.get(child.system());
                        Child.Full result = child.full(row.events);
                        row.add(result);
                        int run = round - rounds.first(jvm) + 1;
                        Answer right = expected.get(row.events).get(run);
                        if (round == rounds.first(jvm + 1) - 1) {
                            checkLast(row, result, right, child.system());
                        } else {
                            check(row, result, right, child.system());
                        }
                    }
                }
            }
        }
        return rows;
    }

    static void check(Row row, Child.Full result, Answer expected, String system) {
        if (!Common.isFloor(system) && !result.answer().equals(expected)) {
            row.isWrong(result.answer() + " after " + result.events() + " events, not " + expected);
        }
    }

    /** The last answer of a system: one without a result says nothing of it. */
    static void checkLast(Row row, Child.Full result, Answer expected, String system) {
        check(row, result, expected, system);
        if (!Common.isFloor(system) && expected.count() == 0) {
            row.isWrong("no result to compare after " + result.events() + " events");
        }
    }

    /**
     * Where an answer is wrong there is no figure, nor a ratio to one. Ratios are to the quickest hand loop and the quickest raw Disruptor that were
     * measured, and only what comes in batches is set beside those in batches, too. Medians are over JVMs ({@link Runs}).
     */
    static String table(Map<String, Row> rows) {
        StringBuilder out = new StringBuilder(String.format(
                Locale.ROOT,
                "%-18s %9s %17s %17s %8s %12s %8s %9s  %s%n",
                "system",
                "M/s",
                "least to most",
                "medians of JVMs",
                "to hand",
                "to disruptor",
                "cpu ns",
                "B/event",
                "answer"));
        rows.forEach((system, row) -> {
            if (!row.isRight()) {
                out.append(String.format(
                        Locale.ROOT,
                        "%-18s %9s %17s %17s %8s %12s %8s %9s  %s%n",
                        system,
                        "-",
                        "-",
                        "-",
                        "-",
                        "-",
                        "-",
                        "-",
                        row.wrong));
                return;
            }
            Median m = row.millionsPerSecond.spread();
            Median jvms = row.millionsPerSecond.ofJvms();
            out.append(String.format(
                    Locale.ROOT,
                    "%-18s %9.2f %8.2f %8.2f %8.2f %8.2f %8s %12s %8.1f %9.3f  right%n",
                    system,
                    m.median(),
                    m.least(),
                    m.most(),
                    jvms.least(),
                    jvms.most(),
                    ratio(row, Systems.HAND, system, rows),
                    ratio(row, Systems.DISRUPTOR, system, rows),
                    row.cpuNsPerEvent.median(),
                    row.bytesPerEvent.median()));
        });
        return out.toString();
    }

    /** To the quickest of the baselines that were measured. */
    private static String ratio(Row row, String base, String system, Map<String, Row> rows) {
        return Baselines.of(base, system, rows.keySet()).stream()
                .map(rows::get)
                .filter(Row::isRight)
                .map(Row::median)
                .max(Double::compare)
                .map(most -> String.format(Locale.ROOT, "%.2f", row.median() / most))
                .orElse("-");
    }

    /** Of one system. */
    static Map<String, Object> json(Row row) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("right", row.isRight());
        if (row.isRight()) {
            figures.put("runs", row.millionsPerSecond.all());
            figures.put("jvmOfRun", row.millionsPerSecond.jvms());
            figures.put("cpuNsPerEvent", row.cpuNsPerEvent.all());
            figures.put("bytesPerEvent", row.bytesPerEvent.all());
        }
        return figures;
    }

    private static Map<String, Object> json(
            Options options, Map<String, Object> conditions, Map<String, Row> rows, Rounds rounds) {
        Map<String, Object> systems = new LinkedHashMap<>();
        rows.forEach((system, row) -> {
            Map<String, Object> figures = new LinkedHashMap<>();
            if (row.isRight()) {
                figures.put("millionsPerSecond", row.median());
            }
            figures.putAll(json(row));
            systems.put(system, figures);
        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("workload", options.text("--workload"));
        json.put("events", options.text("--events"));
        json.put("jvms", rounds.jvms());
        json.put("waiting", options.text("--waiting"));
        json.put("conditions", conditions);
        json.put("systems", systems);
        return json;
    }
}
