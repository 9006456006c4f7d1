package io.millrace.operators.answers;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * RisingWave's basic aggregates: each value of a view is a key of one window without an end over what is there at the query, nulls
 * left out. Not expressed: the row of a view over nothing, since a window without events sends nothing (2 queries);
 * {@code array_agg}, for which there is no aggregate (2 values).
 */
class SltAggregateAnswersTest {
    private static final String FILE = "streaming_slt/aggregate__basic_agg.slt";
    private static final Pattern TABLE = Pattern.compile("create table (\\w+) ?\\((.*)\\);");
    private static final Pattern VIEW =
            Pattern.compile("create materialized view (\\w+) as select (.*) from (\\w+)( group by id)?;");
    private static final Pattern INSERT = Pattern.compile("insert into (\\w+) values (.*);");
    private static final Pattern CALL =
            Pattern.compile("(\\w+) ?\\((\\*|\\w+)(?: order by (\\w+)( desc)?(?: asc)?( nulls first)?)?\\).*");
    private static final Pattern INTERVAL = Pattern.compile("interval '1' (second|minute|hour)");

    record Ev(long view, long group, long value, long rank) {}

    record Told(long view, long group, long count, long sum, long min, long max, long lowest, long highest) {}

    private static final Input<Ev> IN = Input.of("in", Ev.class).eventTime(e -> 0L, NANOSECONDS);
    private static final Output<Told> TOLD = Output.of("told", Told.class);

    static final class Shape extends Aggregates<Ev> {
        final LongValue key = longKey();
        final LongValue count = count();
        final LongValue sum = sum(Ev::value);
        final LongValue min = min(Ev::value);
        final LongValue max = max(Ev::value);
        final LongValue lowest = argMin(Ev::value, Ev::rank);
        final LongValue highest = argMax(Ev::value, Ev::rank);

        Told told() {
            long k = key.get();
            return new Told(
                    k % 100, k / 100, count.get(), sum.get(), min.get(), max.get(), lowest.get(), highest.get());
        }
    }

    /** Columns with their types, and rows; null for NULL. */
    private record Table(List<String> columns, List<List<String>> rows) {}

    private final Map<String, Table> tables = new HashMap<>();
    private final Map<String, Matcher> views = new HashMap<>();
    private int expressed;
    private int empty;
    private int lists;

    @Test
    void shouldGiveTheAnswersOfRisingWave() {
        String text = Shared.text(FILE).replaceAll("(?m)^#.*\n", "");
        for (String block : text.split("\n\\s*\n")) {
            String[] lines = block.strip().split("\n");
            if (lines[0].startsWith("query")) {
                List<String> rows = Arrays.asList(lines).subList(3, lines.length);
                answer(views.get(lines[1].replaceAll(".* from (\\w+);", "$1")), rows);
            } else {
                take(String.join(" ", Arrays.asList(lines).subList(1, lines.length))
                        .replaceAll("\\s+", " "));
            }
        }
        assertEquals(List.of(5, 2, 2), List.of(expressed, empty, lists));
    }

    private void take(String statement) {
        Matcher m;
        if ((m = TABLE.matcher(statement)).matches()) {
            tables.put(m.group(1), new Table(split(m.group(2)), new ArrayList<>()));
        } else if ((m = VIEW.matcher(statement)).matches()) {
            views.put(m.group(1), m);
        } else if ((m = INSERT.matcher(statement)).matches()) {
            for (String row : split(m.group(2))) {
                tables.get(m.group(1)).rows.add(split(row.substring(1, row.length() - 1)));
            }
        } else if (statement.startsWith("delete from ")) {
            tables.get(statement.substring(12, statement.length() - 1)).rows.clear();
        } else if (!statement.matches("(SET|drop|flush).*")) {
            throw new IllegalArgumentException(statement);
        }
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

    private void answer(Matcher view, List<String> expected) {
        Table table = tables.get(view.group(3));
        boolean grouped = view.group(4) != null;
        if (table.rows.isEmpty() && !grouped) {
            empty++;
            return;
        }
        List<Matcher> calls = split(view.group(2)).stream().map(CALL::matcher).toList();
        calls.forEach(c -> assertEquals(true, c.matches(), view.group()));
        List<String> told = new ArrayList<>();
        run(table, calls, grouped).values().forEach(byCall -> told.add(row(table, calls, byCall)));
        assertEquals(expected.stream().map(r -> withoutLists(r)).toList(), told, view.group());
        lists += told.isEmpty()
                ? 0
                : (int) calls.stream()
                        .filter(c -> c.group(1).equals("array_agg"))
                        .count();
        expressed++;
    }

    private static String withoutLists(String row) {
        return row.strip().replaceAll(" \\{.*}", "").replaceAll("\\s+", " ");
    }

    /** By group, and by place of the call. */
    private static Map<Long, Map<Long, Told>> run(Table table, List<Matcher> calls, boolean grouped) {
        Topology topology = Millrace.topology(
                "slt",
                t -> t.from(IN)
                        .keyBy(e -> e.group() * 100 + e.view())
                        .window("all", Window.global())
                        .aggregate(Shape::new)
                        .to(TOLD, Shape::told));
        TestDriver driver = TestDriver.of(topology);
        for (List<String> row : table.rows) {
            for (int i = 0; i < calls.size(); i++) {
                String value = calls.get(i).group(2).equals("*")
                        ? "0"
                        : cell(table, row, calls.get(i).group(2));
                if (value != null) {
                    long group = grouped ? number(cell(table, row, "id")) : 0;
                    driver.send(IN, new Ev(i, group, number(value), rank(table, row, calls.get(i))));
                }
            }
        }
        Map<Long, Map<Long, Told>> told = new TreeMap<>();
        driver.endAll()
                .take(TOLD)
                .forEach(r -> told.computeIfAbsent(r.group(), g -> new LinkedHashMap<>())
                        .put(r.view(), r));
        return told;
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
            if (!call.group(1).equals("array_agg")) {
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
