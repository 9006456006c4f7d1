package io.millrace.bench.nexmark;

import io.millrace.cli.Options;
import io.millrace.rig.Hlog;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** Several queries over generated events: a JVM for each, one after the other, with the flags of this one; a row for each. */
final class NexmarkTable {
    private static final List<String> COLUMNS =
            List.of("p50 us", "p99 us", "p99.9 us", "max us", "bytes/event", "events/s", "events");

    private static final String HELD = "held";

    private final String program;
    private final Options options;
    private final List<String> queries;

    NexmarkTable(String program, Options options, List<String> queries) {
        this.program = program;
        this.options = options;
        this.queries = queries;
    }

    /** Answers whether each query has figures, of a rate that was held. */
    boolean run() throws IOException, InterruptedException {
        Map<String, Object> conditions = Machine.tellWithJitter(Machine.ownFlags());
        Machine.Watch watch = new Machine.Watch();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("conditions", conditions);
        boolean sound = true;
        System.out.printf(
                "%s events of all three tables, %s; a JVM for each query%n",
                options.text("--events"),
                isPaced() ? options.text("--rate") + " a second of those that it reads" : "from publish (closed loop)");
        System.out.println(header());
        try (Hlog log = options.has("--hlog") ? new Hlog(options.text("--hlog")) : null) {
            for (String query : queries) {
                Map<String, String> row = figures(query, log);
                System.out.println(line(query, row));
                all.put(query, numbers(row));
                sound &= isSound(row);
            }
        }
        watch.end(conditions);
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), all);
        }
        return sound;
    }

    private boolean isPaced() {
        return !options.text("--rate").equals("0");
    }

    static String header() {
        StringBuilder header = new StringBuilder(String.format(Locale.ROOT, "%-6s", "query"));
        COLUMNS.forEach(column -> header.append(String.format(Locale.ROOT, " %11s", column)));
        return header.append("  ").append(HELD).toString();
    }

    private static String line(String query, Map<String, String> row) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-6s", query));
        COLUMNS.forEach(column -> line.append(String.format(Locale.ROOT, " %11s", row.getOrDefault(column, "-"))));
        return line.append("  ").append(verdict(query, row)).toString();
    }

    /** A closed loop holds no rate. */
    private static String verdict(String query, Map<String, String> row) {
        if (row.isEmpty()) {
            return "FAIL: it has ended without a table; see bench/run nexmark --query " + query;
        }
        return switch (row.getOrDefault(HELD, "")) {
            case "yes" -> "yes";
            case "no" -> "FAIL: the rate was not held";
            default -> "-";
        };
    }

    private static boolean isSound(Map<String, String> row) {
        return !row.isEmpty() && !"no".equals(row.get(HELD));
    }

    private static Map<String, Object> numbers(Map<String, String> row) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        for (String column : COLUMNS) {
            String value = row.getOrDefault(column, "");
            numbers.put(column, value.isEmpty() ? null : Double.valueOf(value));
        }
        if (row.containsKey(HELD)) {
            numbers.put(HELD, row.get(HELD).equals("yes"));
        }
        return numbers;
    }

    /** What the JVM of a query prints as its table; empty when it has none. */
    private Map<String, String> figures(String query, Hlog log) throws IOException, InterruptedException {
        File histogram = log == null
                ? null
                : Files.createTempFile("millrace-nexmark", ".hlog").toFile();
        try {
            Map<String, String> row = ask(command(query, histogram));
            if (histogram != null && !row.isEmpty()) {
                keep(query, histogram, log);
            }
            return row;
        } finally {
            if (histogram != null) {
                Files.delete(histogram.toPath());
            }
        }
    }

    private List<String> command(String query, File histogram) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(Machine.ownFlags());
        command.add("-Dmillrace.jitter.ms=0"); // it has been said
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program));
        command.addAll(List.of("nexmark", "--query", query, "--quiet"));
        for (String name : List.of("--events", "--rate", "--seed")) {
            command.add(name + '=' + options.text(name));
        }
        if (histogram != null) {
            command.add("--hlog=" + histogram);
        }
        return command;
    }

    private static Map<String, String> ask(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<String, String> row = new LinkedHashMap<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int gap = line.indexOf("  ");
                if (gap > 0) {
                    row.put(line.substring(0, gap), line.substring(gap).strip());
                }
            }
        }
        process.waitFor();
        return row.containsKey("events/s") ? row : Map.of();
    }

    private static void keep(String query, File histogram, Hlog log) throws IOException {
        try (HistogramLogReader reader = new HistogramLogReader(histogram)) {
            log.add(query, 0, 1, (Histogram) reader.nextIntervalHistogram());
        }
    }
}
