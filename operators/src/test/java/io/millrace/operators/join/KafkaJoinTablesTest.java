package io.millrace.operators.join;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.testkit.TestDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The join tables of the Kafka Streams guide, every cell, read from the files as they are. One input brings both sides, as one
 * time goes on for both there.
 */
class KafkaJoinTablesTest {
    /** A value on one side; empty where the file has null. */
    record Row(boolean isLeft, @Length(1) String value, long second) {}

    record Pair(@Length(4) String left, @Length(4) String right) {}

    static final Input<Row> ROWS =
            Input.of("rows", Row.class).eventTime(Row::second, SECONDS).historic();
    static final Output<Pair> PAIRS = Output.of("pairs", Pair.class);

    private static List<String[]> table(String name) throws IOException {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("shared/data/kafka_streams_join_tables").resolve(name);
            if (Files.exists(file)) {
                return Files.readAllLines(file).stream()
                        .map(KafkaJoinTablesTest::cells)
                        .toList();
            }
        }
        String why = "skipped: no shared/data/kafka_streams_join_tables in any folder above";
        System.err.println(why);
        assumeTrue(false, why);
        throw new AssertionError(why);
    }

    /** Fields may stand in quotes, with commas in them. */
    private static String[] cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (char c : line.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells.toArray(new String[0]);
    }

    private static Pair pair(Joined<Row, Row> j) {
        return new Pair(
                j.hasLeft() ? j.left().value() : "null",
                j.hasRight() ? j.right().value() : "null");
    }

    private static TestDriver driver(
            BiFunction<KeyedStream<Row>, KeyedStream<Row>, KeyedStream<Joined<Row, Row>>> join) {
        return TestDriver.of(Millrace.topology("kafka", t -> {
            KeyedStream<Row> rows = t.from(ROWS).keyBy(r -> 1);
            join.apply(rows.filter(Row::isLeft), rows.filter(r -> !r.isLeft())).to(PAIRS, KafkaJoinTablesTest::pair);
        }));
    }

    /** Sends each row and compares what comes out with the cell of a column, written as the file does. */
    private static void compare(String file, String column, TestDriver driver) throws IOException {
        List<String[]> table = table(file);
        int at = List.of(table.get(0)).indexOf(column);
        int compared = 0;
        for (String[] row : table.subList(1, table.size())) {
            if (row[0].equals("...")) {
                continue;
            }
            boolean isLeft = !row[1].isEmpty();
            String value = isLeft ? row[1] : row[2];
            driver.send(ROWS, new Row(isLeft, value.equals("null") ? "" : value, Long.parseLong(row[0])));
            assertEquals(row[at], cell(driver), file + " at " + row[0] + ", " + column);
            compared++;
        }
        assertEquals(table.stream().filter(r -> r[0].matches("[0-9]+")).count(), compared);
        assertEquals(List.of(), driver.deadLetters());
    }

    private static String cell(TestDriver driver) {
        List<EntryForm> forms = driver.metas(PAIRS).stream().map(m -> m.form()).toList();
        List<Pair> pairs = driver.take(PAIRS);
        List<String> cell = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Pair p = pairs.get(i);
            cell.add(forms.get(i) == EntryForm.RETRACTION ? "null" : "[" + p.left() + ", " + p.right() + "]");
        }
        return String.join(", ", cell);
    }

    /** The guide: a window of 15 seconds, a grace of 5: what is alone comes at the first event behind both. */
    @ParameterizedTest
    @CsvSource({"(INNER) JOIN, inner", "LEFT JOIN, left", "OUTER JOIN, full"})
    void shouldGiveEveryCellOfTheTableOfTwoStreams(String column, String kind) throws IOException {
        Interval<Object> near = Interval.between(ofSeconds(-15), ofSeconds(15));
        Interval<Object> interval = kind.equals("left") ? near.left() : kind.equals("full") ? near.full() : near;
        compare(
                "stream_stream_join.csv",
                column,
                driver((l, r) -> l.filter(x -> !x.value().isEmpty())
                        .join("join", r.filter(x -> !x.value().isEmpty()), interval)));
    }

    @ParameterizedTest
    @CsvSource({"(INNER) JOIN, INNER", "LEFT JOIN, LEFT", "OUTER JOIN, FULL"})
    void shouldGiveEveryCellOfTheTableOfTwoTables(String column, JoinKind kind) throws IOException {
        compare(
                "table_table_join.csv",
                column,
                driver((l, r) -> l.deleteWhen(x -> x.value().isEmpty())
                        .tableJoin("join", r.deleteWhen(x -> x.value().isEmpty()), kind)));
    }

    @ParameterizedTest
    @CsvSource({"(INNER) JOIN, true", "LEFT JOIN, false"})
    void shouldGiveEveryCellOfTheTableOfAStreamAndATable(String column, boolean inner) throws IOException {
        TestDriver driver = TestDriver.of(Millrace.topology("kafka", t -> {
            KeyedStream<Row> rows = t.from(ROWS).keyBy(r -> 1);
            rows.filter(r -> r.isLeft() && !r.value().isEmpty())
                    .lookup(
                            "join",
                            t.table("right", rows.filter(r -> !r.isLeft()))
                                    .deleteWhen(r -> r.value().isEmpty()))
                    .filter(j -> !inner || j.hasRight())
                    .to(PAIRS, KafkaJoinTablesTest::pair);
        }));
        compare("stream_table_join.csv", column, driver);
    }

    @Test
    void shouldReadQuotedCells() {
        assertEquals(List.of("6", "", "b", "[A, b], [B, b]", ""), List.of(cells("6,,b,\"[A, b], [B, b]\",")));
    }
}
