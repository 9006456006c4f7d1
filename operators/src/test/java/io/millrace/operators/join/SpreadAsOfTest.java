package io.millrace.operators.join;

import static java.time.Duration.ofNanos;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.operators.Joined;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** As-of joins that bound the rows of a key: more trades are due than an entry answers, and rows of theirs come meanwhile. */
class SpreadAsOfTest {
    private static final int CASES = 60;
    private static final int OTHERS = 300;

    private static MarketRun run(AsOf how) {
        return new MarketRun(16 << 20, (t, p) -> t.asOf("join", p.deleteWhen(Price::gone), how));
    }

    record Beside(Trade trade, Joined<Trade, Price> bounded, Joined<Trade, Price> all) {}

    /** With each trade both what it finds and what it finds among all rows: answers that come before their turn go to their trade. */
    private static MarketRun runWith(AsOf how) {
        Topology topology = Millrace.topology("beside", t -> {
            KeyedStream<Trade> trades = t.from(Market.TRADES).keyBy(Trade::key);
            KeyedStream<Price> prices = t.from(Market.PRICES).keyBy(Price::key).deleteWhen(Price::gone);
            trades.with(trades.asOf("join", prices, how), trades.asOf("all", prices, AsOf.backward()), Beside::new)
                    .to(Market.ANSWERS, SpreadAsOfTest::answer);
        });
        return new MarketRun(16 << 20, topology);
    }

    private static Answer answer(Beside b) {
        boolean isIts = b.bounded().left().id() == b.trade().id()
                && b.all().left().id() == b.trade().id();
        assertTrue(isIts, "answers of another trade");
        return Market.answer(b.bounded());
    }

    // ---- one key among many

    /** Key 1 has as many prices as it may; a trade of it waits behind those of others, and progress jumps. */
    private static MarketRun behindOthers(AsOf how, int ownTrades) {
        MarketRun run = run(how);
        run.send(new Price(1, 111, false, 1)).send(new Price(1, 112, false, 3));
        for (int i = 0; i < OTHERS; i++) {
            run.send(new Trade(1_000 + i, 10_000 + i, 5));
        }
        for (int i = 0; i < ownTrades; i++) {
            run.send(new Trade(1, i, 5));
        }
        run.send(new Price(500, 5, false, 100)).send(new Trade(600, 20_000, 100));
        assertEquals(64, run.counters().maxFirings, "there is more than an entry answers");
        return run;
    }

    private static List<Answer> ofKeyOne(MarketRun run) {
        return run.take().stream().filter(a -> a.id() < 10_000).collect(toList());
    }

    @Test
    void shouldAnswerWhatIsDueBeforeARowTakesTheTurnOfAnEarlierOne() {
        MarketRun run = behindOthers(AsOf.backward().versionsAtMost(2).evictOldest(), 1);
        run.send(new Price(1, 222, false, 100)).send(new Price(1, 333, false, 101));
        assertEquals(List.of(new Answer(0, 112)), ofKeyOne(run), "before the others");
        assertEquals(0, run.counters().evicted, "111 and 112 were dead");
        run.send(new Trade(1, 1, 150)).end();
        assertFalse(run.isBehindAfter(100));
        assertEquals(List.of(new Answer(1, 333)), ofKeyOne(run));
    }

    @Test
    void shouldNotRefuseARowForOneThatATradeWhichIsDueKeeps() {
        MarketRun run = behindOthers(AsOf.backward().versionsAtMost(2), 1);
        run.send(new Price(1, 222, false, 100)).send(new Price(1, 333, false, 101));
        run.send(new Trade(1, 1, 150)).end();
        assertFalse(run.isBehindAfter(100));
        assertEquals(List.of(new Answer(0, 112), new Answer(1, 333)), ofKeyOne(run));
        assertEquals(List.of(), run.lettersOf());
    }

    /** Never a wrong answer: with 64 answered and more due of the key the row is refused, also where the earliest would be given up. */
    @Test
    void shouldRefuseARowForWhichMoreIsToBeAnsweredThanAnEventMay() {
        for (AsOf how : List.of(
                AsOf.backward().versionsAtMost(2),
                AsOf.backward().versionsAtMost(2).evictOldest())) {
            MarketRun run = behindOthers(how, 64 + 64);
            run.take();
            run.send(new Price(1, 222, false, 100));
            assertEquals(List.of(), run.lettersOf(), "there is room for it: 111 is dead whatever waits");
            run.send(new Price(1, 333, false, 101));
            assertEquals(List.of(run.sent()), run.lettersOf());
            assertEquals(64, ofKeyOne(run).size());
            run.send(new Price(1, 334, false, 102));
            assertEquals(1, run.lettersOf().size(), "the other 64 have been answered");
            run.send(new Trade(1, 999, 150)).end();
            assertFalse(run.isBehindAfter(100));
            List<Answer> rest = ofKeyOne(run);
            assertEquals(64 + 1, rest.size());
            assertEquals(new Answer(999, 334), rest.get(64));
            assertTrue(rest.stream().limit(64).allMatch(a -> a.value() == 112));
        }
    }

