package io.millrace.examples.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import io.millrace.transport.file.CsvSink;
import io.millrace.transport.file.FileFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
    record Reading(long id, double value) {}

    private static final Input<Reading> IN = Input.of("in", Reading.class);
    private static final Output<Reading> OUT = Output.of("out", Reading.class);
    private static final Topology THROUGH =
            Millrace.topology("through", t -> t.from(IN).to(OUT));

    @TempDir
    Path folder;

    private boolean put(OutputFiles files, double... values) throws FileFault {
        try (Inline engine = files.bind(Engine.of(THROUGH), THROUGH).inline()) {
            for (int i = 0; i < values.length; i++) {
                engine.publish(IN, new Reading(i, values[i]));
            }
            assertEquals(0, engine.deadLetters().total());
            return files.hasFailed();
        }
    }

    @Test
    void shouldLeaveNoFileWhereTheReplayIsRefused() throws Exception {
        try (OutputFiles files = new OutputFiles(folder.toString())) {
            files.bind(Engine.of(THROUGH), THROUGH);
        }
        assertEquals(0, folder.toFile().list().length);
        try (OutputFiles files = new OutputFiles(folder.toString())) {
            files.bind(Engine.of(THROUGH), THROUGH);
            files.end();
        }
        assertEquals(THROUGH.outputs().size(), folder.toFile().list().length, "it came to its end, without a row");
    }

    @Test
    void shouldWriteAllRows() throws Exception {
        try (OutputFiles files = new OutputFiles(folder.toString())) {
            assertFalse(put(files, 1, Double.NaN));
            files.end();
        }
        assertEquals("id,value\n0,1\n1,\n", Files.readString(folder.resolve("out.csv")));
    }

    private static final Topology LATEST = Millrace.topology(
            "latest",
            t -> t.from(IN)
                    .keyBy(Reading::id)
                    .changelog("rows")
                    .filter(r -> r.value() > 0)
                    .to(OUT));

    private void change(Inline engine) {
        engine.publish(IN, new Reading(1, 5));
        engine.publish(IN, new Reading(1, 7));
        engine.publish(IN, new Reading(1, -1));
    }

    @Test
    void shouldSayWhatARowDoesWhereRowsAreTakenBack() throws Exception {
        try (OutputFiles files = new OutputFiles(folder.toString())) {
            try (Inline engine = files.bind(Engine.of(LATEST), LATEST).inline()) {
                change(engine);
            }
            files.end();
        }
        assertEquals(
                "form,id,value\ninsert,1,5\nretraction,1,5\ninsert,1,7\nretraction,1,7\n",
                Files.readString(folder.resolve("out.csv")));
    }

    /** Also what a database does without a look at them; nothing is made. */
    @Test
    void shouldNotBindASinkThatTakesRowsAsTheyAreToAnOutputThatTakesThemBack() throws Exception {
        Path file = folder.resolve("out.csv");
        String why = assertThrows(
                        IllegalArgumentException.class,
                        () -> Engine.of(LATEST)
                                .output(OUT, CsvSink.of(file.toString(), Reading.class))
                                .inline())
                .getMessage();
        assertEquals(
                "output out emits retractions or replacements, and its sink, CsvSink, would treat "
                        + "them like new events; use"
                        + " CsvSink.changes(..) or resumeChanges(..), which have a column for that",
                why);
        assertFalse(Files.exists(file));
        try (Inline engine = Engine.of(LATEST)
                .output(OUT, CsvSink.changes(file.toString(), Reading.class, "op"))
                .inline()) {
            change(engine);
        }
        assertEquals("op,id,value\ninsert,1,5\nretraction,1,5\ninsert,1,7\nretraction,1,7\n", Files.readString(file));
    }

    @Test
    void shouldTellWhatIsTakenBackFromWhatStays() throws Exception {
        byte[] bytes = new byte[OUT.type().maxLength()];
        int length = OUT.type().encode(new Reading(1, 5), bytes, 0);
        PutOut stays = putOut(EntryForm.INSERT, Arrays.copyOf(bytes, length));
        PutOut goes = putOut(EntryForm.RETRACTION, Arrays.copyOf(bytes, length));
        assertFalse(stays.isSame(goes));
        assertEquals("retraction " + stays.text(), goes.text());
        try (PutOutFile file = new PutOutFile(List.of(OUT))) {
            file.write(goes);
            file.rewind();
            assertTrue(file.next().isSame(goes));
        }
    }

    private static PutOut putOut(EntryForm form, byte[] bytes) {
        return new PutOut(3, "out", 0, 3, form, OUT.type(), bytes);
    }

    /** As a dead letter of the replay it would be seen by nobody, and the file would be short. */
    @Test
    void shouldFailWhereAnOutputHasAValueThatNoColumnCanHold() throws Exception {
        try (OutputFiles files = new OutputFiles(folder.toString())) {
            assertTrue(put(files, 1, Double.POSITIVE_INFINITY, 3));
            String said = assertThrows(FileFault.class, files::end).getMessage();
            assertTrue(said.startsWith(folder.resolve("out.csv") + ": output out/"), said);
            assertTrue(said.contains(" cannot be written; value of Reading[id=1, value=Infinity] "), said);
        }
        assertEquals("id,value\n0,1\n", Files.readString(folder.resolve("out.csv")));
    }
}
