package io.millrace.bench.journal;

import io.millrace.bench.identical.Identical;
import io.millrace.bench.kill.Kills;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.journal.Durability;
import io.millrace.transport.journal.BitRot;
import io.millrace.transport.journal.CrashImages;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The program behind {@code bench/run kill}, {@code crash-images}, {@code bit-rot}, {@code identical} and {@code journal}: {@code --times N}, {@code --seed
 * N} and so on.
 */
public final class Main {
    /** Kept, or its level would be forgotten: what engines say at their start is not what a benchmark is about. */
    private static final Logger LOG = Logger.getLogger("io.millrace");

    private static final List<String> PARTS =
            List.of("waits", "engine", "cost", "rates", "snapshot", "ready", "replay");

    private static final List<String> LEVELS =
            Arrays.stream(Durability.values()).map(Enum::name).toList();

    private static final List<String> COMMANDS = List.of("kill", "crash-images", "bit-rot", "identical", "journal");

    private Main() {}

    /**
     * Exit codes: 0 good, 1 something was found or the run failed, 2 usage.
     *
     * @param arguments a command and its options
     * @throws IOException          when files cannot be written
     * @throws InterruptedException when it is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(run(arguments));
    }

    static int run(String... arguments) throws IOException, InterruptedException {
        if (arguments.length == 0 || !COMMANDS.contains(arguments[0])) {
            System.err.println("usage: bench/run " + String.join("|", COMMANDS) + " [options]");
            return 2;
        }
        LOG.setLevel(Level.WARNING);
        try {
            Options given = options(arguments[0]).parse(Arrays.asList(arguments).subList(1, arguments.length));
            if (given.has("--help")) {
                System.out.print(given.help(summary(arguments[0])));
                return 0;
            }
            return run(arguments[0], given) ? 0 : 1;
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            return 2;
        }
    }

    private static Options options(String command) {
        Options options = new Options("bench/run", command);
        String seed = "the same seed does the same";
        return switch (command) {
            case "kill" ->
                options.option("--times", "N", "50", "kills")
                        .option("--seed", "N", "1", seed)
                        .option("--level", "LEVEL", Durability.PROCESS.name(), String.join(", ", LEVELS));
            case "identical" -> options.option("--events", "N", "10000000", "of the input");
            case "journal" ->
                options.option("--parts", "NAMES", String.join(",", PARTS), "some of these, with commas")
                        .option("--seconds", "N", "3", "for which each measurement goes on")
                        .option("--rounds", "N", "3", "of each, in turns with what it stands beside")
                        .option("--state-mb", "N", "1024", "state of which a snapshot is made")
                        .option("--entries", "N", "1000000", "of the tail behind a kill, and of a replay")
                        .option("--directory", "DIR", Scratch.temporary().toString(), "on the disk that is meant");
            default -> options.option("--times", "N", "20000", "how many").option("--seed", "N", "1", seed);
        };
    }

    private static String summary(String command) {
        return switch (command) {
            case "kill" -> "Kills an engine with a journal and compares what came out with a model in plain Java.";
            case "identical" -> "One input live, in batches, on two threads, inline, replayed: the same bits.";
            case "journal" ->
                "What a journal costs, its rate beside a bare archive, waits, snapshots, starts, replays.";
            case "bit-rot" -> "Damages files of a journal by a bit or a cut: it is seen or it is harmless.";
            default -> "Makes images of crashes of recorded writes and opens each.";
        };
    }

    private static boolean run(String command, Options given) throws IOException, InterruptedException, UsageException {
        return switch (command) {
            case "crash-images" -> crashImages(given);
            case "bit-rot" -> bitRot(given);
            case "kill" -> kill(given);
            case "identical" -> identical(given);
            default -> figures(given);
        };
    }

    /** On a disk: the directory of temporary files, unless another is named. */
    private static boolean figures(Options given) throws IOException, InterruptedException, UsageException {
        Effort effort = new Effort(
                given.number("--seconds", 1, 3_600),
                (int) given.number("--rounds", 1, 1_000),
                (int) given.number("--state-mb", 1, 1 << 20),
                given.number("--entries", 1, 1_000_000_000));
        Path above = Path.of(given.text("--directory"));
        List<String> parts = List.of(given.text("--parts").split(","));
        for (String part : parts) {
            if (!PARTS.contains(part)) {
                throw given.bad("--parts " + part, "not possible", "use some of " + PARTS);
            }
        }
        boolean sound = true;
        try (Scratch scratch = new Scratch(above)) {
            for (String part : parts) {
                sound &= figure(part, scratch.directory(), effort);
            }
        }
        return sound;
    }

