package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(
        value = 300,
        threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what reads a damaged byte for ever takes no interrupt
class CrashImagesTest {
    @Test
    void shouldRecoverFromEachCrashWithAllThatWasPromised() throws Exception {
        try (Scratch scratch = new Scratch()) {
            CrashImages images = new CrashImages(scratch.directory()).run(1_000, Long.getLong("millrace.seed", 1));
            assertNull(images.failure());
            assertEquals("1000 runs: 0 lost, 0 doubled, 0 reordered", images.toString());
            assertTrue(images.entries() > 10_000, "read " + images.entries());
        }
    }

    @Test
    void shouldSeeEachDamagedBitThatMatters() throws Exception {
        BitRot rot;
        try (Scratch scratch = new Scratch()) {
            rot = new BitRot(scratch.directory()).run(600, Long.getLong("millrace.seed", 1));
        }
        assertNull(rot.failure());
        assertTrue(
                rot.refused() > 50 && rot.harmless() > 50, rot.refused() + " refused, " + rot.harmless() + " harmless");
    }

    /** By the command that the failure names, the same comes again. */
    @Test
    void shouldCountWhatIsLostAndNameTheCommandThatRepeatsIt() throws Exception {
        CrashImages images = spoiled(100, 5, 47);
        assertEquals("48 runs: 1 lost, 0 doubled, 0 reordered", images.toString());
        assertTrue(
                images.failure()
                        .matches("life 7, image 48: .* was durable, next is 0; again: bench/run crash-images"
                                + " --times 8 --seed 7"),
                images.failure());
        CrashImages again = spoiled(8, 7, 7);
        assertEquals("8 runs: 1 lost, 0 doubled, 0 reordered", again.toString());
        assertEquals(
                images.failure().replace("image 48", "image 8"), again.failure(), "the same image is the same again");
    }

    private static CrashImages spoiled(int times, long seed, int which) throws IOException {
        try (Scratch scratch = new Scratch()) {
            return new CrashImages(scratch.directory(), (image, at) -> {
                        if (image == which) {
                            empty(at);
                        }
                    })
                    .run(times, seed);
        }
    }

    private static void empty(Path at) throws IOException {
        try (Stream<Path> all = Files.walk(at)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void shouldNameTheDamageThatNobodySawAndTheCommandThatRepeatsIt() throws Exception {
        try (Scratch scratch = new Scratch()) {
            int[] damages = {0};
            BitRot rot = new BitRot(scratch.directory(), (image, random) -> {
                        if (++damages[0] < 103) {
                            return "none";
                        }
                        empty(image);
                        return "all gone";
                    })
                    .run(600, 11);
            assertEquals(102, rot.harmless());
            assertTrue(rot.failure().startsWith("log 12, all gone: "), rot.failure());
            assertTrue(rot.failure().endsWith("; again: bench/run bit-rot --times 3 --seed 12"), rot.failure());
        }
    }

    @Test
    void shouldTellWhatIsDoubledFromWhatIsReorderedAndLost() throws Exception {
        try (Scratch scratch = new Scratch()) {
            CrashRun run = new CrashRun(scratch.directory(), new Random(1));
            byte[] seven = CrashRun.entry(7, 0);
            run.judgeEntry(7, 7, seven);
            assertEquals(Wrong.Kind.LOST, kind(() -> run.judgeEntry(6, 7, seven)));
            assertEquals(Wrong.Kind.DOUBLED, kind(() -> run.judgeEntry(8, 7, seven)));
            assertEquals(Wrong.Kind.REORDERED, kind(() -> run.judgeEntry(7, 7, CrashRun.entry(8, 0))));
            assertEquals(Wrong.Kind.DOUBLED, kind(() -> run.judgeEntry(7, 7, CrashRun.entry(7, 1))));
            assertEquals(Wrong.Kind.LOST, Wrong.kindOf(new IOException()), "nobody can read it");
        }
    }

    private static Wrong.Kind kind(Runnable judged) {
        return Wrong.kindOf(assertThrows(Wrong.class, judged::run));
    }
}
