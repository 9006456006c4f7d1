package io.millrace.operators.join;

import static io.millrace.operators.join.Market.price;
import static io.millrace.operators.join.Market.trade;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.journal.JournalException;
import io.millrace.operators.Joined;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.MemoryJournal;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.topology.TopologyNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With where a branch waits: everything of an event is kept until its last answer has come. */
class WithWaitingTest {
    private static final Input<Trade> TRADES = Market.trades(0);
    private static final Input<Price> PRICES = Market.prices(0);
    private static final Output<Both> BOTH = Output.of("both", Both.class);

    record Touch(Trade trade, Joined<Trade, Price> odd, Joined<Trade, Price> even) {}

    record Counted(Trade trade, Joined<Trade, Price> price, Count count) {}

    record Beside(Trade trade, Count count, Joined<Trade, Price> second, Joined<Trade, Price> third) {}

    record Count(long trades) {}

    record Both(long id, long odd, long even) {}

    static class Past extends LookBack<Trade> {
        final LongValue trades = last(ofNanos(1_000)).count();
    }

    private static TestDriver driver(Consumer<TopologyBuilder> topology) {
        return TestDriver.of(Millrace.topology("with", topology));
    }

    private static String with(TestDriver driver) {
        return withs(driver).get(0);
    }

    private static List<String> withs(TestDriver driver) {
        return driver.plan().topology().nodes().stream()
                .filter(n -> n.word().equals("with"))
                .map(TopologyNode::name)
                .toList();
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

    /** It keeps state, which a journal finds by its name; that of a line would be another one with the next edit. */
    @Test
    void shouldBeNamedAfterItsBranchesThatWait() {
        String longest = "n".repeat(64);
        TestDriver driver = driver(t -> {
            KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
            KeyedStream<Price> prices = t.from(PRICES).keyBy(Price::key);
            EventStream<Joined<Trade, Price>> second = trades.asOf("second", prices, AsOf.backward());
            EventStream<Count> atOnce = trades.lookBack("past", Past::new).map(Count.class, p -> new Count(1));
            for (int i = 0; i < 2; i++) {
                trades.with(atOnce, second, trades.asOf("third" + i, prices, AsOf.backward()), Beside::new)
                        .to(BOTH, b -> new Both(b.trade().id(), value(b.second()), value(b.third())));
            }
            trades.with(trades.asOf(longest, prices, AsOf.backward()), atOnce, Counted::new)
                    .to(BOTH, c -> new Both(c.trade().id(), value(c.price()), 0));
            trades.with(second, second, Touch::new).to(BOTH, WithWaitingTest::both);
            trades.with(atOnce, (trade, count) -> new Both(trade.id(), 0, 0)).to(BOTH, b -> b);
        });
        List<String> names = withs(driver);
        assertEquals(
                List.of("second+third0.with", "second+third1.with", longest.substring(5) + ".with", "second.with"),
                names.subList(0, 4));
        assertTrue(names.get(4).startsWith("with@"), "it keeps nothing: " + names);
    }

    /** A number would go by the order of the definition, so that one could take over what another kept. */
    @Test
    void shouldHaveNoNameWhereAnotherHasIt() {
        Topology topology = Millrace.topology("with", t -> {
            KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
            EventStream<Joined<Trade, Price>> price =
                    trades.asOf("price", t.from(PRICES).keyBy(Price::key), AsOf.backward());
            for (int i = 0; i < 2; i++) {
                trades.with(price, (trade, p) -> new Both(trade.id(), value(p), 0))
                        .to(BOTH, b -> b);
            }
        });
        List<String> names = withs(TestDriver.of(topology));
        assertEquals("price.with", names.get(0));
        assertTrue(names.get(1).startsWith("with@"), names.toString());
        Setup setup = Engine.of(topology).discard(BOTH).journal(new MemoryJournal());
        String refused = assertThrows(JournalException.class, setup::start).getMessage();
        assertTrue(refused.contains(names.get(1)) && refused.contains("give it a waiting branch with a name"), refused);
        assertEquals(2, refused.lines().count(), refused);
    }

    /** Its author never gave it that name, so nobody is told to give another. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLeaveItsNameToANodeThatIsGivenIt(boolean isBefore) {
        TestDriver driver = driver(t -> {
            KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
            KeyedStream<Price> prices = t.from(PRICES).keyBy(Price::key);
            EventStream<Joined<Trade, Price>> price = trades.asOf("price", prices, AsOf.backward());
            EventStream<Joined<Trade, Price>> given =
                    isBefore ? trades.asOf("price.with", prices, AsOf.backward()) : null;
            for (int i = 0; i < 2; i++) {
                trades.with(price, (trade, p) -> new Both(trade.id(), value(p), 0))
                        .to(BOTH, b -> b);
            }
            (isBefore ? given : trades.asOf("price.with", prices, AsOf.backward()))
                    .to(BOTH, j -> new Both(j.left().id(), value(j), 1));
        });
        List<String> names = withs(driver);
        assertTrue(names.stream().allMatch(n -> n.startsWith("with@")), names.toString());
        assertEquals(names.size(), Set.copyOf(names).size(), names.toString());
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
        assertEquals(1, driver.counters(with(driver)).unanswered);
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
        String with = with(driver);
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

    // ---- against two loops over all rows

    static Trials trials() {
        return Trials.of("trials()", WithWaitingTest::trial).cases(120);
    }

    /** Whatever the waits of the two branches, of which each may refuse an event as late: a result comes with the last answer. */
    @Test
    void shouldAgreeWithTwoLoopsOverAllRows() {
        unanswered = 0;
        Trials.Summary done = trials().check();
        assertTrue(done.cases() < 120 || 4 * unanswered > done.cases(), done + ", unanswered " + unanswered);
    }

    private static long unanswered;

    private static Trial trial(Random random) {
        Supplier<AsOfOracle> odd = AsOfOracle.anyOuter(random);
        Supplier<AsOfOracle> even = AsOfOracle.anyOuter(random);
        Input<Trade> trades = Market.trades(random.nextInt(3) * random.nextInt(20));
        Input<Price> prices = Market.prices(random.nextInt(3) * random.nextInt(20));
        long[] latenessNs = {random.nextInt(3) * random.nextInt(12), random.nextInt(3) * random.nextInt(12)};
        AsOf oddHow = odd.get().how().allowedLateness(ofNanos(latenessNs[0]));
        AsOf evenHow = even.get().how().allowedLateness(ofNanos(latenessNs[1]));
        long baseNs = Market.base(random);
        PlanOptions options = random.nextBoolean() ? PlanOptions.tested() : PlanOptions.fused();
        return Trial.of(touch(trades, prices, oddHow, evenHow))
                .options(options.withStateBytes(4 << 20).withHashSeed(random.nextLong()))
                .feed(trades, (key, timeNs, value) -> new Trade(key, value, baseNs + timeNs))
                .feed(prices, (key, timeNs, value) -> new Price(key, value, false, baseNs + timeNs))
                .weights(Market.weights(baseNs))
                .endAll()
                .compareByStep(BOTH)
                .compareLetters()
                .oracle((in, out) -> new TwoLoops(in, out, latenessNs, odd.get(), even.get()).answer())
                .look(WithWaitingTest::look);
    }

    private static void look(TestDriver driver) {
        assertEquals(0, driver.counters(with(driver)).keys, "all is free at the end");
        unanswered += driver.counters(with(driver)).unanswered;
    }

    /** Each trade is known to the loops by its step. */
    private static final class TwoLoops {
        private final History in;
        private final Expected out;
        private final long[] latenessNs;
        private final AsOfOracle[] loops;
        private final int[] taken = new int[2];
        private final Map<Long, long[]> first = new HashMap<>();

        TwoLoops(History in, Expected out, long[] latenessNs, AsOfOracle odd, AsOfOracle even) {
            this.in = in;
            this.out = out;
            this.latenessNs = latenessNs;
            loops = new AsOfOracle[] {odd, even};
        }

        void answer() {
            for (int i = 0; i < in.size(); i++) {
                progress(i);
                for (int k = 0; k < 2 && in.step(i).isEvent(); k++) {
                    event(i, k);
                }
                progress(i); // due at once: an entry follows in the same step
            }
        }

        private void progress(int i) {
            for (int k = 0; k < 2; k++) {
                loops[k].progress(progressNs(i, k));
                take(i, k);
            }
        }

        private long progressNs(int i, int k) {
            return Market.lenient(in.progressNs(i), latenessNs[k]);
        }

        private void event(int i, int k) {
            boolean isTrade = in.step(i).port() == 0;
            if (!isTrade && in.step(i).value() % 2 == k) {
                return; // a row for the other
            }
            if (in.timeNs(i) < progressNs(i, k)) {
                out.letter(i, k == 0 ? "odd" : "even", Reason.LATE);
            } else if (isTrade) {
                loops[k].trade(new Trade(in.step(i).key(), i, in.timeNs(i)));
                take(i, k);
            } else {
                loops[k].row(in.event(i));
            }
        }

        /** What a loop has answered by now; the second answer makes a result. */
        private void take(int i, int k) {
            for (; taken[k] < loops[k].answers.size(); taken[k]++) {
                Answer is = loops[k].answers.get(taken[k]);
                long ns = loops[k].times.get(taken[k]);
                long[] was = first.putIfAbsent(is.id(), new long[] {is.value(), ns});
                if (was != null) {
                    long id = in.<Trade>event((int) is.id()).id();
                    Both both = k == 0 ? new Both(id, is.value(), was[0]) : new Both(id, was[0], is.value());
                    out.at(i).emit(BOTH, Math.max(was[1], ns), both);
                }
            }
        }
    }
}
