package io.millrace.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The table at the end of a run: one {@code label  value} a line, or one JSON object. */
public final class Summary {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    private final Map<String, String> lines = new LinkedHashMap<>();

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
        StringBuilder out = new StringBuilder("{");
        lines.forEach((label, value) -> {
            out.append(out.length() == 1 ? "" : ", ").append('"').append(label).append("\": ");
            if (value.isEmpty()) {
                out.append("null");
            } else if (value.matches("-?[0-9]+(\\.[0-9]+)?")) {
                out.append(value);
            } else {
                out.append('"').append(value).append('"');
            }
        });
        return out.append("}\n").toString();
    }
}
