package io.millrace.operators.answers;

import static io.millrace.operators.answers.Cell.LEFT;
import static io.millrace.operators.answers.Cell.PAIRS;
import static io.millrace.operators.answers.Cell.RIGHT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Aggregates.DoubleValue;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.LongField;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operators.Fn.DoubleField;
import io.millrace.operators.answers.Cell.Pair;
import io.millrace.operators.answers.KsqlCase.In;
import io.millrace.operators.answers.KsqlCase.Source;
import io.millrace.operators.join.Interval;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The cases of ksql's own query tests (5.0.4): records in, records out. Each query is read from the file and said in words of the
 * DSL; the cases for which that does not go are counted below by the reason.
 */
class KsqlAnswersTest {
    private static final String FOLDER = "kstreams_qtt_5.0.4_apache";

    private static final String PIPELINE = "a query over a query, of which only the last is shown";
    private static final String NO_WINDOW = "the bounds of a window where there is none";
    private static final String TOP_K = "topk of the largest values; ours is of the most frequent";
    private static final String EAGER_NULLS = "a left side is sent alone at once, though a match may come";

    /**
     * Their lists end early: before a pair of 6 s and 15 s, which is within 10 s, and before what the last record changes. What
     * they have is compared.
     */
    private static final Set<String> SHORT =
            Set.of("stream stream inner join with out of order messages", "table table left join");

    private static final Map<String, Integer> NOT_EXPRESSED =
            Map.of(PIPELINE, 1, NO_WINDOW, 1, TOP_K, 11, EAGER_NULLS, 2);

    /** What a group by has come to, at a row. */
    record Group(
            long row,
            long count,
            long sum,
            double sumDouble,
            long min,
            long max,
            double minDouble,
            double maxDouble,
            long startMs,
            long endMs) {}

    private static final Output<Group> GROUPS = Output.of("groups", Group.class);
    private static final Output<Cell> ROWS = Output.of("rows", Cell.class);

    /** All of a key so far. */
    static final class Forever extends LookBack<Cell> {
        private final Span<Cell> all = last(Duration.ofNanos(Long.MAX_VALUE));
        final LongValue count = all.count();
        final LongValue sum;
        final DoubleValue sumDouble;
        final LongValue min;
        final LongValue max;
        final DoubleValue minDouble;
        final DoubleValue maxDouble;

        Forever(LongField<Cell> whole, DoubleField<Cell> broken) {
            sum = all.sumSaturating(whole);
            sumDouble = all.sumDouble(broken);
            min = all.min(whole);
            max = all.max(whole);
            minDouble = all.minDouble(broken);
            maxDouble = all.maxDouble(broken);
        }

        Group group() {
            return new Group(
                    event().row(),
                    count.get(),
                    sum.get(),
                    sumDouble.get(),
                    min.get(),
                    max.get(),
                    minDouble.get(),
                    maxDouble.get(),
                    0,
                    0);
        }
    }

    /** The same of one window; a millisecond of theirs is a nanosecond here. */
    static final class InWindow extends Aggregates<Cell> {
        final LongValue row = last(c -> c.row());
        final LongValue count = count();
        final LongValue sum;
        final DoubleValue sumDouble;
        final LongValue min;
        final LongValue max;
        final DoubleValue minDouble;
        final DoubleValue maxDouble;

        InWindow(LongField<Cell> whole, DoubleField<Cell> broken) {
            sum = sumSaturating(whole);
            sumDouble = sumDouble(broken);
            min = min(whole);
            max = max(whole);
            minDouble = minDouble(broken);
            maxDouble = maxDouble(broken);
        }

        Group group() {
            return new Group(
                    row.get(),
                    count.get(),
                    sum.get(),
                    sumDouble.get(),
                    min.get(),
                    max.get(),
                    minDouble.get(),
                    maxDouble.get(),
                    windowStartNs(),
                    windowEndNs());
        }
    }

