package io.millrace.operators.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.EventPattern;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of partial matches, and of matches, for which there is no room. */
class PatternRoomTest {
    static class Three extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b"));

        Three() {
            noSkip();
            partialsAtMost(3);
        }
    }

    @Test
    void shouldGiveUpTheOldestOfFourPartialsAtABoundOfThreeAndCountIt() {
        Letters run = new Letters(100, Three::new).send("a1 a2 a3");
        assertEquals(0, run.counters().evicted);
        run.send("a4@5");
        assertEquals(1, run.counters().evicted);
        assertEquals(List.of("a2 b1", "a3 b1", "a4 b1"), run.send("b1@6").found());
        assertEquals(List.of(), run.end().timedOut());
    }

    static class TwoMatches extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy(e -> e.is("b"));

        TwoMatches() {
            noSkip();
            matchesAtMost(2);
        }
    }

    @Test
    void shouldSendTheFirstMatchesOfAnEventUpToTheBoundAndCountTheOthers() {
        Letters run = new Letters(100, TwoMatches::new).send("a1 a2 a3 b1");
        assertEquals(List.of("a1 b1", "a2 b1"), run.found());
        assertEquals(1, run.counters().evicted);
        assertEquals(List.of(), run.end().timedOut());
    }

    static class TwoThatGoOn extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = followedBy((Ev e) -> e.is("b")).oneOrMore();

        TwoThatGoOn() {
            noSkip();
            matchesAtMost(2);
        }
    }

    @Test
    void shouldNotTimeOutWhatWasAMatchWithoutRoom() {
        Letters run = new Letters(100, TwoThatGoOn::new).send("a1 a2 a3 b1");
        assertEquals(List.of("a1 b1", "a2 b1"), run.found());
        assertEquals(1, run.counters().evicted);
        assertEquals(List.of(), run.end().timedOut());
    }
}
