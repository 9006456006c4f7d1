package io.millrace.bench.journal;

import io.millrace.bench.identical.Identical;
import io.millrace.bench.kill.Kills;
import io.millrace.journal.Durability;
import io.millrace.transport.journal.BitRot;
import io.millrace.transport.journal.CrashImages;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The program behind {@code bench/run kill}, {@code crash-images}, {@code bit-rot}, {@code identical} and {@code journal}: {@code --times N}, {@code --seed
 * N} and so on.
 */
public final class Main {
    /** Kept, or its level would be forgotten: what engines say at their start is not what a benchmark is about. */
    private static final Logger LOG = Logger.getLogger("io.millrace");

    private static final String PARTS = "waits,engine,cost,rates,snapshot,ready,replay";

    private Main() {}

    /**
     * Exit codes: 0 good, 1 something was found or the run failed, 2 usage.
     *
     * @param arguments a command and its options
     * @throws IOException          when files cannot be written
     * @throws InterruptedException when it is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length % 2 == 0) {
            usage();
        }
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        LOG.setLevel(Level.WARNING);
        switch (arguments[0]) {
            case "crash-images" -> crashImages(options);
            case "bit-rot" -> bitRot(options);
            case "kill" -> kill(options);
            case "identical" -> identical(options);
            case "journal" -> figures(options);
            default -> usage();
        }
    }

    /** On a disk: the directory of temporary files, unless another is named. */
    private static void figures(Map<String, String> given) throws IOException, InterruptedException {
        Options options = new Options(
                number(given, "--seconds", "3", 1, 3_600),
                (int) number(given, "--rounds", "3", 1, 1_000),
                (int) number(given, "--state-mb", "1024", 1, 1 << 20),
                number(given, "--entries", "1000000", 1, 1_000_000_000));
        String above = given.remove("--directory");
        String parts = given.remove("--parts");
        if (!given.isEmpty()) {
            usage();
        }
        try (Scratch scratch = new Scratch(above == null ? Scratch.temporary() : Path.of(above))) {
            for (String part : (parts == null ? PARTS : parts).split(",")) {
                figure(part, scratch.directory(), options);
            }
        }
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
            default -> usage();
        }
    }

    private static void identical(Map<String, String> options) throws IOException {
        long events = number(options, "--events", "10000000", 1, 1_000_000_000_000L);
        if (!options.isEmpty()) {
            usage();
        }
        String difference;
        int ways;
        try (Scratch scratch = new Scratch(Scratch.temporary())) {
            Identical identical = new Identical(scratch.directory(), events, System.out::println);
            difference = identical.run();
            ways = identical.ways();
        }
        if (difference != null) {
            System.err.println("millrace identical: " + difference);
            System.exit(1);
        }
        System.out.printf("%,d events: the same bits in %d ways%n", events, ways);
    }

    private static void usage() {
        System.err.println("usage: bench/run kill [--times N] [--seed N] [--level MEMORY|PROCESS|DISK]\n"
                + "       bench/run crash-images|bit-rot [--times N] [--seed N]\n"
                + "       bench/run identical [--events N]\n"
                + "       bench/run journal [--parts " + PARTS + "] [--seconds N] [--rounds N]\n"
                + "                         [--state-mb N] [--entries N] [--directory DIR]");
        System.exit(2);
    }

    /** Takes an option out. */
    private static long number(Map<String, String> options, String name, String fallback, long least, long most) {
        String given = options.remove(name);
        String text = given == null ? fallback : given;
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        System.err.println(name + " " + text + ": not possible; use a whole number from " + least + " to " + most);
        System.exit(2);
        return least;
    }

    private static void kill(Map<String, String> options) throws IOException, InterruptedException {
        int times = (int) number(options, "--times", "50", 1, Integer.MAX_VALUE);
        long seed = number(options, "--seed", "1", 0, Long.MAX_VALUE);
        Durability level = level(options);
        if (!options.isEmpty()) {
            usage();
        }
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
            System.err.println("millrace kill: " + kills.failure() + "; again: bench/run kill --times 50 --level "
                    + level + " --seed " + kills.failure().replaceAll("^seed (-?[0-9]+):.*", "$1"));
            System.exit(1);
        }
    }

    private static Durability level(Map<String, String> options) {
        String given = options.remove("--level");
        if (given == null) {
            return Durability.PROCESS;
        }
        try {
            return Durability.valueOf(given);
        } catch (IllegalArgumentException e) {
            System.err.println("--level " + given + ": not possible; use MEMORY, PROCESS or DISK");
            System.exit(2);
            return null;
        }
    }

    private static String about(Durability level) {
        return switch (level) {
            case MEMORY -> "level     MEMORY: no journal, nothing is promised; what is lost shows that kills hit";
            case PROCESS -> "level     PROCESS: a killed process loses nothing that it has written";
            case DISK ->
                "level     DISK: a kill takes nothing from the page cache, as a loss of power would; for that: crash-images";
        };
    }

    private static void crashImages(Map<String, String> options) throws IOException {
        int times = Integer.parseInt(options.getOrDefault("--times", "20000"));
        long seed = Long.parseLong(options.getOrDefault("--seed", "1"));
        long entries;
        try (Scratch scratch = new Scratch()) {
            entries = new CrashImages(scratch.directory()).run(times, seed);
        }
        System.out.println(
                times + " images from seed " + seed + ": each opened by itself with all that was promised and"
                        + " nothing else (" + entries + " entries read)");
        System.out.println(times + " runs: 0 lost, 0 doubled, 0 reordered");
    }

    private static void bitRot(Map<String, String> options) throws IOException {
        int times = Integer.parseInt(options.getOrDefault("--times", "20000"));
        long seed = Long.parseLong(options.getOrDefault("--seed", "1"));
        BitRot rot;
        try (Scratch scratch = new Scratch()) {
            rot = new BitRot(scratch.directory()).run(times, seed);
        }
        System.out.println(times + " damages from seed " + seed + ": " + rot.refused() + " were seen, " + rot.harmless()
                + " were harmless");
    }
}
