package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OverloadCommandTest {
    @Test
    void shouldJudgeWhatIsLeftBehindAndHowLongAllTakes() {
        OverloadCommand.Bounds bounds = new OverloadCommand.Bounds(1000, 8);
        assertEquals("yes", bounds.verdict(true, 1000, 8));
        assertEquals("NORMAL behind 1000 ms", bounds.verdict(true, 1000.1, -3));
        assertEquals("HEAP grew by more than 8 MB", bounds.verdict(true, 0, 8.1));
        assertEquals(
                "NOT ACCOUNTED, NORMAL behind 1000 ms, HEAP grew by more than 8 MB", bounds.verdict(false, 2000, 9));
    }
}