    // ---- against all answered at once

    private record Seen(Answer answer, long ns) {}

    @Test
    void shouldGiveEachKeyTheSameHoweverMuchIsAnsweredAnEntry() {
        long[] sums = new long[3];
        int cases = Seeds.each(1, CASES, "agree(%d)", seed -> {
            long[] counts = agree(seed);
            sums[0] += counts[0];
            sums[1] += counts[1];
            sums[2] += counts[2];
        });
        assertTrue(
                cases < 10 || Math.min(Math.min(sums[0], sums[1]), sums[2]) > cases,
                sums[0] + ", " + sums[1] + ", " + sums[2]);
    }

    private static long[] agree(long seed) {
        long evicted = 0;
        long letters = 0;
        long behind = 0;
        SplittableRandom random = new SplittableRandom(seed);
        AsOf how = how(random);
        List<Object> history = history(random);
        boolean isWith = !how.inner && random.nextInt(3) == 0;
        MarketRun atOnce = isWith ? runWith(how) : run(how);
        MarketRun spread = isWith ? runWith(how) : run(how);
        behind += send(history, atOnce, true) + send(history, spread, false);
        String what = how.toString();
        assertSame(byKey(atOnce), byKey(spread), what);
        assertEquals(atOnce.lettersOf(), spread.lettersOf(), what);
        assertEquals(atOnce.counters().evicted, spread.counters().evicted, what);
        assertEquals(atOnce.counters().keys, spread.counters().keys, what);
        evicted += spread.counters().evicted;
        letters += spread.dead();
        return new long[] {evicted, letters, behind};
    }

    private static void assertSame(Map<Long, List<Seen>> expected, Map<Long, List<Seen>> got, String what) {
        assertEquals(expected.keySet(), got.keySet(), what);
        expected.forEach((key, seen) -> assertEquals(seen, got.get(key), what + ", key " + key));
    }

    private static AsOf how(SplittableRandom random) {
        AsOf how = switch (random.nextInt(4)) {
            case 0 -> AsOf.forward();
            case 1 -> AsOf.nearest();
            default -> AsOf.backward();
        };
        boolean isBackward = how.direction == AsOf.Direction.BACKWARD;
        how = isBackward && random.nextBoolean() ? how : how.tolerance(ofNanos(random.nextInt(30)));
        how = random.nextInt(3) == 0 ? how.strictly() : how;
        how = random.nextInt(3) == 0 ? how.inner() : how;
        how = how.versionsAtMost(1 + random.nextInt(4));
        how = random.nextBoolean() ? how.evictOldest() : how;
        return how.allowedLateness(ofNanos(random.nextInt(2) * random.nextInt(30)));
    }

    /** Trades of many keys, a jump that makes them due, and prices and trades of the same keys while they wait. */
    private static List<Object> history(SplittableRandom random) {
        List<Object> result = new ArrayList<>();
        long ns = 0;
        for (int burst = 0; burst < 4; burst++) {
            for (int i = 0; i < 400; i++) {
                ns += random.nextInt(100) == 0 ? 1 : 0;
                add(result, random.nextInt(40), ns - random.nextInt(20), random.nextInt(10) > 0);
            }
            ns += 20 + random.nextInt(100);
            add(result, 90, ns, false);
            add(result, 91, ns, true);
            for (int i = 0; i < 40; i++) {
                ns += random.nextInt(4) == 0 ? random.nextInt(20) : 0;
                add(result, random.nextInt(20), ns - random.nextInt(10), random.nextInt(4) == 0);
            }
        }
        return result;
    }

    private static void add(List<Object> to, long key, long ns, boolean isTrade) {
        long id = to.size() * 1_000L + key;
        to.add(isTrade ? new Trade(key, id, ns) : new Price(key, id, id % 7 == 0, ns));
    }

    /** Answers after how many entries something due was left. */
    private static int send(List<Object> history, MarketRun run, boolean atOnce) {
        int behind = 0;
        for (Object o : history) {
            if (o instanceof Trade t) {
                run.send(t);
            } else {
                run.send((Price) o);
            }
            behind += !atOnce && run.isBehindAfter(0) ? 1 : 0;
            assertFalse(atOnce && run.isBehindAfter(1_000));
        }
        run.end();
        assertFalse(run.isBehindAfter(1_000));
        return behind;
    }

    private static Map<Long, List<Seen>> byKey(MarketRun run) {
        return run.takeChanges().stream()
                .map(c -> new Seen(c.answer(), c.ns()))
                .collect(groupingBy(s -> s.answer().id() % 1_000, TreeMap::new, toList()));
    }
}
