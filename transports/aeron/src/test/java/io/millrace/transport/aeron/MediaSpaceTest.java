package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container has 64 MB of shared memory: who was let begin must not find out later that it was not enough. */
class MediaSpaceTest {
    private static final int TERM = 64 << 10;

    private static long taken(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        }
    }

    @Test
    void shouldTakeNoMoreThanItAsksFor(@TempDir Path below) throws Exception {
        for (int streams : new int[] {1, 600}) {
            Path dir = below.resolve("media-" + streams);
            try (AeronMedia media = AeronMedia.embedded()
                            .directory(dir)
                            .termBytes(TERM)
                            .streams(streams)
                            .start();
                    Publication one = media.client().addPublication("aeron:ipc", 1)) {
                assertTrue(one.termBufferLength() == TERM);
                long needed = MediaSpace.needed(streams, TERM) - (streams - 1) * MediaSpace.streamBytes(TERM);
                long taken = taken(dir);
                assertTrue(taken <= needed, taken + " of " + needed);
                assertTrue(taken > needed * 9 / 10, "it is refused for more than it needs: " + taken + " of " + needed);
                assertEquals(List.of(), media.errors());
            }
        }
    }

    /** As many as were named, each with one who publishes and several who subscribe. */
    @Test
    void shouldHaveCountersForItsStreams() {
        for (int streams : new int[] {1, 16, 600, 5_000, 1 << 20}) {
            int bytes = MediaSpace.countersBytes(streams);
            assertTrue(bytes / 128 >= Math.min(16L * streams, 4_096_000), streams + " streams, " + bytes);
        }
        assertEquals(1 << 20, MediaSpace.countersBytes(16));
    }

    @Test
    void shouldSayWhatRoomADriverNeeds() {
        File dir = new File("/dev/shm/x");
        String problem = MediaSpace.problem(dir, 50L << 20, 16, 1 << 20);
        assertEquals(
                "media driver in " + dir
                        + ": it needs 60.1 MiB for 16 streams with terms of 1024 KiB, 50.0 MiB are free;"
                        + " use termBytes(..) or streams(..) with less, directory(..) elsewhere, or more shared memory"
                        + " (docker run --shm-size, medium: Memory with a larger sizeLimit)",
                problem);
        assertNull(MediaSpace.problem(dir, 61L << 20, 16, 1 << 20));
    }
}
