package io.millrace.operators.join;

import static io.millrace.operators.join.Market.ANSWERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.time.Progress;
import io.millrace.topology.TopologyException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    private static Interval<Object> evicting(int most) {
        return Interval.anyTime().eventsAtMost(most).evictOldest();
    }

    private static TestDriver trades(TestDriver driver, long... idsAndTimes) {
        for (int i = 0; i < idsAndTimes.length; i += 2) {
            driver.send(TRADES, Market.trade(idsAndTimes[i], idsAndTimes[i + 1]));
        }
        return driver;
    }

    private static List<Long> times(TestDriver driver) {
        return driver.metas(ANSWERS).stream().map(Meta::timeNs).toList();
    }

    @Test
    void shouldSendAloneWhatIsGivenUpUnmatchedAtItsTimeOrAtProgressWhereThatIsLater() {
        for (Interval<Object> how :
                List.of(evicting(2).left(), evicting(2).full(), evicting(2).anti())) {
            TestDriver driver = trades(driver(how), 1, 10, 2, 12);
            assertEquals(List.of(), driver.take(ANSWERS));
            trades(driver, 3, 11, 4, 30); // the earliest is 3 then
            assertEquals(List.of(10L, 11L), times(driver));
            assertEquals(List.of(new Answer(1, -1), new Answer(3, -1)), driver.take(ANSWERS));
            trades(driver.advanceToNs(20), 5, 25);
            assertEquals(List.of(20L), times(driver));
            assertEquals(List.of(new Answer(2, -1)), driver.take(ANSWERS));
            trades(driver, 6, 21); // itself the earliest
            assertEquals(List.of(21L), times(driver));
            assertEquals(List.of(new Answer(6, -1)), driver.take(ANSWERS));
            assertEquals(4, driver.counters("join").evicted);
            assertEquals(List.of(), driver.deadLetters());
        }
    }

    @Test
    void shouldSendNothingAloneOfWhatHasMatchedOrIsOfTheOtherSide() {
        TestDriver driver = trades(driver(evicting(1).left()), 1, 10);
        driver.send(PRICES, Market.price(7, 5)).send(PRICES, Market.price(8, 6));
        trades(driver, 2, 11).endAll();
        assertEquals(List.of(new Answer(1, 7), new Answer(1, 8), new Answer(2, 8)), driver.take(ANSWERS));
        driver = driver(evicting(1).left());
        driver.send(PRICES, Market.price(7, 5)).send(PRICES, Market.price(8, 6)).endAll();
        assertEquals(1, driver.counters("join").evicted);
        assertEquals(List.of(), driver.take(ANSWERS));
        driver = driver(evicting(1).right());
        driver.send(PRICES, Market.price(7, 5)).send(PRICES, Market.price(8, 6));
        assertEquals(List.of(new Answer(-1, 7)), driver.take(ANSWERS));
    }

    @Test
    void shouldKeepTheHeaderOfWhatIsGivenUpAndOfTheOneThatItIsGivenUpFor() {
        TestDriver driver = driver(evicting(1).left());
        driver.send(TRADES, Market.trade(1, 10), new Header().correlationId(77));
        driver.send(TRADES, Market.trade(2, 11), new Header().correlationId(78));
        trades(driver, 3, 12);
        List<Meta> metas = driver.metas(ANSWERS);
        assertEquals(List.of(77L, 78L), metas.stream().map(Meta::correlationId).toList());
        assertEquals(List.of(true, true), metas.stream().map(Meta::fired).toList());
        assertEquals(
                List.of(1L, 1L),
                metas.stream().map(m -> m.sequence() - m.eventSequence()).toList());
    }

    /** Keys of which 100 have only left events and 100 only right ones. */
    @Test
    void shouldSendWhatIsStillAloneWhenInputHasEndedTheLeftOnesFirstInTheOrderOfTheInput() {
        TestDriver driver = driver(evicting(2).full());
        List<Answer> lefts = new ArrayList<>();
        List<Answer> rights = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long ns = (i * 7_919L) % 1_000;
            driver.send(PRICES, new Price(100 + i / 2, i, false, ns)).send(TRADES, new Trade(i / 2, i, ns));
            lefts.add(new Answer(i, -1));
            rights.add(new Answer(-1, i));
        }
        assertEquals(List.of(), driver.take(ANSWERS));
        driver.send(TRADES, new Trade(0, 1_000, 999)).send(TRADES, new Trade(1, 1_001, 999));
        assertEquals(List.of(new Answer(0, -1), new Answer(3, -1)), driver.take(ANSWERS));
        driver.endAll();
        assertEquals(Set.of(Progress.END - 1), Set.copyOf(times(driver)), "as a window without an end");
        List<Answer> answers = driver.take(ANSWERS);
        lefts.removeAll(List.of(new Answer(0, -1), new Answer(3, -1)));
        lefts.add(new Answer(1_000, -1));
        lefts.add(new Answer(1_001, -1));
        lefts.addAll(rights);
        assertEquals(lefts, answers);
        assertEquals(64, driver.counters("join").maxFirings);
        assertEquals(0, driver.counters("join").keys);
    }

    @Test
    void shouldRememberInASnapshotWhatHasMatchedAndTheHeadersOfTheOthers() {
        TestDriver driver = trades(driver(evicting(1).left()), 1, 10);
        driver.send(PRICES, Market.price(7, 5));
        driver.send(TRADES, new Trade(2, 2, 11), new Header().correlationId(77));
        driver.restart();
        assertEquals(List.of(new Answer(1, 7)), driver.take(ANSWERS));
        trades(driver, 3, 12).send(TRADES, new Trade(2, 4, 13));
        assertEquals(77, driver.metas(ANSWERS).get(1).correlationId());
        assertEquals(List.of(new Answer(3, 7), new Answer(2, -1)), driver.take(ANSWERS));
    }

    /** Events of which each has room, until the budget is full; then one that has a header, and so needs more, comes to a key. */
    @Test
    void shouldSendNothingAloneForAnEventThatItRefuses() {
        TestDriver driver = TestDriver.of(
                Market.topology(
                        TRADES, PRICES, (t, p) -> t.join("join", p, evicting(4).left())),
                PlanOptions.tested().withStateBytes(1 << 20));
        for (int i = 0; driver.counters("join").dead == 0; i++) {
            assertTrue(i < 100_000, "nothing is refused");
            driver.send(TRADES, new Trade(i / 4, i, 0));
        }
        driver.send(TRADES, new Trade(1, -7, 0), new Header().correlationId(5));
        assertEquals(2, driver.counters("join").dead);
        assertEquals(List.of(), driver.take(ANSWERS));
        driver.send(TRADES, new Trade(1, -8, 0));
        assertEquals(List.of(new Answer(4, -1)), driver.take(ANSWERS));
    }

    @Test
    void shouldSayThatEventsAreGivenUpAndWhatComesAlone() {
        String said = Market.topology(
                        TRADES, PRICES, (t, p) -> t.join("join", p, evicting(3).anti()))
                .describe();
        assertTrue(said.contains("anti, at any time") && said.contains("3, evicting"), said);
    }

    /** Without a bound of events nothing says when one may go, and where none goes nothing says when one stays alone. */
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
        String kind = List.of("inner", "semi", "left", "right", "full", "anti").get(random.nextInt(6));
        boolean semi = kind.equals("semi");
        boolean once = semi || kind.equals("anti");
        boolean leftAlone = List.of("left", "full", "anti").contains(kind);
        boolean rightAlone = List.of("right", "full").contains(kind);
        boolean evicts = leftAlone || rightAlone || random.nextBoolean();
        Interval<Object> bounded = Interval.anyTime().eventsAtMost(most);
        TestDriver driver = driver(IntervalRandomTest.of(evicts ? bounded.evictOldest() : bounded, kind));
        int keys = 2 + random.nextInt(30);
        Set<Long> paired = new HashSet<>(); // by id: who has matched
        List<Kept> lefts = new ArrayList<>();
        List<Kept> rights = new ArrayList<>();
        List<Answer> expected = new ArrayList<>();
        List<Long> expectedNs = new ArrayList<>();
        List<Answer> got = new ArrayList<>();
        List<Long> gotNs = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 80; i++) {
            Kept event = new Kept(random.nextInt(keys), i, random.nextInt(5) == 0 ? 7 : random.nextInt(1_000), i);
            boolean isLeft = random.nextBoolean();
            List<Kept> own = isLeft ? lefts : rights;
            List<Kept> other = isLeft ? rights : lefts;
            Predicate<Kept> ofKey = e -> e.key() == event.key();
            List<Kept> matches =
                    other.stream().filter(ofKey).sorted(Kept.BY_TIME).toList();
            boolean isKept = !(isLeft && once && !matches.isEmpty());
            List<Kept> same = own.stream().filter(ofKey).sorted(Kept.BY_TIME).toList();
            boolean isRefused = isKept && same.size() == most && !evicts;
            if (isRefused) {
                refused++;
            } else {
                int sends = kind.equals("anti") ? 0 : isLeft && semi ? 1 : matches.size();
                List<Kept> sent = matches.stream().limit(sends).toList();
                for (Kept match : sent) {
                    expected.add(new Answer(isLeft ? event.id() : match.id(), isLeft ? match.id() : event.id()));
                    expectedNs.add(Math.max(event.ns(), match.ns()));
                }
                if (!matches.isEmpty()) {
                    paired.add(event.id());
                    matches.forEach(m -> paired.add(m.id()));
                }
                if (!isLeft && once) {
                    lefts.removeAll(matches);
                }
                if (isKept) {
                    own.add(event);
                    if (same.size() == most) {
                        Kept first =
                                own.stream().filter(ofKey).min(Kept.BY_TIME).orElseThrow();
                        own.remove(first);
                        if ((isLeft ? leftAlone : rightAlone) && paired.add(first.id())) {
                            expected.add(alone(first, isLeft));
                            expectedNs.add(first.ns());
                        }
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
        List<Answer> last = new ArrayList<>();
        lefts.stream().filter(e -> leftAlone && !paired.contains(e.id())).forEach(e -> last.add(alone(e, true)));
        rights.stream().filter(e -> rightAlone && !paired.contains(e.id())).forEach(e -> last.add(alone(e, false)));
        driver.endAll();
        assertEquals(last, driver.take(ANSWERS));
        return got.size();
    }

    private static Answer alone(Kept event, boolean isLeft) {
        return isLeft ? new Answer(event.id(), -1) : new Answer(-1, event.id());
    }
}
