package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static io.millrace.operators.join.Market.price;
import static io.millrace.operators.join.Market.trade;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** With where a branch waits: everything of an event is kept until its last answer has come. */
class WithWaitingTest {
    private static final Input<Trade> TRADES = Market.trades(0);
    private static final Input<Price> PRICES = Market.prices(0);
    private static final Output<Both> BOTH = Output.of("both", Both.class);

    record Touch(Trade trade, Joined<Trade, Price> odd, Joined<Trade, Price> even) {}

    record Counted(Trade trade, Joined<Trade, Price> price, Count count) {}

    record Count(long trades) {}

    record Both(long id, long odd, long even) {}

    static class Past extends LookBack<Trade> {
        final LongValue trades = last(ofNanos(1_000)).count();
    }

    private static TestDriver driver(Consumer<TopologyBuilder> topology) {
        return TestDriver.of(Millrace.topology("with", topology));
    }

    private static long value(Joined<Trade, Price> j) {
        return j.hasRight() ? j.right().value() : -1;
    }

    private static Both both(Touch t) {
        return new Both(t.trade().id(), value(t.odd()), value(t.even()));
    }

    private static Topology touch(Input<Trade> trades, Input<Price> prices, AsOf odd, AsOf even) {
        return Millrace.topology("touch", t -> {
            KeyedStream<Trade> byKey = t.from(trades).keyBy(Trade::key);
            KeyedStream<Price> rows = t.from(prices).keyBy(Price::key);
            byKey.with(
                            byKey.asOf("odd", rows.filter(p -> p.value() % 2 != 0), odd),
                            byKey.asOf("even", rows.filter(p -> p.value() % 2 == 0), even),
                            Touch::new)
                    .to(BOTH, WithWaitingTest::both);
        });
    }

    @Test
    void shouldPutTwoAnswersThatWaitBesideTheirEvent() {
        TestDriver driver = TestDriver.of(touch(TRADES, PRICES, AsOf.backward(), AsOf.backward()));
        driver.send(PRICES, price(1, 5)).send(TRADES, trade(1, 10)).send(PRICES, price(2, 10));
        assertEquals(List.of(), driver.take(BOTH));
        driver.send(TRADES, trade(2, 12)).send(PRICES, price(3, 12));
        assertEquals(List.of(new Both(1, 1, 2)), driver.take(BOTH));
        driver.endAll();
        assertEquals(10 + 2, driver.metas(BOTH).get(0).timeNs());
        assertEquals(List.of(new Both(2, 3, 2)), driver.take(BOTH));
    }

    @Test
    void shouldKeepAnAnswerThatCameAtOnceUntilTheOtherComes() {
        TestDriver driver = driver(t -> {
            KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
            trades.with(
                            trades.asOf("price", t.from(PRICES).keyBy(Price::key), AsOf.backward()),
                            trades.lookBack("past", Past::new).map(Count.class, p -> new Count(p.trades.get())),
                            Counted::new)
                    .to(
                            BOTH,
                            c -> new Both(
                                    c.trade().id(), value(c.price()), c.count().trades()));
        });
        driver.send(PRICES, price(5, 1))
                .send(TRADES, trade(1, 10))
                .send(TRADES, trade(2, 11))
                .endAll();
        assertEquals(List.of(new Both(1, 5, 1), new Both(2, 5, 2)), driver.take(BOTH));
    }

    @Test
    void shouldGiveUpAnEventThatABranchRefused() {
        TestDriver driver = driver(t -> {
            KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
            KeyedStream<Price> prices = t.from(PRICES).keyBy(Price::key);
            trades.with(
                            trades.asOf("bounded", prices, AsOf.backward()),
                            trades.keysAtMost(1).asOf("one", prices, AsOf.backward()),
                            Touch::new)
                    .to(BOTH, WithWaitingTest::both);
        });
        driver.send(TRADES, new Trade(1, 1, 10))
                .send(TRADES, new Trade(2, 2, 10))
                .endAll();
        assertEquals(List.of(new Both(1, -1, -1)), driver.take(BOTH));
        assertEquals(1, driver.deadLetters().size());
        long unanswered = driver.plan().topology().nodes().stream()
                .filter(n -> n.word().equals("with"))
                .mapToLong(n -> driver.counters(n.name()).unanswered)
                .sum();
        assertEquals(1, unanswered);
    }

    record Long3(@Length(3_000) String text) {}

    record Wide(Trade trade, Joined<Trade, Price> soon, Joined<Trade, Price> late, Long3 text) {}

