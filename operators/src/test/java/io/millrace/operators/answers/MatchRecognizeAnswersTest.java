package io.millrace.operators.answers;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.LongField;
import io.millrace.event.Output;
import io.millrace.operators.answers.FlinkPattern.Tick;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Row pattern recognition: the examples of Flink's guide, and ZetaSQL's tests of prev and next. A row pattern is one of {@code
 * next} throughout; its quantifiers are greedy.
 */
class MatchRecognizeAnswersTest {
    private static final Duration FAR = Duration.ofDays(10);

    // ---- Flink

    /** What a match comes to, in the columns of the example. */
    record Measures(@Length(200) String text) {}

    private static final Input<Tick> TICKS =
            Input.of("ticks", Tick.class).eventTime(Tick::time, NANOSECONDS).historic();
    private static final Output<Measures> MEASURES = Output.of("measures", Measures.class);

    @Test
    void shouldGiveTheMatchesOfFlinksGuide() {
        List<Object> examples = Loose.list(Loose.json(Shared.text("match_recognize/flink_doc_examples.json")));
        for (Object o : examples) {
            Map<String, Object> example = Loose.map(o);
            List<Object> expected = Loose.list(example.get("expected"));
            List<String> columns = List.copyOf(Loose.map(expected.get(0)).keySet());
            List<String> rows =
                    expected.stream().map(r -> Loose.map(r).toString()).toList();
            assertEquals(rows, flink(example, columns), String.valueOf(example.get("name")));
        }
        assertEquals(3, examples.size());
    }

    private static List<String> flink(Map<String, Object> example, List<String> columns) {
        Topology topology = Millrace.topology(
                "flink",
                t -> t.from(TICKS)
                        .keyBy(e -> 1)
                        .pattern(
                                "pattern",
                                FAR,
                                () -> new FlinkPattern(
                                        (String) example.get("pattern"), Loose.map(example.get("define")), (String)
                                                example.get("skip")))
                        .to(MEASURES, m -> new Measures(measures(m, columns))));
        try (TestDriver driver = TestDriver.of(topology)) {
            long time = 0;
            for (Object row : Loose.list(example.get("input"))) {
                Map<String, Object> r = Loose.map(row);
                driver.send(TICKS, new Tick((String) r.get("t"), (Long) r.get("price"), ++time));
            }
            driver.endAll();
            return driver.take(MEASURES).stream().map(Measures::text).toList();
        }
    }

    private static String measures(FlinkPattern match, List<String> columns) {
        return columns.stream()
                .map(c -> c + "=" + measure(match, c))
                .toList()
                .toString()
                .replaceAll("^\\[(.*)]$", "{$1}");
    }

    private static Object measure(FlinkPattern match, String column) {
        return switch (column) {
            case "start" -> match.steps.get("START_ROW").event().t();
            case "bottom" -> match.steps.get("PRICE_DOWN").last().t();
            case "end" -> match.steps.get("PRICE_UP").last().t();
            case "first A" -> match.steps.get("A").first().price();
            case "last A" -> match.steps.get("A").last().price();
            case "B" -> match.steps.get("B").event().price();
            case "C.price" -> match.steps.get("C").event().price();
            default -> throw new IllegalArgumentException(column);
        };
    }

    // ---- ZetaSQL

    /** A row of its table. */
    record Row(long rowid, long x, long y, long z) {}

    /** A row in the middle of an alternative. */
    record Found(long z, long rowid, @Length(20) String variable) {}

    /** Rows side by side, as many before the one in the middle as behind it. */
    static final class Neighbours extends EventPattern<Row> {
        final Step<Row> middle;

        Neighbours(String condition) {
            Matcher greater = GREATER.matcher(condition);
            boolean less = greater.matches();
            assertTrue(less || ITSELF.matcher(condition).matches(), condition);
            int each = less ? greater.group(1) == null ? 1 : Integer.parseInt(greater.group(1)) : 0;
            Step<Row> first = begin(r -> true);
            Step<Row> at = first;
            for (int i = 1; i < 2 * each; i++) {
                Step<Row> next = next(r -> true);
                at = i == each ? next : at;
            }
            if (each > 0) {
                next(r -> !less || first.event().x() > r.x());
            }
            middle = at;
        }
    }

    /** The alternatives of a row pattern, each a variable with the rows that its condition looks at. */
    static final class Variables extends EventPattern<Row> {
        final Map<String, Group<Neighbours>> groups = new LinkedHashMap<>();

        Variables(Map<String, String> define) {
            define.forEach((variable, condition) -> {
                Supplier<Neighbours> rows = () -> new Neighbours(condition);
                groups.put(variable, groups.isEmpty() ? begin(rows) : or(rows));
            });
            noSkip();
        }

