package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.bench.command.ReadmePage;
import io.millrace.bench.scale.Dimension;
import io.millrace.bench.scale.Point;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an event costs when there is more and more of something, beside the loop by hand; a JVM a point, one after the other. */
final class ScaleCommand implements BenchCommand {
    private static final String MARK = "@millrace-scale ";
    private static final long QUICK_EVENTS = 100_000;
    private static final long QUICK_KEYS = 1_000_000;

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String summary() {
        return "what an event costs by keys, window length, operators, topologies, bytes";
    }

    @Override
    public boolean isPagePrinted() {
        return false;
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option(
                        "--of",
                        "NAMES",
                        "keys,windows,operators,topologies,sizes",
                        "what to vary, one or several, with commas")
                .option("--events", "N", "2000000", "events a run")
                .option("--runs", "N", "5", "measured runs a point, after one to warm up")
                .option("--most", "N", null, "leave out larger points")
                .flag("--quick", "few events, to see that it works")
                .option("--jvm", "FLAGS", "-Xms4g -Xmx4g -XX:+UseG1GC", "flags of the JVMs")
                .option("--jdk", "DIR", null, "folder of another JDK for the JVMs")
                .option("--gc", "NAME", null, "their collector: g1, parallel, serial or zgc")
                .option("--json", "FILE", null, "also write the figures to this file")
                .option("--readme", "FILE", null, "also write the tables into this page, between its marks")
                .option("--one", "POINT", null, "dimension:value: one point in this JVM, for the command itself");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        boolean quick = options.has("--quick");
        if (quick) {
            Common.refuse(options, List.of("--events", "--runs"), "with --quick");
        }
        long events = quick ? QUICK_EVENTS : options.number("--events", 1_000, 1_000_000_000);
        int runs = quick ? 1 : (int) options.number("--runs", 1, 100);
        if (options.has("--one")) {
            System.out.println(MARK + one(options, events, runs).words());
            return 0;
        }
        if (options.has("--gc") && options.list("--gc").size() != 1) {
            throw options.bad(
                    "--gc " + options.text("--gc"),
                    "a table here is of one collector",
                    "name one, and run it again for the next");
        }
        long most = options.has("--most")
                ? options.number("--most", 1, Long.MAX_VALUE)
                : quick ? QUICK_KEYS : Long.MAX_VALUE;
        List<Dimension> dimensions = options.allOf("--of", Dimension.class);
        long works = WindowEnds.next(events, runs, Dimension.EVENTS_A_WINDOW, 0, Dimension.WINDOWS_AT_ONCE);
        if (dimensions.contains(Dimension.WINDOWS) && works != events) {
            throw options.bad("--events " + events, "a run ends while windows fire", "use " + works);
        }
        ReadmePage page = options.has("--readme") ? new ReadmePage(Path.of(options.text("--readme"))) : null;
        if (page != null) {
            for (Dimension dimension : dimensions) {
                page.require(place(dimension));
            }
        }
        Map<String, Object> conditions = Common.conditions(options);
        Machine.Watch watch = new Machine.Watch();
        Map<Dimension, Map<Long, Point>> all = new LinkedHashMap<>();
        for (Dimension dimension : dimensions) {
            Map<Long, Point> points = new LinkedHashMap<>();
            for (long value : dimension.points()) {
                if (value <= most) {
                    points.put(value, child(dimension, value, events, runs, options));
                }
            }
            System.out.print(table(dimension, points) + '\n');
            all.put(dimension, points);
        }
        watch.end(conditions);
        write(options, conditions, all, page);
        return all.values().stream().flatMap(m -> m.values().stream()).allMatch(Point::right) ? 0 : 1;
    }

    private static Point one(Options options, long events, int runs) throws UsageException {
        String words = options.text("--one");
        int colon = words.indexOf(':');
        try {
            Dimension dimension = Dimension.valueOf(words.substring(0, colon).toUpperCase(Locale.ROOT));
            return Point.measure(dimension, Integer.parseInt(words.substring(colon + 1)), events, runs);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw options.bad("--one " + words, "not possible", "use a dimension and a number, such as keys:1000");
        }
    }

    /** Its figures; not right when the JVM has failed, because it does not fit or for another reason, which it has said. */
    private static Point child(Dimension dimension, long value, long events, int runs, Options options)
            throws IOException, UsageException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Common.jvm(options).home().resolve("bin/java").toString());
        command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(Common.jvm(options).flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "scale"));
        command.addAll(List.of("--one", dimension.name() + ':' + value));
        command.addAll(List.of("--events", Long.toString(events), "--runs", Integer.toString(runs)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Point point = new Point(0, 0, 0, false);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(MARK)) {
                    point = Point.of(line.substring(MARK.length()));
                }
            }
        }
        process.waitFor();
        return point;
    }

    private static String table(Dimension dimension, Map<Long, Point> points) {
        StringBuilder out = new StringBuilder(
                "| " + dimension.unit() + " | ours, CPU ns | by hand, CPU ns | ours, B |\n| --- | --- | --- | --- |\n");
        points.forEach((value, p) -> out.append(
                p.right()
                        ? String.format(
                                Locale.ROOT,
                                "| %,d | %.1f | %.1f | %.3f |%n",
                                value,
                                p.oursNs(),
                                p.handNs(),
                                p.oursBytes())
                        : String.format(
                                Locale.ROOT,
                                p.oursNs() == 0
                                        ? "| %,d | did not run: start it with --one %s:%d | | |%n"
                                        : "| %,d | void: another answer (%s:%d) | | |%n",
                                value,
                                dimension,
                                value)));
        return out.toString();
    }

    private static void write(
            Options options, Map<String, Object> conditions, Map<Dimension, Map<Long, Point>> all, ReadmePage page)
            throws IOException {
        if (options.has("--json")) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("conditions", conditions);
            all.forEach((dimension, points) -> {
                Map<String, Object> figures = new LinkedHashMap<>();
                points.forEach((value, p) -> figures.put(value.toString(), figures(p)));
                json.put(dimension.name(), figures);
            });
            Json.write(Path.of(options.text("--json")), json);
        }
        if (page != null) {
            String command = "bench/run scale" + options.line();
            all.forEach((dimension, points) ->
                    page.put(place(dimension), ReadmePage.conditions(command, conditions) + table(dimension, points)));
            page.write();
        }
    }

    private static Map<String, Object> figures(Point p) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("right", p.right());
        if (p.right()) {
            figures.put("oursNs", p.oursNs());
            figures.put("handNs", p.handNs());
            figures.put("bytes", p.oursBytes());
        }
        return figures;
    }

    private static String place(Dimension dimension) {
        return "scale " + dimension.name().toLowerCase(Locale.ROOT);
    }
}
