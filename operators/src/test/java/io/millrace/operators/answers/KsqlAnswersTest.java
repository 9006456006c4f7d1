package io.millrace.operators.answers;

import static io.millrace.operators.answers.Cell.LEFT;
import static io.millrace.operators.answers.Cell.PAIRS;
import static io.millrace.operators.answers.Cell.RIGHT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operators.answers.Cell.Pair;
import io.millrace.operators.answers.KsqlCase.In;
import io.millrace.operators.answers.KsqlCase.Source;
import io.millrace.operators.answers.KsqlGroups.Asked;
import io.millrace.operators.answers.KsqlGroups.Forever;
import io.millrace.operators.answers.KsqlGroups.Group;
import io.millrace.operators.answers.KsqlGroups.InWindow;
import io.millrace.operators.answers.KsqlGroups.Largest;
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
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The cases of ksql's own query tests (5.0.4): records in, records out. Each query is read from the file and said in words of the
 * DSL. A case for which that does not go would be named below with its reason; there is none.
 */
class KsqlAnswersTest {
    private static final String FOLDER = "kstreams_qtt_5.0.4_apache";

    private static final Pattern AGGREGATE =
            Pattern.compile("(?i)(sum|max|min|topkdistinct|topk)\\s*\\((.*?)(?:,\\s*(\\d+)\\s*)?\\)");

    /** Theirs, of which the list of results ends early, and before what; as far as it goes it is compared. */
    private static final Map<String, String> SHORT = Map.of(
            "stream stream inner join with out of order messages", "a pair of 6 s and 15 s, which is within 10 s",
            "table table left join", "what the last record changes");

    /** File and case, and why. */
    private static final Map<String, String> NOT_EXPRESSED = Map.of();

    private static final Input<Cell> BEFORE_LEFT = Cell.input("before-left");
    private static final Input<Cell> BEFORE_RIGHT = Cell.input("before-right");
    private static final Output<Group> GROUPS = Output.of("groups", Group.class);
    private static final Output<Cell> ROWS = Output.of("rows", Cell.class);

