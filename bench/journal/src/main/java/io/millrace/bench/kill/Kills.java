package io.millrace.bench.kill;

import io.millrace.journal.Durability;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills an engine so many times, in sessions of some kills over one journal. Each kill is aimed: all kinds of instants ({@link Aim}) have
 * their share, and each is counted by what the process was in the middle of when it was gone. Each session then ends undisturbed, and is
 * compared with the model.
 *
 * <p>A killed process is no loss of power: what it wrote is in the page cache. Images of what a loss of power leaves are {@code CrashImages}.
 */
public final class Kills {
    private static final int KILLS_A_SESSION = 50;
    private static final int ARCHIVE_PAYS = 10;
    private static final long EVENTS = 30_000;
    private static final long LATEST_NS = 150_000_000;
    private static final long BEHIND_NS = 40_000_000;
    private static final long SOON_NS = 300_000;
    private static final long LOOK_NS = 200_000;
    private static final long REACH_NS = 4_000_000_000L;
    private static final int STEPS = 12;
    private static final long PATIENCE_S = 180;

    private final Path directory;
    private final Durability level;
    private final ChildCommand command;
    private final long[] killedIn = new long[Aim.values().length];

    /** From the start of a process to when it opens its journal, as last seen. */
    private long startUpNs = 200_000_000;

    private long runs;
    private long early;
    private long lost;
    private long doubled;
    private long reordered;
    private long inDoubt;
    private String failure;

    /** How to have the session under way once more. */
    private String again;

    /**
     * None yet.
     *
     * @param directory an empty one for journals and files
     * @param level     what acknowledged events survive; at MEMORY, which is nothing, what is lost is counted and no failure
     */
    public Kills(Path directory, Durability level) {
        this.directory = directory;
        this.level = level;
        command = new ChildCommand(directory);
    }

    /**
     * Kills.
     *
     * @param times how often
     * @param seed  of the aims of the first session; each further session has the next one
     * @return this
     * @throws IOException          when there is no room, or no Java
     * @throws InterruptedException when it is interrupted
     */
    public Kills run(int times, long seed) throws IOException, InterruptedException {
        if (times < ARCHIVE_PAYS) {
            command.plain();
        } else {
            command.share();
        }
        for (long s = seed; runs < times && failure == null; s++) {
            int kills = (int) Math.min(KILLS_A_SESSION, times - runs);
            again = "; again: bench/run kill --times " + kills + " --seed " + s + " --level " + level;
            try {
                session(s, kills);
            } catch (IOException | RuntimeException e) { // no file to compare, a line that is none
                failed(s, e.toString());
            }
        }
        return this;
    }

