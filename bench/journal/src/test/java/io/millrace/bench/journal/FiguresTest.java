package io.millrace.bench.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.transport.journal.Scratch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That the figures can be taken; what they are is for {@code bench/run journal}. */
@Timeout(120)
class FiguresTest {
    private static final Options FEW = new Options(1, 1, 1, 3_000);

    @Test
    void shouldReplayWhatCameLiveAndTakeSnapshotsMeanwhile() throws Exception {
        try (Scratch scratch = new Scratch()) {
            new ReplayRate(scratch.directory(), FEW).run(); // throws when the replay differs
            new SnapshotLatency(scratch.directory(), FEW).run();
        }
    }

    @Test
    void shouldAnswerTheMiddleOfAllRounds() {
        Rounds rounds = new Rounds();
        for (double value : new double[] {5, 1, 9, 3, 7}) {
            rounds.add(value);
        }
        assertEquals(1, rounds.least());
        assertEquals(5, rounds.median());
        assertEquals(9, rounds.most());
    }
}
