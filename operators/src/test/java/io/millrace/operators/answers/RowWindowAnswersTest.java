package io.millrace.operators.answers;

import static io.millrace.operators.answers.Cell.LEFT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The windows of rows of OpenMLDB: for each row the sum and the number of a column over it and those before it of its key, in the
 * order of another column: a window that slides over so many events, behind a {@code defer} of nothing, which puts the rows into
 * the order of their time.
 */
class RowWindowAnswersTest {
    private static final String FILE = "openmldb/function__window__test_window_row.yaml";

    record Totals(int row, long sum, long count) {}

    private static final Output<Totals> TOTALS = Output.of("totals", Totals.class);

    private static final Pattern ITEM = Pattern.compile(
            "(sum|count)\\((?:\\{0}\\.)?(\\w+)\\) over (\\w+|\\(.*?\\))(?: as \\w+)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern WINDOW = Pattern.compile(
            "\\(?PARTITION BY (.+?) ORDER BY (?:\\{0}\\.)?(\\w+) ROWS BETWEEN (\\d+) PRECEDING AND CURRENT ROW\\)?",
            Pattern.CASE_INSENSITIVE);

    private static final String NO_ROWS = "the answer is an error of their planner";
    private static final String EXPRESSION = "an expression of several windows, a limit";
    private static final String FRAME = "a frame that is not of this row and one or two before it";
    private static final String ON_REQUEST = "rows as they were inserted, and not by their time";

    private static final Map<String, Integer> NOT_EXPRESSED =
            Map.of(FRAME, 3, EXPRESSION, 5, ON_REQUEST, 1, NO_ROWS, 5);

    /** The last rows of a key. */
    static final class LastRows extends Aggregates<Cell> {
        final LongValue row = last(c -> c.row());
        final LongValue sum = sum(Cell::number);
        final LongValue count = count();

        Totals totals() {
            return new Totals((int) row.get(), sum.get(), count.get());
        }
    }

    @Test
    void shouldGiveTheAnswersOfOpenMldb() {
        Map<String, Integer> not = new TreeMap<>();
        int agreed = 0;
        for (Object c :
                Loose.list(Loose.map(Loose.yaml(Shared.text(FILE)).get(0)).get("cases"))) {
            Map<String, Object> given = Loose.map(c);
            String reason = reason(given);
            if (reason == null) {
                assertEquals(expected(given), selected(given), given.get("id") + ": " + given.get("desc"));
                agreed++;
            } else {
                not.merge(reason, 1, Integer::sum);
            }
        }
        assertEquals(NOT_EXPRESSED, not);
        assertEquals(23, agreed);
    }

    private static String sql(Map<String, Object> given) {
        return String.valueOf(given.get("sql")).strip().replaceAll("\\s+", " ");
    }

    private static String reason(Map<String, Object> given) {
        Map<String, Object> expect = Loose.map(given.get("expect"));
        if (Boolean.FALSE.equals(expect.get("success")) || !expect.containsKey("rows")) {
            return NO_ROWS;
        }
        if (String.valueOf(given.get("desc")).contains("request模式预期")) {
            return ON_REQUEST;
        }
        if (sql(given).contains("limit")) {
            return EXPRESSION;
        }
        Matcher frame = Pattern.compile("(?i)\\bROWS(_RANGE)? BETWEEN (.*?) AND (.*?)[);]")
                .matcher(sql(given) + ";");
        while (frame.find()) {
            if (frame.group(1) != null
                    || !frame.group(2).matches("(?i)[012] PRECEDING")
                    || !frame.group(3).equalsIgnoreCase("CURRENT ROW")) {
                return FRAME;
            }
        }
        for (String item : items(given)) {
            if (!ITEM.matcher(item).matches() && !item.matches("(\\{0}\\.)?\\w+")) {
                return EXPRESSION;
            }
        }
        return null;
    }

    private static List<String> items(Map<String, Object> given) {
        Matcher m = Pattern.compile("(?i)select (.*?) from \\{0}.*").matcher(sql(given));
        m.matches();
        return SqlExpression.items(m.group(1));
    }

    private static List<List<Object>> rows(Map<String, Object> table) {
        return Loose.list(table.get("rows")).stream().map(Loose::list).toList();
    }

    private static Map<String, Object> table(Map<String, Object> given) {
        return Loose.map(Loose.list(given.get("inputs")).get(0));
    }

    private static int column(Map<String, Object> given, String name) {
        List<Object> columns = Loose.list(table(given).get("columns"));
        for (int i = 0; i < columns.size(); i++) {
            if (String.valueOf(columns.get(i)).strip().split("\\s+")[0].equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static List<List<String>> expected(Map<String, Object> given) {
        return sorted(rows(Loose.map(given.get("expect"))));
    }

    private static List<List<String>> sorted(List<List<Object>> rows) {
        return rows.stream()
                .map(r -> r.stream().map(SqlExpression::normal).toList())
                .sorted(Comparator.comparing(List::toString))
                .toList();
    }

    private static List<List<String>> selected(Map<String, Object> given) {
        List<List<Object>> rows = rows(table(given));
        List<List<Object>> result = new ArrayList<>();
        rows.forEach(r -> result.add(new ArrayList<>()));
        for (String item : items(given)) {
            Matcher m = ITEM.matcher(item);
            Map<Integer, Totals> totals = m.matches() ? totals(given, m.group(2), m.group(3)) : null;
            for (int i = 0; i < rows.size(); i++) {
                Object value = totals == null
                        ? rows.get(i).get(column(given, item.replace("{0}.", "")))
                        : m.group(1).equalsIgnoreCase("sum")
                                ? totals.get(i).sum()
                                : totals.get(i).count();
                result.get(i).add(value);
            }
        }
        return sorted(result);
    }

    private static Map<Integer, Totals> totals(Map<String, Object> given, String field, String over) {
        Matcher named = Pattern.compile("(?i)\\b" + Pattern.quote(over) + " AS (\\(.*?\\))")
                .matcher(sql(given));
        Matcher window = WINDOW.matcher(over.startsWith("(") || !named.find() ? over : named.group(1));
        if (!window.matches()) {
            throw new IllegalArgumentException(over + " of " + sql(given));
        }
        int preceding = Integer.parseInt(window.group(3));
        TestDriver driver = TestDriver.of(Millrace.topology(
                "rows",
                t -> t.from(LEFT)
                        .keyByText(Cell::key)
                        .defer("in-order", Duration.ZERO)
                        .window("last", Window.slidingCount(preceding + 1, 1))
                        .aggregate(LastRows::new)
                        .to(TOTALS, LastRows::totals)));
        List<List<Object>> rows = rows(table(given));
        for (int i = 0; i < rows.size(); i++) {
            StringBuilder key = new StringBuilder();
            for (String part : window.group(1).split(",")) {
                key.append(rows.get(i).get(column(given, part.strip().replace("{0}.", ""))))
                        .append('/');
            }
            long time = (Long) rows.get(i).get(column(given, window.group(2)));
            driver.send(LEFT, new Cell(i, key.toString(), time, (Long)
                    rows.get(i).get(column(given, field))));
        }
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters());
        Map<Integer, Totals> result = new HashMap<>();
        driver.take(TOTALS).forEach(r -> result.put(r.row(), r));
        return result;
    }
}
