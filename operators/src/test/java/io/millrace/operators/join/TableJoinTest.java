package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static io.millrace.operators.join.Market.gone;
import static io.millrace.operators.join.Market.price;
import static io.millrace.operators.join.Market.trade;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.operators.Joined;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.TopologyException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Joins of tables, by their own key and by a foreign one; a trade whose id is negative deletes its row. */
class TableJoinTest {
    private static final int CASES = 400;
    private static final Input<Trade> TRADES = Market.trades(0);
    private static final Input<Price> PRICES = Market.prices(0);

    /** What came out: form, key of the trade, id of the trade, value of the price. */
    record Change(EntryForm form, long id, long value) {}

    private static TestDriver driver(
            BiFunction<KeyedStream<Trade>, KeyedStream<Price>, KeyedStream<Joined<Trade, Price>>> join,
            PlanOptions options) {
        return TestDriver.of(
                Millrace.topology(
                        "tables",
                        t -> join.apply(
                                        t.from(TRADES).keyBy(Trade::key).deleteWhen(x -> x.id() < 0),
                                        t.from(PRICES).keyBy(Price::key).deleteWhen(Price::gone))
                                .to(ANSWERS, Market::answer)),
                options);
    }

    private static TestDriver driver(JoinKind kind) {
        return driver((t, p) -> t.tableJoin("join", p, kind), PlanOptions.tested());
    }

