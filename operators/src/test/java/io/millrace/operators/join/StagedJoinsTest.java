package io.millrace.operators.join;

import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.operators.StagedRun;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.EntryEncoder;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Joins on threads of their own put out the same bytes at the same places as joins on one, under any schedule. */
class StagedJoinsTest {
    private static final int CASES = 100;
    private static final Input<Trade> TRADES = Market.trades(5);
    private static final Input<Price> PRICES = Market.prices(3);
    private static final List<Output<Answer>> OUT = List.of(
            Output.of("to-with", Answer.class),
            Output.of("to-near", Answer.class),
            Output.of("to-table", Answer.class),
            Output.of("to-foreign", Answer.class),
            Output.of("late-sides", Answer.class));

    record Touch(Trade trade, Joined<Trade, Price> last, Joined<Trade, Price> nearest) {}

    private static Topology topology() {
        return Millrace.topology("staged", t -> {
            KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
            KeyedStream<Price> prices =
                    t.from(PRICES).keyBy(Price::key).deleteWhen(Price::gone).onThread("prices");
            KeyedStream<Price> set = t.from(PRICES).filter(p -> !p.gone()).keyBy(Price::key);
            trades.with(
                            trades.asOf("last", prices, AsOf.backward()).onThread("one"),
                            trades.asOf("nearest", prices, AsOf.nearest().tolerance(ofNanos(7)))
                                    .onThread("two"),
                            Touch::new)
                    .to(OUT.get(0), x -> new Answer(x.trade().id(), value(x.last()) * 1_000 + value(x.nearest())));
            trades.join("near", set, Interval.between(ofNanos(-4), ofNanos(6)).full())
                    .late(side -> side.to(OUT.get(4), x -> new Answer(x.id(), 0)))
                    .onThread("one")
                    .to(OUT.get(1), Market::answer);
            trades.deleteWhen(x -> x.id() % 5 == 0)
                    .tableJoin("table", prices, JoinKind.FULL)
                    .onThread("two")
                    .to(OUT.get(2), Market::answer);
            trades.foreignKeyJoin("foreign", x -> x.id() % 3, prices, JoinKind.LEFT)
                    .to(OUT.get(3), Market::answer);
        });
    }

    private static long value(Joined<Trade, Price> j) {
        return j.hasRight() ? j.right().value() : -1;
    }

    private static List<byte[]> log(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> log = new ArrayList<>();
        long clock = 0;
        for (int i = 0; i < 70; i++) {
            clock += random.nextInt(8) == 0 ? random.nextInt(40) : random.nextInt(3);
            long ns = clock - random.nextInt(9);
            int source = random.nextInt(2);
            byte[] entry = source == 0
                    ? event(0, TRADES.type(), new Trade(random.nextInt(3), i, ns), ns)
                    : event(1, PRICES.type(), new Price(random.nextInt(3), i, random.nextInt(4) == 0, ns), ns);
            log.add(entry);
        }
        for (int source = 0; source < 2; source++) {
            plain(log, EntryKind.END, source);
        }
        for (int i = 0; i < 10; i++) {
            plain(log, EntryKind.CONTINUE, 0);
        }
        return log;
    }

    private static void plain(List<byte[]> log, byte kind, int source) {
        byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
        EntryEncoder.plain(entry, 0, kind, source, 0);
        log.add(entry);
    }

    @Test
    void shouldPutOutTheSameOnOneThreadAndOnSeveral() {
        Plan plan = Planner.plan(topology(), PlanOptions.tested().withThreads().withSmallestRings());
        assertTrue(plan.stages().size() > 3, plan.describe());
        int[] outputs = {0};
        int cases = Seeds.each(0, CASES, "agree(%d)", seed -> outputs[0] += agree(seed));
        assertTrue(outputs[0] > 50 * cases, outputs[0] + " outputs");
    }

