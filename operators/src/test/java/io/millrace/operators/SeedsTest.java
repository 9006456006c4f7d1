package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void shouldPrintATestThatIsReadyToPasteForASeedThatFails() {
        AssertionError error = assertThrows(
                AssertionError.class,
                () -> Seeds.each(1, 10, "agree(%dL)", seed -> assertEquals(0, seed / 7, "seven")));
        assertTrue(error.getMessage().startsWith("seed 7: seven"), error.getMessage());
        assertTrue(
                error.getMessage()
                        .endsWith("    @Test\n    void shouldAgreeOnTheCaseOfSeed7() {\n        agree(7L);\n    }\n"),
                error.getMessage());
    }
}
