package io.millrace.operators.pattern;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What patterns mean, a rule a test. */
class PatternSemanticsTest {
    static class AThenB extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b"));
    }

    @Test
    void shouldMatchAThenBWithin10AndNotAt10ThenTimeOutOnceAtProgress10() {
        Letters run = new Letters(10, AThenB::new);
        assertEquals(List.of("a1 b1 @9"), run.send("a1@0 b1@9").timed(Letters.FOUND));
        assertEquals(List.of(), run.advance(100).timedOut());

        run = new Letters(10, AThenB::new);
        run.send("a1@0").advance(9);
        assertEquals(List.of(), run.timedOut());
        assertEquals(List.of("a1 @10"), run.send("b1@10").timed(Letters.OVER));
        assertEquals(List.of(), run.found());
        assertEquals(List.of(), run.advance(1000).end().timedOut(), "none later");
    }

    @Test
    void shouldTimeOutByProgressAlone() {
        Letters run = new Letters(10, AThenB::new);
        run.send("a1@0").advance(10);
        assertEquals(List.of("a1 @10"), run.timed(Letters.OVER));
        assertEquals(0, run.counters().keys);
    }

    // ---- contiguity

    static class Relaxed extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).times(2);
    }

    static class Consecutive extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).times(2).consecutive();
    }

    @Test
    void shouldLetOtherEventsLieBetweenThoseOfAStepUnlessConsecutive() {
        assertEquals(
                List.of("a1 b1 b2"),
                new Letters(100, Relaxed::new).send("a1 c1 b1 c2 b2").found());
        assertEquals(
                List.of(),
                new Letters(100, Consecutive::new).send("a1 b1 c2 b2").found());
        assertEquals(
                List.of("a1 b1 b2"),
                new Letters(100, Consecutive::new).send("a1 c1 b1 b2").found());
    }

    static class Strict extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = next(e -> e.is("b"));
    }

    @Test
    void shouldTakeTheVeryNextEventOrNone() {
        assertEquals(
                List.of("a2 b2"),
                new Letters(100, Strict::new).send("a1 c1 b1 a2 b2").found());
        assertEquals(
                List.of("a2 b1"), new Letters(100, Strict::new).send("a1 a2 b1").found());
    }

    static class Any extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedByAny(e -> e.is("b"));

        Any() {
            noSkip();
        }
    }

    @Test
    void shouldTakeAnyLaterEventEachForAMatchOfItsOwn() {
        assertEquals(
                List.of("a1 b1", "a1 b2"),
                new Letters(100, Any::new).send("a1 b1 c1 b2").found());
    }

    // ---- strategies after a match, greedy and reluctant

    static class Plus extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).oneOrMore();
    }

    static class PlusToNext extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).oneOrMore();

        PlusToNext() {
            skipToNext();
        }
    }

    static class PlusAll extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).oneOrMore().reluctant();

        PlusAll() {
            noSkip();
        }
    }

    static class PlusGreedy extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).oneOrMore().greedy();
    }

    @Test
    void shouldGive3MatchesNoSkip1ToNext1PastLastAndGreedyWaitsForAll() {
        String input = "a0 b1 b2 b3";
        assertEquals(
                List.of("a0 b1", "a0 b1 b2", "a0 b1 b2 b3"),
                new Letters(10, PlusAll::new).send(input).end().found());
        assertEquals(
                List.of("a0 b1"),
                new Letters(10, PlusToNext::new).send(input).end().found());
        assertEquals(
                List.of("a0 b1"), new Letters(10, Plus::new).send(input).end().found());
        Letters greedy = new Letters(10, PlusGreedy::new).send(input);
        assertEquals(List.of(), greedy.found());
        assertEquals(List.of("a0 b1 b2 b3 @11"), greedy.advance(11).timed(Letters.FOUND));
        assertEquals(List.of(), greedy.end().timedOut());
    }

    static class Falling extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).oneOrMore().greedy();
        final Step<Ev> c = followedBy(e -> e.is("bc"));
    }

    @Test
    void shouldTakeAllItCanAndGiveNoneBackWhenGreedy() {
        assertEquals(
                List.of("a0 b1 b2 c3"),
                new Letters(100, Falling::new).send("a0 b1 b2 c3").found());
        assertEquals(
                List.of(), new Letters(100, Falling::new).send("a0 b1 b2").end().found());
    }

    static class ToFirst extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a")).times(2);
        final Step<Ev> b = followedBy(e -> e.is("b"));

        ToFirst() {
            skipToFirst(b);
        }
    }

    static class ToFirstOfA extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a")).times(3);
        final Step<Ev> b = followedBy(e -> e.is("b"));

        ToFirstOfA() {
            skipToFirst(a);
        }
    }

    static class ToLastOf3 extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a")).times(3);
        final Step<Ev> b = followedBy(e -> e.is("b"));

        ToLastOf3() {
            skipToLast(a);
        }
    }

    static class PastLast extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a")).times(2);
        final Step<Ev> b = followedBy(e -> e.is("b"));

        PastLast() {
            skipPastLast();
        }
    }

    static class ToLastOfA extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a")).times(2);
        final Step<Ev> b = followedBy(e -> e.is("b"));

        ToLastOfA() {
            skipToLast(a);
        }
    }

    static class ToNext extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a")).times(2);
        final Step<Ev> b = followedBy(e -> e.is("b"));

        ToNext() {
            skipToNext();
        }
    }

    @Test
    void shouldSkipToTheFirstOrLastEventOfAStep() {
        String input = "a1 a2 a3 b1";
        assertEquals(
                List.of("a1 a2 b1"), new Letters(100, ToFirst::new).send(input).found());
        assertEquals(
                List.of("a1 a2 b1", "a2 a3 b1"),
                new Letters(100, ToLastOfA::new).send(input).found());
        assertEquals(
                List.of("a1 a2 b1", "a2 a3 b1"),
                new Letters(100, ToNext::new).send(input).found());
        assertEquals(
                List.of("a1 a2 b1"), new Letters(100, PastLast::new).send(input).found());
        String longer = "a1 a2 a3 a4 a5 b1";
        assertEquals(
                List.of("a1 a2 a3 b1", "a2 a3 a4 b1", "a3 a4 a5 b1"),
                new Letters(100, ToFirstOfA::new).send(longer).found());
        assertEquals(
                List.of("a1 a2 a3 b1", "a3 a4 a5 b1"),
                new Letters(100, ToLastOf3::new).send(longer).found());
    }

    // ---- negation

    static class NotFollowed extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));

        NotFollowed() {
            notFollowedBy(e -> e.is("c"));
        }
    }

    @Test
    void shouldMatchATrailingNegationAtItsDeadlineWithoutAnyFurtherEventOfTheKey() {
        Letters run = new Letters(10, NotFollowed::new).send("a1@0");
        assertEquals(List.of(), run.advance(9).found());
        assertEquals(List.of("a1 @10"), run.advance(10).timed(Letters.FOUND));
        assertEquals(List.of(), run.end().found());
        assertEquals(List.of(), run.timedOut());

        run = new Letters(10, NotFollowed::new).send("a1@0 c1@9");
        assertEquals(List.of(), run.end().found());

        run = new Letters(10, NotFollowed::new).send("a1@0 c1@10");
        assertEquals(List.of("a1 @10"), run.timed(Letters.FOUND));
    }

    @Test
    void shouldMatchATrailingNegationAtTheEndOfInputWithItsDeadlineAsTime() {
        assertEquals(
                List.of("a1 @10"),
                new Letters(10, NotFollowed::new).send("a1@0").end().timed(Letters.FOUND));
    }

    static class NoneBetweenTwo extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a")).times(2);
        final Step<Ev> b;

        NoneBetweenTwo() {
            notFollowedBy(e -> e.is("c"));
            b = followedBy(e -> e.is("b")).times(2);
        }
    }

    static class NoneBehindSeveral extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a")).oneOrMore();
        final Step<Ev> b;

        NoneBehindSeveral() {
            notFollowedBy(e -> e.is("c"));
            b = followedBy(e -> e.is("b"));
        }
    }

    static class NoneBetween extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b;

        NoneBetween() {
            notFollowedBy(e -> e.is("c"));
            b = followedBy(e -> e.is("b"));
        }
    }

    @Test
    void shouldNotMatchWhenWhatMustNotComeLiesBetween() {
        assertEquals(
                List.of("a2 b2"),
                new Letters(100, NoneBetween::new).send("a1 c1 b1 a2 b2").found());
        assertEquals(
                List.of("a1 a2 b1 b2"),
                new Letters(100, NoneBetweenTwo::new).send("a1 c1 a2 b1 c2 b2").found());
        assertEquals(
                List.of(),
                new Letters(100, NoneBetweenTwo::new)
                        .send("a1 a2 c1 b1 b2")
                        .end()
                        .found());
        assertEquals(
                List.of("a1 a2 b1"),
                new Letters(100, NoneBehindSeveral::new).send("a1 c1 a2 b1").found());
    }

    static class NotNext extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b;

        NotNext() {
            notNext(e -> e.is("c"));
            b = followedBy(e -> e.is("b"));
        }
    }

    static class NotNextAtEnd extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));

        NotNextAtEnd() {
            notNext(e -> e.is("c"));
        }
    }

    @Test
    void shouldLookAtTheVeryNextEventOnly() {
        assertEquals(
                List.of("a1 b1"),
                new Letters(100, NotNext::new).send("a1 d1 c1 b1").found());
        assertEquals(List.of(), new Letters(100, NotNext::new).send("a1 c1 b1").found());
        assertEquals(
                List.of("a1 @2"),
                new Letters(100, NotNextAtEnd::new).send("a1 d1 c1").timed(Letters.FOUND));
        assertEquals(
                List.of(),
                new Letters(100, NotNextAtEnd::new).send("a1 c1").end().found());
        assertEquals(
                List.of("a1 @11"),
                new Letters(10, NotNextAtEnd::new).send("a1").end().timed(Letters.FOUND));
    }

    // ---- optional, until, or, conditions over earlier steps, times between steps

    static class Maybe extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).optional();
        final Step<Ev> c = followedBy(e -> e.is("c"));

        Maybe() {
            noSkip();
        }
    }

    static class MaybeGreedy extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).optional().greedy();
        final Step<Ev> c = followedBy(e -> e.is("c"));
    }

    @Test
    void shouldMatchWithAndWithoutAnOptionalStepAndOnlyWithItWhenGreedy() {
        assertEquals(
                List.of("a1 c1", "a1 b1 c1"),
                new Letters(100, Maybe::new).send("a1 b1 c1").found());
        assertEquals(
                List.of("a1 b1 c1"),
                new Letters(100, MaybeGreedy::new).send("a1 b1 c1").found());
        assertEquals(
                List.of("a1 c1"),
                new Letters(100, MaybeGreedy::new).send("a1 d1 c1").found());
    }

    static class Until extends EventPattern<Ev> {
        final Step<Ev> a =
                begin(e -> e.is("a")).oneOrMore().until(e -> e.is("b")).greedy();
        final Step<Ev> c = followedBy(e -> e.is("c"));
    }

    @Test
    void shouldTakeNoneBehindTheEventThatEndsAStep() {
        assertEquals(
                List.of("a1 a2 c1"),
                new Letters(100, Until::new).send("a1 a2 b1 a3 c1").found());
    }

    static class Either extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b") && e.value() == 0);
        final Step<Ev> c = or(e -> e.is("bc")).times(2);
    }

    @Test
    void shouldGiveAnEventToTheFirstAlternativeThatTakesIt() {
        assertEquals(
                List.of("a1 b1"), new Letters(100, Either::new).send("a1 b1").found());
        assertEquals(
                List.of("a1 c1 b1"),
                new Letters(100, Either::new).send("a1 c1 b1").found());
    }

    static class Probing extends EventPattern<Ev> {
        final Step<Ev> small = begin(e -> e.value() < 200).oneOrMore().greedy();
        final Step<Ev> large =
                followedBy(e -> e.value() > 10 * small.last().value() && small.count() > 1 && small.first() != null);
    }

    @Test
    void shouldAskEarlierStepsInAConditionOfALaterOne() {
        Letters run = new Letters(100, Probing::new);
        run.send(Ev.of(1, "a1", 150, 1)).send(Ev.of(1, "a2", 30, 2)).send(Ev.of(1, "a3", 250, 3));
        assertEquals(List.of(), run.found(), "not more than ten times 30");
        assertEquals(List.of("a1 a2 a4"), run.send(Ev.of(1, "a4", 301, 4)).found());
    }

    static class Gap extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b")).within(Duration.ofNanos(5));
        final Step<Ev> c = followedBy(e -> e.is("c"));
    }

    @Test
    void shouldLimitTheTimeBetweenStepsAndOverTheWhole() {
        assertEquals(
                List.of("a1 b1 c1"),
                new Letters(20, Gap::new).send("a1@0 b1@4 c1@19").found());
        Letters run = new Letters(20, Gap::new).send("a1@0 b1@5 c1@6");
        assertEquals(List.of(), run.found());
        assertEquals(List.of("a1 @5"), run.timed(Letters.OVER));
        run = new Letters(20, Gap::new).send("a1@0 b1@4 c1@20");
        assertEquals(List.of("a1 b1 @20"), run.timed(Letters.OVER));
    }

    // ---- order, keys, lateness

    @Test
    void shouldGiveTheMatchesOfTheSortedInputForEventsOutOfOrderWithinTheDisorder() {
        Letters run = new Letters(10, 5, Strict::new);
        run.send("b1@3 a1@2");
        assertEquals(List.of(), run.found(), "progress has not reached them");
        run.send("d1@20");
        assertEquals(List.of("a1 b1 @3"), run.timed(Letters.FOUND));
    }

    static class Patient extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = next(e -> e.is("b"));

        Patient() {
            allowedLateness(Duration.ofNanos(5));
        }
    }

    static class PatientlyNotFollowed extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));

        PatientlyNotFollowed() {
            notFollowedBy(e -> e.is("c"));
            allowedLateness(Duration.ofNanos(5));
        }
    }

    /** At progress 8 an event at 3 is taken, in its place, and one at 2 is late; deadlines come so much later, with the same time. */
    @Test
    void shouldTakeWhatIsBehindWithinTheAllowedLatenessAsIfItHadComeInItsOrder() {
        Letters run = new Letters(10, Patient::new);
        run.send("b1@8 a1@3 a2@2");
        assertEquals(1, run.counters().late);
        assertEquals(List.of(), run.advance(12).found(), "one may still lie between them");
        assertEquals(List.of("a1 b1 @8"), run.advance(13).timed(Letters.FOUND));
        assertEquals(
                List.of(),
                new Letters(10, Patient::new).send("b1@8 a1@3 d1@7").end().found());

        run = new Letters(10, PatientlyNotFollowed::new).send("a1@0").advance(14);
        assertEquals(List.of(), run.found(), "C at 9 may still come");
        assertEquals(List.of("a1 @10"), run.advance(15).timed(Letters.FOUND));
        assertEquals(0, run.counters().keys);
        assertEquals(
                List.of(),
                new Letters(10, PatientlyNotFollowed::new)
                        .send("a1@0")
                        .advance(14)
                        .send("c1@9")
                        .end()
                        .found());
    }

    /** What comes out is stamped with event times, and what is behind goes by progress less the lateness. */
    @Test
    void shouldNotBeLateDownstreamWhereALatenessIsAllowed() {
        Input<Ev> in = Input.of("in", Ev.class).eventTime(Ev::time, NANOSECONDS);
        TestDriver driver = TestDriver.of(Millrace.topology(
                "patient",
                t -> t.from(in)
                        .keyBy(Ev::key)
                        .pattern("pattern", Duration.ofNanos(10), PatientlyNotFollowed::new)
                        .map(
                                Letters.Found.class,
                                p -> new Letters.Found(p.a.event().name()))
                        .onTime()
                        .to(Letters.FOUND)));
        for (int i = 0; i < 300; i++) {
            driver.send(in, Ev.of(i % 3, i % 7 == 0 ? "c" : "a", 0, i * 2L - i % 4));
        }
        assertTrue(driver.endAll().take(Letters.FOUND).size() > 20);
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldTakeEventsOfOneTimeInTheOrderOfArrival() {
        assertEquals(
                List.of("a1 b1"),
                new Letters(10, 5, Strict::new).send("a1@3 b1@3 d1@9").found());
        assertEquals(
                List.of(),
                new Letters(10, 5, Strict::new).send("b1@3 a1@3 d1@9").found());
    }

    @Test
    void shouldRefuseAnEventBehindProgressAndNoOther() {
        Letters run = new Letters(100, AThenB::new).send("a1@5 b1@4");
        assertEquals(1, run.counters().late);
        assertEquals(1, run.driver.deadLetters().size());
        assertEquals(List.of("a1 b2"), run.send("b2@5").found());
    }

    @Test
    void shouldKeepKeysApart() {
        Letters run = new Letters(100, AThenB::new);
        run.send(Ev.of(1, "a1", 0, 1)).send(Ev.of(2, "b2", 0, 2)).send(Ev.of(2, "a3", 0, 3));
        assertEquals(List.of(), run.found());
        assertEquals(List.of("a1 b4"), run.send(Ev.of(1, "b4", 0, 4)).found());
    }
}