    private static int agree(long seed) {
        int outputs = 0;
        List<byte[]> log = log(seed);
        Map<String, List<String>> expected = StagedRun.fused(topology(), log, PlanOptions.tested());
        assertEquals(
                expected,
                StagedRun.fused(topology(), log, PlanOptions.fused().withHashSeed(seed)),
                "copies, seed " + seed);
        assertEquals(expected, StagedRun.staged(topology(), log, seed), "staged, seed " + seed);
        outputs += expected.values().stream().mapToInt(List::size).sum();
        return outputs;
    }

    /** A change that 1,200 rows are to be told goes out over many entries, between which other things happen. */
    @Test
    void shouldTellTheRowsOfAPopularOneTheSameOnSeveralThreads() {
        Topology popular = Millrace.topology(
                "popular",
                t -> t.from(TRADES)
                        .keyBy(Trade::key)
                        .deleteWhen(x -> x.id() % 97 == 0)
                        .foreignKeyJoin(
                                "foreign",
                                x -> x.id() % 13 == 0 ? 1 : 0,
                                t.from(PRICES)
                                        .keyBy(Price::key)
                                        .deleteWhen(Price::gone)
                                        .onThread("prices"),
                                JoinKind.INNER)
                        .onThread("join")
                        .to(OUT.get(3), Market::answer));
        SplittableRandom random = new SplittableRandom(7);
        List<byte[]> log = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            boolean isTrade = i < 1_300 || random.nextInt(12) > 0;
            log.add(
                    isTrade
                            ? event(0, TRADES.type(), new Trade(i < 1_300 ? i : random.nextInt(1_300), i, i), i)
                            : event(1, PRICES.type(), new Price(random.nextInt(2), i, random.nextInt(4) == 0, i), i));
        }
        for (int i = 0; i < 400; i++) {
            plain(log, EntryKind.CONTINUE, 0);
        }
        Map<String, List<String>> expected = StagedRun.fused(popular, log, PlanOptions.tested());
        assertTrue(expected.get("to-foreign").size() > 10_000, "changes went round");
        for (long seed = 0; seed < 2; seed++) {
            assertEquals(expected, StagedRun.staged(popular, log, seed), "seed " + seed);
        }
    }

    /** Trades that are due and wait for their turn are answered before rows of their keys, which come by another thread. */
    @Test
    void shouldAnswerBeforeARowTheSameOnSeveralThreads() {
        Topology bounded = Millrace.topology("bounded", t -> {
            KeyedStream<Trade> trades = t.from(TRADES).keyBy(Trade::key);
            KeyedStream<Price> prices = t.from(PRICES).keyBy(Price::key).onThread("prices");
            trades.with(
                            trades.asOf("bounded", prices, AsOf.backward().versionsAtMost(2))
                                    .onThread("one"),
                            trades.asOf("all", prices, AsOf.backward()).onThread("two"),
                            Touch::new)
                    .to(OUT.get(0), x -> new Answer(x.trade().id(), value(x.last()) * 1_000 + value(x.nearest())));
        });
        List<byte[]> log = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            long ns = i < 300 ? 20 + i / 100 : 100 + i / 10;
            boolean isTrade = i < 300 ? i % 10 > 0 : i % 10 == 0;
            log.add(
                    isTrade
                            ? event(0, TRADES.type(), new Trade(i % 7, i, ns), ns)
                            : event(1, PRICES.type(), new Price(i % 7, i, false, ns), ns));
        }
        for (int i = 0; i < 10; i++) {
            plain(log, EntryKind.CONTINUE, 0);
        }
        Map<String, List<String>> expected = StagedRun.fused(bounded, log, PlanOptions.tested());
        List<String> answers = expected.get("to-with");
        assertTrue(answers.size() > 270, "answered");
        for (long seed = 0; seed < 5; seed++) {
            assertEquals(expected, StagedRun.staged(bounded, log, seed), "seed " + seed);
        }
    }

    private static <V> byte[] event(int source, EventType<V> type, V event, long ns) {
        byte[] entry = new byte[Entry.MAX_HEADER_LENGTH + 64];
        int at = Entry.begin(entry, 0, EntryKind.EVENT, source, ns, new Header().correlationId(ns + 1));
        Entry.end(entry, 0, type.encode(event, entry, at));
        return entry;
    }
}
