package io.millrace.operators.allocation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

class AllocationRigTest {
    private static void judge(long... bytesByRound) {
        Iterator<Long> rounds = Arrays.stream(bytesByRound).iterator();
        AllocationRig.assertQuietInTheEnd(500, rounds::next);
        assertTrue(!rounds.hasNext(), "it ends with the second quiet one");
    }

    @Test
    void shouldTakeTwoQuietRoundsInARow() {
        assertDoesNotThrow(() -> judge(0, 0));
        assertDoesNotThrow(() -> judge(4096, 0, 0));
        assertDoesNotThrow(() -> judge(0, 4096, 0, 0));
        assertDoesNotThrow(() -> judge(-16, 0)); // the probe cost more than what it measured
    }

    /** What allocates in every other round has its least round quiet. */
    @Test
    void shouldNotTakeWhatAllocatesNowAndThen() {
        AssertionError now = assertThrows(AssertionError.class, () -> judge(0, 16, 0, 16, 0));
        assertTrue(now.getMessage().contains("[0, 16, 0, 16] bytes in rounds of 500 events"), now.getMessage());
        assertThrows(AssertionError.class, () -> judge(16, 16, 16, 0, 0));
        assertThrows(AssertionError.class, () -> judge(16, 16, 16, 16, 16));
    }
}
