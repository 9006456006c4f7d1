package io.millrace.bench;

import io.millrace.bench.command.ReadmePage;
import io.millrace.bench.system.SystemProvider;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Workload;
import io.millrace.rig.Median;
import io.millrace.rig.Paced;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures of one workload, as tables for the screen and for a page (the same), and what they say of the aims. */
final class PeersTables {
    /** How many times as fast as the best of the peers we want to be. */
    private static final Map<Workload, Double> AIMS =
            new java.util.EnumMap<>(Map.of(Workload.W1, 8.0, Workload.W2, 10.0, Workload.W3, 3.0));

    private static final List<String> OURS = List.of("inline", "inline-32", "live", "live-64");
    private static final String NAMES = "p50 | p99 | p99.9 | p99.99 | max";
    private static final int[] PERCENTILES = {0, 2, 3, 4, 5};

    /** Of both groups of percentiles, without the cell in front of them and that behind. */
    private static final String NO_CELLS = "| ".repeat(2 * PERCENTILES.length);

    private final Workload workload;
    Map<String, ThroughputCommand.Row> throughput = Map.of();
    Map<Long, Map<String, LatencyRow>> latency = Map.of();

    /** How many runs there are, over how many JVMs. */
    String runs = "";

    PeersTables(Workload workload) {
        this.workload = workload;
    }

    /** Whether all is there, all answers are right, and all rates were held. */
    boolean isSound() {
        return throughput.values().stream().allMatch(row -> row.isMeasured() && row.isRight())
                && latency.values().stream()
                        .flatMap(r -> r.values().stream())
                        .allMatch(row -> row.size() > 0 && row.isRight() && row.isHeld());
    }

    /** Library, version and settings of each system of another build. */
    static String settings() {
        StringBuilder out =
                new StringBuilder("| system | what runs, and why so | documented in |\n| --- | --- | --- |\n");
        for (SystemProvider other : Systems.others()) {
            line(out, "| `%s` | %s | %s |", other.name(), other.settings(), links(other.documentation()));
        }
        return out.toString();
    }

    private static String links(List<String> addresses) {
        return addresses.stream().map(a -> "<" + a + ">").collect(Collectors.joining(" "));
    }

    @Override
    public String toString() {
        return (runs + "\n\n" + throughputTable() + '\n' + latencyTables() + aims()).strip() + '\n';
    }

    /** For a page: with the command and the conditions. */
    String page(String command, Map<String, Object> conditions) {
        return ReadmePage.conditions(command, conditions) + this;
    }

    private String throughputTable() {
        StringBuilder out = new StringBuilder();
        if (throughput.isEmpty()) {
            return "";
        }
        long most = throughput.values().stream().mapToLong(r -> r.events).max().getAsLong();
        line(out, "| %s | M events/s | least to most | medians of JVMs | to the best peer | B/event |", workload);
        line(out, "| --- | --- | --- | --- | --- | --- |");
        throughput.forEach((system, row) -> {
            if (!row.isRight()) {
                line(out, "| %s | %s | | | | |", system, row.wrong);
                return;
            }
            Median m = row.millionsPerSecond.spread();
            Median jvms = row.millionsPerSecond.ofJvms();
            line(
                    out,
                    "| %s%s | %s | %s to %s | %s to %s | %s | %.1f |",
                    system,
                    row.events == most ? "" : String.format(Locale.ROOT, " (%,d events a run)", row.events),
                    rate(m.median()),
                    rate(m.least()),
                    rate(m.most()),
                    rate(jvms.least()),
                    rate(jvms.most()),
                    toBest(system, m.median()),
                    Math.max(0, row.bytesPerEvent.median()));
        });
        return out.toString();
    }

    private static String rate(double millions) {
        return String.format(Locale.ROOT, millions < 0.1 ? "%.3f" : "%.2f", millions);
    }

    private String toBest(String system, double millions) {
        double best = best(Common.collector(system));
        return best == 0 ? "-" : String.format(Locale.ROOT, "%.2f", millions / best);
    }

    /** The most events a second of the peers with a collector. */
    private double best(String collector) {
        return throughput.entrySet().stream()
                .filter(e -> isPeer(e.getKey()) && e.getValue().isRight())
                .filter(e -> Common.collector(e.getKey()).equals(collector))
                .mapToDouble(e -> e.getValue().median())
                .max()
                .orElse(0);
    }

    private static boolean isPeer(String system) {
        return Systems.others().stream().anyMatch(o -> o.name().equals(Common.plain(system)));
    }

    private String latencyTables() {
        StringBuilder out = new StringBuilder();
        latency.forEach((rate, rows) -> {
            line(
                    out,
                    "| %s at %d/s, µs | %s | %s (clear) | held |",
                    workload,
                    rate,
                    NAMES,
                    NAMES.replace(" |", " (clear) |"));
            line(out, "| --- | --- |%s", " --- |".repeat(2 * PERCENTILES.length));
            rows.forEach((system, row) -> line(out, "| %s | %s |", system, cells(row)));
            throughput.keySet().stream()
                    .filter(s -> !rows.containsKey(s))
                    .forEach(s -> line(out, "| %s | no live source %s|", s, NO_CELLS));
            out.append('\n');
        });
        return out.toString();
    }

    private static String cells(LatencyRow row) {
        if (!row.isRight()) {
            return row.wrong() + ' ' + NO_CELLS.strip();
        }
        if (!row.isHeld()) {
            return NO_CELLS + "no: " + row.held() + " of " + row.size() + " runs";
        }
        double[] all = row.percentilesUs(Paced::all);
        double[] clear = row.percentilesUs(Paced::clear);
        StringBuilder out = new StringBuilder();
        for (double[] us : List.of(all, clear)) {
            for (int p : PERCENTILES) {
                out.append(LatencyTables.us(us[p]));
                boolean hasSpread = us == all && LatencyRow.SPREAD.contains(p) && row.size() > 1;
                out.append(hasSpread ? " (" + LatencyTables.spread(row.spreadUs(Paced::all, p)) + ")" : "");
                out.append(" | ");
            }
        }
        return out.append("yes").toString();
    }

    /** What came of the aims. */
    private String aims() {
        StringBuilder out = new StringBuilder();
        Double aim = AIMS.get(workload);
        if (aim == null) {
            return "";
        }
        throughput.forEach((system, row) -> {
            double best = best(Common.collector(system));
            if (OURS.contains(Common.plain(system)) && row.isRight() && best > 0) {
                double times = row.median() / best;
                line(
                        out,
                        "%s on %s: %.2f times the best peer, aim %.0f: %s.%n",
                        workload,
                        system,
                        times,
                        aim,
                        times >= aim ? "reached" : "missed");
            }
        });
        return out.toString();
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        throughput.forEach((system, row) -> json.put(system, ThroughputCommand.json(row)));
        latency.forEach((rate, rows) -> rows.forEach((system, row) -> json.put(system + " at " + rate, row.figures())));
        return json;
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
