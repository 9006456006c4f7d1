package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.transport.EventSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSourceTest {
    record Reading(long id, int count, double value, boolean valid, String place) {
        Reading {
            if (count < 0) {
                throw new IllegalArgumentException("count " + count + " is negative");
            }
            if (count == 666) {
                throw new IllegalStateException();
            }
        }
    }

    record Odd(long id, float value) {}

    private final List<String> problems = new ArrayList<>();
    private final List<Object> events = new ArrayList<>();

    @TempDir
    Path folder;

    private String file(String text) throws IOException {
        Path file = folder.resolve("in.csv");
        Files.writeString(file, text);
        return file.toString();
    }

    private static CsvReader reader(String text, String... columns) throws FileFault {
        return CsvReader.of("in.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), columns);
    }

    private <V> CsvSource<V> noted(CsvSource<V> source) {
        return source.onProblem(
                (row, p) -> problems.add(row.line() + " " + p.reason().text() + " " + p.detail()));
    }

    private <V> void pollAll(EventSource<V> source) throws Exception {
        while (source.poll((event, header) -> events.add(event), 3) != EventSource.ENDED) {
            assertTrue(source.isFinite());
        }
    }

    @Test
    void shouldMakeRecordsOfColumnsInAnyOrder() throws Exception {
        String file = file("extra,place,valid,value,count,id\n,Oslo,1,0.5,-0,7\nx,\"a,b\",false,1e3,2147483647,-9\n");
        try (CsvSource<Reading> source = noted(CsvSource.of(file, Reading.class))) {
            pollAll(source);
        }
        assertEquals(
                List.of(new Reading(7, 0, 0.5, true, "Oslo"), new Reading(-9, Integer.MAX_VALUE, 1000, false, "a,b")),
                events);
        assertEquals(List.of(), problems);
    }

    @Test
    void shouldReportWhatIsNoRecordAndGoOn() throws Exception {
        String file = file("id,count,value,valid,place\n1,2,3,1,\nx,2,3,1,a\n1,2147483648,3,1,a\n1,2,,1,a\n1,2,3,,a\n"
                + "1,2,3,yes,a\n1,-1,3,1,a\n1,666,3,1,a\n1,2,3,1\n8,2,3,true,a\n");
        try (CsvSource<Reading> source = noted(CsvSource.of(file, Reading.class))) {
            pollAll(source);
        }
        assertEquals(List.of(new Reading(1, 2, 3, true, ""), new Reading(8, 2, 3, true, "a")), events);
        assertEquals(
                List.of(
                        "3 malformed id 'x' is not an integer",
                        "4 out-of-range count '2147483648' is not between -2147483648 and 2147483647",
                        "5 missing-value value is empty",
                        "6 missing-value valid is empty",
                        "7 malformed valid 'yes' is not 0 or 1",
                        "8 out-of-range count -1 is negative",
                        "9 out-of-range java.lang.IllegalStateException",
                        "10 malformed 4 fields instead of 5"),
                problems);
    }

    @Test
    void shouldRefuseARecordThatNoColumnsCanHold() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> CsvSource.of(folder + "/absent.csv", Odd.class));
        assertTrue(e.getMessage().startsWith("Odd.value: a column cannot hold float"), e.getMessage());
    }

    @Test
    void shouldNameAMissingColumn() throws Exception {
        String file = file("id,count,value,place\n");
        FileFault e = assertThrows(FileFault.class, () -> CsvSource.of(file, Reading.class));
        assertTrue(e.getMessage().contains("missing column valid"), e.getMessage());
    }

    @Test
    void shouldMakeEventsWithAFunctionWhateverItThrows() throws Exception {
        CsvSource<String> source = noted(CsvSource.of(reader("n,t\n1,a\n2,b\n3,c\n4,d\n5,e\n", "t", "n"), row -> {
            String text = row.asText(0).toString();
            return switch ((int) row.asLong(1)) {
                case 2 -> throw new RowProblem(DeadLetterReason.DUPLICATE, "b again");
                case 3 -> throw new NumberFormatException("no\nnumber");
                case 4 -> null;
                default -> text;
            };
        }));
        pollAll(source);
        assertEquals(List.of("a", "e"), events);
        assertEquals(
                List.of("3 duplicate b again", "4 malformed no\\nnumber", "5 malformed no event was made of it"),
                problems);
    }

    @Test
    void shouldShowRowsBeforeTheirEventsArePublished() throws Exception {
        List<String> order = new ArrayList<>();
        CsvSource<Long> source = CsvSource.of(reader("n\n1\nx\n3\n", "n"), row -> row.asLong(0))
                .watched((row, event) -> order.add("sees " + row.raw()))
                .onProblem((row, problem) -> order.add("refuses " + row.raw()));
        source.poll((event, header) -> order.add("takes " + event), 10);
        assertEquals(List.of("sees 1", "takes 1", "refuses x", "sees 3", "takes 3"), order);
    }

    @Test
    void shouldReportWhatTheEngineRefuses() throws Exception {
        CsvSource<Long> source = noted(CsvSource.of(reader("n\n1\n2\n3\n", "n"), row -> row.asLong(0)));
        int polled = source.poll(
                (event, header) -> {
                    if (event == 2) {
                        throw new RefusedException(Reason.OVER_BOUND, "too much");
                    }
                    events.add(event);
                },
                10);
        assertEquals(3, polled);
        assertEquals(List.of(1L, 3L), events);
        assertEquals(List.of("3 out-of-range too much"), problems);
    }

    @Test
    void shouldBringNoMoreThanAskedForAndEndOnce() throws Exception {
        CsvSource<Long> source = noted(CsvSource.of(reader("n\n1\nx\n3\n4\n", "n"), row -> row.asLong(0)));
        assertEquals(2, source.poll((event, header) -> events.add(event), 2));
        assertEquals(List.of(1L), events); // a row that is refused counts too
        assertEquals(2, source.poll((event, header) -> events.add(event), 9));
        assertEquals(EventSource.ENDED, source.poll((event, header) -> events.add(event), 9));
        assertEquals(EventSource.ENDED, source.poll((event, header) -> events.add(event), 9));
        assertEquals(List.of(1L, 3L, 4L), events);
    }

    @Test
    void shouldNotPassOverARowThatNobodyTakes() throws Exception {
        CsvSource<Long> source = CsvSource.of(reader("n\nx\n", "n"), row -> row.asLong(0));
        UnsupportedOperationException e = assertThrows(UnsupportedOperationException.class, () -> pollAll(source));
        assertTrue(e.getMessage().contains("is not an event (malformed); override refuse"), e.getMessage());
    }

    @Test
    void shouldBringAllRowsBeforeAFault() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        StringBuilder text = new StringBuilder("n\n");
        for (int i = 0; i < 10_000; i++) {
            text.append(i * 7919L % 10_007).append('\n');
        }
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        byte[] half = Arrays.copyOf(zipped.toByteArray(), zipped.size() / 2);
        CsvSource<Long> source =
                CsvSource.of(CsvReader.of("in.csv.gz", new ByteArrayInputStream(half), "n"), row -> row.asLong(0));
        FileFault e = assertThrows(FileFault.class, () -> pollAll(source));
        assertEquals(events.size() + 2, e.line());
        assertTrue(events.size() > 1000, () -> events.size() + " events");
        for (int i = 0; i < events.size(); i++) {
            assertEquals(i * 7919L % 10_007, events.get(i));
        }
    }

    @Test
    void shouldEndWhenAProblemCannotBeWrittenDown() throws Exception {
        CsvSource<Long> source = CsvSource.of(reader("n\nx\n", "n"), row -> row.asLong(0))
                .onProblem((row, problem) -> {
                    throw new FileFault("dead.csv", 0, "disk full", "0 bytes left", "make room");
                });
        assertThrows(FileFault.class, () -> pollAll(source));
    }
}
