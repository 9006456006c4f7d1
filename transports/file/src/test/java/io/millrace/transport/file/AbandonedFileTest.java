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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who opens files for a start that is refused: none that was not there is left, and one that goes on is as it was. */
@Timeout(60)
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
        CsvWriter.create(file.toString(), "id").abandon();
        assertEquals("", Files.readString(file), "it was emptied by its opening, and is there");
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
        assertThrows(
                Exception.class,
                () -> Engine.of(pass())
                        .output(OUT, sink(writer))
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
        CsvWriter own = CsvWriter.create(name("own.csv"), "id");
        own.putLong(7).endRow();
        refused(own);
        assertEquals("id\n7\n", Files.readString(folder.resolve("own.csv")));
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
