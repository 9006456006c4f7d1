package io.millrace.operators.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.plan.PlanOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A handler that fails has changed nothing: state, timers, kept events, outputs. */
class FailuresTest {
    private final ScriptRun run = new ScriptRun();

    @Test
    void shouldPutBackAllThatAFailingEventDid() {
        run.send(1, 0, "n+1 keep push map.7 a=50 b=60 on").send(1, 1, "n+1 keep push map.7 a=50 b=60");
        assertEquals(1, run.dead().size(), "an unknown word is an error of the user's");
        assertEquals(List.of("1@1 n1", "1@1 map.7=1/1"), run.said());
        run.send(1, 2, "n+5 keep push map.7 map.8 a=10 b- c=11 boom");
        assertEquals(List.of(), run.said(), "nothing flows on");
        run.send(1, 3, "n+1 kept list map.7 a? b? c?");
        assertEquals(
                List.of(
                        "1@3 n2",
                        "1@3 kept 1",
                        "1@3 list 1",
                        "1@3 map.7=2/1",
                        "1@3 a due 50",
                        "1@3 b due 60",
                        "1@3 c not set"),
                run.said());
        run.progress(70);
        assertEquals(List.of("1@50 a", "1@60 b"), run.said());
        assertEquals(
                "operator-error: java.lang.IllegalArgumentException: boom",
                run.dead().get(1));
    }

    @Test
    void shouldLeaveNothingOfANewKeyWhoseFirstEventFails() {
        run.send(1, 0, "n+1 keep push a=10 boom");
        assertEquals(0, run.driver().counters("script").keys);
        run.send(1, 1, "n+1 kept").progress(50);
        assertEquals(List.of("1@1 n1", "1@1 kept none"), run.said());
    }

    @Test
    void shouldUndoForgetting() {
        run.send(1, 0, "n+1 keep a=10")
                .send(1, 1, "forget boom")
                .send(1, 2, "n+1 kept")
                .progress(20);
        assertEquals(List.of("1@0 n1", "1@2 n2", "1@2 kept 0", "1@10 a"), run.said());
    }

    @Test
    void shouldDropAFailingFiringAndNothingElse() {
        run.send(1, 0, "n+1 a:n+1,keep,c=30,b-,boom a=10 b=20").progress(50);
        assertEquals(List.of("1@0 n1", "1@20 b"), run.said(), "b was not cancelled, c not set");
        assertEquals(1, run.dead().size());
        run.send(1, 51, "n+1 a?");
        assertEquals(List.of("1@51 n2", "1@51 a not set"), run.said());
        assertEquals(1, run.driver().counters("script").dead);
    }

    @Test
    void shouldForgetAKeyWhoseLastFiringFailed() {
        run.send(1, 0, "n+1 a:boom a=1000").progress(1000);
        assertEquals(1, run.dead().size());
        run.progress(1099);
        assertEquals(1, run.driver().counters("script").keys);
        run.progress(1200);
        assertEquals(0, run.driver().counters("script").keys);
    }

    @Test
    void shouldKeepAPeriodicTimerWhoseFiringFails() {
        run.send(1, 0, "a:boom a*10").progress(30);
        assertEquals(3, run.dead().size());
        run.send(1, 31, "a: a?");
        assertEquals(List.of("1@31 a due 40"), run.said());
    }

    @Test
    void shouldFailAFiringBeforeAnEventAndStillTakeTheEvent() {
        run.send(1, 0, "a:boom a=10").send(1, 10, "say.event");
        assertEquals(List.of("1@10 event"), run.said());
        assertEquals(1, run.dead().size());
    }

    @Test
    void shouldRefuseAnEventThatEmitsTooMuchEvenWhenItHidesIt() {
        run.send(1, 0, "n+1").send(1, 1, "flood").send(1, 2, "n+1");
        assertEquals(List.of("1@0 n1", "1@2 n2"), run.said());
        assertEquals(1, run.dead().size());
        assertTrue(
                run.dead().get(0).startsWith("over-bound: output says gets more than 8 events of one call"),
                run.dead()::toString);
        run.send(1, 3, "a:flood a=10").progress(10);
        assertEquals(2, run.dead().size(), "a firing too");
        assertTrue(run.dead().get(1).contains("output says gets more than 8"), run.dead()::toString);
    }

    @Test
    void shouldSendOnAsManyAsAreDeclaredInTheOrderOfEmission() {
        run.send(1, 0, "say.1 other say.2 say.3 say.4 say.5 say.6 say.7 say.8");
        assertEquals(8, run.said().size());
        assertEquals(1, run.driver().take(Script.OTHER).size());
        assertEquals(9, run.driver().counters("script").outOfAll());
    }

    @Test
    void shouldRefuseAnEventThatKeepsTooMuch() {
        run.send(1, 0, "push push push").send(1, 1, "pop push push").send(1, 2, "list");
        assertEquals(List.of("1@2 list 0 0 0"), run.said());
        assertTrue(run.dead().get(0).startsWith("over-bound: list list is full with 3"), run.dead()::toString);
        run.send(1, 3, "map.1 map.2 map.3").send(1, 4, "map.1");
        assertEquals(List.of("1@4 map.1=1/1"), run.said());
        assertTrue(run.dead().get(1).startsWith("over-bound: map map is full with 2"), run.dead()::toString);
    }

    @Test
    void shouldRefuseNewKeysAtTheBoundAndKeepTheOthersExact() {
        ScriptRun small = new ScriptRun(Duration.ofDays(1), PlanOptions.tested().withStateBytes(1 << 20));
        int keys = 0;
        while (small.driver().counters("script").dead == 0) {
            keys++;
            small.send(keys, keys, "n+1 keep push push push a=1000000");
        }
        assertTrue(keys > 100, "keys " + keys);
        assertEquals(keys - 1, small.driver().counters("script").keys);
        assertTrue(small.dead().get(0).startsWith("over-bound: no room for one more key"), small.dead()::toString);
        small.said();
        for (int key = 1; key < keys; key++) {
            small.send(key, keys, "n+1 let keep b=1000000 c=1000000 pop push");
        }
        assertEquals(1, small.dead().size(), "keys that are held have room for all they may hold");
        small.send(1, keys, "forget").send(keys, keys, "n+1 keep push push push a=1000000");
        assertEquals(1, small.dead().size());
        small.said();
        small.progress(1_000_000);
        assertEquals((keys - 1) * 3L - 2, small.said().size());
    }

    @Test
    void shouldLeakNothing() {
        ScriptRun small =
                new ScriptRun(Duration.ofNanos(50), PlanOptions.tested().withStateBytes(1 << 20));
        for (int i = 0; i < 5_000; i++) {
            String end = new String[] {"boom", "forget", "let", "pop pop"}[i % 4];
            small.send(i % 7, i, "keep keep push push a=" + (i + 3) + " b=" + (i + 2) + " c=" + i + " b- " + end);
            small.send(i % 7, i, "let list");
        }
        small.dead().forEach(d -> assertTrue(d.endsWith("boom") || d.contains("full") || d.contains("IndexOutOf"), d));
        small.progress(1_000_000);
        assertEquals(0, small.driver().counters("script").keys);
    }
}
