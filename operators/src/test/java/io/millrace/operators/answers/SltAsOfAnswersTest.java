package io.millrace.operators.answers;

import static io.millrace.operators.answers.Cell.LEFT;
import static io.millrace.operators.answers.Cell.PAIRS;
import static io.millrace.operators.answers.Cell.RIGHT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.operators.answers.AsOfOfTables.Row;
import io.millrace.operators.answers.Cell.Pair;
import io.millrace.operators.join.AsOf;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * RisingWave's as-of joins: forward and backward, inclusive and strict, inner and left. Its views follow deletes of rows on both
 * sides. An as-of join of ours is of events, which have happened and stay: at each query the rows that are there then are joined anew,
 * rows of one time in the order in which the last is the one that it prefers, the smallest primary key. Beside it the tables themselves
 * are joined by words that take deletes ({@link AsOfOfTables}), change by change; both have to agree with the answer.
 */
class SltAsOfAnswersTest {
    private static final String FILE = "streaming_slt/join__asof_join.slt.part";
    private static final Pattern TABLE = Pattern.compile("create table (\\w+) \\((.*)\\);");
    private static final Pattern VIEW =
            Pattern.compile("create materialized view \\w+ as select .* from (\\w+) asof (left )?join"
                    + " (\\w+) on \\w+\\.v1 = \\w+\\.v1 and \\w+\\.v2 (\\S+) \\w+\\.v2;");
    private static final Pattern INSERT = Pattern.compile("insert into (\\w+) values (.*);");
    private static final Pattern DELETE = Pattern.compile("delete from (\\w+) where (\\w+) = (\\d+);");

    /** Farther than any two rows lie apart. */
    private static final Duration FAR = Duration.ofNanos(1_000_000);

    private final Map<String, List<List<Long>>> tables = new LinkedHashMap<>();
    private Matcher view;
    private AsOfOfTables changing;
    private long numbers;
    private final Map<String, Long> numberOf = new HashMap<>();
    private int queries;

    @Test
    void shouldGiveTheAnswersOfRisingWave() {
        List<String> lines =
                Shared.text(FILE).lines().filter(l -> !l.startsWith("#")).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).toLowerCase(Locale.ROOT).strip();
            if (line.startsWith("query")) {
                List<String> expected = lines.subList(i + 3, lines.size()).stream()
                        .takeWhile(l -> !l.isBlank())
                        .sorted()
                        .toList();
                String where = "query " + queries + ", line " + i + ": " + view.group();
                assertEquals(expected, joined(), where);
                assertEquals(expected, changed(), where);
                queries++;
            } else if (line.startsWith("statement ok")) {
                take(lines.get(i + 1).strip().toLowerCase(Locale.ROOT));
            }
        }
        assertEquals(54, queries);
    }

    private void take(String statement) {
        Matcher m;
        if ((m = TABLE.matcher(statement)).matches()) {
            tables.put(m.group(1), new ArrayList<>());
        } else if ((m = VIEW.matcher(statement)).matches()) {
            view = m;
            changing = new AsOfOfTables(m.group(4).startsWith("<"), !m.group(4).endsWith("="), m.group(2) != null);
            for (String table : tables.keySet()) {
                tables.get(table).forEach(row -> change(table, row, false));
            }
        } else if ((m = INSERT.matcher(statement)).matches()) {
            Matcher row = Pattern.compile("\\(([^)]*)\\)").matcher(m.group(2));
            while (row.find()) {
                List<Long> columns = Arrays.stream(row.group(1).split(","))
                        .map(c -> Long.valueOf(c.strip()))
                        .toList();
                tables.get(m.group(1)).add(columns);
                numberOf.put(m.group(1) + columns, numbers++);
                change(m.group(1), columns, false);
            }
        } else if ((m = DELETE.matcher(statement)).matches()) {
            int column = Integer.parseInt(m.group(2).substring(1)) - 1;
            long value = Long.parseLong(m.group(3));
            String table = m.group(1);
            List<List<Long>> gone = tables.get(table).stream()
                    .filter(r -> r.get(column) == value)
                    .toList();
            tables.get(table).removeAll(gone);
            gone.forEach(row -> change(table, row, true));
        } else if (!statement.startsWith("drop") && !statement.startsWith("set")) {
            throw new IllegalArgumentException(statement);
        }
    }

    /** A row comes to a table of the view, or goes. */
    private void change(String table, List<Long> columns, boolean isGone) {
        if (view == null || changing == null) {
            return;
        }
        long rank = columns.get(columns.size() - 1);
        Row row = new Row(numberOf.get(table + columns), columns.get(0), columns.get(1), rank, isGone);
        if (table.equals(view.group(1))) {
            changing.left(row);
        } else if (table.equals(view.group(3))) {
            changing.right(row);
        }
    }

    /** The view as its changes have made it. */
    private List<String> changed() {
        boolean isForward = view.group(4).startsWith("<");
        List<String> result = new ArrayList<>();
        changing.found().forEach((number, code) -> {
            List<Long> left = tables.get(view.group(1)).stream()
                    .filter(r -> numberOf.get(view.group(1) + r).equals(number))
                    .findAny()
                    .orElseThrow();
            String right = tables.get(view.group(3)).stream()
                    .filter(r -> code != null && r.get(0).equals(left.get(0)))
                    .filter(r -> new Row(0, 0, r.get(1), r.get(r.size() - 1), false).code(isForward) == code)
                    .map(SltAsOfAnswersTest::text)
                    .findAny()
                    .orElse("NULL NULL NULL");
            result.add(text(left) + " " + right);
        });
        return result.stream().sorted().toList();
    }

    private AsOf how() {
        String comparison = view.group(4);
        AsOf how = comparison.startsWith("<") ? AsOf.forward().tolerance(FAR) : AsOf.backward();
        how = comparison.endsWith("=") ? how : how.strictly();
        return view.group(2) == null ? how.inner() : how;
    }

    private List<String> joined() {
        List<List<Long>> left = tables.get(view.group(1));
        List<List<Long>> right = tables.get(view.group(3)).stream()
                .sorted(Comparator.comparing((List<Long> r) -> r.get(r.size() - 1))
                        .reversed())
                .toList();
        Topology topology = Millrace.topology(
                "slt",
                t -> t.from(LEFT)
                        .keyByText(Cell::key)
                        .asOf("as-of", t.from(RIGHT).keyByText(Cell::key), how())
                        .to(
                                PAIRS,
                                j -> new Pair(
                                        j.left().row(), j.hasRight() ? j.right().row() : -1)));
        TestDriver driver = TestDriver.of(topology);
        for (int i = 0; i < right.size(); i++) {
            driver.send(RIGHT, cell(i, right.get(i)));
        }
        for (int i = 0; i < left.size(); i++) {
            driver.send(LEFT, cell(i, left.get(i)));
        }
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters());
        return driver.take(PAIRS).stream()
                .map(p -> text(left.get(p.left())) + " "
                        + (p.right() < 0 ? "NULL NULL NULL" : text(right.get(p.right()))))
                .sorted()
                .toList();
    }

    private static Cell cell(int row, List<Long> columns) {
        return new Cell(row, "k" + columns.get(0), columns.get(1), 0);
    }

    private static String text(List<Long> row) {
        return row.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
