package io.millrace.rig;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Latencies by percentile as SVG: a panel a rate, a line a system, all panels on the same axes. The axis of percentiles is that of
 * HdrHistogram: each nine takes as much room as the one before; that of latency is logarithmic, too. A line is of all events of all runs
 * together, and ends where no event lies above. Where a browser is dark, so is the picture.
 */
public final class Plot {
    /** What the jitter floor is called, with its collector behind where there are several: its line is dashed. */
    public static final String FLOOR = "floor (jitter)";

    private static final int LEFT = 84, AREA = 600, HEIGHT = 270, BOTTOM = 52, LINE = 18;

    /** From the lines to the legend, with room for half a label of the axis, and what a letter takes there, at most. */
    private static final int LEGEND = 36, SAMPLE = 26, LETTER = 8;

    /** What one takes on average, in a sentence. */
    private static final double NARROW = 6.6;

    private static final int STEPS_A_NINE = 20, NINES_MAX = 5;
    private static final double[] MARKS = {50, 90, 99, 99.9, 99.99, 99.999};
    private static final List<String> COLOURS = List.of(
            "#1b6ca8", "#c1432e", "#2f8f5b", "#8a4fbf", "#b8860b", "#4a4a4a", "#d05a9c", "#3aa6a6", "#7a5230",
            "#7fb800", "#5b6ee1", "#e08e2b");

    /** The same on dark paper. */
    private static final List<String> DARK = List.of(
            "#6cb6ff", "#ff7b6b", "#57d38c", "#c297ff", "#e3b341", "#c9d1d9", "#ff9bce", "#56d4d4", "#d2a679",
            "#b5e853", "#9fa8ff", "#ffb86b");

    private final String title;
    private final Map<String, Map<String, Histogram>> panels = new LinkedHashMap<>();

    /**
     * Without lines yet.
     *
     * @param title what stands above
     */
    public Plot(String title) {
        this.title = title;
    }

    /**
     * Adds a line to a panel.
     *
     * @param panel  its title; a new one is below those there are
     * @param system what the line is of
     * @param runs   its latencies in all runs, in ns
     */
    public void add(String panel, String system, List<Histogram> runs) {
        Histogram all = new Histogram(3);
        runs.forEach(all::add);
        panels.computeIfAbsent(panel, p -> new LinkedHashMap<>()).put(system, all);
    }

    /**
     * Writes the file.
     *
     * @param file made anew
     * @throws IOException when it cannot be written
     */
    public void write(Path file) throws IOException {
        Json.writeText(file, svg());
    }

    /**
     * The picture as text.
     *
     * @return SVG
     */
    public String svg() {
        List<String> systems = panels.values().stream()
                .flatMap(p -> p.keySet().stream())
                .distinct()
                .toList();
        int letters = systems.stream().mapToInt(String::length).max().orElse(0);
        int width = LEFT + AREA + LEGEND + SAMPLE + LETTER * letters;
        StringBuilder body = new StringBuilder();
        int top = LINE / 2 + words(body, 16, LINE, width - 16, title);
        int legendEnds = legend(body, top, systems);
        double[] decades = decades();
        for (Map.Entry<String, Map<String, Histogram>> panel : panels.entrySet()) {
            top += words(body, LEFT, top + LINE, LEFT + AREA, panel.getKey()) + LINE / 2;
            panel(body, top, panel.getValue(), systems, decades);
            top += HEIGHT + BOTTOM;
        }
        return head(width, Math.max(top, legendEnds)) + body + String.format(Locale.ROOT, "</svg>%n");
    }

