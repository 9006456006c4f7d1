package io.millrace.operators.answers;

import static io.millrace.operators.answers.Cell.LEFT;
import static io.millrace.operators.answers.Cell.RIGHT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.answers.Cell.Pair;
import io.millrace.operators.answers.LastJoinCase.Side;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The "last join" cases of OpenMLDB: beside each row of the first table stands the last of another one that meets a condition, in the
 * order of a column. By equal columns that is an as-of join of an event later than all rows. With further conditions it is a join of
 * all with equal columns, a filter, and the row at the largest of the order. The file is read as it is.
 */
class LastJoinAnswersTest {
    private static final String FILE = "openmldb/function__join__test_lastjoin_simple.yaml";
    private static final long AFTER_ALL_NS = 4_000_000_000_000_000_000L;
    private static final int ROWS = 100;

    private static final String NO_ROWS = "the answer is an error of their planner";

    /** Case, and why. */
    private static final Map<String, String> NOT_EXPRESSED = Map.of(
            "4-2", NO_ROWS, "4-3", NO_ROWS, "4-4", NO_ROWS, "7", NO_ROWS, "8", NO_ROWS, "9", NO_ROWS, "10", NO_ROWS,
            "28", NO_ROWS, "29", NO_ROWS);

    /** One more than two tables. */
    private static final List<Input<Cell>> SIDES = List.of(RIGHT, Cell.input("third"));

    private static final List<Output<Pair>> PAIRS =
            List.of(Output.of("pairs", Pair.class), Output.of("third-pairs", Pair.class));

    /** Two rows with equal columns; a row alone comes before all of its pairs. */
    record Candidate(int left, int right, long order) {}

    /** The last of them. */
    static final class Last extends Aggregates<Candidate> {
        final LongValue left = longKey();
        final LongValue right = argMax(Candidate::right, Candidate::order);

        Pair pair() {
            return new Pair((int) left.get(), (int) right.get());
        }
    }

    @Test
    void shouldGiveTheAnswersOfOpenMldb() {
        Map<String, String> not = new HashMap<>();
        CaseNames names = new CaseNames();
        int agreed = 0;
        for (Object c :
                Loose.list(Loose.map(Loose.yaml(Shared.text(FILE)).get(0)).get("cases"))) {
            Map<String, Object> given = Loose.map(c);
            String name = names.of(given);
            Map<String, Object> expect = Loose.map(given.get("expect"));
            if (Boolean.FALSE.equals(expect.get("success")) || !expect.containsKey("rows")) {
                not.put(name, NO_ROWS);
                continue;
            }
            LastJoinCase parsed = new LastJoinCase(given);
            compare(name, LastJoinCase.rows(expect), joined(parsed), parsed.limit);
            agreed++;
        }
        assertEquals(NOT_EXPRESSED, not);
        assertEquals(37, agreed);
    }

    /** Their cases name a column to sort by, or none: all columns do as well. With a limit any rows will do that are of the answer. */
    private static void compare(String name, List<List<Object>> theirs, List<List<Object>> ours, int limit) {
        if (limit < 0) {
            assertEquals(ordered(theirs), ordered(ours), name);
        } else {
            assertEquals(Math.min(limit, ours.size()), theirs.size(), name);
            assertTrue(ours.containsAll(theirs), name);
        }
    }

    private static List<List<Object>> ordered(List<List<Object>> rows) {
        return rows.stream().sorted(Comparator.comparing(String::valueOf)).toList();
    }

    private static List<List<Object>> joined(LastJoinCase c) {
        TestDriver driver = TestDriver.of(Millrace.topology("last-join", t -> {
            EventStream<Cell> lefts = t.from(LEFT);
            for (int s = 0; s < c.sides.size(); s++) {
                Side side = c.sides.get(s);
                EventStream<Pair> last = side.isByEqualColumns() ? asOf(t, c, s, lefts) : ofAll(t, c, s, lefts);
                last.to(PAIRS.get(s));
            }
        }));
        for (int i = 0; i < c.left.rows().size(); i++) {
            driver.send(LEFT, new Cell(i, "", AFTER_ALL_NS, 0));
        }
        for (int s = 0; s < c.sides.size(); s++) {
            for (int i = 0; i < c.sides.get(s).table().rows().size(); i++) {
                driver.send(SIDES.get(s), new Cell(i, "", c.sides.get(s).order(i), 0));
            }
        }
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters());
        int[][] rights = new int[c.left.rows().size()][c.sides.size()];
        for (int s = 0; s < c.sides.size(); s++) {
            for (Pair p : driver.take(PAIRS.get(s))) {
                rights[p.left()][s] = p.right();
            }
        }
        List<List<Object>> result = new ArrayList<>();
        for (int i = 0; i < rights.length; i++) {
            result.add(c.selected(i, rights[i]));
        }
        return result;
    }

    private static EventStream<Pair> asOf(TopologyBuilder t, LastJoinCase c, int s, EventStream<Cell> lefts) {
        Side side = c.sides.get(s);
        return lefts.keyByText(l -> side.leftKey(c, l.row()))
                .asOf("last" + s, t.from(SIDES.get(s)).keyByText(r -> side.rightKey(r.row())), AsOf.backward())
                .map(
                        Pair.class,
                        j -> new Pair(j.left().row(), j.hasRight() ? j.right().row() : -1));
    }

    private static EventStream<Pair> ofAll(TopologyBuilder t, LastJoinCase c, int s, EventStream<Cell> lefts) {
        Side side = c.sides.get(s);
        KeyedStream<Cell> rights = t.from(SIDES.get(s)).keyByText(r -> side.rightKey(r.row()));
        EventStream<Candidate> pairs = lefts.keyByText(l -> side.leftKey(c, l.row()))
                .join("join" + s, rights, Interval.anyTime().eventsAtMost(ROWS))
                .filter(j -> side.holds(c, j.left().row(), j.right().row()))
                .map(
                        Candidate.class,
                        j -> new Candidate(
                                j.left().row(), j.right().row(), j.right().timeNs()));
        return lefts.map(Candidate.class, l -> new Candidate(l.row(), -1, Long.MIN_VALUE))
                .merge(pairs)
                .keyBy(Candidate::left)
                .window("last" + s, Window.global())
                .aggregate(Last::new)
                .map(Pair.class, Last::pair);
    }
}
