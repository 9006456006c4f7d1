package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static io.millrace.operators.join.Market.PRICES;
import static io.millrace.operators.join.Market.TRADES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Meta;
import io.millrace.operator.Flow;
import io.millrace.operators.Joined;
import io.millrace.operators.Stored;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.operators.join.MarketRun.Change;
import io.millrace.state.KeyedRows;
import io.millrace.state.Pages;
import io.millrace.state.StateBudget;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.ByHand;
import io.millrace.testkit.oracle.Step;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Joins by a foreign key of any kind, and changes of a row that more rows name than one entry may tell. */
class ForeignKeyTest {
    private interface Join
            extends BiFunction<KeyedStream<Trade>, KeyedStream<Price>, KeyedStream<Joined<Trade, Price>>> {}

    private static Topology topology(Join join) {
        return Millrace.topology(
                "tables",
                t -> join.apply(
                                t.from(TRADES).keyBy(Trade::key).deleteWhen(x -> x.id() < 0),
                                t.from(PRICES).keyBy(Price::key))
                        .to(ANSWERS, Market::answer));
    }

    private static String text(long key) {
        return key == 0 ? null : "key " + key;
    }

    @Test
    void shouldJoinByKeysOfAnyKind() {
        Join byText = (t, p) -> t.foreignKeyJoinByText(
                "join", x -> text(x.ns()), p.keyByText(40, x -> text(x.key())).deleteWhen(Price::gone), JoinKind.LEFT);
        Join byPair = (t, p) -> t.foreignKeyJoinByFields(
                "join",
                k -> k.number(Trade::ns).number(x -> -x.ns()),
                p.keyBy(Price::key, x -> -x.key()).deleteWhen(Price::gone),
                JoinKind.LEFT);
        Join byFields = (t, p) -> t.foreignKeyJoinByFields(
                "join",
                k -> k.text(x -> "a").number(Trade::ns),
                p.keyByFields(k -> k.text(x -> "a").number(Price::key)).deleteWhen(Price::gone),
                JoinKind.LEFT);
        Join byOne = (t, p) -> t.foreignKeyJoinByFields(
                "join", k -> k.number(Trade::ns), p.keyBy(Price::key).deleteWhen(Price::gone), JoinKind.LEFT);
        for (Join join : List.of(byText, byPair, byFields, byOne)) {
            TestDriver driver = TestDriver.of(topology(join));
            driver.send(TRADES, new Trade(1, 1, 10)).send(PRICES, new Price(10, 5, false, 0));
            driver.send(PRICES, new Price(11, 6, false, 0)).send(TRADES, new Trade(1, 2, 11));
            driver.send(PRICES, new Price(10, 7, false, 0)).send(PRICES, new Price(11, 0, true, 0));
            driver.send(TRADES, new Trade(1, -1, 0));
            List<EntryForm> forms =
                    driver.metas(ANSWERS).stream().map(Meta::form).toList();
            assertEquals("[INSERT, REPLACEMENT, RETRACTION, INSERT, REPLACEMENT, RETRACTION]", forms.toString());
            assertEquals("1 -1, 1 5, 1 5, 2 6, 2 -1, 2 -1", words(driver.take(ANSWERS)));
        }
    }

    /** What a row that was put aside takes back as well as what takes its place. */
    @Test
    void shouldSayOfAllThatARowPutAsideBringsAtOnceWhyItWas() {
        TestDriver driver = TestDriver.of(Millrace.topology("late", t -> {
            KeyedStream<Price> prices = t.from(PRICES).keyBy(Price::key);
            t.from(TRADES)
                    .keyBy(Trade::key)
                    .conflate("on-time", Duration.ofNanos(10))
                    .late(side -> side.foreignKeyJoin("join", Trade::id, prices, JoinKind.LEFT)
                            .to(ANSWERS, Market::answer))
                    .to(Market.LATE);
        }));
        driver.send(PRICES, new Price(1, 5, false, 100)).send(TRADES, new Trade(1, 1, 100));
        driver.send(TRADES, new Trade(1, 1, 20)).send(TRADES, new Trade(1, 2, 21));
        assertEquals(
                List.of("INSERT LATE", "RETRACTION LATE", "INSERT LATE"),
                driver.metas(ANSWERS).stream()
                        .map(m -> m.form() + " " + m.reason())
                        .toList());
    }

    private static String words(List<Answer> answers) {
        return answers.stream().map(a -> a.id() + " " + a.value()).collect(Collectors.joining(", "));
    }