    /** Answers whether its figures are what they are said to be. */
    private static boolean figure(String part, Path at, Effort effort) throws IOException, InterruptedException {
        switch (part) {
            case "waits" -> new JournalBench(at, effort).waits();
            case "engine" -> {
                return new EngineWaits(at, effort).run();
            }
            case "cost" -> {
                return new EngineCost(at, effort).run();
            }
            case "rates" -> new JournalBench(at, effort).rates();
            case "snapshot" -> {
                return new SnapshotLatency(at, effort).run();
            }
            case "ready" -> new Ready(at, effort).run();
            case "replay" -> new ReplayRate(at, effort).run();
            default -> throw new IllegalArgumentException(part);
        }
        return true;
    }

    private static boolean identical(Options given) throws IOException, UsageException {
        long events = given.number("--events", 1, 1_000_000_000_000L);
        String difference;
        int ways;
        try (Scratch scratch = new Scratch(Scratch.temporary())) {
            Identical identical = new Identical(scratch.directory(), events, System.out::println);
            difference = identical.run();
            ways = identical.ways();
        }
        if (difference != null) {
            System.err.println("millrace identical: " + difference);
            return false;
        }
        System.out.printf("%,d events: the same bits in %d ways%n", events, ways);
        return true;
    }

    private static boolean kill(Options given) throws IOException, InterruptedException, UsageException {
        int times = (int) given.number("--times", 1, Integer.MAX_VALUE);
        long seed = given.number("--seed", 0, Long.MAX_VALUE);
        Durability level = Durability.valueOf(given.oneOf("--level", LEVELS));
        Kills kills;
        try (Scratch scratch = level == Durability.DISK ? new Scratch(Scratch.temporary()) : new Scratch()) {
            kills = new Kills(scratch.directory(), level).run(times, seed);
        }
        System.out.println(kills.killedIn());
        System.out.println("in doubt  " + kills.inDoubt());
        System.out.println("too late  " + kills.early());
        System.out.println(about(level));
        System.out.println(kills);
        return isGood("kill", kills.failure());
    }

    private static String about(Durability level) {
        return switch (level) {
            case MEMORY -> "level     MEMORY: no journal, nothing is promised; what is lost shows that kills hit";
            case PROCESS -> "level     PROCESS: a killed process loses nothing that it has written";
            case DISK ->
                "level     DISK: a kill takes nothing from the page cache, as a loss of power would; for that: crash-images";
        };
    }

    private static boolean crashImages(Options given) throws IOException, UsageException {
        int times = (int) given.number("--times", 1, Integer.MAX_VALUE);
        long seed = given.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE);
        CrashImages images;
        try (Scratch scratch = new Scratch()) {
            images = new CrashImages(scratch.directory()).run(times, seed);
        }
        System.out.println("from seed " + seed + ", " + images.entries() + " entries read");
        System.out.println(images);
        return isGood("crash-images", images.failure());
    }

    private static boolean isGood(String command, String failure) {
        if (failure != null) {
            System.err.println("millrace " + command + ": " + failure);
        }
        return failure == null;
    }

    private static boolean bitRot(Options given) throws IOException, UsageException {
        int times = (int) given.number("--times", 1, Integer.MAX_VALUE);
        long seed = given.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE);
        BitRot rot;
        try (Scratch scratch = new Scratch()) {
            rot = new BitRot(scratch.directory()).run(times, seed);
        }
        System.out.println(rot.refused() + rot.harmless() + " damages from seed " + seed + ": " + rot.refused()
                + " were seen, " + rot.harmless() + " were harmless");
        return isGood("bit-rot", rot.failure());
    }
}
