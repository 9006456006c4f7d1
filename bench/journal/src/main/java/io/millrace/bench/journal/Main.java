package io.millrace.bench.journal;

import io.millrace.bench.identical.Identical;
import io.millrace.bench.kill.Kills;
import io.millrace.journal.Durability;
import io.millrace.transport.journal.BitRot;
import io.millrace.transport.journal.CrashImages;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Path;
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

    private static final String USAGE = """
            usage: bench/run kill [--times N] [--seed N] [--level MEMORY|PROCESS|DISK]
                   bench/run crash-images|bit-rot [--times N] [--seed N]
                   bench/run identical [--events N]
                   bench/run journal [--parts %s] [--seconds N] [--rounds N]
                                     [--state-mb N] [--entries N] [--directory DIR]
            defaults: kill --times 50 --seed 1 --level PROCESS; crash-images and bit-rot --times 20000 --seed 1
                      identical --events 10000000
                      journal with all parts, --seconds 3 --rounds 3 --state-mb 1024 --entries 1000000, for temporary files
            """.formatted(String.join(",", PARTS));

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
        if (arguments.length == 2 && arguments[1].equals("--help")) {
            System.out.print(USAGE);
            return 0;
        }
        LOG.setLevel(Level.WARNING);
        try {
            Arguments given = new Arguments(arguments);
            return run(arguments[0], given) ? 0 : 1;
        } catch (Arguments.UsageException e) {
            System.err.println(e.getMessage() == null ? USAGE : e.getMessage());
            return 2;
        }
    }

    private static boolean run(String command, Arguments given)
            throws IOException, InterruptedException, Arguments.UsageException {
        return switch (command) {
            case "crash-images" -> crashImages(given);
            case "bit-rot" -> bitRot(given);
            case "kill" -> kill(given);
            case "identical" -> identical(given);
            case "journal" -> figures(given);
            default -> throw new Arguments.UsageException(null);
        };
    }

    /** On a disk: the directory of temporary files, unless another is named. */
    private static boolean figures(Arguments given) throws IOException, InterruptedException, Arguments.UsageException {
        Options options = new Options(
                given.number("--seconds", 3, 1, 3_600),
                (int) given.number("--rounds", 3, 1, 1_000),
                (int) given.number("--state-mb", 1_024, 1, 1 << 20),
                given.number("--entries", 1_000_000, 1, 1_000_000_000));
        Path above = Path.of(given.word("--directory", Scratch.temporary().toString()));
        List<String> parts =
                List.of(given.word("--parts", String.join(",", PARTS)).split(","));
        given.end();
        for (String part : parts) {
            if (!PARTS.contains(part)) {
                throw new Arguments.UsageException("--parts " + part + ": not possible; use some of " + PARTS);
            }
        }
        try (Scratch scratch = new Scratch(above)) {
            for (String part : parts) {
                figure(part, scratch.directory(), options);
            }
        }
        return true;
    }

    private static void figure(String part, Path at, Options options) throws IOException, InterruptedException {
        switch (part) {
            case "waits" -> new JournalBench(at, options).waits();
            case "engine" -> new EngineWaits(at, options).run();
            case "cost" -> new EngineCost(at, options).run();
            case "rates" -> new JournalBench(at, options).rates();
            case "snapshot" -> new SnapshotLatency(at, options).run();
            case "ready" -> new Ready(at, options).run();
            case "replay" -> new ReplayRate(at, options).run();
            default -> throw new IllegalArgumentException(part);
        }
    }

    private static boolean identical(Arguments given) throws IOException, Arguments.UsageException {
        long events = given.number("--events", 10_000_000, 1, 1_000_000_000_000L);
        given.end();
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

    private static boolean kill(Arguments given) throws IOException, InterruptedException, Arguments.UsageException {
        int times = (int) given.number("--times", 50, 1, Integer.MAX_VALUE);
        long seed = given.number("--seed", 1, 0, Long.MAX_VALUE);
        Durability level = given.oneOf("--level", Durability.PROCESS, Durability.class);
        given.end();
        Kills kills;
        try (Scratch scratch = level == Durability.DISK ? new Scratch(Scratch.temporary()) : new Scratch()) {
            kills = new Kills(scratch.directory(), level).run(times, seed);
        }
        System.out.println(kills.killedIn());
        System.out.println("in doubt  " + kills.inDoubt());
        System.out.println("too late  " + kills.early());
        System.out.println(about(level));
        System.out.println(kills);
        if (kills.failure() != null) {
            System.err.println("millrace kill: " + kills.failure());
            return false;
        }
        return true;
    }

    private static String about(Durability level) {
        return switch (level) {
            case MEMORY -> "level     MEMORY: no journal, nothing is promised; what is lost shows that kills hit";
            case PROCESS -> "level     PROCESS: a killed process loses nothing that it has written";
            case DISK ->
                "level     DISK: a kill takes nothing from the page cache, as a loss of power would; for that: crash-images";
        };
    }

    private static boolean crashImages(Arguments given) throws IOException, Arguments.UsageException {
        int times = (int) given.number("--times", 20_000, 1, Integer.MAX_VALUE);
        long seed = given.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
        given.end();
        long entries;
        try (Scratch scratch = new Scratch()) {
            entries = new CrashImages(scratch.directory()).run(times, seed);
        }
        System.out.println(
                times + " images from seed " + seed + ": each opened by itself with all that was promised and"
                        + " nothing else (" + entries + " entries read)");
        System.out.println(times + " runs: 0 lost, 0 doubled, 0 reordered");
        return true;
    }

    private static boolean bitRot(Arguments given) throws IOException, Arguments.UsageException {
        int times = (int) given.number("--times", 20_000, 1, Integer.MAX_VALUE);
        long seed = given.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
        given.end();
        BitRot rot;
        try (Scratch scratch = new Scratch()) {
            rot = new BitRot(scratch.directory()).run(times, seed);
        }
        System.out.println(times + " damages from seed " + seed + ": " + rot.refused() + " were seen, " + rot.harmless()
                + " were harmless");
        return true;
    }
}
