package io.millrace.transport.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Crash after crash: a life, a crash somewhere in it, recovery, another life on top, a second crash (recovery included),
 * recovery again. Each image has to open without a human, with all that was promised and nothing else.
 */
public final class CrashImages {
    private static final int CRASHES_A_LIFE = 10;

    private final Path directory;

    /**
     * Crash images in a directory.
     *
     * @param directory is used and emptied
     */
    public CrashImages(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes and judges images.
     *
     * @param times how many
     * @param seed  the first of the seeds; each life has its own, named when something is wrong
     * @return how many entries were found, for it to be seen that there were some
     * @throws IOException when files cannot be written
     */
    public long run(int times, long seed) throws IOException {
        long entries = 0;
        int images = 0;
        for (long s = seed; images < times; s++) {
            try {
                Random random = new Random(s);
                CrashRun run = new CrashRun(Files.createDirectories(directory.resolve("life")), random, null);
                run.live(random.nextInt(120));
                for (int i = 0; i < CRASHES_A_LIFE && images < times; i++) {
                    Path image = directory.resolve("image");
                    int behind = run.crash(image);
                    entries += run.judge(image, behind, new CrashDisk(image));
                    images++;
                    if (images < times) {
                        entries += again(run, image, random);
                        images++;
                    }
                    Scratch.delete(image);
                }
                Scratch.delete(directory.resolve("life"));
            } catch (RuntimeException e) {
                throw new IllegalStateException("life " + s + ", image " + images + ": " + e.getMessage(), e);
            }
        }
        return entries;
    }

    /** The log of an image is extended, and crashes again. */
    private long again(CrashRun before, Path image, Random random) throws IOException {
        CrashRun run = new CrashRun(image, random, before);
        run.live(random.nextInt(30));
        Path second = directory.resolve("second");
        int behind = run.crash(second);
        long entries = run.judge(second, behind, new CrashDisk(second));
        Scratch.delete(second);
        return entries;
    }
}
