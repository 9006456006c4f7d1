package io.millrace.testkit.oracle;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.testkit.oracle.Trial.Oracle;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kit agrees with a right oracle, finds a wrong one, and shrinks what it found to the least that shows it. */
class TrialsTest {
    record Event(long key, long value, long timeNs) {}

    private static final long DELAY_NS = 10;
    private static final Input<Event> IN = Input.of("in", Event.class)
            .eventTime(Event::timeNs, TimeUnit.NANOSECONDS)
            .disorder(Duration.ofNanos(4));
    private static final Input<Event> OTHER =
            Input.of("other", Event.class).eventTime(Event::timeNs, TimeUnit.NANOSECONDS);
    private static final Output<Event> OUT = Output.of("out", Event.class);
    private static final Weights USUAL = Weights.usual().with(Trait.EXTREMES, 0);

    private final Map<String, String> before = new HashMap<>();

    /** What the whole run was started with is nothing to these. */
    @BeforeEach
    void forgetProperties() {
        for (String p : List.of("millrace.cases", "millrace.seed")) {
            before.put(p, System.clearProperty(p));
        }
    }

    @AfterEach
    void restoreProperties() {
        before.forEach((p, value) -> {
            if (value != null) {
                System.setProperty(p, value);
            }
        });
    }

    private static Topology topology() {
        GraphBuilder g = new GraphBuilder("held");
        Port in = g.source(IN, "");
        g.sink(OUT, g.operator("hold", new Hold(DELAY_NS), null, "", in), "");
        return g.build();
    }

    private static Trials trials(Oracle oracle) {
        return Trials.of(
                "trials()",
                random -> Trial.of(topology())
                        .feed(IN, TrialsTest::event)
                        .weights(USUAL)
                        .compare(OUT)
                        .compareLetters()
                        .oracle(oracle));
    }

    private static Event event(long key, long timeNs, long value) {
        return new Event(key, value, timeNs);
    }

    /** Held ones come out by their dues, those of one due in the order of their arrival; and this can be gone wrong about. */
    private record Twin(boolean inclusive, boolean seesLate, Comparator<Integer> ties) implements Oracle {
        static Twin right() {
            return new Twin(true, true, Comparator.naturalOrder());
        }

        @Override
        public void answer(History in, Expected out) {
            List<Integer> held = new ArrayList<>();
            for (int i = 0; i < in.size(); i++) {
                long progress = in.progressNs(i);
                fire(in, out, held, inclusive ? progress : progress - 1);
                if (in.step(i).isEvent()) {
                    if (seesLate && in.timeNs(i) < progress) {
                        out.letter(i, "hold", Reason.LATE);
                    } else {
                        held.add(i);
                    }
                }
            }
        }

        private void fire(History in, Expected out, List<Integer> held, long toNs) {
            List<Integer> due = held.stream()
                    .filter(i -> in.timeNs(i) + DELAY_NS <= toNs)
                    .sorted(Comparator.comparingLong((Integer i) -> in.timeNs(i))
                            .thenComparing(ties))
                    .toList();
            for (int i : due) {
                out.emit(OUT, in.timeNs(i) + DELAY_NS, in.<Event>event(i));
            }
            held.removeAll(due);
        }
    }

    private static String failure(Oracle oracle) {
        return assertThrows(AssertionError.class, () -> trials(oracle).check()).getMessage();
    }

    private static List<String> input(String message) {
        return message.lines()
                .dropWhile(l -> !l.equals("input:"))
                .skip(1)
                .takeWhile(l -> !l.isEmpty())
                .map(l -> l.strip().substring(3))
                .toList();
    }

    @Test
    void shouldAgreeWithARightOracle() {
        Trials.Summary done = trials(Twin.right()).check();
        assertTrue(done.cases() == Trials.CASES);
        assertTrue(done.steps() > 10L * done.cases() && done.outs() > 10L * done.cases(), done.toString());
    }

    @Test
    void shouldShrinkAnOffByOneToOneEventAndTheMomentItIsDue() {
        String message = failure(new Twin(false, true, Comparator.naturalOrder()));
        List<String> steps = input(message);
        assertEquals(2, steps.size(), message);
        assertEquals("event 0 key 0 at 0 value 0", steps.get(0), message);
        assertTrue(List.of("advance 10", "event 0 key 0 at 14 value 0").contains(steps.get(1)), message);
        assertTrue(message.contains("output out, number 0: engine has at 10 Event[key=0, value=0, timeNs=0], "
                + "oracle has nothing more"));
    }

