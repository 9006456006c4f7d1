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
    private static final String LETTERS = "dead letters";

    /** Among what a JVM has said, beside the labels of its table. */
    static final String CODE = "exit code";

    private final String program;
    private final Options options;
    private final List<String> queries;
    private final List<String> flags;

    NexmarkTable(String program, Options options, List<String> queries) {
        this.program = program;
        this.options = options;
        this.queries = queries;
        flags = options.has("--jvm") ? List.of(options.text("--jvm").strip().split("\\s+")) : Machine.ownFlags();
    }

    /** Answers whether each query has figures, of a rate that was held. */
    boolean run() throws IOException, InterruptedException {
        Map<String, Object> conditions = Machine.tellWithJitter(flags);
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
                all.put(query, numbers(query, row));
                sound &= wrong(query, row) == null;
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
        boolean hasFigures = hasFigures(query, row);
        COLUMNS.forEach(column ->
                line.append(String.format(Locale.ROOT, " %11s", hasFigures ? row.getOrDefault(column, "-") : "-")));
        return line.append("  ").append(verdict(query, row)).toString();
    }

    /** A closed loop holds no rate. */
    private static String verdict(String query, Map<String, String> row) {
        String wrong = wrong(query, row);
        return wrong != null ? wrong : row.containsKey(HELD) ? "yes" : "-";
    }

    /** What is wrong with what a JVM has said; null where nothing is. */
    static String wrong(String query, Map<String, String> row) {
        String none = whyNoFigures(query, row);
        return none != null ? none : isNotHeld(row) ? "FAIL: the rate was not held" : null;
    }

    private static boolean hasFigures(String query, Map<String, String> row) {
        return whyNoFigures(query, row) == null;
    }

    /** One that was not whole, or that left rows out, has none, whatever it printed; late rows are among the dead letters. */
    private static String whyNoFigures(String query, Map<String, String> row) {
        if (!row.containsKey("events/s")) {
            return "FAIL: it has ended without a table; see bench/run nexmark --query " + query;
        }
        String code = row.getOrDefault(CODE, "none");
        if (!code.equals("0") && !(code.equals("1") && isNotHeld(row))) {
            return "FAIL: it has ended with " + code + "; see bench/run nexmark --query " + query;
        }
        String letters = row.getOrDefault(LETTERS, "no count of");
        return letters.equals("0") ? null : "VOID: " + letters + " dead letters";
    }

    private static boolean isNotHeld(Map<String, String> row) {
        return "no".equals(row.get(HELD));
    }

    private static Map<String, Object> numbers(String query, Map<String, String> row) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        boolean hasFigures = hasFigures(query, row);
        for (String column : COLUMNS) {
            String value = hasFigures ? row.getOrDefault(column, "") : "";
            numbers.put(column, value.isEmpty() ? null : Double.valueOf(value));
        }
        if (row.containsKey(HELD)) {
            numbers.put(HELD, row.get(HELD).equals("yes"));
        }
        return numbers;
    }

    /** What the JVM of a query prints as its table, and how it ended. */
    private Map<String, String> figures(String query, Hlog log) throws IOException, InterruptedException {
        File histogram = log == null
                ? null
                : Files.createTempFile("millrace-nexmark", ".hlog").toFile();
        try {
            Map<String, String> row = ask(command(query, histogram));
            if (histogram != null && hasFigures(query, row)) {
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
        command.addAll(flags);
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
        row.put(CODE, Integer.toString(process.waitFor()));
        return row;
    }

    private static void keep(String query, File histogram, Hlog log) throws IOException {
        try (HistogramLogReader reader = new HistogramLogReader(histogram)) {
            Histogram latencies = (Histogram) reader.nextIntervalHistogram();
            if (latencies == null) {
                throw new IOException(
                        "--hlog: the JVM of " + query + " left no latencies behind; is there room for files?");
            }
            log.add(query, 0, 1, latencies);
        }
    }
}
