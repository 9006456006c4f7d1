package io.millrace.operators.rate;

import static io.millrace.operators.rate.Ping.LATE;
import static io.millrace.operators.rate.Ping.LOOSE;
import static io.millrace.operators.rate.Ping.OUT;
import static io.millrace.operators.rate.Ping.PINGS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.ConflatedStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.Fn.Fn2;
import io.millrace.state.FiringPace;
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
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What conflate makes of periods. */
class ConflateTest {
    private static final Fn2<Ping, Ping, Ping> SUM = (a, b) -> {
        if (b.value() == 9) {
            throw new IllegalStateException("nine");
        }
        return new Ping(b.key(), a.value() + b.value(), b.timeNs());
    };

    private static Topology topology(Input<Ping> input, long periodNs) {
        return Millrace.topology(
                "conflate",
                t -> t.from(input)
                        .keyBy(Ping::key)
                        .conflate("latest", Duration.ofNanos(periodNs))
                        .to(OUT));
    }

    private static List<String> taken(TestDriver driver) {
        List<Meta> metas = driver.metas(OUT);
        List<Ping> pings = driver.take(OUT);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < pings.size(); i++) {
            Ping p = pings.get(i);
            result.add(p.key() + ":" + p.value() + " at " + metas.get(i).timeNs());
        }
        return result;
    }

    @Test
    void shouldGiveTheLatestOfEachPeriodWhenProgressHasReachedItsEnd() {
        TestDriver driver = TestDriver.of(topology(PINGS, 10));
        driver.send(PINGS, Ping.of(1, 0, 5)).send(PINGS, Ping.of(1, 9, 6));
        driver.advanceToNs(9);
        assertEquals(List.of(), taken(driver));
        driver.advanceToNs(10);
        assertEquals(List.of("1:6 at 9"), taken(driver));
        driver.advanceToNs(50);
        assertEquals(List.of(), taken(driver));
    }

    @Test
    void shouldTakeTheLargestTimeAndOfOneTimeTheLastToCome() {
        TestDriver driver = TestDriver.of(topology(LOOSE, 10));
        driver.send(LOOSE, Ping.of(1, 8, 1)).send(LOOSE, Ping.of(1, 3, 2)).send(LOOSE, Ping.of(1, 8, 3));
        assertEquals(List.of("1:3 at 9"), taken(driver.endAll()));
    }

    @Test
    void shouldGivePeriodsOfOneEndInTheOrderOfTheirFirstEvents() {
        TestDriver driver = TestDriver.of(topology(PINGS, 10));
        for (long key : new long[] {3, 1, 2, 3, 1}) {
            driver.send(PINGS, Ping.of(key, 4, key));
        }
        assertEquals(List.of("3:3 at 9", "1:1 at 9", "2:2 at 9"), taken(driver.advanceToNs(10)));
    }

    @Test
    void shouldAlignPeriodsToTheEpochByFloor() {
        TestDriver driver = TestDriver.of(topology(PINGS, 10));
        for (long time : new long[] {-11, -10, -1, 0, 9, 10}) {
            driver.send(PINGS, Ping.of(1, time, time));
        }
        assertEquals(List.of("1:-11 at -11", "1:-1 at -1", "1:9 at 9", "1:10 at 19"), taken(driver.endAll()));
    }

    @Test
    void shouldTakeAnEventBehindProgressWhileItsPeriodIsOpen() {
        Topology topology = Millrace.topology(
                "late",
                t -> t.from(PINGS)
                        .keyBy(Ping::key)
                        .conflate("latest", Duration.ofNanos(10))
                        .lateTo(LATE)
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology).send(PINGS, Ping.of(1, 18, 1));
        driver.send(PINGS, Ping.of(2, 12, 2)).send(PINGS, Ping.of(1, 9, 3));
        assertEquals(Reason.LATE, driver.metas(LATE).get(0).reason());
        assertEquals(List.of(Ping.of(1, 9, 3)), driver.take(LATE));
        assertEquals(1, driver.counters("latest").late);
        assertEquals(List.of("1:1 at 19", "2:2 at 19"), taken(driver.advanceToNs(20)));
        driver.send(PINGS, Ping.of(3, 19, 4));
        assertEquals(List.of(Ping.of(3, 19, 4)), driver.take(LATE), "progress has reached its end");
        assertEquals(List.of(), taken(driver.endAll()));
    }

    @Test
    void shouldGiveWhatAFunctionMakesAndChangeNothingWhereItThrows() {
        Topology topology = Millrace.topology(
                "sum",
                t -> t.from(PINGS)
                        .keyBy(Ping::key)
                        .conflate("sum", Duration.ofNanos(10), SUM)
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology);
        for (long value : new long[] {5, 9, 6}) {
            driver.send(PINGS, Ping.of(1, 0, value));
        }
        assertEquals(List.of("1:11 at 9"), taken(driver.endAll()));
        assertEquals(Map.of("sum operator-error", 1L), driver.deadLetterCounts());
    }

    @Test
    void shouldFireAtMostSoManyAnEntryHoweverManyAreDueAtOnce() {
        int keys = 300_000;
        Topology topology = topology(PINGS, 10);
        TestDriver driver = TestDriver.of(topology);
        for (int i = 0; i < keys; i++) {
            driver.send(PINGS, Ping.of(i, 0, i));
        }
        NodeCounters counters = driver.counters("latest");
        assertEquals(keys, counters.keys);
        driver.advanceToNs(10);
        driver.drain();
        List<Ping> out = driver.take(OUT);
        assertEquals(keys, out.size());
        for (int i = 0; i < keys; i++) {
            assertEquals(i, out.get(i).key());
        }
        assertEquals(FiringPace.FEW, counters.maxFirings);
        assertEquals(0, counters.keys);
    }

    @Test
    void shouldRefuseAtTheBoundAndStayExactForWhatItHolds() {
        Topology topology = Millrace.topology(
                "bound",
                t -> t.from(PINGS)
                        .keyBy(Ping::key)
                        .keysAtMost(2)
                        .conflate("latest", Duration.ofNanos(10))
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology);
        for (long key = 1; key < 4; key++) {
            driver.send(PINGS, Ping.of(key, 0, key));
        }
        driver.send(PINGS, Ping.of(1, 1, 7));
        assertEquals(Map.of("latest over-bound", 1L), driver.deadLetterCounts());
        assertEquals(List.of("1:7 at 9", "2:2 at 9"), taken(driver.advanceToNs(10)));
        driver.send(PINGS, Ping.of(3, 10, 3)).advanceToNs(20);
        assertEquals(List.of("3:3 at 19"), taken(driver));
    }

    @Test
    void shouldBoundKeysAndNotTheirPeriods() {
        Topology topology = Millrace.topology(
                "bound",
                t -> t.from(LOOSE)
                        .keyBy(Ping::key)
                        .keysAtMost(1)
                        .conflate("latest", Duration.ofNanos(1))
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology);
        for (long time : new long[] {9, 0, 4, 14, 2, 7, 0}) {
            driver.send(LOOSE, Ping.of(1, time, time));
        }
        driver.send(LOOSE, Ping.of(2, 9, 9));
        assertEquals(Map.of("latest over-bound", 1L), driver.deadLetterCounts());
        assertEquals(
                List.of("1:0 at 0", "1:2 at 2", "1:4 at 4", "1:7 at 7", "1:9 at 9", "1:14 at 14"),
                taken(driver.endAll()));
        assertEquals(0, driver.counters("latest").keys);
    }

    @Test
    void shouldSayWhatIsWrongAtBuild() {
        TopologyException e = assertThrows(
                TopologyException.class,
                () -> Millrace.topology(
                        "wrong",
                        t -> t.from(PINGS)
                                .keyBy(Ping::key)
                                .map(p -> new Object())
                                .conflate("latest", Duration.ofNanos(1))
                                .late(side -> {})));
        assertTrue(e.getMessage().contains("its input is untyped"), e.getMessage());
    }

    // ---- against the definition

    /** What is known of one key and period. */
    private record Kept(long key, long endNs, int first, Ping made, long newestNs) {}

    private record Twin(boolean sums, long periodNs) {
        long endNs(long timeNs) {
            BigInteger period = BigInteger.valueOf(periodNs);
            BigInteger time = BigInteger.valueOf(timeNs);
            BigInteger end = time.subtract(time.mod(period)).add(period);
            return end.min(BigInteger.valueOf(Progress.END)).longValueExact();
        }

        void answer(History in, Expected out) {
            List<Kept> open = new ArrayList<>();
            for (int i = 0; i < in.size(); i++) {
                fire(open, in.progressNs(i), out);
                if (in.step(i).isEvent()) {
                    take(open, in.event(i), i, in.progressNs(i), out);
                }
            }
        }

        private static void fire(List<Kept> open, long progressNs, Expected out) {
            List<Kept> due = open.stream()
                    .filter(k -> k.endNs <= progressNs)
                    .sorted(Comparator.comparingLong(Kept::endNs).thenComparing(Kept::first))
                    .toList();
            due.forEach(k -> out.emit(OUT, k.endNs - 1, k.made));
            open.removeAll(due);
        }

        private void take(List<Kept> open, Ping e, int step, long progressNs, Expected out) {
            long end = endNs(e.timeNs());
            if (end <= progressNs) {
                out.emit(LATE, e.timeNs(), EntryForm.INSERT, Reason.LATE, e);
                return;
            }
            for (int i = 0; i < open.size(); i++) {
                Kept k = open.get(i);
                if (k.key == e.key() && k.endNs == end) {
                    if (sums && e.value() == 9) {
                        out.letter(step, "conflate", Reason.OPERATOR_ERROR);
                    } else {
                        open.set(i, next(k, e));
                    }
                    return;
                }
            }
            open.add(new Kept(e.key(), end, step, e, e.timeNs()));
        }

        private Kept next(Kept k, Ping e) {
            Ping made = sums
                    ? new Ping(e.key(), k.made.value() + e.value(), e.timeNs())
                    : e.timeNs() >= k.newestNs ? e : k.made;
            return new Kept(k.key, k.endNs, k.first, made, Math.max(k.newestNs, e.timeNs()));
        }
    }

    private static ConflatedStream<Ping> conflated(KeyedStream<Ping> pings, Twin twin) {
        Duration period = Duration.ofNanos(twin.periodNs);
        return twin.sums ? pings.conflate("conflate", period, SUM) : pings.conflate("conflate", period);
    }

    static Trials trials() {
        return Trials.of("trials()", random -> {
            Twin twin = new Twin(random.nextBoolean(), 1 + random.nextInt(40));
            boolean texts = random.nextBoolean();
            Topology topology = Millrace.topology("random", t -> {
                var pings = t.from(LOOSE);
                conflated(texts ? pings.keyByText(p -> Ping.text(p.key())) : pings.keyBy(Ping::key), twin)
                        .lateTo(LATE)
                        .to(OUT);
            });
            return Trial.of(topology)
                    .feed(LOOSE, Ping::of)
                    .weights(Weights.usual().with(Trait.LATE, 60))
                    .compare(OUT)
                    .compare(LATE)
                    .compareLetters()
                    .oracle(twin::answer)
                    .look(d -> assertEquals(0, d.endAll().counters("conflate").keys, "keys left"));
        });
    }

    @Test
    void shouldAgreeWithTheDefinition() {
        trials().check();
    }
}
