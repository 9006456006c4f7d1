package io.millrace.testkit.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void shouldPrintATestThatIsReadyToPasteForASeedThatFails() {
        AssertionError error = assertThrows(
                AssertionError.class,
                () -> Seeds.one(-7, "agree(%dL)", seed -> {
                    throw new IllegalStateException("no");
                }));
        assertEquals(
                "seed -7: no\nthe whole case again: -Dmillrace.seed=-7 -Dmillrace.cases=1\nas a test:\n\n"
                        + "    @Test\n    void shouldAgreeOnTheCaseOfSeedMinus7() {\n        agree(-7L);\n    }\n",
                error.getMessage());
    }

    @Test
    void shouldStopAtTheFirstThatFails() {
        List<Long> ran = new ArrayList<>();
        assertThrows(
                AssertionError.class,
                () -> with(
                        null,
                        null,
                        () -> Seeds.each(1, 10, "agree(%d)", seed -> {
                            ran.add(seed);
                            assertTrue(seed < 3);
                        })));
        assertEquals(List.of(1L, 2L, 3L), ran);
    }

    @Test
    void shouldRunAsManyCasesAsThePropertySays() {
        assertEquals(List.of(3L, 4L, 5L, 6L), ran(null, null));
        assertEquals(10, ran("x2.5", null).size());
        assertEquals(List.of(3L, 4L), ran("x0.5", null));
        assertEquals(List.of(3L), ran("x0.01", null), "one at least");
        assertEquals(List.of(3L, 4L, 5L), ran("3", null));
    }

    @Test
    void shouldBeginWithTheSeedThatThePropertySays() {
        assertEquals(List.of(-2L, -1L, 0L, 1L), ran(null, "-2"));
        assertEquals(List.of(7_000_000_000L), ran("1", "7000000000"));
    }

    @Test
    void shouldRefuseWhatIsNoNumber() {
        for (String wrong : List.of("", "x", "0", "-3", "many", "x1e99")) {
            String message = assertThrows(IllegalArgumentException.class, () -> ran(wrong, null))
                    .getMessage();
            assertEquals("-Dmillrace.cases=" + wrong + " is no number of cases; use such as x100, x0.2 or 1", message);
        }
        assertTrue(assertThrows(IllegalArgumentException.class, () -> ran(null, "z"))
                .getMessage()
                .contains("-Dmillrace.seed=z is no seed"));
    }

    private static List<Long> ran(String cases, String seed) {
        List<Long> ran = new ArrayList<>();
        with(cases, seed, () -> assertEquals(Seeds.each(3, 4, "agree(%d)", ran::add), ran.size()));
        return ran;
    }

    /** What the whole run was started with is there again behind it. */
    private static void with(String cases, String seed, Runnable what) {
        String casesBefore = System.getProperty("millrace.cases");
        String seedBefore = System.getProperty("millrace.seed");
        set("millrace.cases", cases);
        set("millrace.seed", seed);
        try {
            what.run();
        } finally {
            set("millrace.cases", casesBefore);
            set("millrace.seed", seedBefore);
        }
    }

    private static void set(String property, String value) {
        if (value == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, value);
        }
    }
}
