package io.millrace.operators.rate;

import static io.millrace.operators.rate.Ping.ASIDE;
import static io.millrace.operators.rate.Ping.LOOSE;
import static io.millrace.operators.rate.Ping.OUT;
import static io.millrace.operators.rate.Ping.PINGS;
import static io.millrace.operators.rate.Ping.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.operator.NodeCounters;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What throttle lets pass. */
class ThrottleTest {
    private static Topology topology(Input<Ping> input, int most, long perNs) {
        return Millrace.topology(
                "throttle",
                t -> t.from(input)
                        .keyBy(Ping::key)
                        .throttle("calm", most, Duration.ofNanos(perNs))
                        .to(OUT));
    }

    private static List<Long> passed(Topology topology, Input<Ping> input, long... times) {
        TestDriver driver = TestDriver.of(topology);
        for (long t : times) {
            driver.send(input, at(t));
        }
        assertEquals(List.of(), driver.deadLetters());
        return driver.take(OUT).stream().map(Ping::timeNs).toList();
    }

    @Test
    void shouldLetTwoOfTenPassStopTheThirdAndLetOnePassAtTen() {
        assertEquals(List.of(0L, 1L, 10L), passed(topology(PINGS, 2, 10), PINGS, 0, 1, 9, 10));
        assertEquals(List.of(0L, 1L, 10L, 11L), passed(topology(PINGS, 2, 10), PINGS, 0, 1, 9, 10, 10, 11));
    }

    @Test
    void shouldNeverLetMorePassInAnySpanAndNotOnlyInAlignedOnes() {
        assertEquals(List.of(8L, 9L, 18L, 19L), passed(topology(PINGS, 2, 10), PINGS, 8, 9, 10, 11, 17, 18, 19, 20));
    }

    @Test
    void shouldCountAnEventBehindTheNewestThatPassedAsAtItsTime() {
        assertEquals(List.of(20L, 12L), passed(topology(LOOSE, 2, 10), LOOSE, 20, 12, 11, 29));
        assertEquals(List.of(20L, 12L, 30L), passed(topology(LOOSE, 2, 10), LOOSE, 20, 12, 11, 30));
    }

    @Test
    void shouldCountWhatIsTouchedForAnEventThatIsStopped() {
        TestDriver driver = TestDriver.of(topology(PINGS, 1, 10)).send(PINGS, at(0));
        driver.counters("calm").maxSlotsTouched = 0;
        driver.send(PINGS, at(1));
        assertEquals(1, driver.counters("calm").maxSlotsTouched);
    }

    @Test
    void shouldCountALateEventAsAtProgress() {
        TestDriver driver = TestDriver.of(topology(PINGS, 1, 10)).advanceToNs(100);
        for (long t : new long[] {5, 6, 100, 109, 110}) {
            driver.send(PINGS, at(t));
        }
        assertEquals(
                List.of(5L, 110L), driver.take(OUT).stream().map(Ping::timeNs).toList());
    }

