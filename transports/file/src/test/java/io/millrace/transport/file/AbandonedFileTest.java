package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who opens files for a start that is refused: none that was not there is left, and one that goes on is as it was. */
@Timeout(180)
class AbandonedFileTest {
    record Row(long id) {}

    private static final Input<Row> IN = Input.of("in", Row.class);
    private static final Output<Row> OUT = Output.of("out", Row.class);

    @TempDir
    Path folder;

    /** Opens a file. */
    private interface Opening {
        CsvWriter open(String name) throws FileFault;
    }

    private static final List<Opening> BOTH =
            List.of(name -> CsvWriter.create(name, "id"), name -> CsvWriter.resume(name, "id"));

    private String name(String file) {
        return folder.resolve(file).toString();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldLeaveNoNewFile() throws Exception {
        for (Opening how : BOTH) {
            for (boolean flushed : new boolean[] {false, true}) {
                CsvWriter rows = how.open(name("rows.csv"));
                rows.putLong(1).endRow();
                if (flushed) {
                    rows.flush();
                }
                rows.abandon();
                assertEquals(List.of(), names());
                rows.close();
                assertEquals(List.of(), names(), "closed once more");
            }
        }
        CsvWriter packed = CsvWriter.create(name("rows.csv.gz"), "id");
        packed.abandon();
        DeadLetterWriter letters = DeadLetterWriter.resume(name("letters.csv"));
        letters.flush();
        letters.abandon();
        assertEquals(List.of(), names());
    }

    @Test
    void shouldLeaveWhatWasThere() throws Exception {
        Path file = Files.writeString(folder.resolve("rows.csv"), "id\n1\n2");
        CsvWriter rows = CsvWriter.resume(file.toString(), "id");
        rows.putLong(1).endRow();
        rows.putLong(2222).endRow();
        rows.flush();
        assertEquals("id\n1\n2222\n", Files.readString(file));
        rows.abandon();
        assertEquals("id\n1\n2", Files.readString(file));
    }

    /** One that is made anew, too, unless something of it was handed on. */
    @Test
    void shouldLeaveWhatWasThereUntilItIsFlushed() throws Exception {
        for (String name : List.of("rows.csv", "rows.csv.gz")) {
            Path file = Files.writeString(folder.resolve(name), "of the last run");
            CsvWriter rows = CsvWriter.create(file.toString(), "id");
            rows.putLong(1).endRow();
            rows.sync();
            rows.abandon();
            rows.close();
            assertEquals("of the last run", Files.readString(file), name);

            CsvWriter flushed = CsvWriter.create(file.toString(), "id");
            flushed.flush();
            assertTrue(Files.size(file) < 15, "it is emptied by that");
            flushed.abandon();
            assertTrue(Files.size(file) < 15, name);

            Files.writeString(file, "of the last run");
            CsvWriter.createWithoutHeader(file.toString(), 1).close();
            InputStream in = Files.newInputStream(file);
            try (InputStream back = name.endsWith(".gz") ? new GZIPInputStream(in) : in) {
                assertEquals(0, back.readAllBytes().length, "it has no row");
            }
        }
        Path letters = Files.writeString(folder.resolve("letters.csv"), "of the last run");
        DeadLetterWriter.create(letters.toString()).abandon();
        assertEquals("of the last run", Files.readString(letters));
        DeadLetterWriter.create(letters.toString()).close();
        assertEquals("line,reason,detail,row\n", Files.readString(letters));
    }

    @Test
    void shouldDoNothingTheSecondTimeAndTakeNothingBehindIt() throws Exception {
        for (String name : List.of("rows.csv", "rows.csv.gz")) {
            for (boolean isFlushed : new boolean[] {false, true}) {
                CsvWriter rows = CsvWriter.create(name(name), "id");
                if (isFlushed) {
                    rows.flush();
                }
                rows.abandon();
                Files.writeString(folder.resolve(name), "of somebody else");
                rows.abandon();
                rows.putLong(1).endRow();
                assertThrows(FileFault.class, rows::flush);
                rows.abandon();
                rows.close();
                assertEquals("of somebody else", Files.readString(folder.resolve(name)));
                Files.delete(folder.resolve(name));
            }
        }
        CsvWriter rows = CsvWriter.resume(name("rows.csv"), "id");
        rows.abandon();
        rows.abandon();
        rows.putLong(1).endRow();
        assertThrows(FileFault.class, rows::flush);
        assertEquals(List.of(), names());
    }

    /** It would be claimed for as long as the process lives. */
    @Test
    void shouldLetGoOfAFileThatCannotBeTakenBack() throws Exception {
        Path sub = folder.resolve("sub");
        for (String name : List.of("made.csv", "made.csv.gz", "goes-on.csv")) {
            Files.createDirectory(sub);
            String file = sub.resolve(name).toString();
            FileOutput out = name.startsWith("made") ? FileOutput.create(file) : FileOutput.resume(file);
            Path moved = Files.move(sub, folder.resolve("moved-" + name));
            Files.createSymbolicLink(sub, sub); // a loop: nobody can tell what is in it
            assertThrows(FileFault.class, out::abandon);
            FileOutput.create(moved.resolve(name).toString()).close();
            out.close();
            Files.delete(sub);
        }
    }

    @Test
    void shouldLeaveAloneWhatHasItsNameSinceItWasMovedAway() throws Exception {
        Path file = folder.resolve("rows.csv");
        Path moved = folder.resolve("moved.csv");
        for (Opening how : BOTH) {
            for (boolean isLink : new boolean[] {false, true}) {
                CsvWriter rows = how.open(file.toString());
                Files.move(file, moved);
                if (isLink) {
                    Files.createSymbolicLink(file, moved);
                } else {
                    Files.writeString(file, "of somebody else");
                }
                rows.abandon();
                assertEquals(List.of("moved.csv", "rows.csv"), names());
                assertEquals(isLink ? "" : "of somebody else", Files.readString(file));
                Files.delete(file);
                Files.delete(moved);
            }
            CsvWriter rows = how.open(file.toString());
            Files.delete(file);
            rows.abandon();
            assertEquals(List.of(), names());
        }
    }

    @Test
    void shouldMakeNoFileWithoutColumns() throws Exception {
        String file = name("rows.csv");
        assertThrows(IllegalArgumentException.class, () -> CsvWriter.create(file));
        assertThrows(IllegalArgumentException.class, () -> CsvWriter.resume(file));
        assertThrows(IllegalArgumentException.class, () -> CsvWriter.createWithoutHeader(file, 0));
        assertThrows(NullPointerException.class, () -> CsvWriter.create(file, "id", null));
        assertEquals(List.of(), names());
        CsvWriter.create(file, "id").close();
    }

    private static Topology pass() {
        GraphBuilder g = new GraphBuilder("pass");
        g.sink(OUT, g.source(IN, ""), "");
        return g.build();
    }

    /** Another output of the same engine that cannot begin. */
    private static final class Refusing implements EventSink<Row> {
        @Override
        public void on(Row event, Meta meta) {}

        @Override
        public void begin() throws IOException {
            throw new IOException("full");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static CsvSink<Row> sink(CsvWriter writer) {
        return CsvSink.of(writer, (row, meta, to) -> to.putLong(row.id()));
    }

    private static void refused(CsvWriter writer) {
        refused(sink(writer));
    }

    private static void refused(CsvSink<Row> sink) {
        assertThrows(
                Exception.class,
                () -> Engine.of(pass())
                        .output(OUT, sink)
                        .output(OUT, new Refusing())
                        .start());
    }

    /** The engine tells the sink, which has the writer. */
    @Test
    void shouldTellTheWriterOfASink() throws Exception {
        for (Opening how : BOTH) {
            refused(how.open(name("rows.csv")));
            assertEquals(List.of(), names());
        }
        Path file = Files.writeString(folder.resolve("rows.csv"), "id\n1\n");
        refused(CsvWriter.resume(file.toString(), "id"));
        assertEquals("id\n1\n", Files.readString(file));
    }

    /** Nobody makes them again. */
    @Test
    void shouldKeepRowsOfWhoOpenedIt() throws Exception {
        for (boolean isBefore : new boolean[] {true, false}) {
            CsvWriter own = CsvWriter.create(name("own.csv"), "id");
            if (isBefore) {
                own.putLong(7).endRow();
            }
            CsvSink<Row> sink = sink(own);
            if (!isBefore) {
                own.putLong(7).endRow();
            }
            refused(sink);
            assertEquals("id\n7\n", Files.readString(folder.resolve("own.csv")), "before: " + isBefore);
        }
    }

    @Test
    void shouldLeaveTheFileOfAStartThatIsAccepted() throws Exception {
        for (Opening how : BOTH) {
            Path file = folder.resolve("rows.csv");
            assertFalse(Files.exists(file));
            try (Engine engine = Engine.of(pass())
                    .output(OUT, sink(how.open(file.toString())))
                    .start()) {
                assertTrue(engine.publisher(IN) != null);
            }
            assertEquals("id\n", Files.readString(file));
            Files.delete(file);
        }
    }
}
