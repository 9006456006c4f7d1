package io.millrace.bench.kill;

import io.millrace.journal.Durability;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills an engine so many times, in sessions of some kills over one journal. Each kill is aimed: all kinds of instants ({@link Aim}) have
 * their share, of all kinds of engines ({@link Kind}), and each is counted by what the process was in the middle of when it was gone. Each session
 * then ends undisturbed, is opened once more, and is compared with the model.
 *
 * <p>A killed process is no loss of power: what it wrote is in the page cache. Images of what a loss of power leaves are {@code CrashImages}.
 */
public final class Kills {
    /** The word for engines of all kinds. */
    public static final String MIXED = "mixed";

    private static final int KILLS_A_SESSION = 50;

    /** A third, and what is left for the other two. */
    private static final int KILLS_OF_TWO = 17;

    private static final int ARCHIVE_PAYS = 10;
    private static final long EVENTS_AT_LEAST = 3_000;
    private static final long EVENTS_A_KILL = 600;
    private static final long LATEST_NS = 150_000_000;
    private static final long BEHIND_NS = 40_000_000;
    private static final long SOON_NS = 300_000;
    private static final long LOOK_NS = 200_000;

    /** One that has taken so many without coming to its step will hardly come there: by events, since a slow machine takes its time. */
    private static final long FAR_EVENTS = 6_000;

    private static final int STEPS = 12;
    private static final int LINES = 6;
    private static final int LINES_OF_THREADS = 60;

    private final Path directory;
    private final Durability level;
    private final List<Kind> kinds;
    private final ChildCommand command;
    private final Hits hits = new Hits();

    /** From the start of a process to when it opens its journal, as last seen. */
    private long startUpNs = 200_000_000;

    /** Of each producer, in the session under way. */
    private long events;

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
     * @param kinds     of which engines: one kind, or all
     */
    public Kills(Path directory, Durability level, List<Kind> kinds) {
        this(directory, level, kinds, new ChildCommand(directory));
    }

    Kills(Path directory, Durability level, List<Kind> kinds, ChildCommand command) {
        this.directory = directory;
        this.level = level;
        this.kinds = List.copyOf(kinds);
        this.command = command;
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
        for (long s = seed; hits.runs() < times && failure == null; s++) {
            int kills = (int) Math.min(killsOf(s), times - hits.runs());
            again = again(kills, s);
            try {
                session(s, kills);
            } catch (IOException | RuntimeException e) { // no file to compare, a line that is none
                failed(s, e.toString());
            }
        }
        if (failure == null && hits.missed() != null) {
            again = again(times, seed);
            failed(seed, hits.missed());
        }
        return this;
    }

    private String again(int kills, long seed) {
        return "; again: bench/run kill --times " + kills + " --seed " + seed + " --level " + level + " --kind "
                + (kinds.size() == 1 ? kinds.get(0).name().toLowerCase(Locale.ROOT) : MIXED);
    }

    private int killsOf(long seed) {
        return kinds.size() == 1 ? KILLS_A_SESSION : isOfTwo(seed) ? KILLS_OF_TWO : KILLS_A_SESSION - KILLS_OF_TWO;
    }

    /** A snapshot is of the stages that made it: engines of two do not go on where others were, every other session is theirs. */
    private List<Kind> kindsOf(long seed) {
        return kinds.size() == 1
                ? kinds
                : kinds.stream().filter(k -> k == Kind.TWO == isOfTwo(seed)).toList();
    }

    private static boolean isOfTwo(long seed) {
        return seed % 2 == 1;
    }

    private void session(long seed, int kills) throws IOException, InterruptedException {
        Path at = Files.createDirectory(directory.resolve("session-" + seed));
        SplittableRandom random = new SplittableRandom(seed);
        events = EVENTS_AT_LEAST + EVENTS_A_KILL * kills;
        List<Kind> here = kindsOf(seed);
        for (Target target : Target.of(kills, seed, level, here, random)) {
            if (failure == null) {
                kill(at, seed, target, random.split());
            }
        }
        if (failure == null) {
            endUndisturbed(at, seed, here);
        }
        if (failure == null) {
            compare(at, seed, kills);
        }
        if (failure == null) { // else it can be looked at, as long as the directory above stays
            Scratch.delete(at);
        }
    }

