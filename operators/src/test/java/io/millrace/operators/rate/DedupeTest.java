package io.millrace.operators.rate;

import static io.millrace.operators.rate.Ping.ASIDE;
import static io.millrace.operators.rate.Ping.LATE;
import static io.millrace.operators.rate.Ping.LOOSE;
import static io.millrace.operators.rate.Ping.OUT;
import static io.millrace.operators.rate.Ping.PINGS;
import static io.millrace.operators.rate.Ping.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.DeadLetter;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.operator.NodeCounters;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What dedupe lets pass. */
class DedupeTest {
    /** That of the loose input. */
    private static final long DISORDER = 15;

    private static Topology topology(Input<Ping> input, long horizonNs) {
        return Millrace.topology(
                "dedupe",
                t -> t.from(input)
                        .keyBy(Ping::key)
                        .dedupe("once", Duration.ofNanos(horizonNs))
                        .to(OUT));
    }

    private static List<Long> times(TestDriver driver) {
        return driver.take(OUT).stream().map(Ping::timeNs).toList();
    }

    @Test
    void shouldGiveOneOutputAndCountOneDuplicateInsideTheHorizon() {
        TestDriver driver =
                TestDriver.of(topology(PINGS, 10)).send(PINGS, at(0)).send(PINGS, at(9));
        assertEquals(List.of(0L), times(driver));
        assertEquals(1, driver.counters("once").duplicates);
        assertEquals(Map.of("once duplicate", 1L), driver.deadLetterCounts());
        DeadLetter letter = driver.deadLetters().get(0);
        assertEquals("Ping[key=1, value=0, timeNs=9]", letter.event());
        assertEquals(Reason.DUPLICATE, letter.reason());
    }

    @Test
    void shouldTakeAnEventAtTheHorizonExactlyAsANewOne() {
        TestDriver driver = TestDriver.of(topology(PINGS, 10));
        for (long t : new long[] {0, 9, 10, 19, 20}) {
            driver.send(PINGS, at(t));
        }
        assertEquals(List.of(0L, 10L, 20L), times(driver));
        assertEquals(2, driver.counters("once").duplicates);
    }

    @Test
    void shouldCountTheHorizonFromTheOneThatPassedAndNotFromItsDuplicates() {
        TestDriver driver = TestDriver.of(topology(PINGS, 10));
        for (long t : new long[] {0, 6, 12, 18, 24}) {
            driver.send(PINGS, at(t));
        }
        assertEquals(List.of(0L, 12L, 24L), times(driver));
    }

    @Test
    void shouldTakeAnEventBeforeTheOneThatPassedAsADuplicateInsideTheHorizonAndAsANewOneAtIt() {
        TestDriver driver = TestDriver.of(topology(LOOSE, 10));
        for (long t : new long[] {20, 11, 10, 19, 10, 5, 30}) {
            driver.send(LOOSE, at(t));
        }
        assertEquals(List.of(20L, 10L, 30L), times(driver));
        assertEquals(Map.of("once duplicate", 4L), driver.deadLetterCounts());
    }

    @Test
    void shouldTakeAnEventBeforeAllThatIsRememberedAsLate() {
        TestDriver driver = TestDriver.of(topology(LOOSE, 3));
        for (long t : new long[] {20, 26, 23, 19, 17, 22}) {
            driver.send(LOOSE, at(t));
        }
        assertEquals(List.of(20L, 26L, 23L), times(driver)); // of 26 and 23 it knows, no more of 20
        assertEquals(Map.of("once late", 2L, "once duplicate", 1L), driver.deadLetterCounts());
        assertEquals(2, driver.counters("once").late);
    }

