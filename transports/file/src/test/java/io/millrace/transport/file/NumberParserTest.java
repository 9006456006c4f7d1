package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberParserTest {
    private static Cell cell(String text) {
        byte[] bytes = (",9" + text + "9,").getBytes(StandardCharsets.UTF_8); // digits beside it must not leak in
        return new Cell().set("N", bytes, 2, bytes.length - 2);
    }

    private static double parseDouble(String text) throws RowProblem {
        return NumberParser.parseDouble(cell(text));
    }

    private static long parseLong(String text) throws RowProblem {
        return NumberParser.parseLong(cell(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "+0",
                "0.0",
                "00",
                "1",
                "-1",
                "+1",
                "5.",
                ".5",
                "-.5",
                "57.16",
                "85.64999999999999",
                "1e5",
                "1E-5",
                "1e+5",
                "0e999999999999",
                "0.1e1",
                "1e22",
                "1e23",
                "1e-22",
                "1e-23",
                "9007199254740993",
                "9007199254740992.5",
                "123456789012345678",
                "1234567890123456789",
                "0.000000000000000000000001",
                "2.2250738585072012e-308",
                "4.9e-324",
                "2.4703282292062327e-324",
                "2.4703282292062328e-324",
                "1e-999999999999",
                "1.7976931348623157e308",
                "1.7976931348623158e308",
                "100000000000000000000000000000000000000000000000001"
            })
    void shouldReadDoublesAsTheJdkDoes(String text) throws RowProblem {
        assertEquals(bits(Double.parseDouble(text)), bits(parseDouble(text)));
    }

    @Test
    void shouldReadRandomDecimalsAsTheJdkDoes() throws RowProblem {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            String text = decimal(random);
            assertEquals(bits(Double.parseDouble(text)), bits(parseDouble(text)), text);
        }
    }

    @Test
    void shouldReadItsOwnTexts() throws RowProblem {
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            double value = Doubles.next(random);
            assertEquals(bits(value), bits(parseDouble(ShortestDouble.text(value))));
            assertEquals(bits(value), bits(parseDouble(Double.toString(value))));
        }
    }

    private static String decimal(Random random) {
        StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "-" : "");
        digits(random, 1 + random.nextInt(random.nextInt(4) == 0 ? 25 : 9), text);
        if (random.nextBoolean()) {
            digits(random, random.nextInt(random.nextInt(4) == 0 ? 25 : 9), text.append('.'));
        }
        if (random.nextInt(4) == 0) {
            text.append('e').append(random.nextInt(50) - 25);
        }
        return text.toString();
    }

    private static void digits(Random random, int count, StringBuilder out) {
        for (int i = 0; i < count; i++) {
            out.append((char) ('0' + random.nextInt(10)));
        }
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "NaN",
                "Infinity",
                "-Infinity",
                "1d",
                "1f",
                "1F",
                "1D",
                "0x1p3",
                "0x10",
                " 1",
                "1 ",
                "1\t",
                "1e",
                "1e+",
                "e5",
                ".",
                "+",
                "-",
                "+.",
                ".e5",
                "1.2.3",
                "1,5",
                "--1",
                "1e5.5",
                "1_000",
                "\u0661",
                "1\u00A0",
                "1e5e5",
                "1-",
                "\"1"
            })
    void shouldRefuseWhatIsNoDecimal(String text) {
        RowProblem problem = assertThrows(RowProblem.class, () -> parseDouble(text));
        assertEquals(DeadLetterReason.MALFORMED, problem.reason());
        assertEquals("N '" + Shown.value(text) + "' is not a number", problem.detail());
    }

    @Test
    void shouldRefuseDecimalsBeyondADouble() {
        for (String text : new String[] {"1e309", "-1e309", "1.7976931348623159e308", "1e999999999999"}) {
            RowProblem problem = assertThrows(RowProblem.class, () -> parseDouble(text));
            assertEquals(DeadLetterReason.OUT_OF_RANGE, problem.reason(), text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "+7",
                "007",
                "9223372036854775807",
                "-9223372036854775808",
                "+9223372036854775807",
                "-1",
                "000000000000000000000000000001"
            })
    void shouldReadLongsAsTheJdkDoes(String text) throws RowProblem {
        assertEquals(Long.parseLong(text), parseLong(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999999"
            })
    void shouldSayThatALongOverflows(String text) {
        assertEquals(
                DeadLetterReason.OUT_OF_RANGE,
                assertThrows(RowProblem.class, () -> parseLong(text)).reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "1.0", "1e5", " 1", "1 ", "+", "-", "--1", "0x10", "1L", "99999999999999999999x", "\u0661"})
    void shouldRefuseWhatIsNoInteger(String text) {
        RowProblem problem = assertThrows(RowProblem.class, () -> parseLong(text));
        assertEquals(DeadLetterReason.MALFORMED, problem.reason());
        assertEquals("N '" + text + "' is not an integer", problem.detail());
    }

    @Test
    void shouldReadRandomLongsAsTheJdkDoes() throws RowProblem {
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            assertEquals(value, parseLong(Long.toString(value)));
        }
    }

    @Test
    void shouldAllocateNothingForUsualNumbers() throws Throwable {
        Cell money = cell("123456.78");
        Cell count = cell("-123456");
        long allocated = Allocation.bytesOf(() -> {
            for (int i = 0; i < 100_000; i++) {
                NumberParser.parseDouble(money);
                NumberParser.parseLong(count);
            }
        });
        assertTrue(allocated < 10_000, allocated + " bytes for 200,000 numbers");
    }
}