    @Test
    void shouldTakeANullForARowThatNamesNone() {
        for (JoinKind kind : List.of(JoinKind.LEFT, JoinKind.INNER)) {
            TestDriver driver = TestDriver.of(topology((t, p) -> t.foreignKeyJoinByText(
                    "join",
                    x -> text(x.ns()),
                    p.keyByText(x -> "key " + x.key()).deleteWhen(Price::gone),
                    kind)));
            driver.send(PRICES, new Price(0, 5, false, 0)).send(PRICES, new Price(1, 6, false, 0));
            driver.send(TRADES, new Trade(1, 1, 0)).send(TRADES, new Trade(1, 2, 1));
            driver.send(TRADES, new Trade(1, 3, 0)).send(TRADES, new Trade(1, -1, 0));
            assertEquals(
                    kind == JoinKind.LEFT ? "1 -1, 1 -1, 2 6, 2 6, 3 -1, 3 -1" : "2 6, 2 6",
                    words(driver.take(ANSWERS)));
            assertEquals(0, driver.counters("join").keys);
            assertEquals(List.of(), driver.deadLetters());
        }
    }

    @Test
    void shouldRefuseToJoinByAKeyOfAnotherKind() {
        TopologyException thrown = assertThrows(
                TopologyException.class,
                () -> topology(
                        (t, p) -> t.foreignKeyJoinByText("join", x -> "", p.deleteWhen(Price::gone), JoinKind.LEFT)));
        assertTrue(thrown.getMessage().contains("rows name text, and the right side is keyed by long"));
    }

    @Test
    void shouldRefuseANameThatIsLongerThanAKeyOfTheOtherSide() {
        TestDriver driver = TestDriver.of(topology((t, p) -> t.foreignKeyJoinByText(
                "join", x -> "a".repeat(5), p.keyByText(4, x -> "a").deleteWhen(Price::gone), JoinKind.LEFT)));
        driver.send(TRADES, new Trade(1, 1, 0));
        assertEquals(1, driver.deadLetters().size());
    }

    // ---- rows that many name

    private static MarketRun run(JoinKind kind) {
        return new MarketRun(
                64 << 20, topology((t, p) -> t.foreignKeyJoin("join", Trade::ns, p.deleteWhen(Price::gone), kind)));
    }

    /** 17 changes at once of a row that 20,000 name: one more than may be under way. */
    @Test
    void shouldTellALittleAtATimeAndRefuseMoreChangesOfARowThanMayBeUnderWay() {
        MarketRun run = run(JoinKind.LEFT);
        for (int i = 0; i < 20_000; i++) {
            run.send(new Trade(i, i, 7));
        }
        run.takeChanges();
        for (int i = 0; i < 17; i++) {
            run.send(new Price(7, i, false, 100 + i));
            assertTrue(run.takeChanges().size() <= ForeignKeyJoin.MATCHES + 64, "change " + i);
        }
        assertEquals(1, run.dead());
        assertTrue(run.isBehindAfter(1_000));
        assertFalse(run.isBehindAfter(6_000));
        List<Change> changes = run.takeChanges();
        assertEquals(64, run.counters().maxFirings);
        assertEquals(16L * 20_000, run.counters().out - 20_000);
        Change last = changes.get(changes.size() - 1);
        assertEquals(new Change(EntryForm.REPLACEMENT, new Answer(19_999, 15), 115, 20_016), last);
        run.send(new Price(7, 0, true, 200));
        assertEquals(1, run.dead(), "there is room again");
    }

    /** Row 7 is changed again before all 20,000 that name it know; row 8, which 2,000 name, once: it has its turns all the same. */
    @Test
    void shouldTellOfAChangeWhileAnotherRowChangesAllTheTime() {
        MarketRun run = run(JoinKind.LEFT);
        for (int i = 0; i < 22_000; i++) {
            run.send(new Trade(i, i, i < 20_000 ? 7 : 8));
        }
        run.send(new Price(7, 1, false, 100)).send(new Price(8, 1, false, 101));
        run.takeChanges();
        long told = ForeignKeyJoin.MATCHES;
        for (int i = 0; i < 1_000; i++) {
            boolean changes = i % 250 == 0;
            run.send(new Price(changes ? 7 : 9, 2 + i, false, 102 + i));
            told += run.takeChanges().stream()
                    .filter(c -> c.answer().id() >= 20_000)
                    .count();
            assertTrue(i < 60 || told == 2_000, "after " + i + " entries " + told + " of 2,000");
        }
        assertEquals(0, run.dead());
        assertFalse(run.isBehindAfter(2_000));
        assertEquals(22_000 + 5 * 20_000 + 2_000, run.counters().out);
    }

