package io.millrace.bench.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.transport.journal.Scratch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the figures can be taken; what they are is for {@code bench/run journal}. */
@Timeout(120)
class FiguresTest {
    private static final Effort FEW = new Effort(1, 1, 1, 3_000);

    @Test
    void shouldReplayWhatCameLiveAndTakeSnapshotsMeanwhile() throws Exception {
        try (Scratch scratch = new Scratch()) {
            new ReplayRate(scratch.directory(), FEW).run(); // throws when the replay differs
            new SnapshotLatency(scratch.directory(), FEW).run();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crash-images --times x",
                "crash-images --events 3",
                "bit-rot --times -4",
                "kill --level NONE",
                "kill --times",
                "identical --events 0",
                "journal --parts cost,lost"
            })
    void shouldRefuseWhatNobodyCanMean(String line) throws Exception {
        assertEquals(2, Main.run(line.split(" ")));
    }

    @Test
    void shouldHelp() throws Exception {
        assertEquals(0, Main.run("kill", "--help"));
    }
}
