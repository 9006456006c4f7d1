package io.millrace.examples.journal;

import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Replay;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** What was asked of a replay: where from, where to, how fast. */
record ReplayOptions(
        String journal,
        String classPath,
        String topology,
        Map<String, String> settings,
        Bound from,
        Bound to,
        boolean recordedPace,
        String out) {
    /** A place in the order, or a time. */
    record Bound(long sequence, Instant time) {
        @Override
        public String toString() {
            return time == null ? Long.toString(sequence) : time.toString();
        }
    }

    static Options declared() {
        return Settings.declare(new Options("replay").option("--journal", "DIR", null, "the journal"), Recorded.SETTING)
                .option(
                        "--from",
                        "SEQ|TIME",
                        null,
                        "the first entry whose outputs are let out; the replay itself begins at a snapshot before it, or at the first entry")
                .option("--to", "SEQ|TIME", null, "the last entry")
                .option(
                        "--pace",
                        "full|recorded",
                        "full",
                        "as fast as possible, or at the pace at which they were written")
                .option("--out", "DIR", null, "where to write a CSV file for each output")
                .option("--classpath", "PATH", null, "jars and directories with your own topology")
                .option("--topology", "NAME", null, "the name of the topology; without it, that of the journal");
    }

    static ReplayOptions of(Options o) throws UsageException {
        Bound from = bound(o, "--from");
        Bound to = bound(o, "--to");
        if (from != null && to != null && isBehind(from, to)) {
            throw o.bad("--to " + o.text("--to"), "comes before --from " + o.text("--from"), "give a later end");
        }
        return new ReplayOptions(
                required(o),
                o.text("--classpath"),
                o.text("--topology"),
                Settings.of(o),
                from,
                to,
                o.oneOf("--pace", List.of("full", "recorded")).equals("recorded"),
                o.text("--out"));
    }

    static String required(Options o) throws UsageException {
        if (o.text("--journal") == null) {
            throw o.bad("--journal", "is missing", "name the directory of a journal");
        }
        return o.text("--journal");
    }

    private static boolean isBehind(Bound from, Bound to) {
        return from.time == null && to.time == null
                ? from.sequence > to.sequence
                : from.time != null && to.time != null && from.time.isAfter(to.time);
    }

    private static Bound bound(Options o, String name) throws UsageException {
        String text = o.text(name);
        if (text == null) {
            return null;
        }
        return text.matches("[+-]?[0-9]+")
                ? new Bound(o.number(name, 0, Long.MAX_VALUE), null)
                : new Bound(-1, time(o, name, text));
    }

    private static Instant time(Options o, String name, String text) throws UsageException {
        try {
            Instant time = text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : text.endsWith("Z")
                            ? Instant.parse(text)
                            : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
            Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L);
            return time;
        } catch (DateTimeException | ArithmeticException e) {
            throw o.bad(
                    name + " " + text,
                    "not possible",
                    "use the place of an entry, or a time such as 2018-04-01T12:00:00Z");
        }
    }

    /** What was asked for, where that is not all. */
    String span() {
        return (from == null ? "" : "from --from " + from + " on")
                + (from == null || to == null ? "" : ", ")
                + (to == null ? "" : "up to --to " + to);
    }

    void apply(Replay replay) {
        if (from != null && from.time != null) {
            replay.from(from.time);
        } else if (from != null) {
            replay.from(from.sequence);
        }
        if (to != null && to.time != null) {
            replay.to(to.time);
        } else if (to != null) {
            replay.to(to.sequence);
        }
        if (recordedPace) {
            replay.atRecordedPace();
        }
    }
}
