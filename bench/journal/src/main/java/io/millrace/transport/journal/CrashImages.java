package io.millrace.transport.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Crash after crash: a life, a crash somewhere in it, recovery, another life on top, a second crash (recovery included),
 * recovery again. Each image has to open without a human, with all that was promised and nothing else. The first that does not ends the run.
 */
public final class CrashImages {
    private static final int CRASHES_A_LIFE = 10;

    /** Tells of each file that is put right, which here is each third image. */
    private static final Logger FILES = Logger.getLogger("io.millrace.transport.file");

    private final Path directory;
    private final Spoiler spoiler;
    private final long[] found = new long[Wrong.Kind.values().length];
    private long entries;
    private int images;

    /** The number of the life under way among the images. */
    private int lifeBegan;

    private String failure;

    /** Does something to an image before it is judged: for a test that is to see what is found. */
    interface Spoiler {
        void spoil(int image, Path at) throws IOException;
    }

    /**
     * Crash images in a directory.
     *
     * @param directory is used, and emptied as long as nothing is wrong
     */
    public CrashImages(Path directory) {
        this(directory, (image, at) -> {});
    }

    CrashImages(Path directory, Spoiler spoiler) {
        this.directory = directory;
        this.spoiler = spoiler;
    }

    /**
     * Makes and judges images.
     *
     * @param times how many
     * @param seed  the first of the seeds; each life has its own, named when something is wrong
     * @return this
     */
    public CrashImages run(int times, long seed) {
        FILES.setLevel(Level.OFF);
        try {
            return runs(times, seed);
        } finally {
            FILES.setLevel(null);
        }
    }

    private CrashImages runs(int times, long seed) {
        for (long s = seed; images < times && failure == null; s++) {
            lifeBegan = images;
            try {
                life(times, s);
            } catch (Exception | StackOverflowError | AssertionError e) {
                found[Wrong.kindOf(e).ordinal()]++;
                images++; // that one, too
                failure = "life " + s + ", image " + images + ": " + e + "; again: bench/run crash-images --times "
                        + (images - lifeBegan) + " --seed " + s;
            }
        }
        return this;
    }

    private void life(int times, long seed) throws IOException {
        Random random = new Random(seed);
        CrashRun run = new CrashRun(
                Files.createDirectories(directory.resolve("life")), random, null, true, random.nextBoolean());
        run.live(random.nextInt(120));
        for (int i = 0; i < CRASHES_A_LIFE && images < times; i++) {
            Path image = directory.resolve("image");
            Path left = directory.resolve("left");
            judge(run, image, left);
            if (images < times) {
                again(run, left, random);
            }
            Scratch.delete(image);
            Scratch.delete(left);
        }
        Scratch.delete(directory.resolve("life"));
    }

    /** Another is left as it was, whatever those do to the first one who open it. */
    private void judge(CrashRun run, Path image, Path left) throws IOException {
        int behind = run.crash(image);
        spoiler.spoil(images, image);
        Scratch.copy(image, left);
        entries += run.judge(image, behind, new CrashDisk(image));
        images++;
    }

    /** The log of an image is opened, extended, and crashes again: anywhere in that. */
    private void again(CrashRun before, Path image, Random random) throws IOException {
        CrashRun run = new CrashRun(image, random, before, true, before.hasRows());
        run.live(random.nextInt(30));
        Path second = directory.resolve("second");
        judge(run, second, directory.resolve("last"));
        Scratch.delete(second);
        Scratch.delete(directory.resolve("last"));
    }

    /**
     * How many entries were read, for it to be seen that there were some.
     *
     * @return of all images
     */
    public long entries() {
        return entries;
    }

    /**
     * What went wrong first.
     *
     * @return the seed of its life, what, and how to have it again; null when all is well
     */
    public String failure() {
        return failure;
    }

    @Override
    public String toString() {
        return images + " runs: " + found[Wrong.Kind.LOST.ordinal()] + " lost, " + found[Wrong.Kind.DOUBLED.ordinal()]
                + " doubled, " + found[Wrong.Kind.REORDERED.ordinal()] + " reordered";
    }
}
