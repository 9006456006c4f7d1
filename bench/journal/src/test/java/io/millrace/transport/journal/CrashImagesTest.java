package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CrashImagesTest {
    @Test
    void shouldRecoverFromEachCrashWithAllThatWasPromised() throws Exception {
        try (Scratch scratch = new Scratch()) {
            assertTrue(new CrashImages(scratch.directory()).run(1_000, Long.getLong("millrace.seed", 1)) > 10_000);
        }
    }

    @Test
    void shouldSeeEachDamagedBitThatMatters() throws Exception {
        BitRot rot;
        try (Scratch scratch = new Scratch()) {
            rot = new BitRot(scratch.directory()).run(600, Long.getLong("millrace.seed", 1));
        }
        assertTrue(
                rot.refused() > 50 && rot.harmless() > 50, rot.refused() + " refused, " + rot.harmless() + " harmless");
    }
}
