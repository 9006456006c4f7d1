package io.millrace.rig;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * What a {@link LatencyRig} has measured; prints itself as a table: a row a rate, a column a percentile, and of how many events a run they
 * are. A percentile above which no whole event of a run lies would be the maximum again: it is left out.
 */
public final class LatencyReport {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};
    private static final List<String> NAMES = List.of("p50", "p90", "p99", "p99.9", "p99.99", "max");

    private final String topology;
    private final String host;
    private final int seconds;
    private final Map<String, Object> conditions;
    private final Map<Long, Rate> rates;

    LatencyReport(String topology, String host, int seconds, Map<String, Object> conditions, Map<Long, Rate> rates) {
        this.topology = topology;
        this.host = host;
        this.seconds = seconds;
        this.conditions = conditions;
        this.rates = rates;
    }

    /** The runs at one rate. */
    record Rate(
            List<Paced> own,
            List<Paced> floor,
            String expected,
            List<String> digests,
            long deadLetters,
            boolean lettersAllowed) {
        boolean isHeld() {
            return own.stream().allMatch(Paced::held);
        }

        /** Why there are no figures; null when there are. */
        String voidFor() {
            if (!digests.stream().allMatch(expected::equals)) {
                return "differs, " + digests + " instead of " + expected;
            }
            if (deadLetters > 0 && !lettersAllowed) {
                return deadLetters + " dead letters, which are not allowed";
            }
            return own.stream().anyMatch(p -> p.all().getTotalCount() == 0)
                    ? "no event was decided, as none put something out by itself; measure the inline host"
                    : null;
        }

        List<Paced> figures() {
            return voidFor() == null ? own : List.of();
        }
    }

    /** With which flags this JVM runs. */
    static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }

    /**
     * What is known of the machine, before and after.
     *
     * @return names and values
     */
    public Map<String, Object> conditions() {
        return Map.copyOf(conditions);
    }

    /**
     * Whether the figures mean something: all rates were held, all runs of a rate put out what the same events put out on the other host,
     * events were decided, and none became a dead letter, unless that is {@linkplain LatencyRig#deadLettersAllowed() allowed}.
     *
     * @return false when they are void
     */
    public boolean isSound() {
        return rates.values().stream().allMatch(r -> r.isHeld() && r.voidFor() == null);
    }

    /**
     * A percentile of all events, the median over the runs.
     *
     * @param rate       one of those measured
     * @param percentile 0 to 100
     * @return microseconds from the intended time; NaN where the figures are void, or a run has too few events for that percentile (of 99.9
     *     a thousand have to be there)
     */
    public double us(long rate, double percentile) {
        return Percentile.us(rateOf(rate).figures(), Paced::all, percentile);
    }

    /**
     * The same of the jitter floor.
     *
     * @param rate       one of those measured
     * @param percentile 0 to 100
     * @return microseconds; NaN where a run has too few events for it
     */
    public double floorUs(long rate, double percentile) {
        return Percentile.us(rateOf(rate).floor, Paced::all, percentile);
    }

    /**
     * What was put out at a rate until all inputs had ended, as a hash: of the values of each output in their order, the same for the same
     * events on any host.
     *
     * @param rate one of those measured
     * @return of each run
     */
    public List<String> digests(long rate) {
        return rateOf(rate).digests;
    }

    private Rate rateOf(long rate) {
        Rate found = rates.get(rate);
        if (found == null) {
            throw new IllegalArgumentException("nothing was measured at " + rate + "; rates are " + rates.keySet());
        }
        return found;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        conditions.forEach(
                (name, value) -> out.append(String.format(Locale.ROOT, "%-10s %s%n", name, Machine.shown(value))));
        out.append(String.format(
                Locale.ROOT, "%s, %s; µs from the intended time%n%10s %-14s %-5s", topology, host, "events/s", "", ""));
        NAMES.forEach(n -> out.append(String.format(Locale.ROOT, " %9s", n)));
        out.append(String.format(Locale.ROOT, "  %9s  %-5s %s%n", "events", "held", "output"));
        rates.forEach((rate, r) -> {
            line(out, rate, topology, "all", r.figures(), Paced::all);
            out.append(String.format(Locale.ROOT, "  %-5s %s%n", r.isHeld() ? "yes" : "FAIL", output(r)));
            line(out, rate, "", "clear", r.figures(), Paced::clear);
            out.append(String.format(Locale.ROOT, "%n"));
            line(out, rate, Plot.FLOOR, "all", r.floor, Paced::all);
            out.append(String.format(Locale.ROOT, "%n"));
        });
        return out.toString();
    }

    private static String output(Rate r) {
        return r.voidFor() != null
                ? "VOID: " + r.voidFor()
                : r.expected + (r.deadLetters > 0 ? ", dead letters " + r.deadLetters : "");
    }

    private static void line(
            StringBuilder out,
            long rate,
            String what,
            String which,
            List<Paced> runs,
            Function<Paced, Histogram> histogram) {
        out.append(String.format(Locale.ROOT, "%10d %-14s %-5s", rate, what, which));
        for (double percentile : PERCENTILES) {
            double us = Percentile.us(runs, histogram, percentile);
            out.append(
                    Double.isNaN(us)
                            ? String.format(Locale.ROOT, " %9s", "-")
                            : String.format(Locale.ROOT, us < 100 ? " %9.2f" : " %9.0f", us));
        }
        out.append(String.format(Locale.ROOT, "  %9d", Percentile.fewest(runs, histogram)));
    }

    /**
     * Writes all figures as JSON.
     *
     * @param file made anew
     * @return this
     * @throws IOException when it cannot be written
     */
    public LatencyReport json(Path file) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("topology", topology);
        all.put("host", host);
        all.put("conditions", conditions);
        Map<String, Object> figures = new LinkedHashMap<>();
        rates.forEach((rate, r) -> {
            Map<String, Object> of = new LinkedHashMap<>();
            of.put("held", r.isHeld());
            of.put("void", r.voidFor() == null ? "" : r.voidFor());
            of.put("output", r.digests);
            of.put("expected", r.expected);
            of.put("dead letters", r.deadLetters);
            of.put("events", counts(r.figures(), p -> p.all().getTotalCount()));
            of.put("behind", counts(r.figures(), Paced::behind));
            for (int i = 0; i < PERCENTILES.length; i++) {
                of.put(NAMES.get(i) + " us", Percentile.us(r.figures(), Paced::all, PERCENTILES[i]));
                of.put("clear " + NAMES.get(i) + " us", Percentile.us(r.figures(), Paced::clear, PERCENTILES[i]));
                of.put("floor " + NAMES.get(i) + " us", Percentile.us(r.floor, Paced::all, PERCENTILES[i]));
            }
            figures.put(Long.toString(rate), of);
        });
        all.put("rates", figures);
        Json.write(file, all);
        return this;
    }

    private static List<Long> counts(List<Paced> runs, Function<Paced, Long> of) {
        return runs.stream().map(of).toList();
    }

    /**
     * Writes all histograms (HdrHistogram log), but for those of runs that are void.
     *
     * @param file made anew
     * @return this
     * @throws IOException when it cannot be written
     */
    public LatencyReport hlog(Path file) throws IOException {
        try (Hlog log = new Hlog(file.toString())) {
            rates.forEach((rate, r) -> {
                add(log, topology + "." + rate + ".all", r.figures(), Paced::all);
                add(log, topology + "." + rate + ".clear", r.figures(), Paced::clear);
                add(log, "floor." + rate + ".all", r.floor, Paced::all);
            });
        }
        return this;
    }

    private void add(Hlog log, String tag, List<Paced> runs, Function<Paced, Histogram> which) {
        for (int run = 0; run < runs.size(); run++) {
            log.add(tag, run, seconds, which.apply(runs.get(run)));
        }
    }

    /**
     * Draws the latencies and the jitter floor (SVG).
     *
     * @param file made anew
     * @return this
     * @throws IOException when it cannot be written
     */
    public LatencyReport plot(Path file) throws IOException {
        Plot plot = new Plot(topology + ", " + host + ": latency from the intended time");
        rates.forEach((rate, r) -> {
            String panel = String.format(Locale.ROOT, "%,d events a second", rate)
                    + (r.isHeld() ? "" : " (not held)")
                    + (r.voidFor() == null ? "" : " (void)");
            if (r.voidFor() == null) {
                plot.add(panel, topology, r.own.stream().map(Paced::all).toList());
            }
            plot.add(panel, Plot.FLOOR, r.floor.stream().map(Paced::all).toList());
        });
        plot.write(file);
        return this;
    }
}
