package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterWriterTest {
    @Test
    void shouldKnowTheReasons() {
        assertEquals(
                "[malformed, missing-value, out-of-range, late, ahead, duplicate, operator-error]",
                Arrays.stream(DeadLetterReason.values())
                        .map(DeadLetterReason::text)
                        .toList()
                        .toString());
    }

    @Test
    void shouldWriteWhatWasWrongAndTheRowAsItStood() throws Exception {
        String in = "n,t\nx,\"a\nb\"\n2,c\n,d\n5,\"e\n";
        CsvReader reader = CsvReader.of("x.csv", new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), "n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long sum = 0;
        try (DeadLetterWriter letters = DeadLetterWriter.of("dead.csv", bytes)) {
            while (reader.next()) {
                try {
                    sum += reader.row().asLong(0);
                } catch (RowProblem problem) {
                    letters.put(reader.row(), problem);
                }
            }
            letters.put(9, DeadLetterReason.LATE, "3 s behind", "9,\"x\"");
            letters.flush();
        }
        assertEquals(2, sum);
        assertEquals(
                "line,reason,detail,row\n"
                        + "2,malformed,n 'x' is not an integer,\"x,\"\"a\nb\"\"\"\n"
                        + "5,missing-value,n is empty,\",d\"\n"
                        + "6,malformed,a quote that is not closed,\"5,\"\"e\"\n"
                        + "9,late,3 s behind,\"9,\"\"x\"\"\"\n",
                bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldStayUtf8WhateverTheRow() throws Exception {
        byte[] in = "n,t\n1,\u00FF\u00E9x\n".getBytes(StandardCharsets.ISO_8859_1);
        CsvReader reader = CsvReader.of("x.csv", new ByteArrayInputStream(in), "n");
        assertTrue(reader.next());
        RowProblem problem = assertThrows(RowProblem.class, () -> reader.row().asLong(0));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeadLetterWriter letters = DeadLetterWriter.of("dead.csv", bytes)) {
            letters.put(reader.row(), problem);
        }
        assertEquals(
                "line,reason,detail,row\n2,malformed,not UTF-8 at byte 3 of the row,\"1,\uFFFD\uFFFDx\"\n",
                bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldLeaveRowsThatItDoesNotComeTo(@TempDir Path dir) throws Exception {
        String rows = "line,reason,detail,row\n2,late,2 s behind,a\n9,late,3 s behind,b\n";
        Path file = Files.writeString(dir.resolve("dead.csv"), rows);
        assertThrows(
                FileFault.class, () -> DeadLetterWriter.resume(file.toString()).close());
        try (DeadLetterWriter letters = DeadLetterWriter.resume(file.toString())) {
            letters.put(2, DeadLetterReason.LATE, "2 s behind", "a");
            letters.endEarly();
        }
        assertEquals(rows, Files.readString(file));
    }

    @Test
    void shouldMakeFilesAnew(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("dead.csv"), "old");
        DeadLetterWriter.create(file.toString()).close();
        assertEquals("line,reason,detail,row\n", Files.readString(file));
    }
}