    @Test
    void shouldGiveTheAnswersOfKsql() throws IOException {
        Map<String, Integer> not = new TreeMap<>();
        int agreed = 0;
        for (Path file : files()) {
            Object read = Loose.json(Files.readString(file));
            for (Object given : Loose.list(Loose.map(read).get("tests"))) {
                KsqlCase c = new KsqlCase(Loose.map(given));
                String reason = reason(c);
                if (reason == null) {
                    List<String> ours = run(c);
                    int compared = SHORT.contains(c.name) ? c.outputs.size() : ours.size();
                    assertEquals(
                            String.join("\n", withoutNothing(c.outputs)),
                            String.join("\n", ours.subList(0, compared)),
                            file.getFileName() + ": " + c.name);
                    agreed++;
                } else {
                    not.merge(reason, 1, Integer::sum);
                }
            }
        }
        assertEquals(NOT_EXPRESSED, not);
        assertEquals(57, agreed);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Shared.path(FOLDER))) {
            return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
    }

    private static String reason(KsqlCase c) {
        if (!c.readsItsSources()) {
            return PIPELINE;
        }
        if (c.part(3).matches("(?i).*topk.*")) {
            return TOP_K;
        }
        if (c.part(7) != null && !isLookUp(c)) {
            return c.part(9) == null || isInner(c) ? null : EAGER_NULLS;
        }
        return c.part(11) == null && c.part(3).matches("(?i).*Window(Start|End).*") ? NO_WINDOW : null;
    }

    private static boolean isLookUp(KsqlCase c) {
        return !c.sources.get(upper(c.part(4))).isTable()
                && c.sources.get(upper(c.part(7))).isTable();
    }

    private static boolean isInner(KsqlCase c) {
        return c.part(6) == null || c.part(6).equalsIgnoreCase("inner");
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }

    private static List<String> run(KsqlCase c) {
        if (c.part(7) != null) {
            return c.part(9) != null ? paired(c) : isLookUp(c) ? lookedUp(c) : joinedTables(c);
        }
        if (c.part(11) != null || c.part(14) != null) {
            return windowed(c);
        }
        return c.part(13) != null ? grouped(c) : selected(c);
    }

    // ---- words

    private static List<String> selected(KsqlCase c) {
        TestDriver driver = driver(
                c,
                null,
                t -> t.from(LEFT)
                        .filter(e -> columns(c, e.row()) != null)
                        .filter(e -> c.part(12) == null || Boolean.TRUE.equals(value(c.part(12), c, e.row(), -1, null)))
                        .filter(e -> c.part(15) == null || value(c.part(15), c, e.row(), -1, null) != null)
                        .to(ROWS));
        return driver.take(ROWS).stream()
                .map(e -> out(
                        c,
                        c.part(15) == null ? c.inputs.get(e.row()).key() : text(c.part(15), c, e.row()),
                        e.row(),
                        -1,
                        null))
                .toList();
    }

    private static String text(String expression, KsqlCase c, int row) {
        return String.valueOf(value(expression, c, row, -1, null));
    }

    private static List<String> grouped(KsqlCase c) {
        String argument = argument(c.part(3));
        TestDriver driver = driver(
                c,
                null,
                t -> t.from(LEFT)
                        .filter(e -> columns(c, e.row()) != null && value(c.part(13), c, e.row(), -1, null) != null)
                        .keyByText(e -> text(c.part(13), c, e.row()))
                        .lookBack("all", () -> new Forever(e -> whole(argument, c, e), e -> broken(argument, c, e)))
                        .to(GROUPS, Forever::group));
        return driver.take(GROUPS).stream()
                .map(g -> out(c, text(c.part(13), c, (int) g.row()), (int) g.row(), -1, g))
                .toList();
    }

    /**
     * A session of theirs ends a gap behind its last event, one of ours behind the event itself. Theirs has no windows before the epoch, and sends a tombstone for a group that does not pass, whether it ever did or not;
     * where it did not, that is left out.
     */
    private static List<String> windowed(KsqlCase c) {
        String argument = argument(c.part(3));
        Window window = c.part(11) == null ? Window.global() : window(c.part(11));
        TestDriver driver = driver(c, null, t -> {
            KeyedStream<InWindow> windows = t.from(LEFT)
                    .filter(e -> columns(c, e.row()) != null && value(c.part(13), c, e.row(), -1, null) != null)
                    .keyByText(e -> text(c.part(13), c, e.row()))
                    .window("window", window.emitOnUpdate())
                    .aggregate(() -> new InWindow(e -> whole(argument, c, e), e -> broken(argument, c, e)));
            windows.filter(w -> c.part(14) == null
                            || Boolean.TRUE.equals(value(c.part(14), c, (int) w.row.get(), -1, w.group())))
                    .to(GROUPS, InWindow::group);
        });
        List<Meta> metas = driver.metas(GROUPS);
        List<Group> groups = driver.take(GROUPS);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            Group g = groups.get(i);
            int row = (int) g.row();
            long endMs = g.endMs() + (isSession(c) ? gapMs(c) - 1 : 0);
            String bounds = c.part(11) == null ? null : g.startMs() + ".." + endMs;
            boolean isGone = metas.get(i).form() == EntryForm.RETRACTION;
            long timeMs = timeMs(c, isGone ? (int) metas.get(i).sequence() : row);
            String out = out(c, text(c.part(13), c, row), row, -1, g, timeMs);
            if (c.part(11) != null && g.startMs() < 0) {
                continue;
            }
            result.add((isGone ? out.replaceAll("\\[.*]", "null") : out) + (bounds == null ? "" : " in " + bounds));
        }
        return result;
    }

    private static boolean isSession(KsqlCase c) {
        return c.part(11) != null && c.part(11).toLowerCase(Locale.ROOT).startsWith("session");
    }

    private static long gapMs(KsqlCase c) {
        return 1_000 * Long.parseLong(c.part(11).replaceAll("\\D+", ""));
    }

    private static Window window(String text) {
        Matcher numbers = Pattern.compile("\\d+").matcher(text);
        numbers.find();
        Duration size = Duration.ofNanos(1_000 * Long.parseLong(numbers.group()));
        if (text.toLowerCase(Locale.ROOT).startsWith("session")) {
            return Window.session(size);
        }
        return numbers.find()
                ? Window.hopping(size, Duration.ofNanos(1_000 * Long.parseLong(numbers.group())))
                : Window.tumbling(size);
    }

    /** Their list without the tombstones of what never was. */
    private static List<String> withoutNothing(List<String> outs) {
        List<String> result = new ArrayList<>();
        Set<String> there = new HashSet<>();
        for (String out : outs) {
            String of = out.replaceAll(" .* at \\d+", "");
            if (!out.contains(" null at ") || there.contains(of)) {
                result.add(out);
            }
            if (out.contains(" null at ")) {
                there.remove(of);
            } else {
                there.add(of);
            }
        }
        return result;
    }

    /** What the aggregates of a select list are about. */
    private static String argument(String select) {
        Matcher m = Pattern.compile("(?i)(?:sum|max|min)\\s*\\((.*?)\\)").matcher(select);
        String argument = m.find() ? m.group(1) : "0";
        return argument.replaceAll("(?i)cast\\s*\\(\\s*(\\d+).*", "$1");
    }

    private static long whole(String argument, KsqlCase c, Cell e) {
        Object value = value(argument, c, e.row(), -1, null);
        return value instanceof Double || value == null ? 0 : new BigDecimal(String.valueOf(value)).longValue();
    }

    private static double broken(String argument, KsqlCase c, Cell e) {
        Object value = value(argument, c, e.row(), -1, null);
        return value == null ? 0 : ((Number) value).doubleValue();
    }

    private static List<String> lookedUp(KsqlCase c) {
        Source right = c.sources.get(upper(c.part(7)));
        boolean isLeft = "left".equalsIgnoreCase(c.part(6));
        TestDriver driver = driver(c, right.topic(), t -> {
            var table = t.tableByText("table", RIGHT, Cell::key).deleteWhen(e -> columns(c, e.row()) == null);
            KeyedStream<Cell> events = t.from(LEFT).keyByText(Cell::key);
            events.lookup("row", table)
                    .filter(j -> isLeft || j.hasRight())
                    .to(
                            PAIRS,
                            j -> new Pair(
                                    j.left().row(), j.hasRight() ? j.right().row() : -1));
        });
        return driver.take(PAIRS).stream()
                .map(p -> out(c, c.inputs.get(p.left()).key(), p.left(), p.right(), null))
                .toList();
    }

    /** A pair of theirs has the time of the record that came last, one of ours the later of both times. */
    private static List<String> paired(KsqlCase c) {
        Matcher within = Pattern.compile("\\d+").matcher(c.part(9));
        within.find();
        long beforeMs = 1_000 * Long.parseLong(within.group());
        long afterMs = within.find() ? 1_000 * Long.parseLong(within.group()) : beforeMs;
        Interval<Object> interval = Interval.between(Duration.ofNanos(-beforeMs), Duration.ofNanos(afterMs));
        TestDriver driver = driver(
                c,
                c.sources.get(upper(c.part(7))).topic(),
                t -> t.from(LEFT)
                        .keyByText(Cell::key)
                        .join("join", t.from(RIGHT).keyByText(Cell::key), interval)
                        .to(PAIRS, j -> new Pair(j.left().row(), j.right().row())));
        List<Meta> metas = driver.metas(PAIRS);
        List<Pair> pairs = driver.take(PAIRS);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Pair p = pairs.get(i);
            assertEquals(
                    Math.max(timeMs(c, p.left()), timeMs(c, p.right())),
                    metas.get(i).timeNs(),
                    c.name);
            long lastMs = timeMs(c, Math.max(p.left(), p.right()));
            result.add(out(c, c.inputs.get(p.left()).key(), p.left(), p.right(), null, lastMs));
        }
        return result;
    }

    /** A result has the time of the record that changed it. */
    private static List<String> joinedTables(KsqlCase c) {
        JoinKind kind =
                isInner(c) ? JoinKind.INNER : c.part(6).equalsIgnoreCase("left") ? JoinKind.LEFT : JoinKind.FULL;
        TestDriver driver = driver(
                c,
                c.sources.get(upper(c.part(7))).topic(),
                t -> t.from(LEFT)
                        .keyByText(Cell::key)
                        .deleteWhen(e -> columns(c, e.row()) == null)
                        .tableJoin(
                                "join",
                                t.from(RIGHT).keyByText(Cell::key).deleteWhen(e -> columns(c, e.row()) == null),
                                kind)
                        .to(
                                PAIRS,
                                j -> new Pair(
                                        j.hasLeft() ? j.left().row() : -1,
                                        j.hasRight() ? j.right().row() : -1)));
        List<Meta> metas = driver.metas(PAIRS);
        List<Pair> pairs = driver.take(PAIRS);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Pair p = pairs.get(i);
            int cause = (int) metas.get(i).sequence(); // each record is one entry
            String out = out(c, c.inputs.get(cause).key(), p.left(), p.right(), null, timeMs(c, cause));
            result.add(metas.get(i).form() == EntryForm.RETRACTION ? out.replaceAll("\\[.*]", "null") : out);
        }
        return result;
    }

    private static TestDriver driver(KsqlCase c, String rightTopic, Consumer<TopologyBuilder> words) {
        TestDriver driver = TestDriver.of(Millrace.topology("ksql", words));
        for (int i = 0; i < c.inputs.size(); i++) {
            In in = c.inputs.get(i);
            Cell cell = new Cell(i, in.key(), timeMs(c, i), 0);
            driver.send(in.topic().equals(rightTopic) ? RIGHT : LEFT, cell);
        }
        assertEquals(List.of(), driver.deadLetters(), c.name);
        return driver;
    }

    // ---- values

    private static Map<String, Object> columns(KsqlCase c, int row) {
        return c.inputs.get(row).columns();
    }

    private static long timeMs(KsqlCase c, int row) {
        In in = c.inputs.get(row);
        String column = c.sourceOf(in.topic()).timestamp();
        return column == null || in.columns() == null
                ? in.timestampMs()
                : ((Number) in.columns().get(column.toUpperCase(Locale.ROOT))).longValue();
    }

    private static String out(KsqlCase c, String key, int left, int right, Group group) {
        return out(c, key, left, right, group, timeMs(c, left));
    }

    private static String out(KsqlCase c, String key, int left, int right, Group group, long timeMs) {
        List<String> fields = new ArrayList<>();
        for (String item : SqlExpression.items(c.part(3))) {
            if (item.matches("(\\w+\\.)?\\*")) {
                boolean other = item.length() > 1 && isRight(c, upper(item.substring(0, item.length() - 2)));
                Source source = c.sources.get(upper(c.part(other ? 7 : 4)));
                source.columns()
                        .forEach(name ->
                                fields.add(SqlExpression.normal(value(name(source, name, c), c, left, right, group))));
            } else {
                String expression = item.replaceAll("(?i)\\s+as\\s+\\w+$", "");
                fields.add(SqlExpression.normal(value(expression, c, left, right, group)));
            }
        }
        return KsqlCase.out(key, fields, timeMs, null);
    }

    private static String name(Source source, String column, KsqlCase c) {
        return c.part(7) == null ? column : source.name() + "." + column;
    }

    private static boolean isRight(KsqlCase c, String table) {
        return c.part(7) != null && (table.equalsIgnoreCase(c.part(7)) || table.equalsIgnoreCase(c.part(8)));
    }

    private static Object value(String expression, KsqlCase c, int left, int right, Group group) {
        return SqlExpression.of(expression, new SqlExpression.Scope() {
            @Override
            public Object column(String table, String name) {
                boolean other = table != null
                        ? isRight(c, table)
                        : c.part(7) != null
                                && !c.sources.get(upper(c.part(4))).columns().contains(name);
                int row = other ? right : left;
                return row < 0 ? null : columns(c, row).get(name);
            }

            @Override
            public Object call(String function, String argument) {
                if (function.startsWith("window")) {
                    return function.endsWith("start") ? group.startMs() : group.endMs() - (isSession(c) ? 1 : 0);
                }
                boolean broken = isBroken(c, argument, left);
                return switch (function) {
                    case "count" -> group.count();
                    case "sum" -> broken ? (Object) group.sumDouble() : (Object) group.sum();
                    case "min" -> broken ? (Object) group.minDouble() : (Object) group.min();
                    case "max" -> broken ? (Object) group.maxDouble() : (Object) group.max();
                    default -> throw new IllegalArgumentException(function);
                };
            }
        });
    }

    private static boolean isBroken(KsqlCase c, String argument, int row) {
        Source source = c.sourceOf(c.inputs.get(row).topic());
        int column = source.columns().indexOf(upper(argument.split("[ \\[]")[0]));
        return column >= 0 ? source.types().get(column).contains("double") : argument.matches("\\d+\\.\\d+");
    }
}
