package io.millrace.operators.answers;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * RisingWave's basic aggregates: each value of a view is a group of what the rows of its table have in a column, nulls left out.
 * Inserts and deletes go through the operator as they come; a query looks at what it has told by then.
 */
class SltAggregateAnswersTest {
    private static final String FILE = "streaming_slt/aggregate__basic_agg.slt";
    private static final Pattern TABLE = Pattern.compile("create table (\\w+) ?\\((.*)\\);");
    private static final Pattern VIEW =
            Pattern.compile("create materialized view (\\w+) as select (.*) from (\\w+)( group by id)?;");
    private static final Pattern INSERT = Pattern.compile("insert into (\\w+) values (.*);");
    private static final Pattern CALL =
            Pattern.compile("(\\w+) ?\\((\\*|\\w+)(?: order by (\\w+)( desc)?(?: asc)?( nulls first)?)?\\).*");
    private static final Pattern LIST = Pattern.compile("\\{([^}]*)}");
    private static final Pattern INTERVAL = Pattern.compile("interval '1' (second|minute|hour)");

    /** What a row has for a value of a view; gone with the row. */
    record Ev(long id, long view, long group, long value, long rank, boolean gone) {}

    record Told(
            long view,
            long group,
            long count,
            long sum,
            long min,
            long max,
            long lowest,
            long highest,
            @Length(80) String all) {}

    private static final Input<Ev> IN = Input.of("in", Ev.class).eventTime(e -> 0L, NANOSECONDS);
    private static final Output<Told> TOLD = Output.of("told", Told.class);

    private static final String NOTHING = "a row of a view over nothing: a group without rows has no result";

    /** A list of values is that of the smallest, as many as there are here at most; it has no order in their view. */
    private static final int ALL = 8;

    /** View and query, and why. */
    private static final Map<String, String> NOT_EXPRESSED = Map.of("mv_sum, query 1", NOTHING, "v, query 3", NOTHING);

    static final class Shape extends Aggregates<Ev> {
        final LongValue key = longKey();
        final LongValue count = count();
        final LongValue sum = sum(Ev::value);
        final LongValue min = min(Ev::value);
        final LongValue max = max(Ev::value);
        final LongValue lowest = argMin(Ev::value, Ev::rank);
        final LongValue highest = argMax(Ev::value, Ev::rank);
        final LongValues all = smallest(ALL, Ev::value);

        Told told() {
            long k = key.get();
            String values = IntStream.range(0, all.size())
                    .mapToObj(i -> all.get(i) + "")
                    .collect(Collectors.joining(",", "{", "}"));
            return new Told(
                    k % 100,
                    k / 100,
                    count.get(),
                    sum.get(),
                    min.get(),
                    max.get(),
                    lowest.get(),
                    highest.get(),
                    values);
        }
    }

    /** Columns with their types, and rows; null for NULL. */
    private record Table(List<String> columns, List<List<String>> rows) {}

    private final Map<String, Table> tables = new HashMap<>();
    /** A view, and what it has come to: by group, and by place of the call. */
    private static final class View {
        final Matcher sql;
        final List<Matcher> calls;
        final TestDriver driver = TestDriver.of(Millrace.topology(
                "slt",
                t -> t.from(IN)
                        .keyBy(Ev::id)
                        .deleteWhen(Ev::gone)
                        .group("values")
                        .by(e -> e.group() * 100 + e.view())
                        .aggregate(Shape::new)
                        .to(TOLD, Shape::told)));
        final Map<Long, Map<Long, Told>> told = new TreeMap<>();

        View(Matcher sql) {
            this.sql = sql;
            calls = split(sql.group(2)).stream().map(CALL::matcher).toList();
            calls.forEach(c -> assertEquals(true, c.matches(), sql.group()));
        }

        boolean isGrouped() {
            return sql.group(4) != null;
        }

        void change(Table table, int number, boolean isGone) {
            List<String> row = table.rows.get(number);
            for (int i = 0; i < calls.size(); i++) {
                String column = calls.get(i).group(2);
                String value = column.equals("*") ? "0" : cell(table, row, column);
                if (value != null) {
                    long group = isGrouped() ? number(cell(table, row, "id")) : 0;
                    long rank = rank(table, row, calls.get(i));
                    driver.send(IN, new Ev(number * 100L + i, i, group, number(value), rank, isGone));
                }
            }
            take();
        }

        private void take() {
            List<Meta> metas = driver.metas(TOLD);
            List<Told> changes = driver.take(TOLD);
            for (int i = 0; i < changes.size(); i++) {
                Told t = changes.get(i);
                Map<Long, Told> group = told.computeIfAbsent(t.group(), g -> new LinkedHashMap<>());
                if (metas.get(i).form() == EntryForm.RETRACTION) {
                    group.remove(t.view());
                } else {
                    group.put(t.view(), t);
                }
                told.values().removeIf(Map::isEmpty);
            }
        }
    }

    private final Map<String, View> views = new LinkedHashMap<>();
    private final Map<String, String> not = new HashMap<>();
    private int queries;

