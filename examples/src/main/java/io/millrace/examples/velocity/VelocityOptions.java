package io.millrace.examples.velocity;

import io.millrace.cli.OneUse;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** The options of {@code velocity}. */
record VelocityOptions(
        String events, long count, long seed, String alerts, String deadLetters, String json, boolean quiet) {
    static Options declared() {
        return new Options("velocity")
                .option(
                        "--events",
                        "FILE",
                        null,
                        "logins and payments as CSV, - for standard input; without it, they are generated")
                .option("--count", "N", "1000000", "how many events to generate")
                .option("--seed", "S", "1", "which stream to generate")
                .option(
                        "--alerts",
                        "FILE",
                        null,
                        "where to write the alerts, - for standard output; an alert names at most the first "
                                + VelocityTopology.SMALL_MOST
                                + " small payments of a minute; 'cut alerts' in the table counts those that leave some out")
                .option("--dead-letters", "FILE", null, "where to write the rows that were not taken")
                .option("--json", "FILE", null, "where to write the table as JSON")
                .flag("--quiet", "no progress on standard error");
    }

    static VelocityOptions of(Options o) throws UsageException {
        if (o.has("--events")) {
            for (String name : List.of("--count", "--seed")) {
                if (o.has(name)) {
                    throw o.bad(name, "has no meaning with --events", "leave one of the two out");
                }
            }
        }
        OneUse.require(o, List.of("--events"), List.of("--alerts", "--dead-letters", "--json"));
        return new VelocityOptions(
                o.text("--events"),
                o.number("--count", 0, Long.MAX_VALUE),
                o.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE),
                o.text("--alerts"),
                o.text("--dead-letters"),
                o.text("--json"),
                o.has("--quiet"));
    }

    boolean writesToStandardOutput() {
        return "-".equals(alerts) || "-".equals(deadLetters) || "-".equals(json);
    }

    String inputName() {
        return events == null ? "generated" : events.equals("-") ? "standard input" : events;
    }
}
