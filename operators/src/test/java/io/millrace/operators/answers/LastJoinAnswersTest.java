package io.millrace.operators.answers;

import static io.millrace.operators.answers.Cell.LEFT;
import static io.millrace.operators.answers.Cell.PAIRS;
import static io.millrace.operators.answers.Cell.RIGHT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.operators.answers.Cell.Pair;
import io.millrace.operators.join.AsOf;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The "last join" cases of OpenMLDB: beside each row of the first table stands the last of the second with its key, in the order
 * of a column. That is an as-of join of an event later than all rows. The file is read as it is; what is not said in it as a
 * last join of two tables by equal columns, or has no rows as its answer, is named below with the reason.
 */
class LastJoinAnswersTest {
    private static final String FILE = "openmldb/function__join__test_lastjoin_simple.yaml";
    private static final long AFTER_ALL_NS = 4_000_000_000_000_000_000L;

    private static final Pattern SQL = Pattern.compile(
            "select (.+?) from \\{0}(?: as (\\w+))? last join \\{1}(?: as (\\w+))?"
                    + "(?: order by \\S+?\\.(\\w+))? on (.+?);?\\s*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern EQUAL = Pattern.compile("\\{0}\\.(\\w+)\\s*=\\s*\\{1}\\.(\\w+)");

    private static final String NO_ROWS = "the answer is an error of their planner";
    private static final String CONDITION = "a condition that is no equality of columns";
    private static final String MORE = "three tables, a subquery or a limit";
    private static final String NO_NUMBER = "the order is by a column that is no whole number";
    private static final String NULL_KEY = "a null that equals a null";

    private static final String SUMMARY =
            "26 agree; not expressed: {" + CONDITION + "=5, " + NULL_KEY + "=1, " + NO_ROWS + "=9, " + MORE + "=5}";

    /** A case, its two tables and what is joined. */
    private record Case(
            List<List<Object>> left,
            List<List<Object>> right,
            List<String> leftNames,
            List<String> rightNames,
            Matcher sql,
            Map<String, Object> expect) {}

    @Test
    void shouldGiveTheAnswersOfOpenMldb() {
        Map<String, Integer> reasons = new TreeMap<>();
        int agreed = 0;
        for (Object c :
                Loose.list(Loose.map(Loose.yaml(Shared.text(FILE)).get(0)).get("cases"))) {
            Map<String, Object> given = Loose.map(c);
            String reason = reason(given);
            if (reason == null) {
                assertEquals(expected(given), joined(given), given.get("id") + ": " + given.get("desc"));
                agreed++;
            } else {
                reasons.merge(reason, 1, Integer::sum);
            }
        }
        assertEquals(SUMMARY, agreed + " agree; not expressed: " + reasons);
    }

    private static String reason(Map<String, Object> given) {
        Map<String, Object> expect = Loose.map(given.get("expect"));
        Matcher sql = SQL.matcher(String.valueOf(given.get("sql")).strip());
        if (Boolean.FALSE.equals(expect.get("success")) || !expect.containsKey("rows")) {
            return NO_ROWS;
        }
        if (!sql.matches()
                || sql.group(5).contains("limit")
                || Loose.list(given.get("inputs")).size() != 2) {
            return MORE;
        }
        Case c = parsed(given);
        for (String condition : conditions(c)) {
            if (!EQUAL.matcher(condition).matches()) {
                return CONDITION;
            }
        }
        return rest(c);
    }

    private static String rest(Case c) {
        for (int i = 0; i < c.left.size(); i++) {
            if (key(c, c.left.get(i), 0).contains("null")) {
                return NULL_KEY;
            }
        }
        for (List<Object> row : c.right) {
            if (order(c) >= 0 && !(row.get(order(c)) instanceof Long)) {
                return NO_NUMBER;
            }
        }
        return null;
    }

    private static Case parsed(Map<String, Object> given) {
        Map<String, Object> left = Loose.map(Loose.list(given.get("inputs")).get(0));
        Map<String, Object> right = Loose.map(Loose.list(given.get("inputs")).get(1));
        String sql = String.valueOf(given.get("sql")).strip().replaceAll("\\s+", " ");
        Matcher m = SQL.matcher(sql);
        m.matches();
        if (m.group(2) != null) {
            sql = sql.replaceAll("\\b" + m.group(2) + "\\.", "{0}.").replaceAll("\\b" + m.group(3) + "\\.", "{1}.");
            m = SQL.matcher(sql);
            m.matches();
        }
        Matcher index = Pattern.compile("\\w+:\\w+:(\\w+)").matcher(String.valueOf(right.get("indexs")));
        String byIndex = index.find() ? index.group(1) : "";
        given.put("order by", m.group(4) == null ? byIndex : m.group(4));
        return new Case(
                rows(left),
                rows(right),
                names(left),
                names(right),
                m,
                Map.of("order", String.valueOf(given.get("order by"))));
    }

    private static List<List<Object>> rows(Map<String, Object> table) {
        return Loose.list(table.get("rows")).stream().map(Loose::list).toList();
    }

    private static List<String> names(Map<String, Object> table) {
        return Loose.list(table.get("columns")).stream()
                .map(c -> String.valueOf(c).strip().split("\\s+")[0])
                .toList();
    }

    private static String[] conditions(Case c) {
        return c.sql.group(5).strip().split("(?i)\\s+and\\s+");
    }

    private static int order(Case c) {
        return c.rightNames.indexOf(c.expect.get("order"));
    }

    private static String key(Case c, List<Object> row, int table) {
        StringBuilder key = new StringBuilder();
        for (String condition : conditions(c)) {
            Matcher m = EQUAL.matcher(condition);
            m.matches();
            List<String> names = table == 0 ? c.leftNames : c.rightNames;
            key.append(row.get(names.indexOf(m.group(1 + table)))).append('/');
        }
        return key.toString();
    }

    private static List<List<Object>> joined(Map<String, Object> given) {
        Case c = parsed(given);
        Topology topology = Millrace.topology(
                "last-join",
                t -> t.from(LEFT)
                        .keyByText(Cell::key)
                        .asOf("last", t.from(RIGHT).keyByText(Cell::key), AsOf.backward())
                        .to(
                                PAIRS,
                                j -> new Pair(
                                        j.left().row(), j.hasRight() ? j.right().row() : -1)));
        TestDriver driver = TestDriver.of(topology);
        for (int i = 0; i < c.left.size(); i++) {
            driver.send(LEFT, new Cell(i, key(c, c.left.get(i), 0), AFTER_ALL_NS, 0));
        }
        for (int i = 0; i < c.right.size(); i++) {
            List<Object> row = c.right.get(i);
            driver.send(RIGHT, new Cell(i, key(c, row, 1), order(c) < 0 ? i : (Long) row.get(order(c)), 0));
        }
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters());
        List<List<Object>> result = new ArrayList<>();
        driver.take(PAIRS).forEach(p -> result.add(selected(c, p)));
        return ordered(result);
    }

    private static List<Object> selected(Case c, Pair p) {
        List<Object> result = new ArrayList<>();
        for (String column : c.sql.group(1).split(",")) {
            String[] name = column.strip().split(" ")[0].split("\\.");
            boolean isLeft = name[0].equals("{0}");
            List<Object> row = isLeft ? c.left.get(p.left()) : p.right() < 0 ? null : c.right.get(p.right());
            result.add(row == null ? null : row.get((isLeft ? c.leftNames : c.rightNames).indexOf(name[1])));
        }
        return result;
    }

    private static List<List<Object>> expected(Map<String, Object> given) {
        return ordered(rows(Loose.map(given.get("expect"))));
    }

    /** Their cases name a column to sort by, or none: all columns do as well. */
    private static List<List<Object>> ordered(List<List<Object>> rows) {
        return rows.stream().sorted(Comparator.comparing(String::valueOf)).toList();
    }
}
