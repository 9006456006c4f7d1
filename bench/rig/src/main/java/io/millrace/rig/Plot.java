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
 * HdrHistogram: each nine takes as much room as the one before; that of latency is logarithmic, too.
 */
public final class Plot {
    private static final int WIDTH = 860, PANEL = 330, LEFT = 70, RIGHT = 190, TOP = 40, BOTTOM = 40;
    private static final double NINES_MAX = 5;
    private static final double[] MARKS = {50, 90, 99, 99.9, 99.99, 99.999};
    private static final List<String> COLOURS = List.of(
            "#1b6ca8", "#c1432e", "#2f8f5b", "#8a4fbf", "#b8860b", "#4a4a4a", "#d05a9c", "#3aa6a6", "#7a5230",
            "#7fb800", "#5b6ee1", "#e08e2b");

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
        double[] decades = decades();
        StringBuilder out = new StringBuilder();
        int height = panels.size() * PANEL + TOP;
        out.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                height));
        text(out, LEFT, 22, "start", title);
        List<String> systems = new ArrayList<>();
        panels.values()
                .forEach(p ->
                        p.keySet().stream().filter(k -> !systems.contains(k)).forEach(systems::add));
        int top = TOP;
        for (Map.Entry<String, Map<String, Histogram>> panel : panels.entrySet()) {
            axes(out, panel.getKey(), top, decades);
            panel.getValue().forEach((system, ns) -> line(out, system, ns, colour(systems.indexOf(system)), decades));
            out.append(String.format(Locale.ROOT, "</g>%n"));
            top += PANEL;
        }
        for (int i = 0; i < systems.size(); i++) {
            int y = TOP + 14 + 18 * i;
            out.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>%n",
                    WIDTH - RIGHT + 16,
                    y,
                    colour(i)));
            text(out, WIDTH - RIGHT + 36, y + 6, "start", systems.get(i));
        }
        return out.append(String.format(Locale.ROOT, "</svg>%n")).toString();
    }

    private static String colour(int system) {
        return COLOURS.get(system % COLOURS.size());
    }

    /** The powers of ten, of nanoseconds, between which all lines lie. */
    private double[] decades() {
        double least = 9, most = 0;
        for (Map<String, Histogram> panel : panels.values()) {
            for (Histogram ns : panel.values()) {
                least = Math.min(least, Math.floor(Math.log10(Math.max(1, ns.getValueAtPercentile(10)))));
                most = Math.max(most, Math.ceil(Math.log10(Math.max(10, ns.getMaxValue()))));
            }
        }
        return new double[] {Math.min(least, most - 1), most};
    }

    private static double x(double percentile) {
        double nines = Math.min(NINES_MAX, -Math.log10(Math.max(1e-9, 1 - percentile / 100)));
        return LEFT + nines / NINES_MAX * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double ns, double[] decades) {
        double share = (Math.log10(Math.max(1, ns)) - decades[0]) / (decades[1] - decades[0]);
        return PANEL - BOTTOM - Math.max(0, share) * (PANEL - BOTTOM - 20);
    }

    private static void axes(StringBuilder out, String name, int top, double[] decades) {
        out.append(String.format(Locale.ROOT, "<g transform=\"translate(0,%d)\">%n", top));
        text(out, LEFT + 8, 16, "start", name);
        for (double decade = decades[0]; decade <= decades[1]; decade++) {
            double y = y(Math.pow(10, decade), decades);
            rule(out, LEFT, y, WIDTH - RIGHT, y);
            text(out, LEFT - 6, (int) y + 4, "end", micros(decade));
        }
        for (double percentile : MARKS) {
            rule(out, x(percentile), 20, x(percentile), PANEL - BOTTOM);
            text(
                    out,
                    (int) x(percentile),
                    PANEL - BOTTOM + 16,
                    "middle",
                    "p" + Json.text(percentile).replace(".0", ""));
        }
    }

    private static String micros(double decade) {
        return decade < 3
                ? String.format(Locale.ROOT, "%.3f µs", Math.pow(10, decade - 3))
                : String.format(Locale.ROOT, "%.0f µs", Math.pow(10, decade - 3));
    }

    private static void line(StringBuilder out, String system, Histogram ns, String colour, double[] decades) {
        out.append("<polyline fill=\"none\" stroke-width=\"1.6\" stroke=\"")
                .append(colour)
                .append("\" points=\"");
        for (double nines = 0; nines <= NINES_MAX; nines += 0.05) {
            double percentile = 100 * (1 - Math.pow(10, -nines));
            double value = ns.getTotalCount() == 0 ? 0 : ns.getValueAtPercentile(percentile);
            out.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(percentile), y(value, decades)));
        }
        out.append(String.format(Locale.ROOT, "\"><title>%s</title></polyline>%n", escaped(system)));
    }

    private static void rule(StringBuilder out, double x1, double y1, double x2, double y2) {
        out.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    private static void text(StringBuilder out, int x, int y, String anchor, String words) {
        out.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(words)));
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
