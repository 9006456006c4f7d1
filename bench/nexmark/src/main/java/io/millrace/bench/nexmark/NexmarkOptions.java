package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.query.Queries;
import io.millrace.cli.Nearest;
import io.millrace.cli.OneUse;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** The options of {@code nexmark}. */
record NexmarkOptions(
        String query,
        String persons,
        String auctions,
        String bids,
        String side,
        String out,
        long disorderMs,
        long events,
        long rate,
        long seed,
        String hlog,
        String deadLetters,
        String json,
        boolean quiet) {
    /** The inputs, in the order of the tables. */
    private static final List<String> FILES = List.of("--persons", "--auctions", "--bids", "--side");

    private static final List<String> GENERATED =
            List.of("--events", "--rate", "--seed", "--hlog", "--readme", "--mark", "--jvm");

    /** What has rows of one query, or of each that there is. */
    private static final List<String> OF_ONE =
            List.of("--persons", "--auctions", "--bids", "--side", "--out", "--dead-letters");

    /** The name of all queries together. */
    private static final String ALL = "all";

    private static final long DISORDER_MS_MAX = 3_600_000;
    private static final long RATE_MAX = 100_000_000;

    static Options declared() {
        return new Options("bench/run", "nexmark")
                .option(
                        "--query",
                        "NAME",
                        null,
                        "the query: " + String.join(" ", Queries.names())
                                + "; several with commas, or all: a table over generated events, a JVM for each")
                .option("--persons", "FILE", null, "the table person as CSV, - for standard input")
                .option("--auctions", "FILE", null, "the table auction")
                .option("--bids", "FILE", null, "the table bid")
                .option(
                        "--side",
                        "FILE",
                        null,
                        "the side table of q13 as CSV (key,value, one row a key); without it, the published one: each of 0 to "
                                + (Side.ROWS - 1) + " with itself in digits")
                .option("--out", "FILE", null, "where to write the rows of the final table, - for standard output")
                .option("--disorder-ms", "N", "3600000", "how far a row may be behind the newest of its table")
                .option(
                        "--events",
                        "N",
                        "1000000",
                        "events of all three tables to generate, without files; those of the tables that the query reads are sent")
                .option("--rate", "R", "0", "how many of them to send a second, 0 for as fast as possible")
                .option("--seed", "S", "1", "which events to generate")
                .option(
                        "--jvm",
                        "FLAGS",
                        null,
                        "flags of the JVMs of several queries; without it, those of this one (MILLRACE_JAVA_OPTS)")
                .option("--dead-letters", "FILE", null, "where to write the rows that were not taken")
                .option("--json", "FILE", null, "where to write the table at the end as JSON")
                .option("--hlog", "FILE", null, "where to write the latencies of generated events (HdrHistogram log)")
                .flag("--quiet", "no progress on standard error");
    }

    static NexmarkOptions of(Options o) throws UsageException {
        boolean isOne = queries(o).size() == 1;
        requireOneKindOfInput(o);
        if (isOne && o.has("--jvm")) {
            throw o.bad("--jvm", "has no meaning with one query, which runs in this JVM", "set MILLRACE_JAVA_OPTS");
        }
        List<String> outputs = List.of("--out", "--dead-letters", "--json", "--hlog");
        OneUse.require(o, FILES, outputs);
        for (String name : outputs) {
            if (o.has("--readme") && "-".equals(o.text(name))) {
                throw o.bad(name + " -", "standard output has the table that the page gets", "name a file");
            }
        }
        return new NexmarkOptions(
                o.text("--query"),
                o.text("--persons"),
                o.text("--auctions"),
                o.text("--bids"),
                o.text("--side"),
                o.text("--out"),
                o.number("--disorder-ms", 0, DISORDER_MS_MAX),
                o.number("--events", 0, Long.MAX_VALUE),
                o.number("--rate", 0, RATE_MAX),
                o.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE),
                o.text("--hlog"),
                o.text("--dead-letters"),
                o.text("--json"),
                o.has("--quiet"));
    }

    private static void requireOneKindOfInput(Options o) throws UsageException {
        String file = FILES.stream().filter(o::has).findFirst().orElse(null);
        for (String name : file == null ? List.of("--disorder-ms") : GENERATED) {
            if (o.has(name)) {
                throw o.bad(
                        name,
                        "has no meaning " + (file == null ? "without files" : "with " + file),
                        file == null ? "leave it out" : "leave one of the two out");
            }
        }
    }

    /** The queries that are named. */
    static List<String> queries(Options o) throws UsageException {
        if (o.text("--query") == null) {
            throw o.bad("--query", "is missing", "name one: " + String.join(" ", Queries.names()) + ", or " + ALL);
        }
        if (o.text("--query").equals(ALL)) {
            return Queries.names();
        }
        List<String> names = o.list("--query");
        for (String name : names) {
            if (Queries.of(name) == null && Queries.reasonAgainst(name) == null) {
                throw o.bad(
                        "--query " + name, "no such query", "the nearest is " + Nearest.of(name, Queries.allNames()));
            }
        }
        return names;
    }

    /** Refuses for a table of several queries what is of one. */
    static void requireTable(Options o) throws UsageException {
        for (String name : OF_ONE) {
            if (o.has(name)) {
                throw o.bad(name, "has no meaning with several queries", "name one, or leave it out");
            }
        }
    }

    /** The option that is missing for a table that the query reads; null when none is. */
    String missing(Prepared query) {
        if (query.uses(query.tables().person()) && persons == null) {
            return "--persons";
        }
        if (query.uses(query.tables().auction()) && auctions == null) {
            return "--auctions";
        }
        return query.uses(query.tables().bid()) && bids == null ? "--bids" : null;
    }

    boolean readsFiles() {
        return persons != null || auctions != null || bids != null || side != null;
    }

    boolean writesToStandardOutput() {
        return "-".equals(out) || "-".equals(deadLetters) || "-".equals(json) || "-".equals(hlog);
    }
}