    private void kill(Path at, long seed, Target target, SplittableRandom random)
            throws IOException, InterruptedException {
        Instants instants = Instants.ofNext(at.resolve("instants"));
        int step = random.nextInt(target.aim() == Aim.BEHIND ? 3 : STEPS);
        long begin = System.nanoTime();
        Process child = command.start(at, new Order(events, true, level, target, step, List.of()));
        try {
            Watch watch = new Watch(child, instants);
            if (!awaitAim(child, instants, target.aim(), begin, watch, random)) {
                String where = watch.whereItStands();
                failed(seed, "a start (" + target.kind() + ") " + where + ": " + log(at, LINES_OF_THREADS));
            } else if (target.othersGoOn()) {
                LockSupport.parkNanos(random.nextLong(BEHIND_NS)); // events go on coming
            } else if (!target.waits() && target.aim() != Aim.START_UP) {
                LockSupport.parkNanos(random.nextLong(SOON_NS));
            }
            boolean ended = !child.isAlive();
            child.destroyForcibly().waitFor();
            count(at, seed, target, ended ? null : instants.killedIn(target.aim()), child.exitValue());
        } finally {
            child.destroyForcibly();
        }
    }

    /** What it was in the middle of is null where it had ended by itself. */
    private void count(Path at, long seed, Target target, Aim in, int exit) throws IOException {
        if (in != null) {
            hits.killed(target, in);
            return;
        }
        hits.tooLate(target);
        if (exit != 0) {
            failed(seed, "a start (" + target.kind() + ") ended with " + exit + ": " + log(at, LINES));
        }
    }

    /** Returns at the instant, or when it will not come any more; answers false when the process stands still. */
    private boolean awaitAim(
            Process child, Instants instants, Aim aim, long begin, Watch watch, SplittableRandom random) {
        long until = aim == Aim.START_UP ? begin + random.nextLong(startUpNs) : Long.MAX_VALUE;
        long far = Long.MAX_VALUE;
        while (child.isAlive() && !instants.isReached() && instants.safe() < far && System.nanoTime() < until) {
            if (aim != Aim.START_UP && instants.isIn(Aim.START_UP)) {
                startUpNs = Math.max(1, System.nanoTime() - begin);
            }
            if (far == Long.MAX_VALUE && instants.isReady()) {
                far = instants.safe() + FAR_EVENTS;
                until = aim == Aim.ELSEWHERE ? System.nanoTime() + random.nextLong(LATEST_NS) : until;
                until = aim.isOfOpening() ? System.nanoTime() : until;
            }
            if (watch.stands()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        return true;
    }

    /** Nobody kills it, and the next one begins on the journal that it has closed. */
    private void endUndisturbed(Path at, long seed, List<Kind> here) throws IOException, InterruptedException {
        Instants instants = Instants.ofNext(at.resolve("instants"));
        Kind kind = here.get((int) (seed / 2 % here.size()));
        Kind then = here.get((int) ((seed / 2 + 1) % here.size()));
        Process last = command.start(at, new Order(events, false, level, Target.none(kind), 0, List.of(then)));
        try {
            Watch watch = new Watch(last, instants);
            String what = "the undisturbed run (" + kind + ", then " + then + ") ";
            if (!watch.awaitEnd()) {
                String where = watch.whereItStands();
                failed(seed, what + where + ": " + log(at, LINES_OF_THREADS));
            } else if (last.exitValue() != 0) {
                failed(seed, what + "ended with " + last.exitValue() + ": " + log(at, LINES));
            }
        } finally {
            last.destroyForcibly().waitFor();
        }
    }

    private void compare(Path at, long seed, int kills) throws IOException {
        Comparison result = Comparison.of(at, new Model(Load.PRODUCERS, events), kills, level);
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

    private static String log(Path at, int most) throws IOException {
        List<String> lines = Files.readAllLines(at.resolve("log")).stream()
                .filter(l -> !l.startsWith("\t")) // where it was thrown says less than what was
                .toList();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - most), lines.size()));
    }

    /**
     * What went wrong first; or that too little was hit for what is not lost to say much.
     *
     * @return the seed of its session, or of the first, what, and how to have it again; null when all is well
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
        return hits.early();
    }

    /**
     * How many kills came while a process was in the middle of something.
     *
     * @param what that
     * @return all but {@link #early} are in one of these
     */
    public long killedIn(Aim what) {
        return hits.killedIn(what);
    }

    /**
     * How many kills hit an engine of a kind.
     *
     * @param kind which
     * @return all but {@link #early} are of one of these
     */
    public long killedOf(Kind kind) {
        return hits.killedOf(kind);
    }

    /**
     * The same of all.
     *
     * @return a line
     */
    public String killedOf() {
        return hits.killedOf();
    }

    /**
     * What they were in the middle of.
     *
     * @return a line
     */
    public String killedIn() {
        return hits.killedIn();
    }

    @Override
    public String toString() {
        return hits.runs() + " runs: " + lost + " lost, " + doubled + " doubled, " + reordered + " reordered";
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
