package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.TopologyException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Joins that are bounded by events in place of time, by hand and against lists. */
class AnyTimeJoinTest {
    private static final int CASES = 200;
    private static final long ALL_NS = 1_000_000;
    private static final Input<Trade> TRADES = Market.trades(ALL_NS);
    private static final Input<Price> PRICES = Market.prices(ALL_NS);

    private static TestDriver driver(Interval<? super Trade> how) {
        return TestDriver.of(
                Market.topology(TRADES, PRICES, (t, p) -> t.join("join", p, how)),
                PlanOptions.tested().withStateBytes(8 << 20));
    }

    @Test
    void shouldPairWhateverTheTimes() {
        TestDriver driver = driver(Interval.anyTime().eventsAtMost(2));
        driver.send(TRADES, Market.trade(1, 0)).send(PRICES, Market.price(7, ALL_NS - 1));
        assertEquals(ALL_NS - 1, driver.metas(ANSWERS).get(0).timeNs());
        assertEquals(List.of(new Answer(1, 7)), driver.take(ANSWERS));
    }

    @Test
    void shouldRefuseOneMoreEventThanItsBoundAndSendNothingOfIt() {
        TestDriver driver = driver(Interval.anyTime().eventsAtMost(2));
        driver.send(PRICES, Market.price(7, 0));
        for (int id = 1; id <= 3; id++) {
            driver.send(TRADES, Market.trade(id, 0));
        }
        assertEquals(List.of(new Answer(1, 7), new Answer(2, 7)), driver.take(ANSWERS));
        assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
    }

    @Test
    void shouldForgetAllWhenInputHasEnded() {
        TestDriver driver = driver(Interval.anyTime().eventsAtMost(2));
        driver.send(TRADES, Market.trade(1, 0)).send(PRICES, Market.price(7, 0));
        assertEquals(1, driver.stats().node("join").keys());
        driver.endAll();
        assertEquals(0, driver.stats().node("join").keys());
    }

    /** Nothing says when an event stays alone, and without a bound of events nothing says when one may go. */
    @Test
    void shouldRefuseAtBuildWhatHasNoBoundOrNoMoment() {
        Interval<Object> any = Interval.anyTime();
        for (Interval<Object> how : List.of(
                any,
                any.evictOldest(),
                any.eventsAtMost(257),
                any.eventsAtMost(3).matchesAtMost(2).evictOldest(),
                any.eventsAtMost(2).left(),
                any.eventsAtMost(2).right(),
                any.eventsAtMost(2).full(),
                any.eventsAtMost(2).anti())) {
            String message =
                    assertThrows(TopologyException.class, () -> driver(how)).getMessage();
            assertTrue(message.contains("anyTime"), message);
        }
    }

    @Test
    void shouldAgreeWithLists() {
        int[] out = {0};
        int cases = Seeds.each(0, CASES, "agree(%d)", seed -> out[0] += agree(seed));
        assertTrue(out[0] > 20 * cases, out[0] + " came out of " + cases + " cases");
    }

    /** What a key keeps of a side. */
    private record Kept(long key, long id, long ns, int order) {
        static final Comparator<Kept> BY_TIME =
                Comparator.comparingLong(Kept::ns).thenComparingInt(Kept::order);
    }

    private static int agree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int most = 1 + random.nextInt(6);
        boolean evicts = random.nextBoolean();
        boolean semi = random.nextBoolean();
        Interval<Object> bounded = Interval.anyTime().eventsAtMost(most);
        Interval<Object> how = evicts ? bounded.evictOldest() : bounded;
        TestDriver driver = driver(semi ? how.semi() : how);
        List<Kept> lefts = new ArrayList<>();
        List<Kept> rights = new ArrayList<>();
        List<Answer> expected = new ArrayList<>();
        List<Long> expectedNs = new ArrayList<>();
        List<Answer> got = new ArrayList<>();
        List<Long> gotNs = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 80; i++) {
            Kept event = new Kept(random.nextInt(2), i, random.nextInt(5) == 0 ? 7 : random.nextInt(1_000), i);
            boolean isLeft = random.nextBoolean();
            List<Kept> own = isLeft ? lefts : rights;
            List<Kept> other = isLeft ? rights : lefts;
            Predicate<Kept> ofKey = e -> e.key() == event.key();
            List<Kept> matches =
                    other.stream().filter(ofKey).sorted(Kept.BY_TIME).toList();
            boolean isKept = !(isLeft && semi && !matches.isEmpty());
            List<Kept> same = own.stream().filter(ofKey).sorted(Kept.BY_TIME).toList();
            boolean isRefused = isKept && same.size() == most && !evicts;
            if (isRefused) {
                refused++;
            } else {
                List<Kept> sent = isLeft && semi ? matches.stream().limit(1).toList() : matches;
                for (Kept match : sent) {
                    expected.add(new Answer(isLeft ? event.id() : match.id(), isLeft ? match.id() : event.id()));
                    expectedNs.add(Math.max(event.ns(), match.ns()));
                }
                if (!isLeft && semi) {
                    lefts.removeAll(matches);
                }
                if (isKept) {
                    own.add(event);
                    if (same.size() == most) {
                        own.remove(own.stream().filter(ofKey).min(Kept.BY_TIME).orElseThrow());
                    }
                }
            }
            if (isLeft) {
                driver.send(TRADES, new Trade(event.key(), event.id(), event.ns()));
            } else {
                driver.send(PRICES, new Price(event.key(), event.id(), false, event.ns()));
            }
            driver.metas(ANSWERS).stream().map(Meta::timeNs).forEach(gotNs::add);
            got.addAll(driver.take(ANSWERS));
            assertEquals(expected, got, "after event " + i);
            assertEquals(expectedNs, gotNs, "times after event " + i);
        }
        assertEquals(refused, driver.deadLetters().size());
        driver.endAll();
        assertEquals(List.of(), driver.take(ANSWERS));
        return got.size();
    }
}