    private static List<Change> changes(TestDriver driver) {
        List<EntryForm> forms = driver.metas(ANSWERS).stream().map(Meta::form).toList();
        List<Answer> answers = driver.take(ANSWERS);
        List<Change> result = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            result.add(
                    new Change(forms.get(i), answers.get(i).id(), answers.get(i).value()));
        }
        return result;
    }

    private static Change insert(long id, long value) {
        return new Change(EntryForm.INSERT, id, value);
    }

    private static Change replace(long id, long value) {
        return new Change(EntryForm.REPLACEMENT, id, value);
    }

    private static Change retract(long id, long value) {
        return new Change(EntryForm.RETRACTION, id, value);
    }

    @Test
    void shouldGiveOneReplacementForAChangeOfEitherSide() {
        TestDriver driver = driver(JoinKind.INNER);
        driver.send(TRADES, trade(1, 0));
        assertEquals(List.of(), changes(driver));
        driver.send(PRICES, price(5, 0)).send(TRADES, trade(2, 1)).send(PRICES, price(6, 1));
        assertEquals(List.of(insert(1, 5), replace(2, 5), replace(2, 6)), changes(driver));
    }

    @Test
    void shouldGiveNothingWhenThePairDidNotChange() {
        TestDriver driver = driver(JoinKind.FULL);
        driver.send(TRADES, trade(1, 0)).send(TRADES, trade(1, 0)).send(PRICES, gone(0));
        assertEquals(List.of(insert(1, -1)), changes(driver));
    }

    @Test
    void shouldGiveARetractionForADelete() {
        TestDriver driver = driver(JoinKind.LEFT);
        driver.send(TRADES, trade(1, 0))
                .send(PRICES, price(5, 0))
                .send(PRICES, gone(1))
                .send(TRADES, trade(-1, 1));
        assertEquals(List.of(insert(1, -1), replace(1, 5), replace(1, -1), retract(1, -1)), changes(driver));
        assertEquals(0, driver.counters("join").keys);
    }

    @Test
    void shouldGiveARetractionForTheOldForeignKeyThenAnInsertForTheNewOne() {
        TestDriver driver =
                driver((t, p) -> t.foreignKeyJoin("join", Trade::ns, p, JoinKind.INNER), PlanOptions.tested());
        driver.send(PRICES, new Price(10, 5, false, 0)).send(PRICES, new Price(11, 6, false, 0));
        driver.send(TRADES, trade(1, 10));
        long moved = driver.nextSequence();
        driver.send(TRADES, trade(2, 11));
        List<Long> places = driver.metas(ANSWERS).stream().map(Meta::sequence).toList();
        assertEquals(List.of(moved, moved), places.subList(1, 3));
        assertEquals(List.of(insert(1, 5), retract(1, 5), insert(2, 6)), changes(driver));
    }

    @Test
    void shouldChangeAllRowsThatNameARow() {
        TestDriver driver =
                driver((t, p) -> t.foreignKeyJoin("join", Trade::ns, p, JoinKind.LEFT), PlanOptions.tested());
        driver.send(TRADES, new Trade(1, 1, 10))
                .send(TRADES, new Trade(2, 2, 10))
                .send(TRADES, new Trade(3, 3, 11));
        driver.send(PRICES, new Price(10, 5, false, 0)).send(PRICES, new Price(10, 0, true, 0));
        assertEquals(
                List.of(
                        insert(1, -1),
                        insert(2, -1),
                        insert(3, -1),
                        replace(1, 5),
                        replace(2, 5),
                        replace(1, -1),
                        replace(2, -1)),
                changes(driver));
    }

    @Test
    void shouldRefuseWhatHasNoMeaning() {
        TopologyException full = assertThrows(
                TopologyException.class,
                () -> driver((t, p) -> t.foreignKeyJoin("join", Trade::ns, p, JoinKind.FULL), PlanOptions.tested()));
        assertTrue(full.getMessage().contains("use INNER or LEFT"), full.getMessage());
        TopologyException text = assertThrows(
                TopologyException.class,
                () -> driver(
                        (t, p) -> t.foreignKeyJoin("join", Trade::ns, p.keyByText(Price::toString), JoinKind.LEFT),
                        PlanOptions.tested()));
        assertTrue(text.getMessage().contains("rows name a number"), text.getMessage());
    }

    // ---- against maps

    /** The pairs that two maps make, computed anew after each change, and how they differ from those before. */
    @Test
    void shouldAgreeWithMaps() {
        Seeds.each(0, CASES, "agree(%d)", TableJoinTest::agree);
    }

    private static void agree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean foreign = random.nextBoolean();
        JoinKind kind = JoinKind.values()[random.nextInt(foreign ? 2 : 3)];
        TestDriver driver = driver(
                (t, p) -> foreign ? t.foreignKeyJoin("join", Trade::ns, p, kind) : t.tableJoin("join", p, kind),
                PlanOptions.tested().withHashSeed(seed).withStateBytes(4 << 20));
        Map<Long, Trade> left = new LinkedHashMap<>();
        Map<Long, Price> right = new LinkedHashMap<>();
        Map<Long, Rows> before = new LinkedHashMap<>();
        for (int i = 0; i < 60; i++) {
            long key = random.nextInt(4);
            boolean deletes = random.nextInt(3) == 0;
            if (random.nextBoolean()) { // few values: a row often comes again as it is
                Trade t = new Trade(key, deletes ? -1 : random.nextInt(3), random.nextInt(foreign ? 4 : 2));
                driver.send(TRADES, t);
                set(left, key, deletes ? null : t);
            } else {
                Price p = new Price(key, random.nextInt(3), deletes, random.nextInt(2));
                driver.send(PRICES, p);
                set(right, key, deletes ? null : p);
            }
            Map<Long, Rows> after = pairs(left, right, foreign, kind);
            List<List<Change>> expected = changes(before, after, foreign);
            List<Change> all = expected.stream().flatMap(List::stream).toList();
            List<Change> got = changes(driver);
            // of several rows that name one, those that came to it first are told first: ForeignKeyTest
            assertEquals(expected.size() > 1 ? sorted(all) : all, expected.size() > 1 ? sorted(got) : got);
            before = after;
        }
    }

    private static List<Change> sorted(List<Change> changes) {
        return changes.stream().sorted(Comparator.comparing(Change::toString)).toList();
    }

    private static <V> void set(Map<Long, V> rows, long key, V row) {
        if (row == null) {
            rows.remove(key);
        } else {
            rows.put(key, row);
        }
    }

    /** What stands beside each other; one of the two may be null. */
    private record Rows(Trade left, Price right) {
        Change as(EntryForm form) {
            return new Change(form, left == null ? -1 : left.id(), right == null ? -1 : right.value());
        }
    }

    private static Map<Long, Rows> pairs(
            Map<Long, Trade> left, Map<Long, Price> right, boolean foreign, JoinKind kind) {
        Map<Long, Rows> result = new LinkedHashMap<>();
        for (long key = 0; key < 4; key++) {
            Trade l = left.get(key);
            Price r = foreign ? l == null ? null : right.get(l.ns()) : right.get(key);
            boolean is = switch (kind) {
                case INNER -> l != null && r != null;
                case LEFT -> l != null;
                case FULL -> l != null || r != null;
            };
            if (is) {
                result.put(key, new Rows(l, r));
            }
        }
        return result;
    }

    /** By key, of those that have any. */
    private static List<List<Change>> changes(Map<Long, Rows> before, Map<Long, Rows> after, boolean foreign) {
        List<List<Change>> all = new ArrayList<>();
        for (long key = 0; key < 4; key++) {
            Rows was = before.get(key);
            Rows is = after.get(key);
            if (Objects.equals(was, is)) {
                continue;
            }
            boolean moves = foreign && was != null && is != null && was.left.ns() != is.left.ns();
            if (moves) {
                all.add(List.of(was.as(EntryForm.RETRACTION), is.as(EntryForm.INSERT)));
            } else if (is == null) {
                all.add(List.of(was.as(EntryForm.RETRACTION)));
            } else {
                all.add(List.of(is.as(was == null ? EntryForm.INSERT : EntryForm.REPLACEMENT)));
            }
        }
        return all;
    }
}
