package io.millrace.bench;

import io.millrace.bench.ThroughputCommand.Row;
import io.millrace.bench.rig.Child;
import io.millrace.bench.system.SystemProvider;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * That the systems of another build work: each on each workload that it computes, all its events as fast as it goes and then a second of them at
 * a rate, in one JVM, with the answer compared behind both: there are results of each half. One that fails, or hangs, is void, and the others go
 * on.
 */
final class PeersSmoke {
    /** Where results come at once; of all systems alike, as of few there would be no result to compare. */
    private static final long EVENTS = 100_000;

    /** W1, whose results come when a second of 200,000 ends: one has ended, and another does in the midst of the run at a rate. */
    private static final long EVENTS_OF_SECONDS = 399_000;

    private static final long RATE = 2_000;
    private static final long SECONDS = 1;

    /** For all that one of them does on a workload, which takes a few seconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private PeersSmoke() {}

    /** All that one of the systems of another build computes. */
    static List<Workload> workloads() {
        return Stream.of(Workload.values())
                .filter(w -> Systems.others().stream().anyMatch(o -> o.computes(w)))
                .toList();
    }

    /** Ours, beside which the others stand, and all others that compute a workload. */
    static List<String> systems(Workload workload) {
        List<String> systems = new ArrayList<>(List.of("inline"));
        Systems.others().stream()
                .filter(o -> o.computes(workload))
                .map(SystemProvider::name)
                .forEach(systems::add);
        return systems;
    }

    /** How many, at full speed. */
    static long events(Workload workload) {
        return WindowEnds.windowMs(workload) > 0 ? EVENTS_OF_SECONDS : EVENTS;
    }

    /** How many with those at a rate, and with those behind them that make the answer whole. */
    static long allEvents(Workload workload) {
        long paced = events(workload) + RATE * SECONDS;
        return paced + WindowEnds.more(workload, paced);
    }

    static PeersTables measure(Workload workload, List<String> systems, Child.Settings settings) throws IOException {
        return measure(workload, systems, settings, PATIENCE);
    }

    /** The same, with a time for each system. */
    static PeersTables measure(Workload workload, List<String> systems, Child.Settings settings, Duration patience)
            throws IOException {
        PeersTables tables = new PeersTables(workload);
        tables.runs = workload + ": " + words(events(workload));
        tables.throughput = new LinkedHashMap<>();
        Map<String, LatencyRow> rows = new LinkedHashMap<>();
        Common.Expected reference = new Common.Expected(workload);
        Answer expected = reference.upTo(events(workload));
        List<String> all = new ArrayList<>(systems);
        if (all.stream().noneMatch(Common::isFloor)) {
            all.add(Systems.FLOOR);
        }
        for (String system : all) {
            Row full = new Row(events(workload));
            LatencyRow paced = new LatencyRow(system);
            if (!Common.isFloor(system)) {
                tables.throughput.put(system, full);
            }
            if (Systems.isLive(Common.plain(system))) {
                rows.put(system, paced);
            }
            measure(system, settings, patience, expected, full, paced);
        }
        LatencyRow.check(rows.values(), reference);
        if (reference.upTo(allEvents(workload)).count() == expected.count()) {
            rows.values().forEach(row -> row.isWrong("no result of the events at a rate to compare"));
        }
        tables.latency = Map.of(RATE, rows);
        return tables;
    }

    private static void measure(
            String system, Child.Settings settings, Duration patience, Answer expected, Row full, LatencyRow paced)
            throws IOException {
        try (Child child = new Child(system, settings, patience)) {
            Child.Full result = child.full(full.events);
            full.nextJvm();
            full.add(result);
            ThroughputCommand.checkLast(full, result, expected, system);
            if (Systems.isLive(Common.plain(system))) {
                paced.add(child.paced(RATE, SECONDS));
                paced.end(child, settings.workload());
            }
        } catch (IOException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            String why = e instanceof IOException ? e.getMessage() : "its answer cannot be read: " + e;
            full.isWrong(why);
            paced.isWrong(why);
        }
    }

    private static String words(long events) {
        return String.format(Locale.ROOT, "%,d events a system, and %d s at %,d/s, in one JVM", events, SECONDS, RATE);
    }

    static long[] rates() {
        return new long[] {RATE};
    }

    static long seconds() {
        return SECONDS;
    }
}
