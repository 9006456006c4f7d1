package io.millrace.examples.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import io.millrace.transport.file.FileFault;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void shouldWriteAllRows() throws Exception {
        try (OutputFiles files = new OutputFiles(folder.toString())) {
            assertFalse(put(files, 1, Double.NaN));
            files.end();
        }
        assertEquals("id,value\n0,1\n1,\n", Files.readString(folder.resolve("out.csv")));
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