    @Test
    void shouldGiveTheAnswersOfRisingWave() {
        String text = Shared.text(FILE).replaceAll("(?m)^#.*\n", "");
        for (String block : text.split("\n\\s*\n")) {
            String[] lines = block.strip().split("\n");
            if (lines[0].startsWith("query")) {
                List<String> rows = Arrays.asList(lines).subList(3, lines.length);
                queries++;
                answer(views.get(lines[1].replaceAll(".* from (\\w+);", "$1")), rows);
            } else {
                take(String.join(" ", Arrays.asList(lines).subList(1, lines.length))
                        .replaceAll("\\s+", " "));
            }
        }
        assertEquals(NOT_EXPRESSED, not);
        assertEquals(7, queries);
    }

    private void take(String statement) {
        Matcher m;
        if ((m = TABLE.matcher(statement)).matches()) {
            tables.put(m.group(1), new Table(split(m.group(2)), new ArrayList<>()));
        } else if ((m = VIEW.matcher(statement)).matches()) {
            views.put(m.group(1), new View(m));
        } else if ((m = INSERT.matcher(statement)).matches()) {
            for (String row : split(m.group(2))) {
                Table table = tables.get(m.group(1));
                table.rows.add(split(row.substring(1, row.length() - 1)));
                change(m.group(1), table.rows.size() - 1, false);
            }
        } else if (statement.startsWith("delete from ")) {
            String name = statement.substring(12, statement.length() - 1);
            for (int i = 0; i < tables.get(name).rows.size(); i++) {
                change(name, i, true);
            }
            tables.get(name).rows.clear();
        } else if (statement.startsWith("drop materialized view ")) {
            views.remove(statement.substring(23, statement.length() - 1));
        } else if (!statement.matches("(SET|drop table|flush).*")) {
            throw new IllegalArgumentException(statement);
        }
    }

    private void change(String table, int row, boolean isGone) {
        views.values().stream()
                .filter(v -> v.sql.group(3).equals(table))
                .forEach(v -> v.change(tables.get(table), row, isGone));
    }

    /** Splits at commas that are in no bracket. */
    private static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= list.length(); i++) {
            char c = i == list.length() ? ',' : list.charAt(i);
            depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
            if (c == ',' && depth == 0) {
                String part = list.substring(from, i).strip();
                parts.add(part.equals("null") ? null : part);
                from = i + 1;
            }
        }
        return parts;
    }

    private void answer(View view, List<String> expected) {
        assertEquals(List.of(), view.driver.deadLetters());
        Table table = tables.get(view.sql.group(3));
        String name = view.sql.group(1);
        if (table.rows.isEmpty() && !view.isGrouped()) {
            assertEquals(Map.of(), view.told, name);
            not.put(name + ", query " + queries, NOTHING);
            return;
        }
        List<String> told = new ArrayList<>();
        view.told.values().forEach(byCall -> told.add(row(table, view.calls, byCall)));
        assertEquals(
                expected.stream().map(SltAggregateAnswersTest::withSortedLists).toList(), told, view.sql.group());
    }

    private static String withSortedLists(String row) {
        return LIST.matcher(row.strip().replaceAll("\\s+", " "))
                .replaceAll(m -> Stream.of(m.group(1).split(","))
                        .sorted(Comparator.comparingLong(Long::parseLong))
                        .collect(Collectors.joining(",", "{", "}")));
    }

    private static String cell(Table table, List<String> row, String column) {
        for (int i = 0; i < row.size(); i++) {
            if (table.columns.get(i).startsWith(column + " ")) {
                return row.get(i);
            }
        }
        throw new IllegalArgumentException(column);
    }

    /** By what a value is ranked, ascending: a null is last, or with {@code asc nulls first} first; descending the other way round. */
    private static long rank(Table table, List<String> row, Matcher call) {
        if (call.group(3) == null) {
            return 0;
        }
        String value = cell(table, row, call.group(3));
        boolean smallest = call.group(4) == null && call.group(5) != null;
        return value != null ? number(value) : smallest ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    private static long number(String value) {
        Matcher m = INTERVAL.matcher(value);
        if (m.matches()) {
            return m.group(1).equals("second") ? 1 : m.group(1).equals("minute") ? 60 : 3_600;
        }
        return value.matches("-?\\d+") ? Long.parseLong(value) : 0;
    }

    private static String row(Table table, List<Matcher> calls, Map<Long, Told> byCall) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            Matcher call = calls.get(i);
            if (call.group(1).equals("array_agg")) {
                Told of = byCall.get((long) i);
                assertTrue(of.count() <= ALL, "more than the list has");
                values.add(of.all());
            } else {
                long value = value(byCall.get((long) i), call);
                boolean time = !call.group(1).equals("count")
                        && table.columns.stream().anyMatch(c -> c.equals(call.group(2) + " interval"));
                values.add(time ? "%02d:%02d:%02d".formatted(value / 3_600, value / 60 % 60, value % 60) : value + "");
            }
        }
        return String.join(" ", values);
    }

    private static long value(Told told, Matcher call) {
        boolean descends = call.group(4) != null;
        return switch (call.group(1)) {
            case "count" -> told.count();
            case "sum" -> told.sum();
            case "min" -> told.min();
            case "max" -> told.max();
            case "first_value" -> descends ? told.highest() : told.lowest();
            default -> descends ? told.lowest() : told.highest();
        };
    }
}
