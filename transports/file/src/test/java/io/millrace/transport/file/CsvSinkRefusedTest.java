package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is given another journal than the one of its file refuses to start, and the file is as it was. */
@Timeout(180)
class CsvSinkRefusedTest {
    record Row(long id) {}

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Row> IN = Input.of("in", Row.class);
    private static final Output<Row> OUT = Output.of("out", Row.class);

    @TempDir
    Path folder;

    private static Topology pass() {
        GraphBuilder g = new GraphBuilder("pass");
        g.sink(OUT, g.source(IN, ""), "");
        return g.build();
    }

    private Engine start(MemoryJournal journal, String file, Delivery how) throws Exception {
        return Engine.of(pass())
                .journal(journal)
                .output(OUT, CsvSink.resume(folder.resolve(file).toString(), Row.class), how)
                .start();
    }

    private void run(MemoryJournal journal, String file, long from, long to, Delivery how) throws Exception {
        try (Engine engine = start(journal, file, how)) {
            for (long id = from; id < to; id++) {
                engine.publisher(IN).publish(new Row(id));
            }
            engine.drain(LONG);
        }
    }

    @Test
    void shouldLeaveTheFileAsItWasWhereItHoldsMoreThanTheJournalMakes() throws Exception {
        for (Delivery how : new Delivery[] {Delivery.inline(), Delivery.blocking()}) {
            String name = how.isBlocking() ? "blocking.csv" : "inline.csv";
            MemoryJournal own = new MemoryJournal();
            MemoryJournal other = new MemoryJournal();
            run(own, name, 0, 3_000, how);
            run(other, "other-" + name, 7_000, 9_500, how);
            String whole = Files.readString(folder.resolve(name));
            String why = assertThrows(JournalException.class, () -> start(other, name, how))
                    .getMessage();
            assertTrue(why.contains("put back the journal that belongs to this receiver"), why);
            assertEquals(whole, Files.readString(folder.resolve(name)));
            run(own, name, 3_000, 3_010, how);
            assertTrue(Files.readString(folder.resolve(name)).startsWith(whole + "3000\n"));
        }
        assertEquals(List.of("blocking.csv", "inline.csv", "other-blocking.csv", "other-inline.csv"), names());
    }

    /** Of two files one is of another journal, and the other one is not there. */
    @Test
    void shouldLeaveNoFileWhereThereWasNone() throws Exception {
        MemoryJournal own = new MemoryJournal();
        MemoryJournal other = new MemoryJournal();
        run(own, "rows.csv", 0, 3_000, Delivery.inline());
        run(other, "other.csv", 7_000, 7_010, Delivery.inline());
        Files.write(folder.resolve("empty.csv"), new byte[0]);
        List<String> before = names();
        for (Delivery how : new Delivery[] {Delivery.inline(), Delivery.blocking()}) {
            for (String name : new String[] {"new.csv", "empty.csv"}) {
                String file = folder.resolve(name).toString();
                refused(other, CsvSink.resume(file, Row.class), how);
                refused(new MemoryJournal(), CsvSink.resume(file, Row.class), how);
                refused(new MemoryJournal(), CsvSink.of(file, Row.class), how);
                assertEquals(before, names(), "no row was given to it");
            }
            CsvSink<Row> begun = CsvSink.of(folder.resolve("begun.csv").toString(), Row.class);
            MemoryJournal fresh = new MemoryJournal();
            run(fresh, "fresh.csv", 7_000, 7_010, Delivery.inline());
            refused(fresh, begun, how);
            assertFalse(Files.exists(folder.resolve("begun.csv")), "its rows come again");
            Files.delete(folder.resolve("fresh.csv"));
        }
        assertEquals("", Files.readString(folder.resolve("empty.csv")));
    }

    private void refused(MemoryJournal journal, CsvSink<Row> beside, Delivery how) throws Exception {
        String ahead = folder.resolve("rows.csv").toString();
        assertThrows(
                JournalException.class,
                () -> Engine.of(pass())
                        .journal(journal)
                        .output(OUT, CsvSink.resume(ahead, Row.class), Delivery.inline())
                        .output(OUT, beside, how)
                        .start());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /** While the engine is live, and not only when it ends. */
    @Test
    void shouldPutRightWhatDiffersOnceTheStartIsNotRefused() throws Exception {
        MemoryJournal own = new MemoryJournal();
        for (Delivery how : new Delivery[] {Delivery.inline(), Delivery.blocking()}) {
            long from = how.isBlocking() ? 3_001 : 0;
            run(own, "rows.csv", from, 3_000 + from, how);
            Path file = folder.resolve("rows.csv");
            String whole = Files.readString(file);
            Files.writeString(file, whole.replace("\n2000\n", "\n2x00\n"));
            try (Engine engine = start(own, "rows.csv", how)) {
                engine.publisher(IN).publish(new Row(3_000 + from));
                engine.drain(LONG);
                assertEquals(whole + (3_000 + from) + "\n", Files.readString(file));
            }
        }
    }
}
