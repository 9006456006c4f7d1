package io.millrace.cli;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.HdrHistogram.Histogram;

/** The table at the end of a run: one {@code label  value} a line, or one JSON object. */
public final class Summary {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    private final Map<String, String> lines = new LinkedHashMap<>();
    private final Map<String, Map<String, ?>> groups = new LinkedHashMap<>();

    /** An empty table. */
    public Summary() {}

    /**
     * Adds a line.
     *
     * @param label what
     * @param value how much; numbers stand without quotes in JSON
     * @return this
     */
    public Summary put(String label, String value) {
        lines.put(label, value);
        return this;
    }

    /**
     * Adds a number.
     *
     * @param label what
     * @param value how much
     * @return this
     */
    public Summary put(String label, long value) {
        return put(label, Long.toString(value));
    }

    /**
     * Adds what stands together, in JSON only.
     *
     * @param label  what
     * @param values numbers, and texts
     * @return this
     */
    public Summary putGroup(String label, Map<String, ?> values) {
        groups.put(label, values);
        return this;
    }

    /**
     * Adds the usual percentiles, in microseconds.
     *
     * @param latencyNs in nanoseconds
     * @return this
     */
    public Summary putLatency(Histogram latencyNs) {
        boolean any = latencyNs.getTotalCount() > 0;
        for (double p : PERCENTILES) {
            String label = p == Math.rint(p) ? Long.toString((long) p) : Double.toString(p);
            put("p" + label + " us", any ? micros(latencyNs.getValueAtPercentile(p)) : "");
        }
        return put("max us", any ? micros(latencyNs.getMaxValue()) : "");
    }

    private static String micros(long ns) {
        long tenths = (ns + 50) / 100;
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
    }

    /**
     * Prints a line for each.
     *
     * @param to where to
     */
    public void print(PrintStream to) {
        lines.forEach((label, value) -> to.println(label + "  " + value));
    }

    /**
     * The same as one JSON object.
     *
     * @return with a line break at the end
     */
    public String json() {
        StringJoiner all = new StringJoiner(", ", "{", "}\n");
        lines.forEach((label, value) -> all.add(member(label, value)));
        groups.forEach((label, values) -> {
            StringJoiner group = new StringJoiner(", ", "{", "}");
            values.forEach((name, value) -> group.add(member(name, plain(value))));
            all.add(quoted(label) + ": " + group);
        });
        return all.toString();
    }

    /** Numbers without an exponent. */
    private static String plain(Object value) {
        return value instanceof Double d && Double.isFinite(d)
                ? BigDecimal.valueOf(d).toPlainString()
                : String.valueOf(value);
    }

    private static String member(String label, String value) {
        return quoted(label) + ": "
                + (value.isEmpty() ? "null" : value.matches("-?[0-9]+(\\.[0-9]+)?") ? value : quoted(value));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
