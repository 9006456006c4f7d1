package io.millrace.testkit.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.testkit.oracle.TrialsTest.Event;
import io.millrace.time.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Inputs have what their weights say, and the history of one says what the engine says. */
class GeneratorTest {
    private static final Input<Event> A = Input.of("a", Event.class)
            .eventTime(Event::timeNs, TimeUnit.NANOSECONDS)
            .disorder(Duration.ofNanos(6));
    private static final Input<Event> B = Input.of("b", Event.class).eventTime(Event::timeNs, TimeUnit.NANOSECONDS);

    private static final Input<Event> LIVE = A.live().idleAfter(Duration.ofNanos(50));
    private static final Input<Event> ALIVE = B.live().idleAfter(Duration.ofNanos(20));

    private static List<Step> steps(Weights weights, long seed) {
        return Generator.generate(weights, List.of(A, B), seed);
    }

    private static List<Step> live(long seed) {
        return Generator.generate(only(Trait.TICKS), List.of(LIVE, ALIVE), seed);
    }

    private static Weights only(Trait... traits) {
        Weights w = Weights.usual();
        for (Trait t : Trait.values()) {
            w = w.with(t, Arrays.asList(traits).contains(t) ? 100 : 0);
        }
        return w;
    }

    private static long cases(Weights weights, Predicate<List<Step>> shows) {
        return LongStream.range(0, 200)
                .filter(seed -> shows.test(steps(weights, seed)))
                .count();
    }

    private static List<Step> events(List<Step> steps) {
        return steps.stream().filter(Step::isEvent).toList();
    }

    private static History history(List<Step> steps) {
        return history(A, B, steps);
    }

    private static History history(Input<Event> a, Input<Event> b, List<Step> steps) {
        return new History(
                List.of(new Feed<>(a, GeneratorTest::event, null), new Feed<>(b, GeneratorTest::event, null)), steps);
    }

    private static long liveCases(Predicate<History> shows) {
        return LongStream.range(0, 200)
                .filter(seed -> shows.test(history(LIVE, ALIVE, live(seed))))
                .count();
    }

    private static boolean any(History h, IntPredicate shows) {
        return IntStream.range(1, h.size()).anyMatch(shows);
    }

    private static Event event(long key, long timeNs, long value) {
        return new Event(key, value, timeNs);
    }

    @Test
    void shouldMakeTheSameInputOfTheSameSeed() {
        assertEquals(steps(Weights.usual(), 7), steps(Weights.usual(), 7));
        assertNotEquals(steps(Weights.usual(), 7), steps(Weights.usual(), 8));
    }

    @Test
    void shouldReadBackItsTextForm() {
        for (long seed = 0; seed < 50; seed++) {
            List<Step> steps = new ArrayList<>(steps(Weights.usual().with(Trait.EXTREMES, 100), seed));
            steps.addAll(live(seed));
            for (Step s : steps) {
                assertEquals(s, Step.parse("  " + s + " "));
            }
        }
        for (String wrong : List.of("event 0 key 1", "evnt", "end x", "")) {
            assertThrows(IllegalArgumentException.class, () -> Step.parse(wrong));
        }
    }

    @Test
    void shouldHaveNoTraitThatIsOff() {
        assertEquals(0, cases(only(), steps -> {
            List<Step> events = events(steps);
            for (int i = 1; i < events.size(); i++) {
                if (events.get(i).timeNs() < events.get(i - 1).timeNs()) {
                    return true;
                }
            }
            return events.size() != steps.size();
        }));
    }

    @Test
    void shouldHaveEachTraitThatIsOn() {
        assertTrue(cases(only(Trait.DISORDER), GeneratorTest::isBehindWithin) > 80, "disorder");
        assertEquals(0, cases(only(Trait.DISORDER), GeneratorTest::hasLate), "disorder is not late");
        assertTrue(cases(only(Trait.LATE), GeneratorTest::hasLate) > 80, "late");
        for (long from = -3; from <= 3; from++) {
            long by = from;
            assertTrue(cases(only(Trait.EDGES), steps -> hasEventFromProgress(steps, by)) > 80, "edges, " + by);
        }
        assertTrue(cases(only(Trait.EDGES, Trait.ADVANCE), GeneratorTest::movesByOne) > 80, "edges of progress");
        assertTrue(
                cases(
                                only(Trait.DUPLICATES),
                                s -> new HashSet<>(events(s)).size() < events(s).size())
                        > 100,
                "duplicates");
        assertTrue(cases(only(Trait.TIES), s -> distinctTimes(s) < events(s).size() * 3 / 4) > 90, "ties");
        assertTrue(cases(only(Trait.EXTREMES), GeneratorTest::isExtreme) > 80, "extremes");
        assertTrue(cases(only(Trait.GAPS), GeneratorTest::hasGap) > 80, "gaps");
        assertTrue(cases(only(Trait.SKEW), GeneratorTest::isSkewed) > 80, "skew");
        assertTrue(
                cases(only(Trait.ADVANCE), s -> s.stream().anyMatch(x -> x.kind() == Step.Kind.ADVANCE)) > 100,
                "advance");
        assertEquals(200, cases(only(Trait.END), s -> s.containsAll(List.of(Step.end(0), Step.end(1)))), "end");
        assertTrue(cases(only(Trait.IDLE), GeneratorTest::hasSilence) > 15, "idle");
    }

