package io.millrace.bench.kill;

import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Kills an engine so many times, in sessions of a few kills over one journal: at instants of which some come while the JVM or the engine
 * starts, or reads its journal again. Each session then ends undisturbed, and is compared with the model.
 */
public final class Kills {
    private static final int KILLS_A_SESSION = 10;
    private static final long EVENTS = 20_000;
    private static final long LATEST_MS = 2_500;
    private static final long PATIENCE_S = 180;

    private final Path directory;
    private long runs;
    private long early;
    private long lost;
    private long doubled;
    private long reordered;
    private long inDoubt;
    private String failure;

    /**
     * None yet.
     *
     * @param directory an empty one for journals and files
     */
    public Kills(Path directory) {
        this.directory = directory;
    }

    /**
     * Kills.
     *
     * @param times how often
     * @param seed  of the instants of the first session; each further session has the next one
     * @return this
     * @throws IOException          when there is no room, or no Java
     * @throws InterruptedException when it is interrupted
     */
    public Kills run(int times, long seed) throws IOException, InterruptedException {
        for (long s = seed; runs < times && failure == null; s++) {
            session(s, (int) Math.min(KILLS_A_SESSION, times - runs));
        }
        return this;
    }

    private void session(long seed, int kills) throws IOException, InterruptedException {
        Path at = Files.createDirectory(directory.resolve("session-" + seed));
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < kills && failure == null; i++) {
            kill(at, seed, random.nextLong(LATEST_MS));
        }
        if (failure == null) {
            Process last = start(at, false);
            if (!last.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                last.destroyForcibly().waitFor();
                failed(seed, "the undisturbed run did not end within " + PATIENCE_S + " s: " + log(at));
            } else if (last.exitValue() != 0) {
                failed(seed, "the undisturbed run ended with " + last.exitValue() + ": " + log(at));
            } else {
                compare(at, seed);
            }
        }
        if (failure == null) { // else it can be looked at, as long as the directory above stays
            Scratch.delete(at);
        }
    }

    private void kill(Path at, long seed, long afterMs) throws IOException, InterruptedException {
        Process child = start(at, true);
        if (child.waitFor(afterMs, TimeUnit.MILLISECONDS)) {
            early++;
            if (child.exitValue() != 0) {
                failed(seed, "a start ended with " + child.exitValue() + ": " + log(at));
            }
        }
        child.destroyForcibly().waitFor();
        runs++;
    }

    private void compare(Path at, long seed) throws IOException {
        Comparison result = Comparison.of(at, new Model(Load.PRODUCERS, EVENTS));
        lost += result.lost();
        doubled += result.doubled();
        reordered += result.reordered();
        inDoubt += result.inDoubt();
        if (!result.isGood()) {
            failed(seed, result.examples().toString());
        }
    }

    private void failed(long seed, String what) {
        failure = "seed " + seed + ": " + what;
    }

    private static String log(Path at) throws IOException {
        List<String> lines = Files.readAllLines(at.resolve("log"));
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 6), lines.size()));
    }

    private static Process start(Path at, boolean paced) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                at.toString(),
                Long.toString(EVENTS),
                Boolean.toString(paced));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(at.resolve("log").toFile()))
                .start();
    }

    /**
     * What went wrong first.
     *
     * @return the seed of its session, and what; null when all is well
     */
    public String failure() {
        return failure;
    }

    /**
     * How many kills found a process that had ended by itself.
     *
     * @return those came too late
     */
    public long early() {
        return early;
    }

    @Override
    public String toString() {
        return runs + " runs: " + lost + " lost, " + doubled + " doubled, " + reordered + " reordered";
    }

    /**
     * What a marked receiver had in hand at a kill, and what the next start named.
     *
     * @return how many outputs are not there for that
     */
    public long inDoubt() {
        return inDoubt;
    }
}