    @Test
    void shouldHoldProgressWhereItWasAtTheOldestChangeUnderWay() {
        StateBudget budget = new StateBudget("changes", 8 * Pages.PAGE_BYTES, new Pages(0));
        int isThere = Changes.COLUMNS;
        KeyedRows rows = KeyedRows.forLongs(budget, isThere + 1 + Stored.longs(8), 10, 1);
        Changes changes = new Changes(budget, rows, 0, isThere + 1, isThere, 8);
        int one = rows.acquire(1);
        int other = rows.acquire(2);
        begin(changes, one, 10);
        begin(changes, other, 20);
        begin(changes, one, 30);
        begin(changes, other, 40);
        assertEquals(10, changes.heldNs());
        changes.finish(other, NamedRows.NONE);
        assertEquals(10, changes.heldNs());
        changes.finish(one, NamedRows.NONE);
        assertEquals(30, changes.heldNs());
        changes.finish(other, NamedRows.NONE);
        changes.finish(one, NamedRows.NONE);
        assertEquals(Long.MAX_VALUE, changes.heldNs());
        begin(changes, one, 50);
        assertEquals(50, changes.heldNs());
    }

    private static void begin(Changes changes, int row, long progressNs) {
        assertTrue(changes.begin(row, NamedRows.NONE, progressNs, new Flow()));
        changes.becomes(row);
    }

    /** Most rows name one, so that its changes take many entries. */
    static Trials trials() {
        return Trials.byHand("trials()", ForeignKeyTest::agree).cases(24);
    }

    /** The same changes for each key, with the same times and causes, as where all are told at once. */
    @Test
    void shouldGiveEachKeyWhatItGetsWhenAllAreToldAtOnce() {
        mostFirings = 0;
        trials().check();
        assertTrue(mostFirings == 0 || mostFirings == 64, "changes were under way");
    }

    private static long mostFirings;

    private static ByHand agree(Random random) {
        JoinKind kind = JoinKind.values()[random.nextInt(2)];
        Weights weights = Weights.usual()
                .events(1_000)
                .keys(400)
                .values(60)
                .scale(1, 4)
                .with(Trait.EXTREMES, 0)
                .with(Trait.SKEW, 20);
        return ByHand.of(weights, List.of(TRADES, TRADES, TRADES, PRICES), steps -> agree(kind, steps));
    }

    /** A twentieth of the rows name another one than the first; a tenth are deleted; three of four inputs are trades. */
    private static int agree(JoinKind kind, List<Step> steps) {
        MarketRun run = run(kind);
        ForeignKeyOracle oracle = new ForeignKeyOracle(kind, Trade::ns);
        Set<Long> keys = new LinkedHashSet<>();
        for (Step s : steps) {
            if (s.isEvent() && s.port() < 3) {
                keys.add(s.key());
                Trade trade =
                        new Trade(s.key(), s.value() % 10 == 9 ? -1 : s.key() * 10 + s.value() % 3, s.value() / 57);
                run.send(trade);
                oracle.left(trade);
            } else if (s.isEvent()) {
                Price price = new Price(s.value() % 4 / 3, s.value() % 3, s.value() % 7 > 4, 10_000 + s.timeNs());
                run.send(price);
                oracle.right(price);
            }
        }
        assertFalse(run.isBehindAfter(10_000));
        Map<Long, List<Change>> got = byKey(run.takeChanges());
        Map<Long, List<Change>> expected = byKey(oracle.changes);
        for (long key : expected.keySet()) {
            assertEquals(expected.get(key), got.get(key), "key " + key);
        }
        assertEquals(expected.keySet(), got.keySet());
        assertEquals(0, run.dead());
        mostFirings = Math.max(mostFirings, run.counters().maxFirings);
        keys.forEach(k -> run.send(new Trade(k, -1, 0)));
        run.send(new Price(0, 0, true, 0)).send(new Price(1, 0, true, 0));
        assertFalse(run.isBehindAfter(100));
        assertEquals(0, run.counters().keys);
        return oracle.changes.size();
    }

    private static Map<Long, List<Change>> byKey(List<Change> changes) {
        return changes.stream()
                .collect(Collectors.groupingBy(c -> c.answer().id() / 10, TreeMap::new, Collectors.toList()));
    }
}
