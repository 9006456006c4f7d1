package io.millrace.operators.join;

import static io.millrace.operators.join.Interval.between;
import static io.millrace.operators.join.Market.ANSWERS;
import static io.millrace.operators.join.Market.PRICES;
import static io.millrace.operators.join.Market.TRADES;
import static io.millrace.operators.join.Market.price;
import static io.millrace.operators.join.Market.trade;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.operators.Joined;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each join does at its bounds of keys, entries and budget: refuse, or give up the oldest where that was asked for. */
class JoinBoundsTest {
    private interface Join
            extends BiFunction<KeyedStream<Trade>, KeyedStream<Price>, KeyedStream<Joined<Trade, Price>>> {}

    private static Topology topology(Join join) {
        return Millrace.topology(
                "bounds",
                t -> join.apply(t.from(TRADES).keyBy(Trade::key), t.from(PRICES).keyBy(Price::key))
                        .to(ANSWERS, Market::answer));
    }

    private static Named<Join> join(String name, Join join) {
        return Named.of(name, join);
    }

    static List<Named<Join>> joins() {
        return List.of(
                join("asOf", (t, p) -> t.asOf("join", p, AsOf.backward())),
                join("between", (t, p) -> t.join("join", p, between(ofNanos(0), ofNanos(9)))),
                join(
                        "full",
                        (t, p) -> t.join(
                                "join", p, between(ofNanos(0), ofNanos(9)).full())),
                join("tableJoin", (t, p) -> t.tableJoin("join", p, JoinKind.FULL)),
                join("foreignKeyJoin", (t, p) -> t.foreignKeyJoin("join", Trade::key, p, JoinKind.LEFT)));
    }

    private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

    private static List<Interval<Object>> kinds(Interval<Object> pairs) {
        return List.of(pairs, pairs.left(), pairs.right(), pairs.full(), pairs.anti(), pairs.semi());
    }

