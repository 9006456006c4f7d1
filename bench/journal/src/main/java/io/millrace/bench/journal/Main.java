package io.millrace.bench.journal;

import io.millrace.transport.journal.BitRot;
import io.millrace.transport.journal.CrashImages;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The program behind {@code bench/run crash-images}, {@code bit-rot} and {@code journal}: {@code --times N}, {@code --seed
 * N} and so on.
 */
public final class Main {
    private Main() {}

    /**
     * Exit codes: 0 good, 1 something was found or the run failed, 2 usage.
     *
     * @param arguments a command and its options
     * @throws IOException when files cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length % 2 == 0) {
            usage();
        }
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        switch (arguments[0]) {
            case "crash-images" -> crashImages(options);
            case "bit-rot" -> bitRot(options);
            case "journal" -> rates(options);
            default -> usage();
        }
    }

    /** On a disk: the directory of temporary files, unless another is named. */
    private static void rates(Map<String, String> options) throws IOException {
        Path above = Path.of(options.getOrDefault("--directory", System.getProperty("java.io.tmpdir")));
        Path directory = Files.createTempDirectory(above, "journal");
        try {
            new JournalBench(directory, options).run();
        } finally {
            Scratch.delete(directory);
        }
    }

    private static void usage() {
        System.err.println("usage: bench/run crash-images|bit-rot [--times N] [--seed N]\n"
                + "       bench/run journal [--seconds N] [--directory DIR]");
        System.exit(2);
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
