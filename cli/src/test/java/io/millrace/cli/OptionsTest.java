package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private static Options options() {
        return new Options("mill")
                .option("--count", "N", "10", "how many")
                .option("--file", "FILE", null, "where to")
                .option("--share", "P", "0.5", "how much")
                .flag("--quiet", "say nothing");
    }

    private static Options parsed(String... args) throws UsageException {
        return options().parse(List.of(args));
    }

    private static void assertRefused(String message, String... args) {
        UsageException e = assertThrows(UsageException.class, () -> {
            Options o = parsed(args);
            o.number("--count", -5, Long.MAX_VALUE);
            o.decimal("--share", 0, 1);
        });
        assertEquals("millrace mill: " + message, e.getMessage());
    }

    @Test
    void shouldKnowTheDefaults() throws UsageException {
        Options o = parsed();
        assertEquals(10, o.number("--count", 0, 100));
        assertNull(o.text("--file"));
        assertFalse(o.has("--count"));
        assertFalse(o.has("--quiet"));
    }

    @Test
    void shouldTakeBothForms() throws UsageException {
        Options o = parsed("--file=a b=c", "--quiet", "--count", "-3");
        assertEquals("a b=c", o.text("--file"));
        assertEquals(-3, o.number("--count", -5, 5));
        assertTrue(o.has("--quiet"));
        assertEquals("-", parsed("--file", "-").text("--file"));
        assertEquals("--odd", parsed("--file=--odd").text("--file"));
    }

    private enum Colour {
        RED,
        BLUE
    }

    @Test
    void shouldTakeListsAndWordsOfAnEnumAndSayWhatWasTyped() throws UsageException {
        Options o = parsed("--file", "blue, RED", "--quiet", "--count=3");
        assertEquals(List.of(Colour.BLUE, Colour.RED), o.allOf("--file", Colour.class));
        assertEquals(" --file \"blue, RED\" --quiet --count 3", o.line());
        for (String wrong : List.of("red,", "red,,blue", "red,red", "red,green")) {
            UsageException e = assertThrows(
                    UsageException.class, () -> parsed("--file", wrong).allOf("--file", Colour.class));
            assertTrue(e.getMessage().startsWith("millrace mill: --file "), e.getMessage());
        }
        assertEquals(
                "millrace mill: --file green: not possible; use red or blue",
                assertThrows(
                                UsageException.class,
                                () -> parsed("--file", "green").oneOf("--file", Colour.class))
                        .getMessage());
    }

    @Test
    void shouldTakeTheLargestAndSmallestNumbers() throws UsageException {
        assertEquals(
                Long.MIN_VALUE,
                parsed("--count", "-9223372036854775808").number("--count", Long.MIN_VALUE, Long.MAX_VALUE));
        assertEquals(
                Long.MAX_VALUE,
                parsed("--count", "9223372036854775807").number("--count", Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Test
    void shouldSayWhatItDoesNotUnderstand() {
        assertRefused("--cuont: unknown option; the nearest is --count", "--cuont=5");
        assertRefused("--cuont: unknown option; the nearest is --count", "--cuont", "5");
        assertRefused("--QUIET: unknown option; the nearest is --quiet", "--QUIET");
        for (String far : new String[] {"--journal", "--bogus", "--x"}) {
            assertRefused(far + ": unknown option; see examples/run mill --help", far);
        }
        assertRefused("-quiet: unknown option; the nearest is --quiet", "-quiet");
        assertRefused("'x': no such argument; options begin with --; see examples/run mill --help", "x");
        assertRefused("'-': no such argument; options begin with --; see examples/run mill --help", "-");
        assertRefused("'': no such argument; options begin with --; see examples/run mill --help", "");
        assertRefused("--count: given twice; give it once", "--count", "1", "--count=1");
        assertRefused("--quiet: given twice; give it once", "--quiet", "--quiet");
        assertRefused("--quiet=1: takes no value; write --quiet", "--quiet=1");
        assertRefused("'a?b': no such argument; options begin with --; see examples/run mill --help", "a\nb");
    }

    @Test
    void shouldMissAValue() {
        assertRefused("--count: its value is missing; write --count N", "--count");
        assertRefused("--count: its value is missing; write --count N", "--count", "--quiet");
        assertRefused("--file: its value is missing; write --file FILE", "--file", "--cuont", "5");
        assertRefused("--file: its value is missing; write --file FILE", "--file=");
        assertRefused("--file: its value is missing; write --file FILE", "--file", "");
    }

    @ParameterizedTest
    @CsvSource({"-6", "1e6", "1.0", "x", "9223372036854775808", "99999999999999999999", "٣", "' 5'", "0x10"})
    void shouldRefuseImpossibleNumbers(String value) {
        assertRefused(
                "--count " + value + ": not possible; use a whole number from -5 to 9223372036854775807",
                "--count=" + value);
    }

    @ParameterizedTest
    @CsvSource({"-0.1", "1.0000001", "NaN", "Infinity", "x", "0.5f", "0x1p-1", "."})
    void shouldRefuseImpossibleDecimals(String value) {
        assertRefused("--share " + value + ": not possible; use a number from 0 to 1", "--share=" + value);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", ".5, 0.5", "5e-1, 0.5", "1., 1", "+0.25, 0.25"})
    void shouldTakeDecimals(String text, double value) throws UsageException {
        assertEquals(value, parsed("--share", text).decimal("--share", 0, 1));
    }

    @Test
    void shouldExplainEveryOptionWithItsDefault() {
        assertEquals("""
                usage: examples/run mill [options]
                grinds
                  --help                  print this and stop
                  --count N               how many (default: 10)
                  --file FILE             where to (default: none)
                  --share P               how much (default: 0.5)
                  --quiet                 say nothing
                """, options().help("grinds"));
    }
}