    @Test
    void shouldSendDuplicatesAndLateEventsAsideOnceWithTheirReason() {
        Topology topology = Millrace.topology(
                "aside",
                t -> t.from(PINGS)
                        .keyBy(Ping::key)
                        .dedupe("once", Duration.ofNanos(10))
                        .duplicatesTo(ASIDE)
                        .lateTo(LATE)
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology);
        for (long t : new long[] {0, 5, 3}) {
            driver.send(PINGS, at(t));
        }
        assertEquals(List.of(Reason.DUPLICATE), reasons(driver.metas(ASIDE)));
        assertEquals(List.of(Reason.LATE), reasons(driver.metas(LATE)));
        assertEquals(List.of(at(5)), driver.take(ASIDE));
        assertEquals(List.of(at(3)), driver.take(LATE));
        assertEquals(List.of(), driver.deadLetters());
        assertEquals(1, driver.counters("once").late);
    }

    private static List<Reason> reasons(List<Meta> metas) {
        return metas.stream().map(Meta::reason).toList();
    }

    @Test
    void shouldKeepKeysApart() {
        TestDriver driver = TestDriver.of(topology(PINGS, 10));
        driver.send(PINGS, Ping.of(1, 0, 0)).send(PINGS, Ping.of(2, 0, 0)).send(PINGS, Ping.of(1, 0, 0));
        assertEquals(List.of(1L, 2L), driver.take(OUT).stream().map(Ping::key).toList());
    }

    /** A row is taken into the hand to be written before it is known that nothing of the event is kept. */
    @Test
    void shouldCountWhatIsTouchedForADuplicateAndForOneBeforeAllThatIsRemembered() {
        TestDriver driver = TestDriver.of(topology(LOOSE, 5));
        for (long ns : new long[] {100, 106, 112}) {
            driver.send(LOOSE, Ping.of(1, ns, 0));
        }
        NodeCounters counters = driver.counters("once");
        for (long ns : new long[] {112, 100}) {
            counters.maxSlotsTouched = 0;
            driver.send(LOOSE, Ping.of(1, ns, 0));
            assertEquals(1, counters.maxSlotsTouched, "at " + ns);
        }
        assertEquals(1, counters.duplicates);
        assertEquals(1, counters.late);
    }

    @Test
    void shouldFreeAllKeysThatProgressHasLeftBehindWithBoundedWork() {
        int keys = 50_000;
        TestDriver driver = TestDriver.of(topology(PINGS, 10));
        for (int i = 0; i < keys; i++) {
            driver.send(PINGS, Ping.of(i, 0, 0));
        }
        NodeCounters counters = driver.counters("once");
        assertEquals(keys, counters.keys);
        driver.send(PINGS, Ping.of(-1, 1_000, 0));
        driver.drain();
        for (int i = 0; counters.keys > 1 && i < keys / 64 + 10; i++) {
            driver.send(PINGS, Ping.of(-1, 1_000, 0));
        }
        assertEquals(1, counters.keys);
        assertTrue(counters.maxFirings <= KeyTimes.FIRINGS, counters.maxFirings + " firings");
        assertTrue(counters.maxFreed <= KeyTimes.FIRINGS, counters.maxFreed + " freed");
        // eight off the calendar, of which four go: zeroed, and marked as free
        assertEquals(8 + 4 * 2, counters.maxSlotsTouched);
    }

    @Test
    void shouldRefuseANewKeyAtTheBoundAndStayExactForThoseItHolds() {
        Topology topology = Millrace.topology(
                "bound",
                t -> t.from(PINGS)
                        .keyBy(Ping::key)
                        .keysAtMost(2)
                        .dedupe("once", Duration.ofNanos(10))
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology);
        for (long key : new long[] {1, 2, 3, 1}) {
            driver.send(PINGS, Ping.of(key, 0, 0));
        }
        assertEquals(Map.of("once over-bound", 1L, "once duplicate", 1L), driver.deadLetterCounts());
        driver.send(PINGS, Ping.of(9, 0, 0)).advanceToNs(1_000);
        driver.send(PINGS, Ping.of(3, 1_000, 0));
        assertEquals(
                List.of(1L, 2L, 3L), driver.take(OUT).stream().map(Ping::key).toList());
    }

