package io.millrace.examples.fraud;

import io.millrace.cli.OneUse;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.List;

/** The options of {@code fraud}. */
record FraudOptions(
        String payments,
        long count,
        long seed,
        int cards,
        String model,
        String features,
        String alerts,
        String deadLetters,
        String json,
        double threshold,
        long rate,
        boolean live,
        boolean quiet,
        boolean firstScore,
        String journal) {
    private static final String STANDARD = "-";

    static Options declared() {
        return new Options("fraud")
                .option(
                        "--payments",
                        "FILE",
                        null,
                        "payments as CSV, - for standard input; without it, they are generated")
                .option("--count", "N", "1000000", "how many payments to generate")
                .option("--seed", "S", "1", "which stream to generate")
                .option("--cards", "N", "100000", "how many cards to generate payments for")
                .option("--model", "FILE", null, "a model as LightGBM text; without it, the bundled one")
                .option("--features", "FILE", null, "where to write the features of each payment")
                .option("--alerts", "FILE", null, "where to write the alerts")
                .option("--dead-letters", "FILE", null, "where to write the rows that were not taken")
                .option("--threshold", "P", "0.5", "the lowest probability that raises an alert")
                .option("--rate", "N", null, "payments a second; without it, as fast as possible")
                .option("--host", "HOST", "live", "live (a thread of its own) or inline (the reader's thread)")
                .option(
                        "--json",
                        "FILE",
                        null,
                        "where to write the table as JSON; with a finished journal, the table of the run that finished it")
                .option(
                        "--journal",
                        "DIR",
                        null,
                        "where to keep the payments: a run that is started again goes on, and its files end as those of one run; a finished run has nothing to do and ends with 0, even if --rate was not held, which it reports again")
                .flag("--quiet", "no progress on standard error")
                .flag(
                        "--first-score",
                        "also print when the first payment was scored, counted from the start of the JVM");
    }

    static FraudOptions of(Options o) throws UsageException {
        if (o.has("--payments")) {
            for (String name : List.of("--count", "--seed", "--cards")) {
                if (o.has(name)) {
                    throw o.bad(name, "has no meaning with --payments", "leave one of the two out");
                }
            }
        }
        requireContinued(o);
        OneUse.require(
                o, List.of("--payments", "--model"), List.of("--features", "--alerts", "--dead-letters", "--json"));
        return new FraudOptions(
                o.text("--payments"),
                o.number("--count", 0, Long.MAX_VALUE),
                o.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE),
                (int) o.number("--cards", 1, Integer.MAX_VALUE),
                o.text("--model"),
                o.text("--features"),
                o.text("--alerts"),
                o.text("--dead-letters"),
                o.text("--json"),
                o.decimal("--threshold", 0, 1),
                o.has("--rate") ? o.number("--rate", 1, 1_000_000_000L) : 0,
                o.oneOf("--host", List.of("live", "inline")).equals("live"),
                o.has("--quiet"),
                o.has("--first-score"),
                o.text("--journal"));
    }

    /** What is written has to be there when the run goes on. */
    private static void requireContinued(Options o) throws UsageException {
        for (String name : List.of("--features", "--alerts", "--dead-letters")) {
            String file = o.text(name);
            if (o.has("--journal") && file != null && (file.equals(STANDARD) || file.endsWith(".gz"))) {
                throw o.bad(name, "cannot go on with " + file, "with --journal give a plain file");
            }
        }
    }

    boolean writesToStandardOutput() {
        return STANDARD.equals(features)
                || STANDARD.equals(alerts)
                || STANDARD.equals(deadLetters)
                || STANDARD.equals(json);
    }

    String inputName() {
        return payments == null ? "generated" : payments.equals(STANDARD) ? "standard input" : payments;
    }
}