        Found found() {
            Map.Entry<String, Group<Neighbours>> taken = groups.entrySet().stream()
                    .filter(g -> g.getValue().isPresent())
                    .findFirst()
                    .orElseThrow();
            Row row = taken.getValue().steps().middle.event();
            return new Found(row.z(), row.rowid(), taken.getKey());
        }
    }

    private static final Input<Row> ROWS =
            Input.of("rows", Row.class).eventTime(Row::rowid, NANOSECONDS).historic();
    private static final Output<Found> FOUND = Output.of("found", Found.class);

    private static final Pattern STRUCT =
            Pattern.compile("STRUCT\\((\\d+) AS rowid,\\s*(\\d+) AS x,\\s*(\\d+) AS y,\\s*(\\d+) AS z\\)");
    private static final Pattern NAME = Pattern.compile("\\[name=(\\w+)]");
    private static final Pattern DEFINE = Pattern.compile("\\b(\\w+) AS (prev\\(.*?),?\\n");
    private static final Pattern PATTERN = Pattern.compile("PATTERN \\((.*)\\)");
    private static final Pattern GREATER = Pattern.compile("prev\\(x(?:, (\\d+))?\\) > next\\(x(?:, (\\d+))?\\)");
    private static final Pattern ITSELF = Pattern.compile("prev\\(x, 0\\) = x AND next\\(x, 0\\) = x");
    private static final Pattern ANSWER = Pattern.compile("(?m)^  \\{(.*)},?$");

    /** What the DSL has no words for: there are no offsets that could be wrong, since steps name the rows. */
    private static final List<String> NOT_EXPRESSED = List.of(
            "prev_with_negative_offset", "next_with_negative_offset", "prev_with_null_offset", "next_with_null_offset");

    @Test
    void shouldGiveTheMatchesOfZetaSqlsTests() {
        String[] parts = Shared.text("match_recognize/zetasql_match_recognize_navigation_functions_in_define.test")
                .split("(?m)^==$");
        List<Row> table = new ArrayList<>();
        Matcher row = STRUCT.matcher(parts[0]);
        while (row.find()) {
            table.add(new Row(number(row, 1), number(row, 2), number(row, 3), number(row, 4)));
        }
        List<String> compared = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (String part : List.of(parts).subList(1, parts.length)) {
            Matcher name = NAME.matcher(part);
            assertTrue(name.find(), part);
            String[] sides = part.split("(?m)^--$");
            if (sides[1].contains("ERROR:")) {
                left.add(name.group(1));
            } else {
                assertEquals(answers(sides[1]), zeta(table, sides[0]), name.group(1));
                compared.add(name.group(1));
            }
        }
        assertEquals(NOT_EXPRESSED, left);
        assertEquals(3, compared.size(), compared.toString());
        assertEquals(16, table.size());
    }

    private static long number(Matcher m, int group) {
        return Long.parseLong(m.group(group));
    }

    private static List<String> answers(String text) {
        List<String> result = new ArrayList<>();
        Matcher m = ANSWER.matcher(text);
        while (m.find()) {
            result.add(m.group(1));
        }
        return result;
    }

    /**
     * The rows that a variable looks at are matched with it, and what looks farther is complete later: so all are sent, and a row is of
     * the alternative that comes first.
     */
    private static List<String> zeta(List<Row> table, String sql) {
        Map<String, String> conditions = new TreeMap<>();
        Matcher define = DEFINE.matcher(sql + "\n");
        while (define.find()) {
            conditions.put(define.group(1), define.group(2));
        }
        Matcher pattern = PATTERN.matcher(sql);
        assertTrue(pattern.find(), sql);
        Map<String, String> alternatives = new LinkedHashMap<>();
        for (String variable : pattern.group(1).split(" \\| ")) {
            alternatives.put(variable, conditions.get(variable));
        }
        boolean partitioned = sql.contains("PARTITION BY z");
        List<Found> all = found(table, alternatives, partitioned ? Row::z : r -> 1);
        Map<Long, String> byRow = new TreeMap<>();
        for (String variable : alternatives.keySet()) {
            for (Found f : all) {
                String label = (partitioned ? f.z() + ", " : "") + f.rowid() + ", \"" + variable + '"';
                if (f.variable().equals(variable)) {
                    byRow.putIfAbsent(f.rowid(), label);
                }
            }
        }
        return List.copyOf(byRow.values());
    }

    private static List<Found> found(List<Row> table, Map<String, String> alternatives, LongField<Row> key) {
        Topology topology = Millrace.topology(
                "zeta",
                t -> t.from(ROWS)
                        .keyBy(key)
                        .pattern("pattern", FAR, () -> new Variables(alternatives))
                        .to(FOUND, Variables::found));
        try (TestDriver driver = TestDriver.of(topology)) {
            table.forEach(r -> driver.send(ROWS, r));
            driver.endAll();
            return driver.take(FOUND);
        }
    }
}
