package io.millrace.operators.join;

import static io.millrace.operators.join.Interval.between;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.JoinedStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.operators.window.Window;
import io.millrace.state.FiringPace;
import io.millrace.testkit.oracle.Seeds;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What joins have to do by themselves, entry by entry: it comes to an end, gives memory back in time, and keeps its order. */
class JoinAgendaTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int SILENT = 5_000;

    private static <L> Interval<L> of(Interval<L> interval, String kind) {
        return switch (kind) {
            case "left" -> interval.left();
            case "full" -> interval.full();
            case "semi" -> interval.semi();
            case "anti" -> interval.anti();
            default -> interval;
        };
    }

    @Test
    void shouldComeToAnEndWhereAnIntervalReachesBeyondAllTime() {
        for (String kind : List.of("inner", "left", "full", "semi", "anti")) {
            MarketRun run = new MarketRun(
                    4 << 20, (t, p) -> t.join("join", p, of(between(ZERO, ofNanos(Long.MAX_VALUE - 2)), kind)));
            run.send(Market.trade(1, 5)).send(Market.price(7, 6)).send(Market.trade(2, 9));
            run.end();
            assertFalse(run.isBehindAfter(10), kind);
            assertEquals(0, run.counters().keys, kind);
        }
    }

    /** Work that is left is taken up with the next entry, not when a 64th of the interval has passed. */
    @Test
    void shouldFreeAllOfAKeyThatIsSilentAsSoonAsNothingCanMatchItWithBoundedWork() {
        Interval<Object> near = between(ofSeconds(-64), ofSeconds(64));
        assertGivenBack((t, p) -> t.join("join", p, near));
        assertGivenBack((t, p) -> t.join("join", p, near.semi()));
        assertGivenBack((t, p) -> t.asOf("join", p, AsOf.backward()));
        assertGivenBack((t, p) -> t.asOf("join", p, AsOf.nearest().tolerance(ofSeconds(64))));
    }

    private static void assertGivenBack(
            BiFunction<KeyedStream<Trade>, KeyedStream<Price>, JoinedStream<Trade, Price>> join) {
        MarketRun run = new MarketRun(2 << 20, join);
        for (int round = 1; round < 5; round++) {
            long ns = round * 1_000 * SECOND;
            for (int i = 0; i < SILENT; i++) {
                run.send(new Price(round, i, false, ns + i));
            }
            run.advance(ns + 500 * SECOND + 1);
            assertFalse(run.isBehindAfter(SILENT / 16), "round " + round);
            assertTrue(run.counters().maxFreed <= 8, "freed by one firing");
            assertTrue(run.counters().maxFirings <= FiringPace.FEW);
        }
        assertEquals(0, run.dead(), "the budget holds the events of one round");
    }

    /** An event that ends later but came earlier does not hide one that has ended; of one end the first that came goes first. */
    @Test
    void shouldSendWhatIsDueForItsKeyBeforeThePairsOfAnEventWhereTheLeftEventSaysItsEnd() {
        Interval<Trade> open = Interval.until(Trade.class, t -> t.id() % 1_000, TimeUnit.NANOSECONDS)
                .left();
        MarketRun run = new MarketRun(4 << 20, (t, p) -> t.join("join", p, open));
        run.send(new Trade(1, 100, 0));
        for (int i = 0; i < 100; i++) {
            run.send(new Trade(500 + i, 5, 1));
        }
        run.send(new Trade(1, 2_050, 2)).send(new Trade(1, 49, 3)).send(new Trade(1, 1_050, 3));
        run.send(new Trade(1, 3_050, 3)).send(new Trade(1, 50, 1_000));
        run.send(new Price(1, 3, false, 60));
        List<Answer> answers = run.take();
        assertEquals(64 + 5, answers.size());
        assertEquals(
                List.of(
                        new Answer(49, -1),
                        new Answer(2_050, -1),
                        new Answer(1_050, -1),
                        new Answer(3_050, -1),
                        new Answer(100, 3)),
                answers.subList(64, answers.size()));
        assertEquals(0, run.dead());
        run.end();
        assertFalse(run.isBehindAfter(10));
        assertEquals(100 - 64 + 1, run.take().size(), "each once");
    }

    /** Key 1 waits behind 300 trades of others, and progress has jumped beyond all of them. */
    private static MarketRun behindOthers(Interval<Object> interval, int ownTrades) {
        MarketRun run = new MarketRun(16 << 20, (t, p) -> t.join("join", p, interval));
        for (int i = 0; i < 300; i++) {
            run.send(new Trade(1_000 + i, 1_000_000 + i, 0));
        }
        for (int i = 0; i < ownTrades; i++) {
            run.send(new Trade(1, i, 1 + i / 1_000));
        }
        run.send(new Price(500, 7, false, 100)).send(new Trade(500, 2_000_000, 100));
        return run;
    }

    private static List<Answer> ofKeyOne(MarketRun run) {
        return run.take().stream().filter(a -> a.id() < 1_000_000).collect(Collectors.toList());
    }

    @Test
    void shouldSendAllThatIsDueOfAKeyBeforeThePairsOfItsEvent() {
        Interval<Object> near = between(ofNanos(-5), ofNanos(5)).left();
        MarketRun run = behindOthers(near, 1_024);
        run.send(new Price(1, 9, false, 101)).send(new Trade(1, 5_000, 101));
        List<Answer> answers = ofKeyOne(run);
        assertEquals(1_024 + 1, answers.size());
        for (int i = 0; i < 1_024; i++) {
            assertEquals(new Answer(i, -1), answers.get(i));
        }
        assertEquals(new Answer(5_000, 9), answers.get(1_024));
        assertEquals(0, run.dead());
    }

    /** It matches what it would have matched at once, and so does the next of its key, which comes behind it. */
    @Test
    void shouldHaveAnEventWaitForWhichMoreIsDueOfItsKeyThanIsSentBeforeOne() {
        MarketRun run = behindOthers(between(ofNanos(-5), ofNanos(5)).left(), 1_024 + 3_000);
        run.take();
        run.send(new Price(1, 9, false, 101));
        assertEquals(1_024, ofKeyOne(run).size(), "of its key, before it");
        run.send(new Trade(1, 5_000, 101))
                .send(new Trade(500, 2_000_001, 1_000))
                .send(new Price(500, 8, false, 1_000));
        run.end();
        assertFalse(run.isBehindAfter(100));
        List<Answer> rest = ofKeyOne(run);
        assertEquals(3_000 + 1, rest.size());
        assertEquals(new Answer(5_000, 9), rest.get(3_000));
        assertEquals(0, run.dead());
        assertEquals(0, run.counters().keys);
    }

    /** A key with more behind it than goes before an event, and silences of it: each of its events finds what it would have found at once. */
    @Test
    void shouldGiveEachKeyTheSameWhileItsEventsWait() {
        waited = 0;
        int cases = Seeds.each(0, 2, "agreeWhileEventsWait(%d)", JoinAgendaTest::agreeWhileEventsWait);
        assertTrue(cases < 2 || waited > 3, waited + " pairs of events that waited");
    }

    private static int waited;

    private static void agreeWhileEventsWait(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String kind = List.of("left", "full", "anti").get((int) Math.floorMod(seed, 3L));
        long windowNs = random.nextInt(4) == 0 ? 0 : 20 + random.nextInt(20);
        int windows = windowNs == 0 ? 1 : 2 + random.nextInt(3);
        long stepNs = windowNs / windows;
        Interval<Object> interval = windowNs == 0
                ? of(between(ofNanos(-5), ofNanos(5)), kind)
                : of(Interval.sameWindow(Window.hopping(ofNanos(windowNs), ofNanos(stepNs))), kind);
        MarketRun run = new MarketRun(16 << 20, (t, p) -> t.join("join", p, interval));
        IntervalOracle oracle = new IntervalOracle(-5, 5, windowNs, kind).step(stepNs);
        TwoInputs time = new TwoInputs(0, 0, 0);
        long ns = 0;
        for (int burst = 0; burst < 1 + random.nextInt(2); burst++) {
            int id = 0;
            for (int i = (1_200 + random.nextInt(300)) / windows; i > 0; i--) {
                send(run, oracle, time, 0, 1, ++id, ns + random.nextInt(2));
            }
            ns += 100 + random.nextInt(200);
            for (int i = 0; i < 40; i++) {
                send(run, oracle, time, random.nextInt(2), 1 + random.nextInt(3), ++id, ns);
                ns += random.nextInt(10) == 0 ? 60 : random.nextInt(3);
                if (run.isBehindAfter(0) && i % 8 == 0) {
                    run.restart();
                }
            }
        }
        run.end();
        assertFalse(run.isBehindAfter(2_000));
        oracle.progress(Long.MAX_VALUE);
        assertEquals(byKey(oracle.answers), byKey(run.take()), kind + " " + windowNs + " " + stepNs);
        waited += run.pairsBehind();
        assertEquals(0, run.dead());
        assertEquals(0, run.counters().keys);
    }

    private static void send(
            MarketRun run, IntervalOracle oracle, TwoInputs time, int side, long key, long id, long atNs) {
        long ns = Math.max(atNs, time.see(side, atNs));
        oracle.progress(time.see(side, ns));
        if (side == 0) {
            Trade trade = new Trade(key, id * 1_000 + key, ns);
            run.send(trade);
            oracle.left(trade);
        } else {
            Price price = new Price(key, id * 1_000 + key, false, ns);
            run.send(price);
            oracle.right(price);
        }
    }

    /** What has been matched is no answer that comes before: neither is it sent nor does an event wait for all of it to be freed. */
    @Test
    void shouldFindWhatIsDueBehindManyThatHaveBeenMatched() {
        for (Interval<? super Trade> interval : List.<Interval<? super Trade>>of(
                between(ofNanos(-5), ofNanos(5)).left().matchesAtMost(4_000),
                Interval.until(Trade.class, t -> t.ns() + 5, TimeUnit.NANOSECONDS)
                        .left()
                        .matchesAtMost(4_000))) {
            MarketRun run = new MarketRun(16 << 20, (t, p) -> t.join("join", p, interval));
            for (int i = 0; i < 300; i++) {
                run.send(new Trade(1_000 + i, 1_000_000 + i, 0));
            }
            for (int i = 0; i < 3_000; i++) {
                run.send(new Trade(1, i, 0));
            }
            run.send(new Price(1, 8, false, 3));
            run.send(new Trade(1, 4_000, 20)).send(new Trade(1, 4_001, 21));
            run.take();
            run.send(new Price(500, 7, false, 100)).send(new Trade(500, 2_000_000, 100));
            run.send(new Price(1, 9, false, 101)).send(new Trade(1, 5_000, 101));
            assertEquals(List.of(new Answer(4_000, -1), new Answer(4_001, -1), new Answer(5_000, 9)), ofKeyOne(run));
            assertEquals(0, run.dead());
            run.end();
            assertFalse(run.isBehindAfter(1_000));
            assertEquals(0, run.counters().keys);
        }
    }

    /** The bound of events counts none that is due: neither is one refused for it, nor given up in place of being sent. */
    @Test
    void shouldNotCountWhatIsDueAmongTheEventsOfAKey() {
        Interval<Object> near =
                between(ofNanos(-5), ofNanos(5)).left().eventsAtMost(300).evictOldest();
        MarketRun run = behindOthers(near, 300);
        run.send(new Trade(1, 5_000, 100));
        assertEquals(300, ofKeyOne(run).size());
        assertEquals(0, run.counters().evicted);
        assertEquals(0, run.dead());
    }

    /** Hundreds of keys fall due in one jump: of each key comes what comes when all fire at once, in the same order. */
    @Test
    void shouldGiveEachKeyTheSameWhenFiringIsSpread() {
        int[] most = {0};
        int cases = Seeds.each(0, 15, "agree(%d)", seed -> most[0] = Math.max(most[0], agree(seed)));
        assertEquals(cases < 15 ? most[0] : 64, most[0], "there was more than one entry may fire");
    }

    private static int agree(long seed) {
        int most = 0;
        SplittableRandom random = new SplittableRandom(seed);
        String kind = List.of("left", "full", "anti", "inner", "semi").get((int) Math.floorMod(seed, 5L));
        boolean byRow = random.nextInt(2) == 0;
        long fromNs = byRow ? 0 : random.nextInt(20) - 15;
        long toNs = fromNs + random.nextInt(12);
        Interval<? super Trade> interval = byRow
                ? of(Interval.until(Trade.class, t -> t.ns() + t.id() % 61 - 3, TimeUnit.NANOSECONDS), kind)
                : of(between(ofNanos(fromNs), ofNanos(toNs)), kind);
        long latenessNs = random.nextInt(2) * 40;
        MarketRun run =
                new MarketRun(4 << 20, (t, p) -> t.join("join", p, interval.allowedLateness(ofNanos(latenessNs))));
        IntervalOracle oracle = new IntervalOracle(fromNs, toNs, 0, kind);
        TwoInputs time = new TwoInputs(0, 0, latenessNs);
        long ns = 0;
        for (int i = 0; i < 1_200; i++) {
            ns += random.nextInt(300) == 0 ? 35 : random.nextInt(30) == 0 ? 1 : 0;
            long key = random.nextInt(90);
            int side = random.nextInt(2);
            oracle.progress(time.see(side, ns));
            if (side == 0) {
                Trade trade = new Trade(key, i * 1_000 + key, ns);
                run.send(trade);
                oracle.left(trade, byRow ? ns + trade.id() % 61 - 3 : ns + toNs);
            } else {
                Price price = new Price(key, i * 1_000 + key, false, ns);
                run.send(price);
                oracle.right(price);
            }
        }
        most = (int) Math.max(most, run.counters().maxFirings);
        run.end();
        assertFalse(run.isBehindAfter(100));
        oracle.progress(Long.MAX_VALUE);
        assertEquals(byKey(oracle.answers), byKey(run.take()), kind);
        assertEquals(0, run.dead());
        return most;
    }

    private static Map<Long, List<Answer>> byKey(List<Answer> answers) {
        return answers.stream()
                .collect(Collectors.groupingBy(
                        a -> Math.max(a.id(), a.value()) % 1_000, TreeMap::new, Collectors.toList()));
    }

    @Test
    void shouldNotHoldWhatIsNotDue() {
        MarketRun run = new MarketRun(
                4 << 20,
                (t, p) -> t.join("join", p, between(ofNanos(0), ofNanos(9)).left()));
        run.send(new Trade(1, 1, 0))
                .send(new Trade(2, 2, 1))
                .send(new Price(2, 3, false, 1))
                .advance(10);
        assertFalse(run.isBehindAfter(0));
        assertEquals(List.of(new Answer(2, 3), new Answer(1, -1)), run.take());
    }
}