    @Test
    void shouldGiveTheAnswersOfKsql() throws IOException {
        Map<String, String> not = new TreeMap<>();
        int agreed = 0;
        for (Path file : files()) {
            Object read = Loose.json(Files.readString(file));
            for (Object given : Loose.list(Loose.map(read).get("tests"))) {
                KsqlCase c = new KsqlCase(Loose.map(given));
                String reason = reason(c);
                if (reason == null) {
                    List<String> ours = run(c);
                    int compared = SHORT.containsKey(c.name) ? c.outputs.size() : ours.size();
                    assertEquals(
                            String.join("\n", withoutNothing(c.outputs)),
                            String.join("\n", ours.subList(0, compared)),
                            file.getFileName() + ": " + c.name);
                    agreed++;
                } else {
                    not.put(file.getFileName() + ": " + c.name, reason);
                }
            }
        }
        assertEquals(NOT_EXPRESSED, not);
        assertEquals(72, agreed);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Shared.path(FOLDER))) {
            return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
    }

    /** Why a case cannot be said; null when it can. */
    private static String reason(KsqlCase c) {
        return c.isRead() ? null : "its statements are not read";
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
        if (c.before != null && (c.part(7) == null || c.part(9) != null || isLookUp(c))) {
            throw new IllegalArgumentException(c.name + ": a query over a query is read where it joins tables");
        }
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
        Asked asked = asked(c);
        TestDriver driver = driver(
                c,
                null,
                t -> t.from(LEFT)
                        .filter(e -> columns(c, e.row()) != null && value(c.part(13), c, e.row(), -1, null) != null)
                        .keyByText(e -> text(c.part(13), c, e.row()))
                        .lookBack("all", () -> new Forever(asked))
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
        Asked asked = asked(c);
        Window window = c.part(11) == null ? Window.global() : window(c.part(11));
        TestDriver driver = driver(c, null, t -> {
            KeyedStream<InWindow> windows = t.from(LEFT)
                    .filter(e -> columns(c, e.row()) != null && value(c.part(13), c, e.row(), -1, null) != null)
                    .keyByText(e -> text(c.part(13), c, e.row()))
                    .window("window", window.emitOnUpdate())
                    .aggregate(() -> new InWindow(asked));
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
    private static Asked asked(KsqlCase c) {
        Matcher m = AGGREGATE.matcher(c.part(3));
        boolean isAny = m.find();
        String argument = isAny ? m.group(2).replaceAll("(?i)cast\\s*\\(\\s*(\\d+).*", "$1") : "0";
        boolean isTop = isAny && m.group(3) != null;
        return new Asked(
                e -> whole(argument, c, e),
                e -> broken(argument, c, e),
                isTop ? Integer.parseInt(m.group(3)) : 1,
                isTop && m.group(1).equalsIgnoreCase("topkdistinct"));
    }

    private static long whole(String argument, KsqlCase c, Cell e) {
        Object value = value(argument, c, e.row(), -1, null);
        if (value instanceof String text) {
            return KsqlGroups.number(text);
        }
        return value instanceof Double || value == null ? 0 : new BigDecimal(String.valueOf(value)).longValue();
    }

    private static double broken(String argument, KsqlCase c, Cell e) {
        return value(argument, c, e.row(), -1, null) instanceof Number number ? number.doubleValue() : 0;
    }

    /** A list of the largest, each as the column has it. */
    private static List<Object> largest(KsqlCase c, String column, int row, Group group) {
        boolean isBroken = isBroken(c, column, row);
        boolean isText = columns(c, row).get(upper(column)) instanceof String;
        Largest largest = isBroken ? group.largestDouble() : group.largest();
        List<Object> values = new ArrayList<>();
        for (int rank = 0; rank < largest.size(); rank++) {
            long bits = largest.bits(rank);
            values.add(
                    isText ? KsqlGroups.text(bits) : isBroken ? (Object) Double.longBitsToDouble(bits) : (Object) bits);
        }
        return values;
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

    /**
     * A pair of theirs has the time of the record that came last, one of ours the later of both times. In an outer join theirs send a
     * record alone at once when nothing matches it yet, though a match may come: that is a look-back to the other side. It does not see
     * what came before and is of a later time; no case has that.
     */
    private static List<String> paired(KsqlCase c) {
        Matcher within = Pattern.compile("\\d+").matcher(c.part(9));
        within.find();
        long beforeMs = 1_000 * Long.parseLong(within.group());
        long afterMs = within.find() ? 1_000 * Long.parseLong(within.group()) : beforeMs;
        Interval<Object> interval = Interval.between(Duration.ofNanos(-beforeMs), Duration.ofNanos(afterMs));
        TestDriver driver = driver(c, c.sources.get(upper(c.part(7))).topic(), t -> {
            KeyedStream<Cell> lefts = t.from(LEFT).keyByText(Cell::key);
            KeyedStream<Cell> rights = t.from(RIGHT).keyByText(Cell::key);
            lefts.join("join", rights, interval)
                    .to(PAIRS, j -> new Pair(j.left().row(), j.right().row()));
            if (kind(c) != JoinKind.INNER) {
                alone(lefts, "lefts", rights, beforeMs, row -> new Pair(row, -1));
            }
            if (kind(c) == JoinKind.FULL) {
                alone(rights, "rights", lefts, afterMs, row -> new Pair(-1, row));
            }
        });
        List<Meta> metas = driver.metas(PAIRS);
        List<Pair> pairs = driver.take(PAIRS);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Pair p = pairs.get(i);
            long laterMs = Stream.of(p.left(), p.right())
                    .filter(row -> row >= 0)
                    .mapToLong(row -> timeMs(c, row))
                    .max()
                    .getAsLong();
            assertEquals(laterMs, metas.get(i).timeNs(), c.name);
            int last = Math.max(p.left(), p.right());
            result.add(out(c, c.inputs.get(last).key(), p.left(), p.right(), null, timeMs(c, last)));
        }
        return result;
    }

    /** How many of the other side are within reach of an event. */
    static final class Others extends LookBack<Cell> {
        final Aggregates.LongValue count;

        Others(long reachNs) {
            count = last(Duration.ofNanos(reachNs + 1)).count(); // with what is as far as that
        }
    }

    private static void alone(
            KeyedStream<Cell> ones, String name, KeyedStream<Cell> others, long reachNs, IntFunction<Pair> pair) {
        ones.lookBack(name, others, () -> new Others(reachNs))
                .filter(o -> o.count.get() == 0)
                .to(PAIRS, o -> pair.apply(o.question(Cell.class).row()));
    }

    private static JoinKind kind(KsqlCase c) {
        return isInner(c) ? JoinKind.INNER : c.part(6).equalsIgnoreCase("left") ? JoinKind.LEFT : JoinKind.FULL;
    }

    /** A result has the time of the record that changed it. */
    private static List<String> joinedTables(KsqlCase c) {
        TestDriver driver = driver(
                c,
                c.sources.get(upper(c.part(7))).topic(),
                t -> table(c.before == null ? t.from(LEFT) : t.from(LEFT).merge(madeBefore(c, t)), c)
                        .tableJoin("join", table(t.from(RIGHT), c), kind(c))
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

    private static KeyedStream<Cell> table(EventStream<Cell> rows, KsqlCase c) {
        return rows.keyByText(Cell::key).deleteWhen(e -> columns(c, e.row()) == null);
    }

    /** What the query before the last makes. The file feeds its topic, and nothing that it reads, so no row of it has to be made up. */
    private static EventStream<Cell> madeBefore(KsqlCase c, TopologyBuilder t) {
        if (c.before.group(7) == null || c.before.group(6) != null || c.before.group(9) != null) {
            throw new IllegalArgumentException(c.name + ": only an inner join of tables comes before another query");
        }
        return table(t.from(BEFORE_LEFT), c)
                .tableJoin("before", table(t.from(BEFORE_RIGHT), c), JoinKind.INNER)
                .changelog("before-changes")
                .map(Cell.class, j -> {
                    throw new IllegalStateException(c.name + ": a row of the first query");
                });
    }

    /** Where a record goes in: by the topics of the sources of the queries. */
    private static Input<Cell> input(KsqlCase c, String topic, String rightTopic) {
        if (c.before != null
                && topic.equals(c.sources.get(upper(c.before.group(4))).topic())) {
            return BEFORE_LEFT;
        }
        if (c.before != null
                && topic.equals(c.sources.get(upper(c.before.group(7))).topic())) {
            return BEFORE_RIGHT;
        }
        return topic.equals(rightTopic) ? RIGHT : LEFT;
    }

    private static TestDriver driver(KsqlCase c, String rightTopic, Consumer<TopologyBuilder> words) {
        TestDriver driver = TestDriver.of(Millrace.topology("ksql", words));
        for (int i = 0; i < c.inputs.size(); i++) {
            In in = c.inputs.get(i);
            Cell cell = new Cell(i, in.key(), timeMs(c, i), 0);
            driver.send(input(c, in.topic(), rightTopic), cell);
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
                if (function.startsWith("topk")) {
                    return largest(c, argument.split("\\W")[0], left, group);
                }
                if (function.startsWith("window") && c.part(11) == null) {
                    return null; // there is none
                }
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