    private static Topology evicting(int keysAtMost) {
        return Millrace.topology(
                "evict",
                t -> t.from(LOOSE)
                        .keyBy(Ping::key)
                        .keysAtMost(keysAtMost)
                        .dedupe("once", Duration.ofNanos(10))
                        .evictOldest()
                        .to(OUT));
    }

    @Test
    void shouldGiveUpTheKeyThatPassedLongestAgoWhereThatIsDeclared() {
        assertTrue(evicting(2).describe().contains("evict oldest"), evicting(2).describe());
        TestDriver driver = TestDriver.of(evicting(2));
        driver.send(LOOSE, Ping.of(1, 0, 0)).send(LOOSE, Ping.of(2, 5, 0));
        driver.send(LOOSE, Ping.of(1, 10, 0)); // now 2 is the oldest
        driver.send(LOOSE, Ping.of(3, 10, 0));
        for (long key : new long[] {1, 3, 2, 1}) {
            driver.send(LOOSE, Ping.of(key, 11, 0));
        }
        assertEquals(
                List.of(1L, 2L, 1L, 3L, 2L, 1L),
                driver.take(OUT).stream().map(Ping::key).toList());
        assertEquals(Map.of("once duplicate", 2L), driver.deadLetterCounts());
        assertEquals(3, driver.counters("once").evicted);
        assertEquals(0, driver.endAll().counters("once").keys);
    }

    /** Rows are read ahead 16 at a time, and looked at 64 an entry: that of key 64, which passed longest ago, is given up between. */
    @Test
    void shouldGiveUpKeysThatWereAboutToBeLookedAt() {
        RateRun run = new RateRun(evicting(200));
        for (long time : new long[] {0, 10}) {
            for (int i = 0; i < 200; i++) {
                int key = time == 0 ? i : (i + 64) % 200;
                run.send(0, LOOSE, Ping.of(key, key < 5 ? time : time + 3, 0));
            }
        }
        for (int key = 200; key < 400; key++) {
            run.send(0, LOOSE, Ping.of(key, 28, 0));
            assertEquals(200, run.counters("once").keys);
        }
        assertEquals(200, run.counters("once").evicted);
        // of three rows in the queue two get other neighbours, one goes and one comes, whatever the number of keys
        assertEquals(9, run.counters("once").maxSlotsTouched);
        run.end();
        assertEquals(0, run.counters("once").keys);
    }

    @Test
    void shouldRefuseAHorizonOfNothing() {
        TopologyException e = assertThrows(TopologyException.class, () -> topology(PINGS, 0));
        assertTrue(e.getMessage().contains("dedupe: a horizon of PT0S; use more than zero"), e.getMessage());
        assertTrue(e.getMessage().contains("DedupeTest.java:"), e.getMessage());
    }

    // ---- against the definition

    /** What passed, by key; of those the two newest, or all where no event comes out of its order by more than the horizon. */
    private static void answer(long horizonNs, boolean aside, History in, Expected out) {
        Map<Long, TreeSet<Long>> passed = new TreeMap<>();
        for (int i = 0; i < in.size(); i++) {
            if (!in.step(i).isEvent()) {
                continue;
            }
            Ping e = in.event(i);
            TreeSet<Long> times = passed.computeIfAbsent(e.key(), k -> new TreeSet<>());
            while (horizonNs < DISORDER && times.size() > 2) {
                times.pollFirst();
            }
            if (e.timeNs() < in.progressNs(i)) {
                sideways(aside, out, i, e, LATE, Reason.LATE);
            } else if (times.stream().anyMatch(t -> isNear(t, e.timeNs(), horizonNs))) {
                sideways(aside, out, i, e, ASIDE, Reason.DUPLICATE);
            } else if (horizonNs < DISORDER && times.size() == 2 && e.timeNs() < times.first()) {
                sideways(aside, out, i, e, LATE, Reason.LATE);
            } else {
                times.add(e.timeNs());
                out.emit(OUT, e.timeNs(), e);
            }
        }
    }