    /** Each kind of join without the bound that it takes. */
    static List<Named<Join>> joinsWithoutABound() {
        List<Named<Join>> all = new ArrayList<>();
        for (Interval<Object> pairs : List.of(
                between(ofNanos(0), ENDLESS),
                between(ENDLESS.negated(), ofNanos(0)),
                Interval.anyTime(),
                Interval.sameWindow(ENDLESS),
                Interval.sameWindow(Window.global()),
                Interval.sameWindow(Window.session(ENDLESS)),
                Interval.sameWindow(Window.count(9)))) {
            for (Interval<Object> kind : kinds(pairs)) {
                all.add(join("join, " + kind, (t, p) -> t.join("join", p, kind)));
            }
        }
        for (AsOf ahead : List.of(AsOf.forward(), AsOf.nearest())) {
            for (AsOf how : List.of(ahead, ahead.tolerance(ENDLESS), ahead.versionsAtMost(2))) {
                all.add(join("as-of, " + how, (t, p) -> t.asOf("join", p, how)));
            }
        }
        all.add(join("as-of, rows", (t, p) -> t.asOf("join", p, AsOf.backward().versionsAtMost(0))));
        all.add(join(
                "as-of, evicting", (t, p) -> t.asOf("join", p, AsOf.backward().evictOldest())));
        Interval<Object> near = between(ofNanos(0), ofNanos(9));
        all.add(join("join, events", (t, p) -> t.join("join", p, near.eventsAtMost(0))));
        all.add(join("join, evicting", (t, p) -> t.join("join", p, near.evictOldest())));
        for (Named<Join> each : joins()) {
            all.add(join(each.getName() + ", keys", (t, p) -> each.getPayload().apply(t.keysAtMost(0), p)));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("joinsWithoutABound")
    void shouldRefuseAJoinWithoutABoundAtBuild(Join join) {
        TopologyException thrown = assertThrows(TopologyException.class, () -> topology(join));
        assertEquals(1, thrown.problems().size(), thrown.getMessage());
    }

    /** Joins that keep rows by key have no bound of time: what they do not say of keys is said for them, by the budget. */
    @ParameterizedTest
    @MethodSource("joins")
    void shouldSayTheBoundOfEachJoin(Join join) {
        assertTrue(topology(join).describe().contains("by budget"));
        assertFalse(topology((t, p) -> join.apply(t.keysAtMost(3), p.keysAtMost(3)))
                .describe()
                .contains("keys at most=by budget"));
    }

    @ParameterizedTest
    @MethodSource("joins")
    void shouldRefuseOneKeyMoreThanItsBoundAndKeepTheOthers(Join join) {
        TestDriver driver = TestDriver.of(topology((t, p) -> join.apply(t.keysAtMost(3), p)));
        for (int key = 1; key <= 4; key++) {
            driver.send(TRADES, new Trade(key, key, 0));
        }
        assertEquals(1, driver.deadLetters().size());
        assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
        driver.take(ANSWERS);
        driver.send(PRICES, new Price(3, 7, false, 0)).endAll();
        assertTrue(driver.take(ANSWERS).contains(new Answer(3, 7)));
    }

    /** A budget of one megabyte, and more keys than that holds. */
    @ParameterizedTest
    @MethodSource("joins")
    void shouldRefuseWhatFindsNoRoomInTheBudgetAndKeepTheOthers(Join join) {
        TestDriver driver = TestDriver.of(topology(join), PlanOptions.tested().withStateBytes(1 << 20));
        int keys = 20_000;
        for (int key = 0; key < keys; key++) {
            driver.send(TRADES, new Trade(key, key, 0));
        }
        long refused = driver.counters("join").dead;
        assertTrue(refused > 0 && refused < keys, refused + " refused");
        driver.take(ANSWERS);
        driver.send(PRICES, new Price(5, 7, false, 0)).endAll();
        assertTrue(driver.take(ANSWERS).contains(new Answer(5, 7)));
    }

    @Test
    void shouldGiveUpTheEarliestVersionOfAKeyAtItsBoundWhereAsked() {
        TestDriver driver = TestDriver.of(topology(
                (t, p) -> t.asOf("join", p, AsOf.backward().versionsAtMost(2).evictOldest())));
        driver.send(PRICES, price(1, 10)).send(PRICES, price(2, 20)).send(PRICES, price(3, 30));
        driver.send(PRICES, price(9, 15)).send(PRICES, price(4, 30)); // the earliest of three; one in place of another
        driver.send(TRADES, trade(3, 19))
                .send(TRADES, trade(1, 25))
                .send(TRADES, trade(2, 30))
                .endAll();
        assertEquals(List.of(new Answer(3, -1), new Answer(1, 2), new Answer(2, 4)), driver.take(ANSWERS));
        assertEquals(2, driver.counters("join").evicted);
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldGiveUpTheEarliestEventOfAKeyAndSideAtItsBoundWhereAsked() {
        TestDriver driver = TestDriver.of(topology((t, p) -> t.join(
                "join",
                p,
                between(ofNanos(0), ofNanos(9)).left().eventsAtMost(2).evictOldest())));
        driver.send(TRADES, trade(1, 10)).send(TRADES, trade(2, 12)).send(TRADES, trade(3, 11));
        driver.send(TRADES, trade(4, 9)).send(TRADES, trade(5, 11)); // the earliest itself; of one time the first goes
        driver.send(PRICES, price(8, 11)).send(PRICES, price(7, 12));
        assertEquals(List.of(new Answer(5, 8), new Answer(5, 7), new Answer(2, 7)), driver.take(ANSWERS));
        driver.endAll();
        assertEquals(List.of(), driver.take(ANSWERS), "what was given up does not come alone");
        assertEquals(3, driver.counters("join").evicted);
        assertEquals(0, driver.counters("join").keys);
    }

    /** Events that wait to come alone and have no header fill the budget; one that has finds no room for it. */
    @Test
    void shouldGiveUpNothingForAnEventThatItRefuses() {
        TestDriver driver = TestDriver.of(
                topology((t, p) -> t.join(
                        "join",
                        p,
                        between(ofNanos(0), ofNanos(9)).left().eventsAtMost(4).evictOldest())),
                PlanOptions.tested().withStateBytes(1 << 20));
        for (int i = 0; driver.counters("join").dead == 0; i++) {
            driver.send(TRADES, new Trade(i / 4, i, 0));
        }
        driver.send(TRADES, new Trade(1, -7, 0), new Header().correlationId(5));
        assertEquals(2, driver.counters("join").dead);
        assertEquals(0, driver.counters("join").evicted);
        driver.send(TRADES, new Trade(2, -8, 0));
        assertEquals(1, driver.counters("join").evicted, "its block and timer are those of the one that goes");
        List<Long> alone =
                driver.endAll().take(ANSWERS).stream().map(Answer::id).toList();
        assertEquals(
                List.of(4L, 5L, 6L, 7L, 9L, 10L, 11L, -8L),
                alone.stream().filter(id -> id < 12 && (id < 0 || id > 3)).toList());
    }

    @Test
    void shouldRefuseToEvictWithoutABound() {
        for (Join join : List.<Join>of(
                (t, p) -> t.asOf("join", p, AsOf.backward().evictOldest()),
                (t, p) -> t.join("join", p, between(ofNanos(0), ofNanos(9)).evictOldest()))) {
            String message =
                    assertThrows(TopologyException.class, () -> topology(join)).getMessage();
            assertTrue(message.contains("evictOldest takes a bound"), message);
        }
    }

    /** What is kept of an event that may come alone in windows has grown, and then events that wait came to all. */
    @Test
    void shouldSaveInAnotherFormThanBeforeEventsWaited() {
        for (Interval<Object> pairs : List.of(
                Interval.sameWindow(Window.tumbling(ofNanos(9))),
                Interval.sameWindow(Window.days(ZoneId.of("UTC"))),
                between(ofNanos(0), ofNanos(9)),
                Interval.sameWindow(Window.session(ofNanos(9))))) {
            assertTrue(kinds(pairs).stream().allMatch(i -> stateVersion(i) == 3));
        }
    }

    private static int stateVersion(Interval<?> interval) {
        return IntervalJoin.of(null, interval).stateVersion();
    }
}