    /** One answer comes at once and is long, one a moment later, one when much time has passed. */
    @Test
    void shouldKeepNothingOfAnEventThatItHadNoRoomFor() {
        TestDriver driver = TestDriver.of(
                Millrace.topology("with", t -> {
                    KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
                    KeyedStream<Price> prices = t.from(PRICES).keyBy(Price::key);
                    trades.with(
                                    trades.asOf("soon", prices, AsOf.backward()),
                                    trades.asOf("late", prices, AsOf.forward().tolerance(ofNanos(100_000))),
                                    trades.map(Long3.class, x -> new Long3("x")),
                                    Wide::new)
                            .to(BOTH, w -> new Both(w.trade().id(), value(w.soon()), value(w.late())));
                }),
                PlanOptions.tested().withStateBytes(4 << 20));
        driver.send(PRICES, price(7, 0));
        for (int i = 0; i < 2_000; i++) {
            driver.send(TRADES, trade(i, 10));
        }
        String with = driver.plan().topology().nodes().stream()
                .filter(n -> n.word().equals("with"))
                .map(TopologyNode::name)
                .findFirst()
                .orElseThrow();
        long held = driver.counters(with).keys;
        assertTrue(held > 100 && held < 1_900, held + " held");
        assertEquals(2_000 - held, driver.deadLetters().size(), "one for each event");
        driver.send(TRADES, trade(2_000, 11)).send(PRICES, price(8, 11));
        assertEquals(held, driver.counters(with).keys, "answers to refused events find no room of theirs");
        driver.endAll();
        assertEquals(held, driver.take(BOTH).size());
        assertEquals(2_001 - held, driver.deadLetters().size());
        assertEquals(2_001 - held, driver.counters(with).unanswered);
        assertEquals(0, driver.counters(with).keys);
    }

    @Test
    void shouldSayThatAnUntypedAnswerCannotBeKept() {
        TopologyException thrown = assertThrows(
                TopologyException.class,
                () -> driver(t -> {
                    KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
                    trades.with(
                                    trades.asOf("price", t.from(PRICES).keyBy(Price::key), AsOf.backward()),
                                    trades.lookBack("past", Past::new),
                                    (trade, price, past) -> new Both(trade.id(), value(price), past.trades.get()))
                            .to(BOTH);
                }));
        assertTrue(thrown.getMessage().contains("the answer of its branch 2 is untyped"), thrown.getMessage());
    }

    /** Each branch alone is right, as other tests show: with has to put the two together, whatever their waits. */
    @Test
    void shouldMatchWhatTheBranchesSendAlone() {
        Seeds.each(0, 100, "agree(%d)", WithWaitingTest::agree);
    }

    private static void agree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Input<Trade> trades = Market.trades(random.nextInt(20));
        Input<Price> prices = Market.prices(random.nextInt(20));
        AsOf odd = random.nextBoolean() ? AsOf.backward() : AsOf.nearest().tolerance(ofNanos(random.nextInt(9)));
        AsOf even = random.nextBoolean()
                ? AsOf.backward().onArrival()
                : AsOf.forward().tolerance(ofNanos(7));
        PlanOptions options = random.nextBoolean()
                ? PlanOptions.tested()
                : PlanOptions.fused().withHashSeed(seed);
        TestDriver with = TestDriver.of(touch(trades, prices, odd, even), options);
        TestDriver alone = TestDriver.of(Millrace.topology("alone", t -> {
            KeyedStream<Trade> byKey = t.from(trades).keyBy(Trade::key);
            KeyedStream<Price> rows = t.from(prices).keyBy(Price::key);
            byKey.asOf("odd", rows.filter(p -> p.value() % 2 != 0), odd)
                    .to(BOTH, j -> new Both(j.left().id(), value(j), 0));
            byKey.asOf("even", rows.filter(p -> p.value() % 2 == 0), even).to(ANSWERS, Market::answer);
        }));
        for (int i = 0; i < 60; i++) {
            long ns = i * 2 - random.nextInt(25);
            if (random.nextInt(3) == 0) {
                Trade trade = new Trade(random.nextInt(2), i, ns);
                with.send(trades, trade);
                alone.send(trades, trade);
            } else {
                Price row = new Price(random.nextInt(2), i, false, ns);
                with.send(prices, row);
                alone.send(prices, row);
            }
        }
        List<Both> got = new ArrayList<>(with.endAll().take(BOTH));
        List<Both> odds = alone.endAll().take(BOTH);
        List<Answer> evens = alone.take(ANSWERS);
        got.sort(java.util.Comparator.comparingLong(Both::id));
        List<Both> expected = evens.stream()
                .map(a -> new Both(
                        a.id(),
                        odds.stream()
                                .filter(b -> b.id() == a.id())
                                .findFirst()
                                .orElseThrow()
                                .odd(),
                        a.value()))
                .sorted(java.util.Comparator.comparingLong(Both::id))
                .toList();
        assertEquals(expected, got);
    }
}
