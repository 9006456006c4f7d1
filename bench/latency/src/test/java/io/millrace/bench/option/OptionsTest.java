package io.millrace.bench.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.workloads.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static Options parse(String... arguments) throws UsageException {
        return new Options("does something")
                .add("workload", "W3", "which")
                .add("rate", "100000", "events a second")
                .add("json", "", "a file")
                .parse(List.of(arguments));
    }

    private static String message(String... arguments) {
        return assertThrows(UsageException.class, () -> parse(arguments)).getMessage();
    }

    @Test
    void shouldTakeBothFormsInAnyOrder() throws UsageException {
        Options options = parse("--rate=5_000", "--workload", "w0");
        assertEquals(5_000, options.number("rate", 1, 10_000));
        assertEquals(Workload.W0, options.oneOf("workload", Workload.class));
        assertEquals(false, options.has("json"));
    }

    @Test
    void shouldNameTheNearestOption() {
        assertEquals("unknown option --rates; the nearest is --rate", message("--rates", "1"));
    }

    @Test
    void shouldRefuseWhatIsGivenTwiceOrHasNoValue() {
        assertEquals("--rate is given twice", message("--rate", "1", "--rate=2"));
        assertTrue(message("--rate").startsWith("--rate needs a value"));
        assertTrue(message("fast").startsWith("'fast' is not an option"));
    }

    @Test
    void shouldRefuseImpossibleValues() throws UsageException {
        Options options = parse("--rate", "many", "--workload", "W9");
        assertEquals(
                "--rate many is not a whole number from 1 to 9",
                assertThrows(UsageException.class, () -> options.number("rate", 1, 9))
                        .getMessage());
        assertTrue(assertThrows(UsageException.class, () -> options.oneOf("workload", Workload.class))
                .getMessage()
                .contains("w3"));
    }
}
