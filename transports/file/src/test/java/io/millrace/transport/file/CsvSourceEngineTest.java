package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.DeadLetters;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStats;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.DeadLetter;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.Sensitive;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are no events, of a source that says nothing of them: dead letters of its input, on every host. */
@Timeout(180)
class CsvSourceEngineTest {
    private static final String CARD = "4111222333444555";

    record Row(long id, int count) {}

    record Pay(@Sensitive long card, int shop) {}

    private static final Input<Row> ROWS = Input.of("rows", Row.class);
    private static final Output<Row> OUT = Output.of("out", Row.class);
    private static final Input<Pay> PAYS = Input.of("pays", Pay.class);
    private static final Output<Pay> PAID = Output.of("paid", Pay.class);

    /** What an engine had when its source had ended. */
    private record Told(List<DeadLetter> letters, Map<String, Long> counts, EngineStats stats) {
        Told(DeadLetters letters, EngineStats stats) {
            this(letters.last(100), letters.counts(), stats);
        }
    }

    @TempDir
    Path folder;

    private static <V> Topology pass(Input<V> in, Output<V> out) {
        GraphBuilder g = new GraphBuilder("pass");
        g.sink(out, g.source(in, ""), "");
        return g.build();
    }

    private String file(String text) throws Exception {
        return Files.writeString(folder.resolve("in.csv"), text).toString();
    }

    private static CsvReader reader(String text, String... columns) throws FileFault {
        return CsvReader.of("in.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), columns);
    }

    private static Told run(Setup setup, boolean live) throws Exception {
        if (live) {
            try (Engine engine = setup.start()) {
                assertTrue(engine.awaitEnd(Duration.ofSeconds(50)), "it ends");
                return new Told(engine.deadLetters(), engine.stats());
            }
        }
        try (Inline inline = setup.inline()) {
            inline.run();
            return new Told(inline.deadLetters(), inline.stats());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMakeDeadLettersOfRowsThatAreNoEvents(boolean live) throws Exception {
        List<Row> got = Collections.synchronizedList(new ArrayList<>());
        CsvSource<Row> source = CsvSource.of(file("id,count\n1,2\nx,2\n3,\n4,5,6\n7,8\n"), Row.class);
        Told told = run(Engine.of(pass(ROWS, OUT)).input(ROWS, source).output(OUT, got::add), live);
        assertEquals(List.of(new Row(1, 2), new Row(7, 8)), got);
        assertEquals(Map.of("rows malformed", 2L, "rows missing-value", 1L), told.counts);
        assertEquals(
                List.of("line 3: id 'x' is not an integer", "line 4: count is empty", "line 5: 3 fields instead of 2"),
                told.letters.stream().map(DeadLetter::cause).toList());
        assertEquals(
                "x,2", new String(HexFormat.of().parseHex(told.letters.get(0).event()), StandardCharsets.UTF_8));
        assertEquals(3, told.stats.inputs().get(0).refused());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldShowNothingOfSensitiveColumns(boolean byFunction) throws Exception {
        String text = "card,shop\n" + CARD + "x,1\n" + CARD + ",y\n" + CARD + ",-5\n";
        CsvSource<Pay> source = byFunction
                ? CsvSource.of(reader(text, "card", "shop"), CsvSourceEngineTest::pay)
                : CsvSource.of(file(text), Pay.class);
        Told told = run(Engine.of(pass(PAYS, PAID)).input(PAYS, source).output(PAID, p -> {}), false);
        assertEquals(byFunction ? 3 : 2, told.letters.size());
        for (DeadLetter letter : told.letters) {
            assertFalse(letter.toString().contains(CARD), letter.toString());
            assertFalse(letter.event().contains(HexFormat.of().formatHex(CARD.getBytes(StandardCharsets.UTF_8))));
        }
        assertTrue(told.letters.get(0).cause().matches("line 2: card '#[0-9a-f]{8}' is not an integer"));
    }

    private static Pay pay(CsvRow row) throws RowProblem {
        Pay pay = new Pay(row.asLong(0), (int) row.asLong(1));
        if (pay.shop < 0) {
            throw new IllegalArgumentException("shop of card " + pay.card);
        }
        return pay;
    }

    @Test
    void shouldLeaveThemToWhoAsksForThem() throws Exception {
        List<String> seen = new ArrayList<>();
        CsvSource<Row> source = CsvSource.of(file("id,count\nx,2\n"), Row.class)
                .onProblem((row, problem) -> seen.add(row.line() + " " + problem.detail()));
        Told told = run(Engine.of(pass(ROWS, OUT)).input(ROWS, source).output(OUT, r -> {}), false);
        assertEquals(List.of("2 id 'x' is not an integer"), seen);
        assertEquals(Map.of(), told.counts);
    }

    @ParameterizedTest
    @EnumSource(DeadLetterReason.class)
    void shouldHaveAWordOfTheEngineForEachReason(DeadLetterReason reason) {
        Reason word = reason.ofEngine();
        assertEquals(reason, DeadLetterReason.of(word));
        assertEquals(reason.text(), word.text());
    }
}