    @Test
    void shouldShrinkAForgottenLateEventToTwoSteps() {
        String message = failure(new Twin(true, false, Comparator.naturalOrder()));
        List<String> steps = input(message);
        assertEquals(2, steps.size(), message);
        assertTrue(List.of("advance 1", "event 0 key 0 at 5 value 0").contains(steps.get(0)), message);
        assertEquals("event 0 key 0 at 0 value 0", steps.get(1), message);
        assertTrue(message.contains("dead letters"), message);
    }

    @Test
    void shouldShrinkAWrongOrderOfTiesToTwoEventsThatDiffer() {
        String message = failure(new Twin(true, true, Comparator.reverseOrder()));
        List<String> steps = input(message);
        assertEquals(3, steps.size(), message);
        assertTrue(steps.contains("event 0 key 0 at 0 value 0"), message);
        assertTrue(
                steps.contains("event 0 key 0 at 0 value 1") || steps.contains("event 0 key 1 at 0 value 0"), message);
        assertTrue(
                message.contains("\nengine:\n  0: at 10 Event[") && message.contains("\noracle:\n  0: at 10 Event["));
    }

    @Test
    void shouldPrintATestThatFailsInTheSameWay() {
        Twin wrong = new Twin(false, true, Comparator.naturalOrder());
        String message = failure(wrong);
        String test = message.substring(message.indexOf("    @Test"));
        long seed = Long.parseLong(test.substring(test.indexOf("replay(") + 7, test.indexOf("L, \"\"\"")));
        assertTrue(message.contains("-Dmillrace.seed=" + seed + " -Dmillrace.cases=1"));
        String steps = test.substring(test.indexOf("\"\"\"") + 3, test.lastIndexOf("\"\"\""));
        AssertionError again =
                assertThrows(AssertionError.class, () -> trials(wrong).replay(seed, steps));
        assertEquals(input(message), input(again.getMessage()));
        assertDoesNotThrow(() -> trials(Twin.right()).replay(seed, steps));
    }

    @Test
    void shouldRepeatOneCaseByItsSeed() {
        String message = failure(new Twin(false, true, Comparator.naturalOrder()));
        String seed = message.substring("seed ".length(), message.indexOf(" (case"));
        System.setProperty("millrace.seed", seed);
        System.setProperty("millrace.cases", "1");
        try {
            String again = failure(new Twin(false, true, Comparator.naturalOrder()));
            assertEquals(input(message), input(again));
            assertTrue(again.startsWith("seed " + seed + " (case 1 of 1)"), again);
            assertEquals(1, trials(Twin.right()).check().cases());
        } finally {
            System.clearProperty("millrace.seed");
            System.clearProperty("millrace.cases");
        }
    }

    @Test
    void shouldShrinkWhatALookFinds() {
        Trials trials = Trials.of(
                "trials()",
                random -> Trial.of(topology())
                        .feed(IN, TrialsTest::event)
                        .weights(USUAL)
                        .compare(OUT)
                        .oracle(Twin.right())
                        .look(d -> assertEquals(0, d.counters("hold").dead, "refused")));
        AssertionError e = assertThrows(AssertionError.class, trials::check);
        assertEquals(2, input(e.getMessage()).size(), e.getMessage());
        assertTrue(e.getCause().getMessage().startsWith("refused"), e.getMessage());
    }

    @Test
    void shouldTellAnOracleThatThrows() {
        IllegalStateException thrown = new IllegalStateException("no idea");
        AssertionError e = assertThrows(
                AssertionError.class,
                () -> trials((in, out) -> {
                            throw thrown;
                        })
                        .check());
        assertSame(thrown, e.getCause());
        assertEquals(1, input(e.getMessage()).size(), e.getMessage());
    }

    /** Breaks where three events of one key follow each other, whatever stands between. */
    private static Trials threeOfAKey(AtomicInteger runs) {
        return Trials.byHand(
                "three()",
                random -> ByHand.of(USUAL, List.of(IN, OTHER), steps -> {
                    runs.incrementAndGet();
                    Map<Long, Integer> counts = new HashMap<>();
                    steps.stream().filter(Step::isEvent).forEach(s -> counts.merge(s.key(), 1, Integer::sum));
                    assertTrue(counts.values().stream().allMatch(n -> n < 3), "three of a key");
                    return steps.size();
                }));
    }

