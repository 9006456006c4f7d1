package io.millrace.examples.anomaly;

import io.millrace.cli.OneUse;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** The options of {@code anomaly}. */
record AnomalyOptions(
        String series,
        String out,
        int window,
        int step,
        String labels,
        String seriesKey,
        double threshold,
        String deadLetters,
        String json,
        boolean quiet) {
    static final int WINDOW = 6_400;
    static final int WINDOW_MAX = 1_000_000;
    static final int STEP = 100;

    static Options declared() {
        return new Options("anomaly")
                .option("--series", "FILE", null, "the series as CSV (timestamp,value), - for standard input")
                .option("--out", "FILE", null, "where to write each row with its score, - for standard output")
                .option("--window", "N", Integer.toString(WINDOW), "how many values the window holds")
                .option("--step", "N", Integer.toString(STEP), "by how many values it moves; has to divide the window")
                .option("--labels", "FILE", null, "JSON: key -> list of [from, to]")
                .option(
                        "--series-key",
                        "KEY",
                        null,
                        "the key of the series in the labels; without it, the longest one that its path ends with")
                .option("--threshold", "P", "0.9999", "the lowest score that counts as detected")
                .option("--dead-letters", "FILE", null, "where to write the rows that were not taken")
                .option("--json", "FILE", null, "where to write the table as JSON")
                .flag("--quiet", "no progress on standard error");
    }

    static AnomalyOptions of(Options o) throws UsageException {
        for (String name : List.of("--series", "--out")) {
            if (!o.has(name)) {
                throw o.bad(name, "missing", "write " + name + " FILE");
            }
        }
        OneUse.require(o, List.of("--series", "--labels"), List.of("--out", "--dead-letters", "--json"));
        long window = o.number("--window", 2, WINDOW_MAX);
        long step = o.number("--step", 1, window);
        if (window % step != 0) {
            throw o.bad("--step " + step, "not possible", "use a number that divides the window of " + window);
        }
        if (o.has("--series-key") && !o.has("--labels")) {
            throw o.bad("--series-key", "there are no labels", "write --labels FILE, too");
        }
        return new AnomalyOptions(
                o.text("--series"),
                o.text("--out"),
                (int) window,
                (int) step,
                o.text("--labels"),
                o.text("--series-key"),
                o.decimal("--threshold", 0, 1),
                o.text("--dead-letters"),
                o.text("--json"),
                o.has("--quiet"));
    }

    boolean writesToStandardOutput() {
        return "-".equals(out) || "-".equals(deadLetters) || "-".equals(json);
    }
}
