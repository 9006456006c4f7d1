package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows a sink takes back with its file where its engine cannot start: those alone that the next start makes again. */
class AbandonedSinkTest {
    record Row(long id) {}

    /** Opens a sink for a file. */
    private interface Opening {
        CsvSink<Row> of(String file) throws IOException;
    }

    private static final Opening RECORDS = file -> CsvSink.of(file, Row.class);
    private static final Opening GOES_ON = file -> CsvSink.resume(file, Row.class);
    private static final Opening CREATED = file -> sink(CsvWriter.create(file, "id"));
    private static final Opening WRITTEN_AGAIN = file -> sink(CsvWriter.resume(file, "id"));
    private static final List<Opening> ALL = List.of(RECORDS, GOES_ON, CREATED, WRITTEN_AGAIN);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void setUp() {
        file = folder.resolve("rows.csv");
    }

    private static CsvSink<Row> sink(CsvWriter writer) {
        return CsvSink.of(writer, (row, meta, to) -> {
            if (row.id() < 0) {
                throw new IllegalStateException("no row");
            }
            to.putLong(row.id());
        });
    }

    private CsvWriter writer() throws FileFault {
        return CsvWriter.create(file.toString(), "id");
    }

    /** The thread of another source cannot be started, and this one's has been read. */
    @Test
    void shouldKeepRowsThatNoJournalHas() throws Exception {
        for (Opening how : ALL) {
            CsvSink<Row> sink = how.of(file.toString());
            sink.begin();
            sink.on(new Row(1), null);
            sink.abandon();
            assertEquals("id\n1\n", Files.readString(file));
            Files.delete(file);
        }
        CsvSink<Row> packed = CsvSink.of(file + ".gz", Row.class);
        packed.begin();
        packed.on(new Row(1), null);
        packed.abandon();
        try (CsvReader back = CsvReader.open(file + ".gz", "id")) {
            assertTrue(back.next());
        }
    }

    @Test
    void shouldLeaveNoFileOfRowsThatAJournalHas() throws Exception {
        for (Opening how : ALL) {
            for (boolean isFlushed : new boolean[] {false, true}) {
                CsvSink<Row> sink = how.of(file.toString());
                assertFalse(sink.resume("out").isMarked());
                sink.begin();
                sink.on(new Row(1), null);
                if (isFlushed) {
                    sink.flush();
                }
                sink.abandon();
                assertFalse(Files.exists(file));
            }
        }
    }

    @Test
    void shouldLeaveNoFileWithoutRows() throws Exception {
        for (Opening how : ALL) {
            CsvSink<Row> sink = how.of(file.toString());
            sink.begin();
            sink.abandon();
            assertFalse(Files.exists(file));
        }
        CsvSink<Row> sink = sink(writer());
        assertThrows(IllegalStateException.class, () -> sink.on(new Row(-1), null));
        sink.abandon();
        assertFalse(Files.exists(file), "the row was taken back");
    }

    /** It is not longer than it should be: the rest has not come. */
    @Test
    void shouldLeaveTheRestOfAFileThatIsWrittenOnceMore() throws Exception {
        Files.writeString(file, "id\n1\n2\n3\n");
        CsvSink<Row> sink = WRITTEN_AGAIN.of(file.toString());
        sink.on(new Row(1), null);
        sink.abandon();
        assertEquals("id\n1\n2\n3\n", Files.readString(file));
    }

    /** Whatever comes first, and however many rows an event makes. */
    @Test
    void shouldKeepRowsOfOthers() throws Exception {
        for (int turn = 0; turn < 4; turn++) {
            CsvWriter writer = writer();
            CsvSink<Row> sink = CsvSink.of(writer, (row, meta, to) -> {
                to.putLong(row.id()).endRow();
                to.putLong(row.id());
            });
            sink.resume("out");
            String rows = "id\n";
            for (int at = 0; at < 3; at++) {
                sink.on(new Row(at), null);
                rows += at + "\n" + at + "\n";
                if (at == turn) {
                    writer.putLong(7).endRow();
                    rows += "7\n";
                }
            }
            sink.abandon();
            assertEquals(turn < 3 ? rows : "none", Files.exists(file) ? Files.readString(file) : "none");
            Files.deleteIfExists(file);
        }
    }

    /** Of two engines say, of which one works. */
    @Test
    void shouldKeepRowsOfAnotherSinkOfItsWriter() throws Exception {
        for (boolean isFirst : new boolean[] {true, false}) {
            CsvWriter writer = writer();
            CsvSink<Row> one = sink(writer);
            CsvSink<Row> other = sink(writer);
            one.resume("out");
            other.resume("out");
            CsvSink<Row> works = isFirst ? one : other;
            CsvSink<Row> refused = isFirst ? other : one;
            works.on(new Row(1), null);
            refused.abandon();
            assertEquals("id\n1\n", Files.readString(file));
            works.close();
            refused.close();
            assertEquals("id\n1\n", Files.readString(file));
            Files.delete(file);
        }
    }
}
