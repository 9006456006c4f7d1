package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Table;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Tables that give up the row set longest ago, against a map in the order of its writes. */
class EvictOldestTest {
    record Ask(long key, @Length(8) String name, long timeNs) {}

    record Row(long key, @Length(8) String name, long value, boolean gone) {}

    record Found(long key, long value) {}

    static final Input<Ask> ASKS = Input.of("asks", Ask.class).eventTime(Ask::timeNs, NANOSECONDS);
    static final Input<Row> ROWS = Input.of("rows", Row.class);
    static final Output<Found> FOUND = Output.of("found", Found.class);

    private static String name(long key) {
        return "n" + key;
    }

    private static TestDriver driver(Consumer<TopologyBuilder> topology) {
        return TestDriver.of(Millrace.topology("evicting", topology));
    }

    private static Found found(Joined<Ask, Row> j) {
        return new Found(j.left().key(), j.hasRight() ? j.right().value() : -1);
    }

    private static TestDriver byNumber(int atMost) {
        return driver(t -> t.from(ASKS)
                .keyBy(Ask::key)
                .lookup(
                        "row",
                        t.table("rows", ROWS, Row::key)
                                .deleteWhen(Row::gone)
                                .keysAtMost(atMost)
                                .evictOldest())
                .to(FOUND, EvictOldestTest::found));
    }

    private static TestDriver byText(int atMost) {
        return driver(t -> t.from(ASKS)
                .keyByText(Ask::name)
                .lookup(
                        "row",
                        t.tableByText("rows", ROWS, Row::name)
                                .evictOldest()
                                .keysAtMost(atMost)
                                .deleteWhen(Row::gone))
                .to(FOUND, EvictOldestTest::found));
    }

    private static void put(TestDriver driver, long key, long value) {
        driver.send(ROWS, new Row(key, name(key), value, false));
    }

    private static long ask(TestDriver driver, long key) {
        driver.send(ASKS, new Ask(key, name(key), 0));
        return driver.take(FOUND).get(0).value();
    }

    @Test
    void shouldGiveUpTheRowThatWasSetLongestAgo() {
        TestDriver driver = byNumber(2);
        put(driver, 1, 10);
        put(driver, 2, 20);
        put(driver, 1, 11); // set again: 2 is the oldest now
        assertEquals(20, ask(driver, 2), "and being asked for does not make it younger");
        put(driver, 3, 30);
        assertEquals(11, ask(driver, 1));
        assertEquals(-1, ask(driver, 2));
        assertEquals(30, ask(driver, 3));
        assertEquals(1, driver.stats().node("row").evicted());
        assertEquals(2, driver.stats().node("row").keys());
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldHoldWhatAMapInTheOrderOfItsWritesHolds() {
        Seeds.each(0, 60, "agree(%d)", EvictOldestTest::agree);
    }

    private static void agree(long seed) {
        Random r = new Random(seed);
        int atMost = 1 + r.nextInt(9);
        TestDriver driver = seed % 2 == 0 ? byNumber(atMost) : byText(atMost);
        Map<Long, Long> oracle = new LinkedHashMap<>();
        long evicted = 0;
        for (int i = 0; i < 400; i++) {
            long key = r.nextInt(14);
            if (r.nextInt(3) == 0) {
                assertEquals(oracle.getOrDefault(key, -1L), ask(driver, key), "at " + i);
            } else if (r.nextInt(5) == 0) {
                driver.send(ROWS, new Row(key, name(key), 0, true));
                oracle.remove(key);
            } else {
                put(driver, key, i);
                oracle.remove(key);
                if (oracle.size() == atMost) {
                    oracle.remove(oracle.keySet().iterator().next());
                    evicted++;
                }
                oracle.put(key, (long) i);
            }
        }
        assertEquals(evicted, driver.stats().node("row").evicted());
        assertEquals(oracle.size(), driver.stats().node("row").keys());
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldGiveUpRowsAtTheBudgetToo() {
        TestDriver driver = TestDriver.of(
                Millrace.topology(
                        "budget",
                        t -> t.from(ASKS)
                                .keyBy(Ask::key)
                                .lookup("row", t.table("rows", ROWS, Row::key).evictOldest())
                                .to(FOUND, EvictOldestTest::found)),
                PlanOptions.tested().withStateBytes(512 << 10));
        int n = 20_000;
        for (int key = 0; key < n; key++) {
            put(driver, key, key);
        }
        int held = (int) driver.stats().node("row").keys();
        assertTrue(held > 1_000 && held < n, held + " held");
        assertEquals(n - held, driver.stats().node("row").evicted());
        assertEquals(List.of(), driver.deadLetters());
        assertEquals(-1, ask(driver, n - held - 1));
        assertEquals(n - held, ask(driver, n - held));
        assertEquals(n - 1, ask(driver, n - 1));
    }

    record Both(Joined<Ask, Row> first, Joined<Ask, Row> second) {}

    /** What was found for an event stays what it was, and a table that refuses is none of its business. */
    @Test
    void shouldStandBesideATableThatRefuses() {
        TestDriver driver = driver(t -> {
            Table<Row> rows = t.table("rows", ROWS, Row::key).keysAtMost(1);
            EventStream<Ask> asks = t.from(ASKS);
            KeyedStream<Ask> byKey = asks.keyBy(Ask::key);
            asks.with(
                            byKey.lookup("evicts", rows.evictOldest()),
                            byKey.lookup("refuses", rows),
                            (a, e, r) -> new Both(e, r))
                    .to(
                            FOUND,
                            b -> new Found(
                                    found(b.first()).value(), found(b.second()).value()));
        });
        put(driver, 1, 10);
        put(driver, 2, 20);
        assertEquals(1, driver.deadLetters().size());
        driver.send(ASKS, new Ask(1, "", 0)).send(ASKS, new Ask(2, "", 0));
        assertEquals(List.of(new Found(-1, 10), new Found(20, -1)), driver.take(FOUND));
        assertEquals(0, driver.stats().node("refuses").evicted());
        assertTrue(driver.plan().topology().describe().contains("at the bound evict oldest"));
    }
}
