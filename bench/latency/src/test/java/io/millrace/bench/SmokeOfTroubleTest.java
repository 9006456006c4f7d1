package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Those of {@link SmokeTest} in which too much comes at once, or too little goes out. */
class SmokeOfTroubleTest {
    static final List<String> LINES = List.of(
            "storm --cards 20000 --rate 200 --seconds 1 --pairs 1 --jvm",
            "stuck-sink --rate 500 --seconds 1 --pairs 1 --within 1",
            "overload --measure 1 --seconds 1 --ways block,refuse --normal 600000 --heap 500 --halts 3 --told 600000");

    static Stream<String> lines() {
        return LINES.stream();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void shouldRunEachScenario(String line) throws Exception {
        SmokeTest.Outcome outcome = SmokeTest.assertRuns(line);
        if (line.startsWith("stuck-sink")
                && ratio(outcome) > 0.01) { // else this machine has stood still without a stuck one
            assertEquals(1, outcome.code(), outcome.out());
        }
    }

    /** A hundred times faster beside one that is stuck is no sink. */
    private static double ratio(SmokeTest.Outcome outcome) {
        Matcher m = Pattern.compile("p99 stuck to free, median of the pairs: ([0-9.]+) ")
                .matcher(outcome.out());
        assertTrue(m.find(), outcome.out());
        return Double.parseDouble(m.group(1));
    }
}
