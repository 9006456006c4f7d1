package io.millrace.examples.tradecost;

import io.millrace.cli.OneUse;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.time.Duration;
import java.util.List;

/** The options of {@code trade-cost}. */
record TradeCostOptions(
        String trades, String quotes, String out, Duration tolerance, String deadLetters, String json, boolean quiet) {
    static Options declared() {
        return new Options("trade-cost")
                .option("--trades", "FILE", null, "trades as CSV without a header, - for standard input")
                .option("--quotes", "FILE", null, "quotes as CSV without a header, - for standard input")
                .option("--out", "FILE", null, "where to write each trade with its quotes, - for standard output")
                .option("--tolerance-ms", "N", null, "how old a quote may be; without it, of any age")
                .option("--dead-letters", "FILE", null, "where to write the rows that were not taken")
                .option("--json", "FILE", null, "where to write the table as JSON")
                .flag("--quiet", "no progress on standard error");
    }

    static TradeCostOptions of(Options o) throws UsageException {
        for (String name : List.of("--trades", "--quotes", "--out")) {
            if (!o.has(name)) {
                throw o.bad(name, "missing", "write " + name + " FILE");
            }
        }
        OneUse.require(o, List.of("--trades", "--quotes"), List.of("--out", "--dead-letters", "--json"));
        return new TradeCostOptions(
                o.text("--trades"),
                o.text("--quotes"),
                o.text("--out"),
                o.has("--tolerance-ms")
                        ? Duration.ofMillis(o.number("--tolerance-ms", 0, Long.MAX_VALUE / 1_000_000))
                        : null,
                o.text("--dead-letters"),
                o.text("--json"),
                o.has("--quiet"));
    }

    boolean writesToStandardOutput() {
        return "-".equals(out) || "-".equals(deadLetters) || "-".equals(json);
    }
}