    @Test
    void shouldSendWhatIsStoppedAsideOrCountIt() {
        TestDriver counted =
                TestDriver.of(topology(PINGS, 1, 10)).send(PINGS, at(0)).send(PINGS, at(5));
        assertEquals(1, counted.counters("calm").filtered);
        Topology topology = Millrace.topology(
                "aside",
                t -> t.from(PINGS)
                        .keyBy(Ping::key)
                        .throttle("calm", 1, Duration.ofNanos(10))
                        .stoppedTo(ASIDE)
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology).send(PINGS, at(0)).send(PINGS, at(5));
        assertEquals(Reason.OVER_BOUND, driver.metas(ASIDE).get(0).reason());
        assertEquals(List.of(at(5)), driver.take(ASIDE));
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldFreeAllKeysThatProgressHasLeftBehindWithBoundedWork() {
        int keys = 100_000;
        TestDriver driver = TestDriver.of(topology(PINGS, 2, 10));
        for (int i = 0; i < keys; i++) {
            driver.send(PINGS, Ping.of(i, 0, 0));
        }
        NodeCounters counters = driver.counters("calm");
        assertEquals(keys, counters.keys);
        driver.advanceToNs(1_000);
        driver.drain();
        assertEquals(0, counters.keys);
        assertTrue(counters.maxFirings <= KeyTimes.FIRINGS, counters.maxFirings + " firings");
    }

    @Test
    void shouldGiveUpTheKeyThatPassedLongestAgoWhereThatIsDeclared() {
        Topology topology = Millrace.topology(
                "evict",
                t -> t.from(PINGS)
                        .keyByText(p -> Ping.text(p.key()))
                        .keysAtMost(2)
                        .throttle("calm", 2, Duration.ofNanos(10))
                        .evictOldest()
                        .to(OUT));
        assertTrue(topology.describe().contains("evict oldest"), topology.describe());
        TestDriver driver = TestDriver.of(topology);
        for (long key : new long[] {1, 2, 1, 1, 3, 1, 2, 2, 2}) {
            driver.send(PINGS, Ping.of(key, 0, 0));
        }
        assertEquals(
                List.of(1L, 2L, 1L, 3L, 2L, 2L),
                driver.take(OUT).stream().map(Ping::key).toList());
        assertEquals(2, driver.counters("calm").evicted);
        assertEquals(Map.of(), driver.deadLetterCounts());
        assertEquals(0, driver.endAll().counters("calm").keys);
    }

    @Test
    void shouldRefuseNumbersAndSpansOfNothing() {
        TopologyException e = assertThrows(TopologyException.class, () -> topology(PINGS, 0, 1));
        assertTrue(e.getMessage().contains("throttle: 0 events; use 1 to 1000"), e.getMessage());
        e = assertThrows(TopologyException.class, () -> topology(PINGS, 1, -1));
        assertTrue(e.getMessage().contains("use more than zero"), e.getMessage());
    }

    // ---- against the definition

    /** The times of all that passed, by key; nothing is ever forgotten. */
    private static void answer(int most, long perNs, History in, Expected out) {
        Map<Long, List<Long>> passed = new TreeMap<>();
        for (int i = 0; i < in.size(); i++) {
            if (in.step(i).isEvent()) {
                Ping e = in.event(i);
                List<Long> times = passed.computeIfAbsent(e.key(), k -> new ArrayList<>());
                long floor = in.progressNs(i) == Progress.END ? Progress.NONE : in.progressNs(i);
                long time = Math.max(e.timeNs(), floor);
                for (long t : times) {
                    time = Math.max(time, t);
                }
                long counted = time;
                if (times.stream().filter(t -> counted - t < perNs).count() < most) {
                    times.add(time);
                    out.emit(OUT, e.timeNs(), e);
                } else {
                    out.emit(ASIDE, e.timeNs(), EntryForm.INSERT, Reason.OVER_BOUND, e);
                }
            }
        }
    }

    static Trials trials() {
        return Trials.of("trials()", random -> {
            int most = 1 + random.nextInt(4);
            long per = 1 + random.nextInt(60);
            boolean texts = random.nextBoolean();
            Topology topology = Millrace.topology("random", t -> {
                var pings = t.from(LOOSE);
                (texts ? pings.keyByText(p -> Ping.text(p.key())) : pings.keyBy(Ping::key))
                        .throttle("calm", most, Duration.ofNanos(per))
                        .stoppedTo(ASIDE)
                        .to(OUT);
            });
            return Trial.of(topology)
                    .feed(LOOSE, Ping::of)
                    .weights(Weights.usual().with(Trait.LATE, 60))
                    .compare(OUT)
                    .compare(ASIDE)
                    .compareLetters()
                    .oracle((in, out) -> answer(most, per, in, out))
                    .look(d -> assertEquals(0, d.endAll().counters("calm").keys, "keys left"));
        });
    }

    @Test
    void shouldAgreeWithTheDefinition() {
        trials().check();
    }
}
