package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.engine.Engine;
import io.millrace.engine.Health;
import io.millrace.engine.Publisher;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.Backoff;
import io.millrace.transport.Delivery;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole engine whose disk is full for a while: with retries it waits, and each row is there once, in order. */
@Timeout(180)
class CsvSinkEngineTest {
    record Row(long id) {}

    private static final int ROWS = 3_000;
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final String FILLER = "x".repeat(300); // so that a few hundred rows are written together
    private static final Input<Row> IN = Input.of("in", Row.class);
    private static final Output<Row> OUT = Output.of("out", Row.class);
    private static final Backoff SHORT = Backoff.of(Duration.ofNanos(1_000), Duration.ofNanos(10_000));
    private static final Delivery PATIENT = Delivery.blocking().slots(16).retry(100, SHORT);

    @TempDir
    Path folder;

    private static Topology pass() {
        GraphBuilder g = new GraphBuilder("pass");
        g.sink(OUT, g.source(IN, ""), "");
        return g.build();
    }

    private CsvSink<Row> sink(LongPredicate writeFails) throws Exception {
        return CsvSink.of(
                CsvWriter.of(
                        "x.csv",
                        new PlainFile.Output(new FlakyFile(folder.resolve("x.csv"), writeFails), 0),
                        "id",
                        "text"),
                (event, meta, row) -> row.putLong(event.id()).putText(FILLER));
    }

    private static String rows() {
        StringBuilder text = new StringBuilder("id,text\n");
        for (int id = 0; id < ROWS; id++) {
            text.append(id).append(',').append(FILLER).append('\n');
        }
        return text.toString();
    }

    @Test
    void shouldWaitForRoomOnTheDiskAndWriteEachRowOnce() throws Exception {
        LongPredicate full = write -> write > 2 && write < 40 || write > 44 && write < 90;
        try (Engine engine = Engine.of(pass()).output(OUT, sink(full), PATIENT).start()) {
            Publisher<Row> in = engine.publisher(IN);
            for (int id = 0; id < ROWS; id++) {
                in.publish(new Row(id));
            }
            assertEquals(0, engine.drain(LONG));
            assertEquals(rows(), Files.readString(folder.resolve("x.csv")), "flushed, though the disk was full");
            assertEquals(Map.of(), engine.deadLetters().counts());
            assertEquals(Health.State.UP, engine.health().state());
        }
        assertEquals(rows(), Files.readString(folder.resolve("x.csv")));
    }

    /** Whoever looks while it runs, or when it was killed, is not to take the rows of the run before for its. */
    @ParameterizedTest
    @ValueSource(strings = {"rows.csv", "rows.csv.gz"})
    void shouldEmptyTheFileOfTheRunBeforeThoughNoRowComes(String name) throws Exception {
        for (Delivery how : List.of(Delivery.inline(), Delivery.blocking(), Delivery.untethered())) {
            Path file = folder.resolve(name);
            Files.writeString(file, "of the run before");
            Engine engine = Engine.of(pass())
                    .output(OUT, CsvSink.of(file.toString(), Row.class), how)
                    .start();
            try {
                assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains("before"), how.toString());
            } finally {
                engine.close();
            }
            try (CsvReader back = CsvReader.open(file.toString(), "id")) {
                assertFalse(back.next());
            }
        }
    }
}