    private static boolean isBehindWithin(List<Step> steps) {
        List<Step> events = events(steps);
        long max = Long.MIN_VALUE;
        for (Step s : events) {
            if (s.timeNs() < max) {
                return s.timeNs() >= max - 6;
            }
            max = s.timeNs();
        }
        return false;
    }

    private static boolean hasLate(List<Step> steps) {
        History h = history(steps);
        for (int i = 0; i < h.size(); i++) {
            if (h.step(i).isEvent() && h.timeNs(i) < h.progressNs(i, h.step(i).port())) {
                return true;
            }
        }
        return false;
    }

    /** An event so far from what progress was before it. */
    private static boolean hasEventFromProgress(List<Step> steps, long byNs) {
        History h = history(steps);
        return any(
                h,
                i -> h.step(i).isEvent()
                        && h.progressNs(i - 1) != Progress.NONE
                        && h.timeNs(i) - h.progressNs(i - 1) == byNs);
    }

    private static boolean movesByOne(List<Step> steps) {
        History h = history(steps);
        return any(h, i -> !h.step(i).isEvent() && h.progressNs(i) - h.progressNs(i - 1) == 1);
    }

    private static long distinctTimes(List<Step> steps) {
        return events(steps).stream().map(Step::timeNs).distinct().count();
    }

    private static boolean isExtreme(List<Step> steps) {
        return events(steps).stream().anyMatch(s -> Math.abs(s.timeNs() / 2) > Long.MAX_VALUE / 2 - 10_000)
                || hasJump(steps, 100_000_000);
    }

    private static boolean hasGap(List<Step> steps) {
        return hasJump(steps, 30);
    }

