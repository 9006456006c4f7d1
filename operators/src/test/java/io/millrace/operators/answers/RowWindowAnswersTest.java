package io.millrace.operators.answers;

import static io.millrace.operators.answers.Cell.LEFT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The windows of rows of OpenMLDB: for each row the sum, the number and the least of a column over it and those before it of its key,
 * in the order of another column: a window that slides over so many events, behind a {@code defer} of nothing, which puts the rows
 * into the order of their time. A frame that ends before the row is the difference of two such windows. Where each row is answered
 * when it is put in, by those put in before it, there is no {@code defer}: what is in the order of its time then is a window that
 * slides, and what is not a look-back over all time, of which the frame has no more than it may (that is enough for a count).
 */
class RowWindowAnswersTest {
    private static final String FILE = "openmldb/function__window__test_window_row.yaml";

    record Totals(int row, long sum, long count, long min) {
        /** Without the row itself: what is left of sums. */
        Totals without(Totals other) {
            return new Totals(row, sum - other.sum, count - other.count, Long.MIN_VALUE);
        }
    }

    private static final Output<Totals> TOTALS = Output.of("totals", Totals.class);

    private static final Pattern CALL =
            Pattern.compile("(sum|count|min)\\((?:\\{0}\\.)?(\\w+)\\) over (\\w+|\\(.*?\\))", Pattern.CASE_INSENSITIVE);
    private static final Pattern CASE =
            Pattern.compile("case when (.+?) == \"(\\w+)\" then (.+) else (.+) end", Pattern.CASE_INSENSITIVE);
    private static final Pattern THIS_ROW = Pattern.compile("lag\\((\\w+), 0\\) over \\w+", Pattern.CASE_INSENSITIVE);
    private static final Pattern WINDOW = Pattern.compile(
            "\\(?PARTITION BY (.+?) ORDER BY (?:\\{0}\\.)?(\\w+) ROWS BETWEEN (\\d+) PRECEDING AND (CURRENT ROW|[01] PRECEDING)\\)?",
            Pattern.CASE_INSENSITIVE);

    private static final String NO_ROWS = "the answer is an error of their planner";
    private static final String BEHIND =
            "a frame that ends behind the row; their answer is that of one which ends with it";

    /** Case, and why. */
    private static final Map<String, String> NOT_EXPRESSED =
            Map.of("40", BEHIND, "29", NO_ROWS, "33", NO_ROWS, "34", NO_ROWS, "35", NO_ROWS, "37", NO_ROWS);

    /** Cases in which the number of rows is all that agrees, and the test puts the frame in by hand. */
    private static final Set<String> ONLY_COUNTED = Set.of("13-2 (2)");

    private boolean isOnlyCounted;

    /** The last rows of a key. */
    static final class LastRows extends Aggregates<Cell> {
        final LongValue row = last(c -> c.row());
        final LongValue sum = sum(Cell::number);
        final LongValue count = count();
        final LongValue min = min(Cell::number);

        Totals totals() {
            return new Totals((int) row.get(), sum.get(), count.get(), min.get());
        }
    }

    @Test
    void shouldGiveTheAnswersOfOpenMldb() {
        Map<String, String> not = new HashMap<>();
        Set<String> onlyCounted = new TreeSet<>();
        CaseNames names = new CaseNames();
        int agreed = 0;
        for (Object c :
                Loose.list(Loose.map(Loose.yaml(Shared.text(FILE)).get(0)).get("cases"))) {
            Map<String, Object> given = Loose.map(c);
            String name = names.of(given);
            String reason = reason(given);
            if (reason == null) {
                isOnlyCounted = false;
                compare(name, rows(Loose.map(given.get("expect"))), selected(given), limit(given));
                if (isOnlyCounted) {
                    onlyCounted.add(name);
                } else {
                    agreed++;
                }
            } else {
                not.put(name, reason);
            }
        }
        assertEquals(NOT_EXPRESSED, not);
        assertEquals(ONLY_COUNTED, onlyCounted);
        assertEquals(30, agreed);
    }

    /** With a limit any rows will do that are of the answer. */
    private static void compare(String name, List<List<Object>> theirs, List<List<Object>> ours, int limit) {
        if (limit < 0) {
            assertEquals(sorted(theirs), sorted(ours), name);
        } else {
            assertEquals(Math.min(limit, ours.size()), theirs.size(), name);
            assertTrue(sorted(ours).containsAll(sorted(theirs)), name);
        }
    }

    private static int limit(Map<String, Object> given) {
        Matcher m = Pattern.compile("(?i) limit (\\d+);?$").matcher(sql(given));
        return m.find() ? Integer.parseInt(m.group(1)) : -1;
    }

    private static String sql(Map<String, Object> given) {
        return String.valueOf(given.get("sql")).strip().replaceAll("\\s+", " ");
    }