    @Test
    void shouldShrinkACaseByHandToTheLeastThatFails() {
        AtomicInteger runs = new AtomicInteger();
        String message = assertThrows(
                        AssertionError.class, () -> threeOfAKey(runs).check())
                .getMessage();
        List<String> steps = input(message);
        assertEquals(3, steps.size(), message);
        assertTrue(steps.stream().allMatch(s -> s.matches("event [01] key 0 at 0 value 0")), message);
        assertTrue(runs.get() < 4_200, runs + " runs");
        String test = message.substring(message.indexOf("    @Test"));
        long seed = Long.parseLong(test.substring(test.indexOf("replay(") + 7, test.indexOf("L, \"\"\"")));
        String pasted = test.substring(test.indexOf("\"\"\"") + 3, test.lastIndexOf("\"\"\""));
        String again = assertThrows(
                        AssertionError.class, () -> threeOfAKey(runs).replay(seed, pasted))
                .getMessage();
        assertEquals(steps, input(again));
        threeOfAKey(runs).replay(seed, "event 0 key 0 at 0 value 0");
    }

    @Test
    void shouldCompareAtWhichStepWhatComesOut() {
        Oracle oneStepLate = (in, out) -> {
            for (int i = 0; i < in.size(); i++) {
                if (in.step(i).isEvent()) {
                    out.at(in.size() - 1).emit(OUT, in.timeNs(i) + DELAY_NS, in.<Event>event(i));
                }
            }
        };
        Trial trial = Trial.of(topology())
                .feed(IN, TrialsTest::event)
                .compareByStep(OUT)
                .oracle(oneStepLate);
        List<Step> atTheEnd = List.of(Step.event(0, 1, 0, 1), Step.end(0));
        assertEquals("", trial.run(atTheEnd).difference());
        assertTrue(
                trial.endAll().run(List.of(Step.event(0, 1, 0, 1))).difference().isEmpty());
        List<Step> before = List.of(Step.event(0, 1, 0, 1), Step.advance(10), Step.end(0));
        assertTrue(trial.run(before).difference().contains("engine has step 1 at 10 Event["), "not at its step");
    }

    @Test
    void shouldCompareInAnyOrderAndByKeyWhereAsked() {
        Oracle wrongTies = new Twin(true, true, Comparator.reverseOrder());
        Trial any = Trial.of(topology())
                .feed(IN, TrialsTest::event)
                .compareInAnyOrder(OUT)
                .oracle(wrongTies);
        List<Step> steps = List.of(Step.event(0, 1, 0, 1), Step.event(0, 2, 0, 2), Step.end(0));
        assertEquals("", any.run(steps).difference());
        Trial byKey = Trial.of(topology())
                .feed(IN, TrialsTest::event)
                .compareByKey(OUT, Event::key)
                .oracle(wrongTies);
        assertEquals("", byKey.run(steps).difference());
        List<Step> sameKey = List.of(Step.event(0, 1, 0, 1), Step.event(0, 1, 0, 2), Step.end(0));
        assertTrue(byKey.run(sameKey).difference().startsWith("output out of key 1, number 0"));
        Trial missing = Trial.of(topology())
                .feed(IN, TrialsTest::event)
                .compareInAnyOrder(OUT)
                .oracle((in, out) -> {});
        assertTrue(missing.run(steps).failed());
    }

    @Test
    void shouldRefuseTrialsThatCompareNothing() {
        assertThrows(
                IllegalStateException.class,
                () -> Trials.of("t()", random -> Trial.of(topology())).check());
        Trials silent = Trials.of(
                "t()",
                random -> Trial.of(topology())
                        .feed(IN, (key, timeNs, value) -> event(key, 0, value))
                        .weights(USUAL.with(Trait.END, 0).with(Trait.ADVANCE, 0))
                        .compare(OUT)
                        .oracle((in, out) -> {}));
        AssertionError e = assertThrows(AssertionError.class, silent::check);
        assertTrue(e.getMessage().startsWith("nothing came out"), e.getMessage());
        Trial.of(topology()).feed(OTHER, TrialsTest::event);
    }

    @Test
    void shouldSayWhichOutputIsNotCompared() {
        Trial trial = Trial.of(topology())
                .feed(IN, TrialsTest::event)
                .compareLetters()
                .oracle((in, out) -> out.emit(OUT, 0, event(0, 0, 0)));
        assertTrue(trial.run(List.of(Step.end(0))).difference().contains("output out is not compared"));
    }
}