    private void session(long seed, int kills) throws IOException, InterruptedException {
        Path at = Files.createDirectory(directory.resolve("session-" + seed));
        SplittableRandom random = new SplittableRandom(seed);
        List<Aim> aims = aims(kills, seed, level, random);
        boolean[] waits = new boolean[Aim.values().length];
        for (int i = 0; i < kills && failure == null; i++) {
            Aim aim = aims.get(i);
            boolean now = waits[aim.ordinal()] ^= true; // every other one of each kind
            kill(at, seed, aim, now || aim == Aim.BEHIND, random.split());
        }
        if (failure == null) {
            Process last = start(at, false, Aim.ELSEWHERE, 0, false);
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

    /**
     * As many of each kind, in any order; the first process has no journal to open again. Of the seed alone, so that a session can be had
     * again: what is left over of a whole number of each goes round from seed to seed.
     */
    static List<Aim> aims(int kills, long seed, Durability level, SplittableRandom random) {
        List<Aim> kinds = level == Durability.MEMORY ? List.of(Aim.START_UP, Aim.ELSEWHERE) : List.of(Aim.values());
        List<Aim> aims = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            aims.add(random.nextInt(aims.size() + 1), kinds.get((int) ((seed % kinds.size() + i) % kinds.size())));
        }
        for (int i = 1; i < kills && aims.get(0).isOfOpening(); i++) {
            aims.add(aims.remove(0));
        }
        return aims;
    }

    private void kill(Path at, long seed, Aim aim, boolean waits, SplittableRandom random)
            throws IOException, InterruptedException {
        Instants instants = Instants.ofNext(at.resolve("instants"));
        long begin = System.nanoTime();
        Process child = start(at, true, aim, random.nextInt(aim == Aim.BEHIND ? 3 : STEPS), waits);
        awaitAim(child, instants, aim, begin, random);
        if (aim == Aim.BEHIND) {
            LockSupport.parkNanos(random.nextLong(BEHIND_NS)); // events go on coming
        } else if (!waits && aim != Aim.START_UP) {
            LockSupport.parkNanos(random.nextLong(SOON_NS));
        }
        boolean ended = !child.isAlive();
        child.destroyForcibly().waitFor();
        runs++;
        if (!ended) {
            killedIn[instants.killedIn(aim).ordinal()]++;
            return;
        }
        early++;
        if (child.exitValue() != 0) {
            failed(seed, "a start ended with " + child.exitValue() + ": " + log(at));
        }
    }

    /** Returns at the instant, or when it will not come any more. */
    private void awaitAim(Process child, Instants instants, Aim aim, long begin, SplittableRandom random) {
        long patience = begin + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        long until = aim == Aim.START_UP ? begin + random.nextLong(startUpNs) : patience;
        boolean ready = false;
        while (child.isAlive() && !instants.isReached() && System.nanoTime() - until < 0) {
            if (aim != Aim.START_UP && instants.isIn(Aim.START_UP)) {
                startUpNs = Math.max(1, System.nanoTime() - begin);
                until = Math.min(patience, System.nanoTime() + REACH_NS); // on a slow machine a start takes its time
            }
            if (!ready && instants.isReady()) {
                ready = true;
                until = aim == Aim.ELSEWHERE ? System.nanoTime() + random.nextLong(LATEST_NS) : until;
                until = aim.isOfOpening() ? System.nanoTime() : until;
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private void compare(Path at, long seed) throws IOException {
        Comparison result = Comparison.of(at, new Model(Load.PRODUCERS, EVENTS));
        lost += result.lost();
        doubled += result.doubled();
        reordered += result.reordered();
        inDoubt += result.inDoubt();
        if (!result.isGood() && level != Durability.MEMORY) {
            failed(seed, result.examples().toString());
        }
    }

    private void failed(long seed, String what) {
        failure = "seed " + seed + ": " + what + again;
    }

    private static String log(Path at) throws IOException {
        List<String> lines = Files.readAllLines(at.resolve("log")).stream()
                .filter(l -> !l.startsWith("\t")) // where it was thrown says less than what was
                .toList();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 6), lines.size()));
    }

    private Process start(Path at, boolean paced, Aim aim, int step, boolean waits) throws IOException {
        List<String> arguments = List.of(
                Long.toString(EVENTS),
                Boolean.toString(paced),
                level.name(),
                aim.name(),
                Integer.toString(step),
                Boolean.toString(waits));
        return command.start(at, arguments);
    }

    /**
     * What went wrong first.
     *
     * @return the seed of its session, what, and how to have it again; null when all is well
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

    /**
     * How many kills came while a process was in the middle of something.
     *
     * @param what that
     * @return all but {@link #early} are in one of these
     */
    public long killedIn(Aim what) {
        return killedIn[what.ordinal()];
    }

    /**
     * The same of all.
     *
     * @return a line
     */
    public String killedIn() {
        StringBuilder words = new StringBuilder("killed in: ");
        for (int i = killedIn.length - 2; i >= 0; i--) { // as they come in a process
            words.append(Aim.values()[i]).append(' ').append(killedIn[i]).append(", ");
        }
        return words.append(Aim.ELSEWHERE)
                .append(' ')
                .append(killedIn(Aim.ELSEWHERE))
                .toString();
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
