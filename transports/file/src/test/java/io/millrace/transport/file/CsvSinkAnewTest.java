package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file that each start makes anew gets all rows again, so behind a journal it is that of a run without an end in between. */
@Timeout(180)
class CsvSinkAnewTest {
    record Row(long id) {}

    /** Binds a file. */
    private interface Binding {
        CsvSink<Row> of(String file) throws IOException;
    }

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Row> IN = Input.of("in", Row.class);
    private static final Output<Row> OUT = Output.of("out", Row.class);
    private static final Binding RECORDS = file -> CsvSink.of(file, Row.class);
    private static final Binding CHANGES = file -> CsvSink.changes(file, Row.class, "op");
    private static final Binding CREATED =
            file -> CsvSink.of(CsvWriter.create(file, "id"), (row, meta, to) -> to.putLong(row.id()));
    private static final Binding WRITTEN_AGAIN =
            file -> CsvSink.of(CsvWriter.resume(file, "id"), (row, meta, to) -> to.putLong(row.id()));

    @TempDir
    Path folder;

    private static Topology pass() {
        GraphBuilder g = new GraphBuilder("pass");
        g.sink(OUT, g.source(IN, ""), "");
        return g.build();
    }

    private static Engine start(MemoryJournal journal, Journaling how, CsvSink<Row> sink, Delivery delivery) {
        return Engine.of(pass())
                .journal(journal, how)
                .output(OUT, sink, delivery)
                .start();
    }

    private static void run(MemoryJournal journal, CsvSink<Row> sink, Delivery delivery, int from, int to) {
        try (Engine engine = start(journal, Journaling.plain(), sink, delivery)) {
            for (int id = from; id < to; id++) {
                engine.publisher(IN).publish(new Row(id));
            }
            assertEquals(0, engine.drain(LONG));
        }
    }

    private byte[] written(String name, Binding binding, Delivery delivery, int... ends) throws Exception {
        Path file = folder.resolve(name);
        MemoryJournal journal = new MemoryJournal();
        int from = 0;
        for (int end : ends) {
            run(journal, binding.of(file.toString()), delivery, from, end);
            from = end;
        }
        return Files.readAllBytes(file);
    }

    @Test
    void shouldBeWholeBehindEachStart() throws Exception {
        int turn = 0;
        for (Delivery delivery : new Delivery[] {Delivery.inline(), Delivery.blocking()}) {
            for (Binding binding : new Binding[] {RECORDS, CHANGES, CREATED, WRITTEN_AGAIN}) {
                turn++;
                byte[] unbroken = written("unbroken-" + turn + ".csv", binding, delivery, 3_000);
                assertTrue(unbroken.length > 10_000);
                assertArrayEquals(unbroken, written(turn + ".csv", binding, delivery, 2, 2_000, 2_000, 2_999, 3_000));
            }
            byte[] unbroken = written("unbroken-" + turn + ".csv.gz", RECORDS, delivery, 3_000);
            assertArrayEquals(unbroken, written(turn + ".csv.gz", RECORDS, delivery, 2, 2_000, 3_000));
        }
    }

    /** By the first start, and before anything of the file is changed. */
    @Test
    void shouldBeRefusedWhereSnapshotsAreMade() throws Exception {
        Path there = Files.writeString(folder.resolve("there.csv"), "kept");
        Path none = folder.resolve("none.csv");
        Journaling often = Journaling.plain().snapshotEvery(Duration.ofDays(1), 10);
        for (Journaling how : List.of(often, Journaling.plain().snapshotEveryBytes(1 << 20))) {
            for (Path file : List.of(there, none)) {
                refused(how, RECORDS.of(file.toString()), "use CsvSink.resume(..), which");
                refused(how, CHANGES.of(file.toString()), "use CsvSink.resumeChanges(..), which");
            }
            String packed = folder.resolve("none.csv.gz").toString();
            refused(how, RECORDS.of(packed), "use CsvSink.resume(..) with a file that is not compressed, which");
            assertFalse(Files.exists(none) || Files.exists(Path.of(packed)));
        }
        assertEquals("kept", Files.readString(there));
        refused(often, CREATED.of(none.toString()), "use CsvSink.resume(..), which");
    }

    private static void refused(Journaling how, CsvSink<Row> sink, String cure) {
        MemoryJournal journal = new MemoryJournal();
        String why = assertThrows(JournalException.class, () -> start(journal, how, sink, Delivery.inline()))
                .getMessage();
        assertEquals(
                "snapshotEvery(..) of topology pass: output out has a receiver that needs every "
                        + "output from the first one on (Resumption.anew()). Snapshots delete older entries, so "
                        + "a later start could not repeat their outputs; " + cure + " goes on where the file "
                        + "ends, or do without snapshots",
                why);
    }

    /** A journal that was begun with a file that goes on, and has made snapshots. */
    @Test
    void shouldBeRefusedWhereOlderEntriesAreGone() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        Path file = folder.resolve("rows.csv");
        CsvSink<Row> goesOn = CsvSink.resume(file.toString(), Row.class);
        try (Engine engine = start(journal, Journaling.plain(), goesOn, Delivery.inline())) {
            for (int id = 0; id < 100; id++) {
                engine.publisher(IN).publish(new Row(id));
            }
            assertEquals(0, engine.drain(LONG));
            engine.makeSnapshot();
        }
        journal.forgetBelowSnapshot();
        byte[] before = Files.readAllBytes(file);
        String why = assertThrows(
                        JournalException.class,
                        () -> start(journal, Journaling.plain(), RECORDS.of(file.toString()), Delivery.inline()))
                .getMessage();
        assertEquals(
                "journal of pass begins with entry " + journal.snapshot()
                        + ", and output out has a receiver that needs every output from the first "
                        + "one on; use CsvSink.resume(..), which goes on where the file ends",
                why);
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    /** What was handed on before is there, and is not to be there twice. */
    @Test
    void shouldBeCountedByMarksWhereNothingIsMadeAnew() throws Exception {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        assertTrue(CsvSink.of(CsvWriter.of("stream", stream, "id"), (row, meta, to) -> to.putLong(1))
                .resume("out")
                .isMarked());
        assertTrue(CsvSink.of("-", Row.class).resume("out").isMarked());
        if (Files.exists(Path.of("/dev/null"))) {
            assertTrue(CsvSink.of("/dev/null", Row.class).resume("out").isMarked());
            assertTrue(CsvSink.of(CsvWriter.create("/dev/null", "id"), (row, meta, to) -> to.putLong(1))
                    .resume("out")
                    .isMarked());
        }
    }
}
