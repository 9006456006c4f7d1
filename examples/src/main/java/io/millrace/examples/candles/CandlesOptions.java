package io.millrace.examples.candles;

import io.millrace.cli.OneUse;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The options of {@code candles}. */
record CandlesOptions(String ticks, Duration size, String out, String deadLetters, String json, boolean quiet) {
    static Options declared() {
        return new Options("candles")
                .option("--ticks", "FILE", null, "ticks as CSV without a header (ms,bid,ask), - for standard input")
                .option("--size", "SIZE", null, "the size of a bar: " + BarSize.FORMS)
                .option("--out", "FILE", null, "where to write the bars, - for standard output")
                .option("--dead-letters", "FILE", null, "where to write the rows that were not taken")
                .option("--json", "FILE", null, "where to write the table as JSON")
                .flag("--quiet", "no progress on standard error");
    }

    static CandlesOptions of(Options o) throws UsageException {
        for (String name : List.of("--ticks", "--size", "--out")) {
            if (!o.has(name)) {
                throw o.bad(name, "missing", "write " + name + (name.equals("--size") ? " 1m" : " FILE"));
            }
        }
        OneUse.require(o, List.of("--ticks"), List.of("--out", "--dead-letters", "--json"));
        Optional<Duration> size = BarSize.of(o.text("--size"));
        if (size.isEmpty()) {
            throw o.bad("--size " + o.text("--size"), "not possible", "use " + BarSize.FORMS);
        }
        return new CandlesOptions(
                o.text("--ticks"),
                size.get(),
                o.text("--out"),
                o.text("--dead-letters"),
                o.text("--json"),
                o.has("--quiet"));
    }

    boolean writesToStandardOutput() {
        return "-".equals(out) || "-".equals(deadLetters) || "-".equals(json);
    }
}
