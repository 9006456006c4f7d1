package io.millrace.bench.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Durability;
import io.millrace.transport.journal.Scratch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kills of engines with two stages, see {@link KillTest}. */
@Timeout(1800)
class KillTwoTest {
    private static final int KILLS = 17;

    /** Every other session is of two stages: that of this seed is. */
    private static final long SEED = 2 * Long.getLong("millrace.seed", 1) - 1;

    @Test
    void shouldLoseDoubleAndReorderNothingOnTwoStagesHoweverOftenItIsKilled() throws Exception {
        Kills kills;
        try (Scratch scratch = new Scratch()) {
            kills = new Kills(scratch.directory(), Durability.PROCESS, List.of(Kind.values())).run(KILLS, SEED);
        }
        assertNull(kills.failure());
        assertEquals(KILLS + " runs: 0 lost, 0 doubled, 0 reordered", kills.toString());
        assertTrue(kills.killedOf(Kind.TWO) > 0, kills.killedOf());
    }
}
