package io.millrace.bench.journal;

import io.millrace.bench.command.BenchCommand;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.rig.Machine;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a journal costs, part by part. */
final class JournalCommand implements BenchCommand {
    private static final List<String> PARTS =
            List.of("waits", "engine", "cost", "rates", "snapshot", "ready", "replay");

    @Override
    public String name() {
        return "journal";
    }

    @Override
    public String summary() {
        return "what a journal costs, its rate beside a bare archive, waits, snapshots, starts, replays";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option("--parts", "NAMES", String.join(",", PARTS), "some of these, with commas")
                .option("--seconds", "N", "3", "length of each measurement")
                .option("--rounds", "N", "3", "rounds of each part, in turns with what it is compared with")
                .option("--state-mb", "N", "1024", "size of the state for a snapshot")
                .option("--entries", "N", "1000000", "entries of the tail after a kill, and of a replay")
                .option("--directory", "DIR", Scratch.temporary().toString(), "a directory on the disk to measure")
                .option("--json", "FILE", null, "also write the figures to this file")
                .option("--hlog", "FILE", null, "also write the waits to this file (HdrHistogram log)");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        Effort effort = new Effort(
                options.number("--seconds", 1, 3_600),
                (int) options.number("--rounds", 1, 1_000),
                (int) options.number("--state-mb", 1, 1 << 20),
                options.number("--entries", 1, 1_000_000_000));
        List<String> parts = options.list("--parts");
        for (String part : parts) {
            if (!PARTS.contains(part)) {
                throw options.bad("--parts " + part, "not possible", "use some of " + PARTS);
            }
        }
        Path directory = Path.of(options.text("--directory"));
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw new IOException(
                    "--directory: " + directory + ": is no directory that can be written; make it, or name another");
        }
        Figures figures = new Figures(effort.seconds());
        Map<String, Object> conditions = Machine.tellWithJitter(Flags.own());
        Machine.Watch whole = new Machine.Watch();
        boolean sound = true;
        try (Scratch scratch = new Scratch(directory)) {
            for (String part : parts) {
                sound &= figure(part, scratch.directory(), effort, figures);
            }
        }
        whole.end(conditions);
        if (options.has("--json")) {
            figures.writeJson(Path.of(options.text("--json")), conditions);
        }
        if (options.has("--hlog")) {
            figures.writeHlog(options.text("--hlog"));
        }
        return sound ? OK : FAILED;
    }

    /** Answers whether its figures are what they are said to be. */
    private static boolean figure(String part, Path at, Effort effort, Figures figures)
            throws IOException, InterruptedException {
        switch (part) {
            case "waits" -> {
                return new JournalBench(at, effort, figures).waits();
            }
            case "engine" -> {
                return new EngineWaits(at, effort, figures).run();
            }
            case "cost" -> {
                return new EngineCost(at, effort, figures).run();
            }
            case "rates" -> new JournalBench(at, effort, figures).rates();
            case "snapshot" -> {
                return new SnapshotLatency(at, effort, figures).run();
            }
            case "ready" -> new Ready(at, effort, figures).run();
            case "replay" -> new ReplayRate(at, effort, figures).run();
            default -> throw new IllegalArgumentException(part);
        }
        return true;
    }
}
