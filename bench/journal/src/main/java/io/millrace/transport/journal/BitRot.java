package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One damaged bit, a file that ends too early, or one that is gone, somewhere in a log whose host closed it, fell idle or was killed, at level
 * DISK or PROCESS: either opening or reading says so, or all entries are there as they were.
 */
public final class BitRot {
    private static final int DAMAGES_A_LOG = 100;

    private final Path directory;
    private final Damager damager;
    private long refused;
    private long harmless;
    private String failure;

    /**
     * Damage in a directory.
     *
     * @param directory is used, and emptied as long as nothing is wrong
     */
    public BitRot(Path directory) {
        this(directory, BitRot::damage);
    }

    BitRot(Path directory, Damager damager) {
        this.directory = directory;
        this.damager = damager;
    }

    /** Damages a log and says how. */
    interface Damager {
        String damage(Path image, Random random) throws IOException;
    }

    /**
     * Damages and judges.
     *
     * @param times how often
     * @param seed  the first of the seeds; each log has its own, named when something is wrong
     * @return this
     */
    public BitRot run(int times, long seed) {
        for (long s = seed; refused + harmless < times && failure == null; s++) {
            long before = refused + harmless;
            String[] damage = {"no damage yet"};
            try {
                log(times, s, damage);
            } catch (Exception | StackOverflowError | AssertionError e) {
                failure = "log " + s + ", " + damage[0] + ": " + e + "; again: bench/run bit-rot --times "
                        + (refused + harmless - before + 1) + " --seed " + s;
            }
        }
        return this;
    }

    private void log(int times, long seed, String[] damage) throws IOException {
        Random random = new Random(seed);
        Path whole = Files.createDirectories(directory.resolve("whole"));
        CrashRun run = new CrashRun(whole, random, null, true);
        CrashRun.End end = CrashRun.End.values()[random.nextInt(CrashRun.End.values().length)];
        run.liveAndEnd(20 + random.nextInt(150), end);
        boolean sameBoot = run.needsItsBoot(end) || random.nextBoolean();
        for (int i = 0; i < DAMAGES_A_LOG && refused + harmless < times; i++) {
            Path image = directory.resolve("image");
            copy(whole, image);
            damage[0] = damager.damage(image, random);
            try {
                run.judgeEntries(image, new CrashDisk(image), sameBoot);
                harmless++;
            } catch (JournalException e) {
                refused++;
            }
            Scratch.delete(image);
        }
        Scratch.delete(whole);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.sorted().toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    private static String damage(Path image, Random random) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(image)) {
            all.filter(Files::isRegularFile)
                    .filter(f -> !f.endsWith("lock"))
                    .sorted()
                    .forEach(files::add);
        }
        Path file = files.get(random.nextInt(files.size()));
        long length = Files.size(file);
        if (random.nextInt(10) == 0) {
            Files.delete(file);
            return file + " gone";
        }
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            if (length == 0 || random.nextInt(5) == 0) {
                bytes.setLength(random.nextLong(length + 1));
                return file + " cut to " + bytes.length() + " of " + length;
            }
            long at = random.nextLong(length);
            bytes.seek(at);
            int was = bytes.read();
            bytes.seek(at);
            int bit = random.nextInt(8);
            bytes.write(was ^ 1 << bit);
            return file + ": bit " + bit + " of byte " + at;
        }
    }

    /**
     * What went wrong first.
     *
     * @return the seed of its log, the damage, what came of it, and how to have it again; null when all is well
     */
    public String failure() {
        return failure;
    }

    /**
     * How often opening or reading said that something is wrong.
     *
     * @return a number
     */
    public long refused() {
        return refused;
    }

    /**
     * How often all was there although a bit was another.
     *
     * @return a number
     */
    public long harmless() {
        return harmless;
    }
}
