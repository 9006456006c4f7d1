package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTimeTest {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private static Cell cell(String text) {
        byte[] bytes = (text).getBytes(StandardCharsets.UTF_8);
        return new Cell().set("T", bytes, 0, bytes.length);
    }

    private static String second(long epochSecond) {
        byte[] bytes = new byte[UtcTime.LENGTH_MAX];
        return new String(bytes, 0, UtcTime.putSecond(epochSecond, bytes, 0), StandardCharsets.US_ASCII);
    }

    private static String ms(long epochMs) {
        byte[] bytes = new byte[UtcTime.LENGTH_MAX];
        return new String(bytes, 0, UtcTime.putMs(epochMs, bytes, 0), StandardCharsets.US_ASCII);
    }

    @Test
    void shouldReadAndWriteEveryDayOfFourDigitYears() throws RowProblem {
        Random random = new Random(1);
        long last = LocalDate.of(9999, 12, 31).toEpochDay();
        for (long day = LocalDate.of(0, 1, 1).toEpochDay(); day <= last; day += 1 + random.nextInt(9)) {
            long second = day * 86_400 + random.nextInt(86_400);
            String text = FORM.format(LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC));
            assertEquals(second, UtcTime.parseSecond(cell(text)), text);
            assertEquals(text, second(second));
        }
        assertEquals("0000-01-01 00:00:00", second(-62_167_219_200L));
        assertEquals("9999-12-31 23:59:59", second(253_402_300_799L));
    }

    @Test
    void shouldKnowLeapYears() throws RowProblem {
        for (String day : new String[] {"2000-02-29", "2016-02-29", "0000-02-29", "2400-02-29"}) {
            assertEquals(day + " 00:00:00", second(UtcTime.parseSecond(cell(day + " 00:00:00"))));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2018-02-30 00:00:00", "2018-02-29 00:00:00", "1900-02-29 00:00:00", "2018-04-31 00:00:00",
                        "2018-00-01 00:00:00",
                "2018-13-01 00:00:00", "2018-01-00 00:00:00", "2018-01-32 00:00:00", "2018-01-01 24:00:00",
                        "2018-01-01 00:60:00",
                "2018-01-01 00:00:60", "2018-01-01T00:00:00", "2018-01-01 00:00:00Z", "2018-01-01 00:00", "2018-01-01",
                "2018/01/01 00:00:00", "18-01-01 00:00:00", "2018-1-1 0:0:0", " 2018-01-01 00:00:00",
                        "2018-01-01 00:00:00 ",
                "2018-01-01  0:00:00", "+018-01-01 00:00:00", "2018-01-01 00:00:00.000", "2018-01-01 00.00.00", "x"
            })
    void shouldRefuseWhatIsNotOnTheCalendar(String text) {
        RowProblem problem = assertThrows(RowProblem.class, () -> UtcTime.parseSecond(cell(text)));
        assertEquals(DeadLetterReason.MALFORMED, problem.reason());
        assertEquals("T '" + text + "' is not a time yyyy-MM-dd HH:mm:ss", problem.detail());
    }

    @Test
    void shouldReadAndWriteMilliseconds() throws RowProblem {
        assertEquals(
                Instant.parse("2015-07-15T00:00:20.163Z").toEpochMilli(),
                UtcTime.parseMs(cell("2015-07-15 00:00:20.163")));
        assertEquals(
                Instant.parse("1969-12-31T23:59:59.001Z").toEpochMilli(),
                UtcTime.parseMs(cell("1969-12-31 23:59:59.001")));
        assertEquals("2015-07-15 00:00:20.163", ms(UtcTime.parseMs(cell("2015-07-15 00:00:20.163"))));
        assertEquals("2015-07-15 00:00:20", ms(UtcTime.parseMs(cell("2015-07-15 00:00:20"))));
        assertEquals("1969-12-31 23:59:59.001", ms(-999));
        assertEquals("2015-07-15 00:00:20.007", ms(UtcTime.parseMs(cell("2015-07-15 00:00:20.007"))));
        for (String text :
                new String[] {"2015-07-15 00:00:20.16", "2015-07-15 00:00:20,163", "2015-07-15 00:00:20.16x"}) {
            assertThrows(RowProblem.class, () -> UtcTime.parseMs(cell(text)), text);
        }
    }

    @Test
    void shouldReadNanosecondsWhereTheyFit() throws RowProblem {
        assertEquals(1_522_540_831_000_000_000L, UtcTime.parseNs(cell("2018-04-01 00:00:31")));
        assertEquals(-1_000_000_000L, UtcTime.parseNs(cell("1969-12-31 23:59:59")));
        RowProblem problem = assertThrows(RowProblem.class, () -> UtcTime.parseNs(cell("2262-04-12 00:00:00")));
        assertEquals(DeadLetterReason.OUT_OF_RANGE, problem.reason());
        assertThrows(RowProblem.class, () -> UtcTime.parseNs(cell("1677-09-20 00:00:00")));
    }

    @Test
    void shouldRefuseToWriteYearsWithoutFourDigits() {
        assertThrows(IllegalArgumentException.class, () -> second(-62_167_219_201L));
        assertThrows(IllegalArgumentException.class, () -> second(253_402_300_800L));
        assertThrows(IllegalArgumentException.class, () -> ms(Long.MAX_VALUE));
    }

    @Test
    void shouldAllocateNothing() throws Throwable {
        Cell cell = cell("2018-04-01 00:00:31");
        byte[] bytes = new byte[UtcTime.LENGTH_MAX];
        long allocated = Allocation.bytesOf(() -> {
            for (int i = 0; i < 100_000; i++) {
                UtcTime.putSecond(UtcTime.parseSecond(cell), bytes, 0);
            }
        });
        assertTrue(allocated < 10_000, allocated + " bytes for 100,000 times");
    }
}
