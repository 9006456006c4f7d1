package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Subscription;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames of a length that nobody could have written, where an embedder has told Agrona to look at no bounds: in a process of its own. */
@Timeout(120)
class UncheckedTest {
    private static final String DONE = "all have failed as they should";

    @Test
    void shouldFailWhereAFrameEndsBeyondItsTerm() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dagrona.disable.bounds.checks=true",
                        "--add-opens",
                        "java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        UncheckedTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(child.waitFor(60, TimeUnit.SECONDS), said);
        assertTrue(said.contains(DONE), said);
        assertEquals(0, child.exitValue(), said);
    }

    /**
     * Runs it.
     *
     * @param args none
     * @throws Exception where one was taken
     */
    public static void main(String[] args) throws Exception {
        assertEquals(false, DirectBuffer.SHOULD_BOUNDS_CHECK);
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription none = media.client().addSubscription("aeron:ipc", 1)) {
            for (int[] frame : ReceivedTest.BEYOND) {
                ReceivedTest.failBeyond(none, frame[0], frame[1]);
            }
        }
        System.out.println(DONE);
    }
}