    private static String reason(Map<String, Object> given) {
        Map<String, Object> expect = Loose.map(given.get("expect"));
        if (Boolean.FALSE.equals(expect.get("success")) || !expect.containsKey("rows")) {
            return NO_ROWS;
        }
        return sql(given).matches("(?i).* AND -\\d+ PRECEDING.*") ? BEHIND : null;
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

    private static List<List<String>> sorted(List<List<Object>> rows) {
        return rows.stream()
                .map(r -> r.stream().map(SqlExpression::normal).toList())
                .sorted(Comparator.comparing(List::toString))
                .toList();
    }

    private List<List<Object>> selected(Map<String, Object> given) {
        List<List<Object>> result = new ArrayList<>();
        rows(table(given)).forEach(r -> result.add(new ArrayList<>()));
        for (String item : items(given)) {
            String expression = item.replaceAll("(?i) as \\w+$", "").strip();
            List<Object> values = values(given, expression);
            for (int i = 0; i < values.size(); i++) {
                result.get(i).add(values.get(i));
            }
        }
        return result;
    }

    /** An expression at each row. */
    private List<Object> values(Map<String, Object> given, String expression) {
        int rows = rows(table(given)).size();
        Matcher call = CALL.matcher(expression);
        Matcher choice = CASE.matcher(expression);
        if (call.matches()) {
            return told(call.group(1), totals(given, call.group(2), call.group(3)));
        } else if (choice.matches()) {
            Matcher thisRow = THIS_ROW.matcher(choice.group(1));
            List<Object> asked = values(given, thisRow.matches() ? thisRow.group(1) : choice.group(1));
            List<Object> then = values(given, choice.group(3));
            List<Object> other = values(given, choice.group(4));
            return each(rows, i -> choice.group(2).equals(asked.get(i)) ? then.get(i) : other.get(i));
        } else if (expression.startsWith("(")) {
            String[] terms = expression.substring(1, expression.length() - 1).split(" \\+ ");
            List<Object> first = values(given, terms[0]);
            List<Object> second = values(given, terms[1]);
            return each(rows, i -> (Long) first.get(i) + (Long) second.get(i));
        } else if (expression.equals("null")) {
            return each(rows, i -> null);
        }
        int column = column(given, expression.replace("{0}.", ""));
        return each(rows, i -> rows(table(given)).get(i).get(column));
    }

    private static List<Object> each(int rows, IntFunction<Object> value) {
        return IntStream.range(0, rows).mapToObj(value).toList();
    }

    /** A sum of no rows is a null. */
    private static List<Object> told(String function, Map<Integer, Totals> totals) {
        return each(totals.size(), i -> {
            Totals t = totals.get(i);
            return function.equalsIgnoreCase("count")
                    ? (Object) t.count()
                    : t.count() == 0 ? null : function.equalsIgnoreCase("sum") ? (Object) t.sum() : (Object) t.min();
        });
    }

    private Map<Integer, Totals> totals(Map<String, Object> given, String field, String over) {
        Matcher named = Pattern.compile("(?i)\\b" + Pattern.quote(over) + " AS (\\(.*?\\))")
                .matcher(sql(given));
        Matcher window = WINDOW.matcher(over.startsWith("(") || !named.find() ? over : named.group(1));
        if (!window.matches()) {
            throw new IllegalArgumentException(over + " of " + sql(given));
        }
        int preceding = Integer.parseInt(window.group(3));
        if (isOnRequest(given)) {
            return onRequest(given, field, window, preceding);
        }
        Map<Integer, Totals> totals = last(given, field, window, preceding);
        if (window.group(4).startsWith("1")) {
            last(given, field, window, 0).forEach((row, own) -> totals.compute(row, (r, t) -> t.without(own)));
        }
        return totals;
    }

    private static boolean isOnRequest(Map<String, Object> given) {
        return String.valueOf(given.get("desc")).contains("request模式预期");
    }

    /** The rows put in so far whose time is not later, and no more of them than the frame has: a count is all that this can say. */
    static final class Before extends LookBack<Cell> {
        final Aggregates.LongValue count = last(EVER).count();
    }

    private static final Duration EVER = Duration.ofDays(36_500);

    private Map<Integer, Totals> onRequest(Map<String, Object> given, String field, Matcher window, int preceding) {
        List<Cell> cells = cells(given, field, window);
        boolean isInOrder = IntStream.range(1, cells.size())
                .allMatch(i -> cells.get(i).timeNs() > cells.get(i - 1).timeNs());
        isOnlyCounted |= !isInOrder;
        return isInOrder
                ? run(
                        cells,
                        rows -> rows.window("last", Window.slidingCount(preceding + 1, 1))
                                .aggregate(LastRows::new)
                                .to(TOTALS, LastRows::totals))
                : run(
                        cells,
                        rows -> rows.lookBack("before", Before::new)
                                .to(
                                        TOTALS,
                                        b -> new Totals(
                                                b.event().row(), 0, Math.min(b.count.get(), preceding + 1), 0)));
    }

    private static Map<Integer, Totals> last(Map<String, Object> given, String field, Matcher window, int preceding) {
        return run(
                cells(given, field, window),
                rows -> rows.defer("in-order", Duration.ZERO)
                        .window("last", Window.slidingCount(preceding + 1, 1))
                        .aggregate(LastRows::new)
                        .to(TOTALS, LastRows::totals));
    }

    private static List<Cell> cells(Map<String, Object> given, String field, Matcher window) {
        List<List<Object>> rows = rows(table(given));
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            StringBuilder key = new StringBuilder();
            for (String part : window.group(1).split(",")) {
                key.append(rows.get(i).get(column(given, part.strip().replace("{0}.", ""))))
                        .append('/');
            }
            long time = (Long) rows.get(i).get(column(given, window.group(2)));
            cells.add(new Cell(i, key.toString(), time, (Long) rows.get(i).get(column(given, field))));
        }
        return cells;
    }

    private static Map<Integer, Totals> run(List<Cell> cells, Consumer<KeyedStream<Cell>> words) {
        TestDriver driver = TestDriver.of(
                Millrace.topology("rows", t -> words.accept(t.from(LEFT).keyByText(Cell::key))));
        cells.forEach(c -> driver.send(LEFT, c));
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters());
        Map<Integer, Totals> result = new HashMap<>();
        driver.take(TOTALS).forEach(r -> result.put(r.row(), r));
        return result;
    }
}
