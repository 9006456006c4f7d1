package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that does not begin leaves no file where there was none. */
class FileRunTest {
    record Row(long id) {}

    private static final Input<Row> IN = Input.of("in", Row.class);
    private static final Output<Row> OUT = Output.of("out", Row.class);

    @TempDir
    Path folder;

    private Path rows;
    private Path other;

    @BeforeEach
    void setUp() {
        rows = folder.resolve("rows.csv");
        other = folder.resolve("other.csv");
    }

    private Setup setup(boolean isBound) {
        GraphBuilder g = new GraphBuilder("pass");
        g.sink(OUT, g.source(IN, ""), "");
        Setup setup = Engine.of(g.build());
        return isBound ? setup.output(OUT, row -> {}) : setup;
    }

    private String held() throws IOException {
        return Files.readString(rows) + Files.readString(other);
    }

    private final class Run extends FileRun {
        private final Setup setup;

        /** What is in the files while the engine is there, and has put out nothing. */
        private String found;

        /** Whether a file cannot be ended. */
        private boolean fails;

        Run(Setup setup) {
            super("test", new Files(null, other.toString(), true));
            this.setup = setup;
        }

        @Override
        protected void read() throws FileFault {
            write();
        }

        @Override
        protected void open(OpenFiles outputs) throws FileFault {
            outputs.open(rows.toString(), name -> CsvWriter.create(name, "id"));
            if (fails) {
                outputs.open(folder.resolve("fails.csv").toString(), name -> () -> {
                    throw new IOException("cannot be ended");
                });
            }
        }

        @Override
        protected Summary work() throws FileFault {
            Inline engine = started(setup::inline);
            try {
                found = held();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                engine.close();
            }
            return new Summary().put("events", 0);
        }
    }

    /** One that another engine writes can be told by opening it only. */
    @Test
    void shouldLeaveNoneWhereAnotherOutputCannotBeMade() throws Exception {
        try (FileOutput taken = FileOutput.create(other.toString())) {
            assertEquals(Command.FAILED, new Run(setup(true)).run());
            taken.write('x');
        }
        assertFalse(Files.exists(rows));
        assertEquals("x", Files.readString(other));
    }

    @Test
    void shouldSayWhatCameFirstWhereAFileCannotBeEndedEither() throws Exception {
        Run run = new Run(setup(true));
        run.fails = true;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (FileOutput taken = FileOutput.create(other.toString())) {
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            assertEquals(Command.FAILED, run.run());
            taken.write('x');
        } finally {
            System.setErr(err);
        }
        String text = said.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("is being written already") && !text.contains("cannot be ended"), text);

        Run refused = new Run(setup(false));
        refused.fails = true;
        Throwable why = assertThrows(IllegalStateException.class, refused::run);
        assertEquals("cannot be ended", why.getSuppressed()[0].getMessage());
    }

    @Test
    void shouldLeaveNoneWhereTheEngineIsRefused() throws Exception {
        assertThrows(IllegalStateException.class, () -> new Run(setup(false)).run());
        assertFalse(Files.exists(rows) || Files.exists(other));
        Files.writeString(rows, "of the last run");
        Files.writeString(other, "too");
        assertThrows(IllegalStateException.class, () -> new Run(setup(false)).run());
        assertEquals("of the last run", Files.readString(rows));
        assertEquals("too", Files.readString(other));
    }

    /** Whoever looks while it runs, or when it was killed, is not to take the run before for it. */
    @Test
    void shouldLeaveNothingOfTheRunBeforeWhereTheEngineIsThere() throws Exception {
        Files.writeString(rows, "id\n17\n");
        Files.writeString(other, "of the last run");
        Run run = new Run(setup(true));
        assertEquals(Command.OK, run.run());
        assertEquals("id\n", run.found);
    }

    @Test
    void shouldLeaveThemOtherwise() throws Exception {
        assertEquals(Command.OK, new Run(setup(true)).run());
        assertEquals("id\n", Files.readString(rows));
        assertTrue(Files.size(other) > 0);
    }
}
