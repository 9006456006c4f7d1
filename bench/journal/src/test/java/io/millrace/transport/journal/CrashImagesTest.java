package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class CrashImagesTest {
    @TempDir
    Path directory;

    @Test
    void shouldRecoverFromEachCrashWithAllThatWasPromised() throws Exception {
        assertTrue(new CrashImages(directory).run(1_000, Long.getLong("millrace.seed", 1)) > 10_000);
    }

    @Test
    void shouldSeeEachDamagedBitThatMatters() throws Exception {
        BitRot rot = new BitRot(directory).run(600, Long.getLong("millrace.seed", 1));
        assertTrue(
                rot.refused() > 50 && rot.harmless() > 50, rot.refused() + " refused, " + rot.harmless() + " harmless");
    }
}
