package io.millrace.operators.join;

import static java.time.Duration.ofNanos;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.operators.Joined;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.testkit.oracle.ByHand;
import io.millrace.testkit.oracle.Step;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** As-of joins that bound the rows of a key: more trades are due than an entry answers, and rows of theirs come meanwhile. */
class SpreadAsOfTest {
    private static final int CASES = 50;
    private static final int OTHERS = 300;
    private static final int KEYS = 40;

    private static MarketRun run(AsOf how) {
        return new MarketRun(4 << 20, (t, p) -> t.asOf("join", p.deleteWhen(Price::gone), how));
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
        return new MarketRun(4 << 20, topology);
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

    static Trials trials() {
        return Trials.byHand("trials()", SpreadAsOfTest::agree).cases(CASES);
    }

    private static long evicted;
    private static long letters;
    private static long behind;

    @Test
    void shouldGiveEachKeyTheSameHoweverMuchIsAnsweredAnEntry() {
        evicted = 0;
        letters = 0;
        behind = 0;
        long cases = trials().check().cases();
        assertTrue(
                cases < CASES || Math.min(Math.min(evicted, letters), behind) > cases,
                evicted + " evicted, " + letters + " letters, " + behind + " entries behind");
    }

    private static ByHand agree(Random random) {
        AsOf how = how(random);
        boolean isWith = !how.inner && random.nextInt(3) == 0;
        long stepNs = 100 + random.nextInt(400);
        Weights weights = Weights.usual()
                .events(1_000)
                .keys(KEYS)
                .values(Integer.MAX_VALUE)
                .scale(1, 2)
                .with(Trait.EXTREMES, 0)
                .with(Trait.LATE, 0) // one of four is behind by some
                .with(Trait.IDLE, 60);
        Supplier<MarketRun> run = () -> isWith ? runWith(how) : run(how);
        List<Input<?>> inputs = List.of(Market.TRADES, Market.TRADES, Market.TRADES, Market.PRICES);
        return ByHand.of(weights, inputs, steps -> agree(how.toString(), stepNs, run, steps));
    }

    private static int agree(String how, long stepNs, Supplier<MarketRun> run, List<Step> steps) {
        MarketRun atOnce = run.get();
        MarketRun spread = run.get();
        send(steps, stepNs, atOnce, true);
        send(steps, stepNs, spread, false);
        Map<Long, List<Seen>> seen = byKey(atOnce);
        assertSame(seen, byKey(spread), how);
        assertEquals(atOnce.lettersOf(), spread.lettersOf(), how);
        assertEquals(atOnce.counters().evicted, spread.counters().evicted, how);
        assertEquals(atOnce.counters().keys, spread.counters().keys, how);
        evicted += spread.counters().evicted;
        letters += spread.dead();
        return seen.size();
    }

    private static void assertSame(Map<Long, List<Seen>> expected, Map<Long, List<Seen>> got, String what) {
        assertEquals(expected.keySet(), got.keySet(), what);
        expected.forEach((key, seen) -> assertEquals(seen, got.get(key), what + ", key " + key));
    }

    private static AsOf how(Random random) {
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

    /**
     * Time stands still for a stretch of the steps, but for the end of it, and then leaps: all trades of a stretch are due at once,
     * and rows and trades of their keys come while they wait. One event of four is up to 20 behind.
     */
    private static long timeNs(Step s, long stepNs) {
        long inStepNs = Math.floorMod(s.timeNs(), stepNs);
        long ns = s.timeNs() - inStepNs + Math.max(0, inStepNs - (stepNs - 20));
        return s.value() % 4 == 0 ? ns - s.value() / 4 % 20 : ns;
    }

    /** Three events of four are trades; when time has leapt, for a while, three of four are rows. */
    private static boolean isTrade(Step s, long stepNs) {
        return s.port() < 3 == Math.floorMod(s.timeNs(), stepNs) > 20;
    }

    /** Killed and restored before one step of eight of those before which something waits: it hangs on the step alone. */
    private static void send(List<Step> steps, long stepNs, MarketRun run, boolean atOnce) {
        Map<Long, Integer> trades = new HashMap<>();
        for (Step s : steps) {
            if (run.isBehindAfter(0) && s.hashCode() % 8 == 0) {
                run.restart();
            }
            long ns = timeNs(s, stepNs);
            switch (s.kind()) {
                case EVENT -> event(s, ns, isTrade(s, stepNs), trades, run);
                case ADVANCE -> run.advance(ns);
                default -> {
                    // ends below
                }
            }
            behind += !atOnce && run.isBehindAfter(0) ? 1 : 0;
            assertFalse(atOnce && run.isBehindAfter(1_000));
        }
        run.end();
        assertFalse(run.isBehindAfter(1_000));
    }

    /** A row of a key, or trades of four keys. */
    private static void event(Step s, long ns, boolean isTrade, Map<Long, Integer> trades, MarketRun run) {
        for (int i = 0; i < (isTrade ? 4 : 1); i++) {
            long key = generation((s.key() + 7 * i) % KEYS, isTrade, trades);
            long id = s.value() / 20 * 1_000L + key;
            if (isTrade) {
                run.send(new Trade(key, id, ns));
            } else {
                run.send(new Price(key, id, s.value() % 7 == 0, ns));
            }
        }
    }

    /** When a key has had 64 trades another one takes its place: where more of it are due a row is refused. */
    private static long generation(long key, boolean isTrade, Map<Long, Integer> trades) {
        int before = trades.getOrDefault(key, 0);
        trades.put(key, before + (isTrade ? 1 : 0));
        return key + before / 64 * KEYS;
    }

    private static Map<Long, List<Seen>> byKey(MarketRun run) {
        return run.takeChanges().stream()
                .map(c -> new Seen(c.answer(), c.ns()))
                .collect(groupingBy(s -> s.answer().id() % 1_000, TreeMap::new, toList()));
    }
}