    private String head(int width, int height) {
        StringBuilder dark = new StringBuilder("text{fill:#e6edf3} .paper{fill:#0d1117} .rule{stroke:#30363d}");
        dark.append(" .floor{stroke:#8b949e}");
        for (int i = 0; i < DARK.size(); i++) {
            dark.append(String.format(Locale.ROOT, " .c%d{stroke:%s}", i, DARK.get(i)));
        }
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#1f2328\">%n<title>%s</title>%n"
                        + "<style>@media (prefers-color-scheme: dark) {%s}</style>%n"
                        + "<rect class=\"paper\" width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
                width,
                height,
                width,
                height,
                escaped(title),
                dark);
    }

    /** Answers where it ends. */
    private static int legend(StringBuilder out, int top, List<String> systems) {
        int left = LEFT + AREA + LEGEND;
        int y = top + 2 * LINE;
        for (String system : systems) {
            out.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" %s/>%n",
                    left,
                    y,
                    left + SAMPLE - 6,
                    y,
                    stroke(systems.indexOf(system), system)));
            text(out, left + SAMPLE, y + 4, "start", system);
            y += LINE;
        }
        return y + LINE;
    }

    /** A line a system, on axes with their units. */
    private static void panel(
            StringBuilder out, int top, Map<String, Histogram> lines, List<String> systems, double[] decades) {
        out.append(String.format(Locale.ROOT, "<g transform=\"translate(0,%d)\">%n", top));
        axes(out, decades);
        lines.forEach((system, ns) -> line(out, system, ns, stroke(systems.indexOf(system), system), decades));
        out.append(String.format(Locale.ROOT, "</g>%n"));
    }

    private static String stroke(int system, String name) {
        if (name.startsWith(FLOOR)) {
            return "class=\"floor\" stroke=\"#6e7781\" stroke-width=\"1.8\" stroke-dasharray=\"5 3\"";
        }
        int colour = system % COLOURS.size();
        return String.format(
                Locale.ROOT, "class=\"c%d\" stroke=\"%s\" stroke-width=\"1.8\"", colour, COLOURS.get(colour));
    }

    /** The powers of ten, of nanoseconds, between which all lines lie. */
    private double[] decades() {
        double least = 9, most = 0;
        for (Map<String, Histogram> panel : panels.values()) {
            for (Histogram ns : panel.values()) {
                if (ns.getTotalCount() > 0) {
                    least = Math.min(least, Math.floor(Math.log10(Math.max(1, ns.getValueAtPercentile(10)))));
                    most = Math.max(
                            most,
                            Math.ceil(Math.log10(Math.max(10, ns.getValueAtPercentile(percentile(lastStep(ns)))))));
                }
            }
        }
        return most == 0 ? new double[] {0, 1} : new double[] {Math.min(least, most - 1), most};
    }

    private static double x(double percentile) {
        double nines = Math.min(NINES_MAX, -Math.log10(Math.max(1e-9, 1 - percentile / 100)));
        return LEFT + nines / NINES_MAX * AREA;
    }

    private static double y(double ns, double[] decades) {
        double share = (Math.log10(Math.max(1, ns)) - decades[0]) / (decades[1] - decades[0]);
        return HEIGHT - Math.max(0, share) * HEIGHT;
    }

    private static void axes(StringBuilder out, double[] decades) {
        for (double decade = decades[0]; decade <= decades[1]; decade++) {
            double y = y(Math.pow(10, decade), decades);
            rule(out, LEFT, y, LEFT + AREA, y);
            text(out, LEFT - 8, (int) y + 4, "end", duration((int) decade));
        }
        for (double percentile : MARKS) {
            double x = x(percentile);
            rule(out, x, 0, x, HEIGHT);
            text(
                    out,
                    (int) x,
                    HEIGHT + 16,
                    "middle",
                    "p" + Json.text(percentile).replace(".0", ""));
        }
        text(out, LEFT + AREA / 2, HEIGHT + 34, "middle", "percentile of all events of all runs");
        out.append(String.format(
                Locale.ROOT,
                "<text transform=\"translate(16,%d) rotate(-90)\" text-anchor=\"middle\">latency</text>%n",
                HEIGHT / 2));
    }

    /** A power of ten, of nanoseconds, in the largest unit that it has one of. */
    static String duration(int decade) {
        List<String> units = List.of("ns", "µs", "ms", "s");
        int unit = Math.min(decade / 3, units.size() - 1);
        return Math.round(Math.pow(10, decade - 3 * unit)) + " " + units.get(unit);
    }

    private static void line(StringBuilder out, String system, Histogram ns, String stroke, double[] decades) {
        out.append("<polyline fill=\"none\" ").append(stroke).append(" points=\"");
        int last = lastStep(ns);
        for (int step = 0; step <= last; step++) {
            double value = ns.getValueAtPercentile(percentile(step));
            out.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(percentile(step)), y(value, decades)));
        }
        out.append(String.format(Locale.ROOT, "\"><title>%s</title></polyline>%n", escaped(system)));
    }

    /** Where a line ends: the last step above which an event lies; -1 where there is none. */
    private static int lastStep(Histogram ns) {
        int step = NINES_MAX * STEPS_A_NINE;
        while (step >= 0 && !Percentile.isKnown(percentile(step), ns.getTotalCount())) {
            step--;
        }
        return step;
    }

    private static double percentile(int step) {
        return 100 * (1 - Math.pow(10, -(double) step / STEPS_A_NINE));
    }

    private static void rule(StringBuilder out, double x1, double y1, double x2, double y2) {
        out.append(String.format(
                Locale.ROOT,
                "<line class=\"rule\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#d8dee4\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    /** In as many lines as they need; answers how high these are. */
    private static int words(StringBuilder out, int left, int y, int right, String words) {
        List<String> lines = lines(words, (int) ((right - left) / NARROW));
        for (int i = 0; i < lines.size(); i++) {
            text(out, left, y + i * LINE, "start", lines.get(i));
        }
        return lines.size() * LINE;
    }

    /** Broken between words. */
    static List<String> lines(String words, int letters) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : words.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > letters) {
                lines.add(line);
                line = "";
            }
            line += (line.isEmpty() ? "" : " ") + word;
        }
        lines.add(line);
        return lines;
    }

    private static void text(StringBuilder out, int x, int y, String anchor, String words) {
        out.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(words)));
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
