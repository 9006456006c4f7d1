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
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
        return TestDriver.of(topology(join), options);
    }

    private static Topology topology(
            BiFunction<KeyedStream<Trade>, KeyedStream<Price>, KeyedStream<Joined<Trade, Price>>> join) {
        return Millrace.topology(
                "tables",
                t -> join.apply(
                                t.from(TRADES).keyBy(Trade::key).deleteWhen(x -> x.id() < 0),
                                t.from(PRICES).keyBy(Price::key))
                        .to(ANSWERS, Market::answer));
    }

    private static TestDriver driver(JoinKind kind) {
        return driver((t, p) -> t.tableJoin("join", p.deleteWhen(Price::gone), kind), PlanOptions.tested());
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
        TestDriver driver = driver(
                (t, p) -> t.foreignKeyJoin("join", Trade::ns, p.deleteWhen(Price::gone), JoinKind.INNER),
                PlanOptions.tested());
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
        TestDriver driver = driver(
                (t, p) -> t.foreignKeyJoin("join", Trade::ns, p.deleteWhen(Price::gone), JoinKind.LEFT),
                PlanOptions.tested());
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
                () -> driver(
                        (t, p) -> t.foreignKeyJoin("join", Trade::ns, p.deleteWhen(Price::gone), JoinKind.FULL),
                        PlanOptions.tested()));
        assertTrue(full.getMessage().contains("use INNER or LEFT"), full.getMessage());
        TopologyException text = assertThrows(
                TopologyException.class,
                () -> driver(
                        (t, p) -> t.foreignKeyJoin(
                                "join", Trade::ns, p.keyByText(Price::toString).deleteWhen(Price::gone), JoinKind.LEFT),
                        PlanOptions.tested()));
        assertTrue(text.getMessage().contains("rows name a number"), text.getMessage());
    }

    // ---- against maps

    static Trials trials() {
        return Trials.of("trials()", TableJoinTest::own).cases(CASES / 2);
    }

    static Trials foreign() {
        return Trials.of("foreign()", TableJoinTest::foreign).cases(CASES);
    }

    /** The pair that two maps make of a key, before each change and behind it. */
    @Test
    void shouldAgreeWithMaps() {
        trials().check();
    }

    /** Whatever kind of key rows name, and in the order in which they came to it. */
    @Test
    void shouldAgreeWithMapsByForeignKeys() {
        foreign().check();
    }

    private static Trial trial(
            BiFunction<KeyedStream<Trade>, KeyedStream<Price>, KeyedStream<Joined<Trade, Price>>> join) {
        return Trial.of(topology(join))
                .options(PlanOptions.tested().withStateBytes(4 << 20))
                .feed(TRADES, (key, timeNs, value) -> new Trade(key, value % 3 == 2 ? -1 : value, timeNs))
                .feed(PRICES, (key, timeNs, value) -> new Price(key, value % 4, value % 3 == 2, timeNs))
                .weights(Weights.usual()
                        .values(15)
                        .scale(1, 2)
                        .with(Trait.LATE, 60)
                        .with(Trait.DUPLICATES, 60))
                .compareByStep(ANSWERS);
    }

    private static Trial own(Random random) {
        JoinKind kind = JoinKind.values()[random.nextInt(3)];
        return trial((t, p) -> t.tableJoin("join", p.deleteWhen(Price::gone), kind))
                .oracle((in, out) -> {
                    TableJoinOracle oracle = new TableJoinOracle(kind);
                    for (int i = 0; i < in.size(); i++) {
                        TableJoinOracle.Told told = in.step(i).isEvent() ? change(oracle, in, i) : null;
                        if (told != null) {
                            out.at(i)
                                    .emit(
                                            ANSWERS,
                                            in.timeNs(i),
                                            told.form(),
                                            told.rows().answer());
                        }
                    }
                });
    }

    private static TableJoinOracle.Told change(TableJoinOracle oracle, History in, int i) {
        long key = in.step(i).key();
        if (in.step(i).port() == 0) {
            Trade t = in.event(i);
            return oracle.left(key, t.id() < 0 ? null : t);
        }
        Price p = in.event(i);
        return oracle.right(key, p.gone() ? null : p);
    }

    private static long names(Trade t) {
        return t.id() / 4;
    }

    private static Trial foreign(Random random) {
        JoinKind kind = JoinKind.values()[random.nextInt(2)];
        return trial(foreign(random.nextInt(3), kind)).oracle((in, out) -> {
            ForeignKeyOracle oracle = new ForeignKeyOracle(kind, TableJoinTest::names);
            for (int i = 0; i < in.size(); i++) {
                int before = oracle.changes.size();
                if (in.step(i).isEvent() && in.step(i).port() == 0) {
                    oracle.left(in.event(i));
                } else if (in.step(i).isEvent()) {
                    oracle.right(in.event(i));
                }
                for (MarketRun.Change c : oracle.changes.subList(before, oracle.changes.size())) {
                    out.at(i).emit(ANSWERS, c.ns(), c.form(), c.answer());
                }
            }
        });
    }

    private static BiFunction<KeyedStream<Trade>, KeyedStream<Price>, KeyedStream<Joined<Trade, Price>>> foreign(
            int way, JoinKind kind) {
        return switch (way) {
            case 0 -> (t, p) -> t.foreignKeyJoin("join", TableJoinTest::names, p.deleteWhen(Price::gone), kind);
            case 1 ->
                (t, p) -> t.foreignKeyJoinByText(
                        "join",
                        x -> "k" + names(x),
                        p.keyByText(x -> "k" + x.key()).deleteWhen(Price::gone),
                        kind);
            default ->
                (t, p) -> t.foreignKeyJoinByFields(
                        "join",
                        k -> k.text(x -> "k").number(TableJoinTest::names),
                        p.keyByFields(k -> k.text(x -> "k").number(Price::key)).deleteWhen(Price::gone),
                        kind);
        };
    }
}