    private static boolean hasJump(List<Step> steps, long by) {
        List<Step> events = events(steps);
        for (int i = 1; i < events.size(); i++) {
            if (events.get(i).timeNs() - events.get(i - 1).timeNs() > by) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSkewed(List<Step> steps) {
        List<Step> events = events(steps);
        return events.size() > 5 && events.stream().filter(s -> s.key() == 0).count() > events.size() * 0.6;
    }

    private static boolean hasSilence(List<Step> steps) {
        List<Step> events = events(steps);
        Set<Integer> latter = new HashSet<>();
        events.subList(events.size() / 2, events.size()).forEach(s -> latter.add(s.port()));
        return events.size() > 16 && latter.size() == 1;
    }

    @Test
    void shouldWorkOutProgressFromTheDefinition() {
        History h = history(List.of(
                Step.event(0, 0, 10, 0), // a: 4
                Step.event(1, 0, 7, 0),
                Step.event(0, 0, 20, 0), // a: 14
                Step.event(0, 0, 3, 0),
                Step.advance(9),
                Step.end(1),
                Step.end(0)));
        assertEquals(Progress.NONE, h.progressNs(0));
        assertEquals(4, h.progressNs(1));
        assertEquals(7, h.progressNs(2));
        assertEquals(14, h.progressNs(2, 0));
        assertEquals(7, h.progressNs(3));
        assertEquals(9, h.progressNs(4));
        assertEquals(14, h.progressNs(5));
        assertEquals(Progress.END, h.progressNs(6));
        assertEquals(3, h.timeNs(3));
        assertEquals(new Event(0, 0, 3), h.<Event>event(3));
    }

    @Test
    void shouldGoOnToTheSmallestOfWhereEachLeadsWhenAllBecomeIdleWithOneTick() {
        Input<Event> lags = ALIVE.idleAfter(Duration.ofNanos(18)).disorder(Duration.ofNanos(15));
        Input<Event> leads = ALIVE.disorder(Duration.ZERO);
        History h = history(
                leads,
                lags,
                List.of(
                        Step.tick(0),
                        Step.event(0, 0, 0, 0),
                        Step.tick(18), // the other never sent and is idle
                        Step.event(1, 0, 0, 0),
                        Step.event(0, 0, 1, 0),
                        Step.tick(0),
                        Step.tick(59)));
        assertEquals(0, h.progressNs(5));
        assertEquals(40, h.progressNs(6, 0));
        assertEquals(26, h.progressNs(6, 1)); // from 0 it leads to 41
        assertEquals(40, h.progressNs(6));
    }

    @Test
    void shouldTickOnlyWhereAnInputIsLive() {
        assertEquals(0, cases(only(Trait.TICKS), s -> s.stream().anyMatch(x -> x.kind() == Step.Kind.TICK)));
        Weights extreme = only(Trait.TICKS, Trait.EXTREMES);
        for (long seed = 0; seed < 50; seed++) {
            assertFalse(isExtreme(Generator.generate(extreme, List.of(LIVE, B), seed)));
        }
    }

    @Test
    void shouldLetLiveInputsFallSilentAndComeBackInTimeOrLate() {
        assertTrue(liveCases(h -> any(h, i -> isTick(h, i) && h.progressNs(i) > h.progressNs(i - 1))) > 80, "goes on");
        assertTrue(liveCases(h -> any(h, i -> isAhead(h, i, 0) || isAhead(h, i, 1))) > 80, "holds nobody");
        assertTrue(liveCases(h -> any(h, i -> comesBack(h, i) && h.timeNs(i) < h.progressNs(i))) > 20, "late");
        assertTrue(liveCases(h -> any(h, i -> comesBack(h, i) && h.timeNs(i) >= h.progressNs(i))) > 20, "in time");
        assertTrue(liveCases(h -> any(h, i -> isTick(h, i) && stepsBack(h, i))) > 50, "steps back");
    }

    private static boolean isAhead(History h, int i, int port) {
        return h.progressNs(i) > h.progressNs(i, port);
    }

    private static boolean isTick(History h, int i) {
        return h.step(i).kind() == Step.Kind.TICK;
    }

    /** An event of an input that progress had left behind. */
    private static boolean comesBack(History h, int i) {
        return h.step(i).isEvent() && h.progressNs(i - 1, h.step(i).port()) < h.progressNs(i - 1);
    }

    private static boolean stepsBack(History h, int i) {
        return IntStream.range(0, i)
                .anyMatch(j -> isTick(h, j) && h.step(j).timeNs() > h.step(i).timeNs());
    }

    @Test
    void shouldWorkOutProgressOfSilentInputsFromTheDefinition() {
        History h = history(
                LIVE, // disorder 6, idle after 50
                ALIVE, // idle after 20
                List.of(
                        Step.tick(1000),
                        Step.event(0, 0, 1000, 0), // a: 994
                        Step.event(1, 0, 900, 0),
                        Step.tick(1010), // silent from here on
                        Step.tick(1029),
                        Step.tick(1030), // b is idle
                        Step.tick(1000), // no time
                        Step.tick(1020), // b: 920; a is silent for 40
                        Step.tick(1034), // b: 934, a: 998; both idle, by 4
                        Step.event(1, 0, 990, 0), // late; b holds, at 990
                        Step.tick(1100),
                        Step.tick(1120), // b is idle again; a: 1064, by 66, then 1084
                        Step.event(0, 0, 1130, 0), // a: 1124, ahead of the clock
                        Step.end(0),
                        Step.tick(1123), // b: 993
                        Step.end(1)));
        long[] all = {
            Progress.NONE,
            Progress.NONE,
            900,
            900,
            900,
            994,
            994,
            994,
            998,
            998,
            998,
            998,
            1124,
            1124,
            1124,
            Progress.END
        };
        for (int i = 0; i < all.length; i++) {
            assertEquals(all[i], h.progressNs(i), "step " + i);
        }
        assertEquals(920, h.progressNs(7, 1));
        assertEquals(998, h.progressNs(8, 0));
        assertEquals(1084, h.progressNs(11, 0));
        assertEquals(993, h.progressNs(14, 1));
    }

    @Test
    void shouldRefuseAnInputThatTheEngineWouldSetAside() {
        long day = TimeUnit.DAYS.toNanos(1);
        assertThrows(
                History.UnusableException.class,
                () -> history(List.of(Step.event(0, 0, 0, 0), Step.event(0, 0, 31 * day, 0))));
        assertThrows(History.UnusableException.class, () -> history(List.of(Step.end(0), Step.event(0, 0, 0, 0))));
    }

    @Test
    void shouldRefuseWeightsThatMeanNothing() {
        assertThrows(IllegalArgumentException.class, () -> Weights.usual().with(Trait.END, 101));
        assertThrows(IllegalArgumentException.class, () -> Weights.usual().events(0));
        assertThrows(IllegalArgumentException.class, () -> Weights.usual().scale(0, 5));
    }

    @Test
    void shouldKeepToTheUnit() {
        for (long seed = 0; seed < 100; seed++) {
            List<Step> steps = steps(Weights.usual().scale(1_000_000, 50), seed);
            assertFalse(steps.stream().anyMatch(s -> s.timeNs() % 1_000_000 != 0));
            List<Step> live = Generator.generate(only(Trait.TICKS).scale(7, 50), List.of(LIVE, ALIVE), seed);
            assertFalse(live.stream().anyMatch(s -> s.timeNs() % 7 != 0));
        }
    }
}
