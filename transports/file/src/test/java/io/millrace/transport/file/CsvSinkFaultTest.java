package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full for a while, and functions that throw in the middle of a row: each row is there once, whole, or was refused. */
class CsvSinkFaultTest {
    private static final String FULL = "x.csv: disk full; No space left on device; make room and run again";

    /** Long enough that the buffer is written every few hundred rows. */
    private static final String FILLER = "some, \"text\" ".repeat(20);

    private static final String CELL = ",\"" + FILLER.replace("\"", "\"\"") + "\"";

    @TempDir
    Path folder;

    private CsvSink<Long> sink(OutputStream out) throws FileFault {
        return CsvSink.of(
                CsvWriter.of("x.csv", out, "id", "text"),
                (id, meta, row) -> row.putLong(id).putText(FILLER));
    }

    private CsvSink<Long> sink(LongPredicate writeFails) throws IOException {
        return sink(new PlainFile.Output(new FlakyFile(folder.resolve("x.csv"), writeFails), 0));
    }

    private static String rows(List<Long> ids) {
        StringBuilder text = new StringBuilder("id,text\n");
        ids.forEach(id -> text.append(id).append(CELL).append('\n'));
        return text.toString();
    }

    private String written() throws IOException {
        return Files.readString(folder.resolve("x.csv"));
    }

    /** Answers those that were taken. */
    private static List<Long> send(CsvSink<Long> sink, long from, long to) {
        List<Long> taken = new ArrayList<>();
        for (long id = from; id < to; id++) {
            try {
                sink.on(id, null);
                taken.add(id);
            } catch (FileFault e) {
                assertEquals(FULL, e.getMessage());
            }
        }
        return taken;
    }

    // ---- the disk

    @Test
    void shouldLoseOnlyTheRowInHandWhenTheDiskIsFullOnce() throws Exception {
        List<Long> taken;
        try (CsvSink<Long> sink = sink(write -> write == 3)) {
            taken = send(sink, 0, 4_000);
        }
        assertEquals(3_999, taken.size());
        assertEquals(rows(taken), written());
    }

    @Test
    void shouldKeepRowsWhileTheDiskIsFullForLong() throws Exception {
        List<Long> taken;
        try (CsvSink<Long> sink = sink(write -> write > 2 && write < 1_000)) {
            taken = send(sink, 0, 4_000);
        }
        assertEquals(4_000 - 997, taken.size());
        assertEquals(rows(taken), written());
    }

    @Test
    void shouldWriteWithTheNextFlushWhatOneHasNot() throws Exception {
        List<Long> taken;
        try (CsvSink<Long> sink = sink(write -> write == 1 || write == 2)) {
            taken = send(sink, 0, 10);
            assertEquals(FULL, assertThrows(FileFault.class, sink::flush).getMessage());
            assertThrows(FileFault.class, sink::flush);
            taken.addAll(send(sink, 10, 11));
            sink.flush();
            assertEquals(rows(taken), written());
            taken.addAll(send(sink, 11, 12));
        }
        assertEquals(12, taken.size());
        assertEquals(rows(taken), written());
    }

    @Test
    void shouldSayAtTheEndWhatIsLostAndLeaveWholeRows() throws Exception {
        CsvSink<Long> sink = sink(write -> write > 1);
        List<Long> taken = send(sink, 0, 10);
        sink.flush();
        assertEquals(10, send(sink, 10, 20).size());
        assertThrows(FileFault.class, sink::close);
        assertEquals(rows(taken), written());
        sink.close();
    }

    /** Nobody knows how much a stream has taken of a write that failed. */
    @Test
    void shouldTakeNothingMoreWhereAWriteCannotBeRepeated() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CsvSink<Long> sink = sink(new OutputStream() {
            private int writes;

            @Override
            public void write(int b) {
                out.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                if (++writes == 3) {
                    throw new IOException("No space left on device");
                }
            }
        });
        List<Long> taken = send(sink, 0, 4_000);
        for (int i = 0; i < 3; i++) {
            assertEquals(FULL, assertThrows(FileFault.class, sink::flush).getMessage());
        }
        assertThrows(FileFault.class, sink::close);
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(rows(taken).startsWith(text), "no gap, nothing twice");
        assertTrue(taken.size() < 1_000, "later events are not taken for written: " + taken.size());
    }

    // ---- functions

    private static CsvSink<String> sink(ByteArrayOutputStream out, CsvSink.RowWriter<String> rows) throws FileFault {
        return CsvSink.of(CsvWriter.of("x.csv", out, "a", "b"), rows);
    }

    private static String written(CsvSink.RowWriter<String> rows, String... refused) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CsvSink<String> sink = sink(out, rows)) {
            sink.on("1", null);
            for (String r : refused) {
                assertThrows(Exception.class, () -> sink.on(r, null), r);
            }
            sink.on("2", null);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldTakeARowBackWhenItsFunctionThrows() throws Exception {
        String text = written(
                (e, meta, row) -> {
                    row.putText("of " + e);
                    row.putLong(Long.parseLong(e));
                },
                "x",
                "y");
        assertEquals("a,b\nof 1,1\nof 2,2\n", text);
    }

    @Test
    void shouldTakeBackARowOfAnotherNumberOfFields() throws Exception {
        String text = written(
                (e, meta, row) -> {
                    for (int i = 0; i < e.length() + 1; i++) {
                        row.putText(e);
                    }
                },
                "",
                "xx",
                "",
                "yyy");
        assertEquals("a,b\n1,1\n2,2\n", text);
    }

    @Test
    void shouldTakeBackAllRowsOfAnEvent() throws Exception {
        String text = written(
                (e, meta, row) -> {
                    row.putText(e).putText("first").endRow();
                    row.putText(e).putLong(Long.parseLong(e));
                },
                "x");
        assertEquals("a,b\n1,first\n1,1\n2,first\n2,2\n", text);
    }

    @Test
    void shouldTakeBackALongRow() throws Exception {
        String text = written(
                (e, meta, row) -> {
                    row.putText(e.length() > 1 ? e.repeat(100_000) : e);
                    row.putLong(Long.parseLong(e));
                },
                "long");
        assertEquals("a,b\n1,1\n2,2\n", text);
    }

    @Test
    void shouldBeginANewRowBehindACallOfTheWriterThatThrew() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CsvWriter writer = CsvWriter.of("x.csv", out, "a", "b")) {
            writer.putLong(1);
            assertThrows(IllegalArgumentException.class, () -> writer.putEpochSecond(Long.MAX_VALUE));
            writer.putLong(2);
            assertThrows(IllegalStateException.class, writer::endRow);
            writer.putLong(3);
            assertThrows(NullPointerException.class, () -> writer.putText(null));
            writer.putLong(4).putText("whole").endRow();
            writer.putLong(5);
        }
        assertEquals("a,b\n4,whole\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldTakeBackADeadLetterThatCannotBeWritten() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeadLetterWriter letters = DeadLetterWriter.of("x.csv", out)) {
            assertThrows(NullPointerException.class, () -> letters.put(1, DeadLetterReason.LATE, null, "row"));
            letters.put(2, DeadLetterReason.LATE, "detail", "row");
        }
        assertEquals("line,reason,detail,row\n2,late,detail,row\n", out.toString(StandardCharsets.UTF_8));
    }
}