    private static boolean isNear(long a, long b, long horizonNs) {
        BigInteger apart = BigInteger.valueOf(a).subtract(BigInteger.valueOf(b)).abs();
        return apart.compareTo(BigInteger.valueOf(horizonNs)) < 0;
    }

    private static void sideways(
            boolean aside, Expected out, int step, Ping e, io.millrace.event.Output<Ping> to, Reason reason) {
        if (aside) {
            out.emit(to, e.timeNs(), io.millrace.event.EntryForm.INSERT, reason, e);
        } else {
            out.letter(step, "once", reason);
        }
    }

    /** The keys that passed last, the longest ago first; the horizon lasts for ever, so nothing else lets go of one. */
    private static void answerEvicting(int most, History in, Expected out) {
        LinkedHashSet<Long> held = new LinkedHashSet<>();
        for (int i = 0; i < in.size(); i++) {
            if (in.step(i).isEvent()) {
                Ping e = in.event(i);
                if (e.timeNs() < in.progressNs(i)) {
                    out.letter(i, "once", Reason.LATE);
                } else if (held.contains(e.key())) {
                    out.letter(i, "once", Reason.DUPLICATE);
                } else {
                    if (held.size() == most) {
                        held.remove(held.iterator().next());
                    }
                    held.add(e.key());
                    out.emit(OUT, e.timeNs(), e);
                }
            }
        }
    }

    static Trials evicting() {
        return Trials.of("evicting()", random -> {
            int most = 1 + random.nextInt(4);
            boolean texts = random.nextBoolean();
            Topology topology = Millrace.topology("random", t -> {
                var pings = t.from(LOOSE);
                (texts ? pings.keyByText(p -> Ping.text(p.key())) : pings.keyBy(Ping::key))
                        .keysAtMost(most)
                        .dedupe("once", Duration.ofNanos(Long.MAX_VALUE))
                        .evictOldest()
                        .to(OUT);
            });
            return Trial.of(topology)
                    .feed(LOOSE, Ping::of)
                    .weights(Weights.usual().with(Trait.EXTREMES, 0))
                    .compare(OUT)
                    .compareLetters()
                    .oracle((in, out) -> answerEvicting(most, in, out));
        });
    }

    @Test
    void shouldGiveUpTheKeysThatTheDefinitionGivesUp() {
        evicting().cases(200).check();
    }

    static Trials trials() {
        return Trials.of("trials()", random -> {
            long horizon = 1 + random.nextInt(40);
            boolean aside = random.nextBoolean();
            boolean texts = random.nextBoolean();
            Topology topology = Millrace.topology("random", t -> {
                var pings = t.from(LOOSE);
                var once = (texts ? pings.keyByText(p -> Ping.text(p.key())) : pings.keyBy(Ping::key))
                        .dedupe("once", Duration.ofNanos(horizon));
                (aside ? once.duplicatesTo(ASIDE).lateTo(LATE) : once).to(OUT);
            });
            Trial trial = Trial.of(topology)
                    .feed(LOOSE, Ping::of)
                    .weights(Weights.usual().with(Trait.LATE, 60))
                    .compare(OUT)
                    .compareLetters()
                    .oracle((in, out) -> answer(horizon, aside, in, out))
                    .look(d -> left(d));
            return aside ? trial.compare(ASIDE).compare(LATE) : trial;
        });
    }

    /** Where all input has ended nothing is left. */
    private static void left(TestDriver driver) {
        driver.endAll();
        assertEquals(0, driver.counters("once").keys, "keys left");
    }

    @Test
    void shouldAgreeWithTheDefinition() {
        trials().cases(500).check();
    }
}
