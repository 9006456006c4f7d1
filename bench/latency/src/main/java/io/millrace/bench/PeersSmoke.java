package io.millrace.bench;

import io.millrace.bench.ThroughputCommand.Row;
import io.millrace.bench.rig.Child;
import io.millrace.bench.system.SystemProvider;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * That the systems of another build work: each on each workload that it computes, all its events as fast as it goes and then a second of them at
 * a rate, in one JVM, with the answer compared behind both. One that fails is void, and the others go on.
 */
final class PeersSmoke {
    /** More than a second of W1, whose results come when one ends; of all systems alike, as few have no result to compare. */
    static final long EVENTS = 250_000;

    private static final long RATE = 10_000;
    private static final long SECONDS = 1;

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

    static PeersTables measure(Workload workload, List<String> systems, Child.Settings settings) throws IOException {
        PeersTables tables = new PeersTables(workload);
        tables.runs = workload + ": " + words();
        tables.throughput = new LinkedHashMap<>();
        Map<String, LatencyRow> rows = new LinkedHashMap<>();
        Common.Expected reference = new Common.Expected(workload);
        Answer expected = reference.upTo(EVENTS);
        List<String> all = new ArrayList<>(systems);
        if (all.stream().noneMatch(Common::isFloor)) {
            all.add(Systems.FLOOR);
        }
        for (String system : all) {
            Row full = new Row(EVENTS);
            LatencyRow paced = new LatencyRow(system);
            if (!Common.isFloor(system)) {
                tables.throughput.put(system, full);
            }
            if (Systems.isLive(Common.plain(system))) {
                rows.put(system, paced);
            }
            measure(system, settings, expected, full, paced);
        }
        LatencyRow.check(rows.values(), reference);
        tables.latency = Map.of(RATE, rows);
        return tables;
    }

    private static void measure(String system, Child.Settings settings, Answer expected, Row full, LatencyRow paced)
            throws IOException {
        try (Child child = new Child(system, settings)) {
            Child.Full result = child.full(EVENTS);
            full.nextJvm();
            full.add(result);
            ThroughputCommand.checkLast(full, result, expected, system);
            if (Systems.isLive(Common.plain(system))) {
                paced.add(child.paced(RATE, SECONDS));
                paced.end(child, settings.workload());
            }
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            full.isWrong(e.getMessage());
            paced.isWrong(e.getMessage());
        }
    }

    /** What is measured of each. */
    static String words() {
        return String.format(Locale.ROOT, "%,d events a system, and %d s at %,d/s, in one JVM", EVENTS, SECONDS, RATE);
    }

    static long[] rates() {
        return new long[] {RATE};
    }

    static long seconds() {
        return SECONDS;
    }
}
