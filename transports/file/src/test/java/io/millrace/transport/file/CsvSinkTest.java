package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.RefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSinkTest {
    record Reading(long id, int count, double value, boolean valid, String place) {}

    record Failing(long id, String text) {
        @Override
        public String text() {
            if (id < 0) {
                throw new IllegalStateException("text of " + id);
            }
            return text;
        }
    }

    record Odd(long id, List<String> names) {}

    @TempDir
    Path folder;

    private String written(String file) throws Exception {
        return Files.readString(Path.of(file));
    }

    @Test
    void shouldWriteAColumnForEachComponent() throws Exception {
        String file = folder.resolve("out.csv").toString();
        try (CsvSink<Reading> sink = CsvSink.of(file, Reading.class)) {
            sink.on(new Reading(1, -2, 0.0005, true, "Oslo"), null);
            sink.on(new Reading(Long.MIN_VALUE, 0, 146, false, "a \"b\", c"), null);
            sink.on(new Reading(3, 4, Double.NaN, true, null), null);
        }
        assertEquals("""
                id,count,value,valid,place
                1,-2,0.0005,1,Oslo
                -9223372036854775808,0,146,0,"a ""b"", c"
                3,4,,1,
                """, written(file));
    }

    @Test
    void shouldReadBackWhatWasWritten() throws Exception {
        String file = folder.resolve("out.csv.gz").toString();
        List<Reading> readings = new ArrayList<>();
        try (CsvSink<Reading> sink = CsvSink.of(file, Reading.class)) {
            for (int i = 0; i < 100; i++) {
                readings.add(new Reading(i, -i, Math.sqrt(i), i % 3 == 0, "place\n" + i));
                sink.on(readings.get(i), null);
            }
        }
        List<Reading> back = new ArrayList<>();
        try (CsvSource<Reading> source = CsvSource.of(file, Reading.class)) {
            while (source.poll((event, header) -> back.add(event), 7) >= 0) {
                assertTrue(back.size() <= readings.size());
            }
        }
        assertEquals(readings, back);
    }

    @Test
    void shouldLeaveNoHalfRowOfARecordThatCannotBeWritten() throws Exception {
        String file = folder.resolve("out.csv").toString();
        try (CsvSink<Reading> sink = CsvSink.of(file, Reading.class)) {
            sink.on(new Reading(1, 1, 1, true, ""), null);
            RefusedException e = assertThrows(
                    RefusedException.class, () -> sink.on(new Reading(2, 1, Double.POSITIVE_INFINITY, true, ""), null));
            assertTrue(e.getMessage().startsWith("value of Reading[id=2"), e.getMessage());
            sink.on(new Reading(3, 1, 1, true, ""), null);
        }
        assertEquals("id,count,value,valid,place\n1,1,1,1,\n3,1,1,1,\n", written(file));

        try (CsvSink<Failing> sink = CsvSink.of(file, Failing.class)) {
            assertThrows(IllegalStateException.class, () -> sink.on(new Failing(-1, "a"), null));
            sink.on(new Failing(1, "b"), null);
        }
        assertEquals("id,text\n1,b\n", written(file));
    }

    @Test
    void shouldRefuseARecordThatNoColumnsCanHoldBeforeTheFileIsMade() {
        Path file = folder.resolve("out.csv");
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> CsvSink.of(file.toString(), Odd.class));
        assertTrue(e.getMessage().startsWith("Odd.names: a column cannot hold List"), e.getMessage());
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldWriteRowsWithAFunction() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CsvWriter writer = CsvWriter.of("out.csv", bytes, "length", "text");
        try (CsvSink<String> sink = CsvSink.of(writer, (text, meta, row) -> {
            row.putLong(text.length()).putText(text);
        })) {
            sink.on("a,b", null);
            sink.flush();
            assertEquals("length,text\n3,\"a,b\"\n", bytes.toString(StandardCharsets.UTF_8));
            sink.on("", null);
        }
        assertEquals("length,text\n3,\"a,b\"\n0,\n", bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldComplainOfARowWithTooFewFields() throws Exception {
        CsvWriter writer = CsvWriter.of("out.csv", new ByteArrayOutputStream(), "a", "b");
        CsvSink<String> sink = CsvSink.of(writer, (text, meta, row) -> row.putText(text));
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> sink.on("x", null));
        assertEquals("out.csv: a row with 1 field instead of 2", e.getMessage());
    }
}
