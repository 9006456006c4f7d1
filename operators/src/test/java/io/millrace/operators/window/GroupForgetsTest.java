package io.millrace.operators.window;

import static io.millrace.operators.window.GroupTest.forgetAfter;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Grouped;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.process.ManualRun;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Groups whose rows are final some time. A value of 0 takes the row of its key away. */
class GroupForgetsTest {
    record In(long key, long group, long value, long ns) {}

    record Spent(long card, long startNs, long cents) {}

    record Told(long group, long count, long sum, int revision) {}

    private static final long KEEP = 100;
    private static final Input<In> IN =
            Input.of("in", In.class).eventTime(In::ns, NANOSECONDS).historic().maxAhead(Duration.ofDays(9_999));
    private static final Input<In> LOOSE = IN.disorder(Duration.ofNanos(1_000));
    private static final Output<Told> TOLD = Output.of("told", Told.class);
    private static final PlanOptions OPTIONS = PlanOptions.tested().withStateBytes(16 << 20);

    static final class Sums extends Aggregates<In> {
        final LongValue group = longKey();
        final LongValue count = count();
        final LongValue sum = sum(In::value);

        Told told() {
            return new Told(group.get(), count.get(), sum.get(), revision());
        }
    }

    private static Topology topology(long keepNs) {
        return topology(keepNs, rows -> rows);
    }

    private static Topology topology(long keepNs, UnaryOperator<KeyedStream<In>> rows) {
        return Millrace.topology("groups", t -> {
            Grouped<In> grouped = rows.apply(t.from(LOOSE).keyBy(In::key).deleteWhen(i -> i.value() == 0))
                    .group("groups")
                    .by(In::group);
            forgetAfter(keepNs, grouped).aggregate(Sums::new).to(TOLD, Sums::told);
        });
    }

    private static TestDriver driver(UnaryOperator<KeyedStream<In>> rows) {
        return TestDriver.of(topology(KEEP, rows), OPTIONS);
    }

    private static void requireLate(int count, TestDriver driver) {
        assertEquals(
                Collections.nCopies(count, Reason.LATE),
                driver.deadLetters().stream().map(l -> l.reason()).toList());
        assertEquals(count, driver.counters("groups").late);
    }

    private static final UnaryOperator<KeyedStream<In>> SPLIT =
            rows -> rows.changelog("log").keyBy(In::key);

    private static TestDriver driver() {
        return TestDriver.of(topology(KEEP), OPTIONS);
    }

    private static List<String> told(TestDriver driver) {
        List<EntryForm> forms = driver.metas(TOLD).stream().map(Meta::form).toList();
        List<Told> told = driver.take(TOLD);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            Told t = told.get(i);
            all.add(forms.get(i) + " " + t.group() + ": " + t.count() + " of " + t.sum() + ", " + t.revision());
        }
        return all;
    }

    @Test
    void shouldKeepARowThatIsFinalInTheResultsOfItsGroup() {
        TestDriver driver = driver().send(LOOSE, new In(1, 7, 5, 0)).advanceToNs(50);
        driver.send(LOOSE, new In(2, 7, 6, 60)).advanceToNs(100);
        driver.send(LOOSE, new In(3, 7, 1, 110)).send(LOOSE, new In(2, 7, 0, 110));
        assertEquals(
                List.of(
                        "INSERT 7: 1 of 5, 0",
                        "REPLACEMENT 7: 2 of 11, 1",
                        "REPLACEMENT 7: 3 of 12, 2",
                        "REPLACEMENT 7: 2 of 6, 3"),
                told(driver));
        assertEquals(1, driver.counters("groups").keys, "rows that can change");
    }

    @Test
    void shouldTakeWhatComesForTheKeyOfARowThatIsFinalForANewOne() {
        TestDriver driver = driver().send(LOOSE, new In(1, 7, 5, 0))
                .send(LOOSE, new In(2, 7, 1, 90))
                .advanceToNs(100);
        driver.send(LOOSE, new In(1, 7, 0, 100))
                .send(LOOSE, new In(1, 7, 6, 100))
                .send(LOOSE, new In(1, 7, 8, 101));
        assertEquals(
                List.of(
                        "INSERT 7: 1 of 5, 0",
                        "REPLACEMENT 7: 2 of 6, 1",
                        "REPLACEMENT 7: 3 of 12, 2",
                        "REPLACEMENT 7: 3 of 14, 3"),
                told(driver),
                "that which is taken back has gone by then");
    }

    @Test
    void shouldLetARowBeSetAsLongAsItIsNotFinalAndCountFromThenAnew() {
        TestDriver driver = driver().send(LOOSE, new In(1, 7, 5, 0)).advanceToNs(99);
        driver.send(LOOSE, new In(1, 7, 6, 99)).advanceToNs(198);
        driver.send(LOOSE, new In(1, 7, 7, 198)).advanceToNs(298);
        assertEquals(
                List.of("INSERT 7: 1 of 5, 0", "REPLACEMENT 7: 1 of 6, 1", "REPLACEMENT 7: 1 of 7, 2"), told(driver));
        assertEquals(0, driver.counters("groups").keys);
    }

    @Test
    void shouldRefuseARowThatIsFinalWhenItComes() {
        TestDriver driver = driver().send(LOOSE, new In(1, 7, 5, 300)).advanceToNs(300);
        driver.send(LOOSE, new In(2, 7, 1, 200)).send(LOOSE, new In(3, 7, 1, 201));
        assertEquals(List.of("INSERT 7: 1 of 5, 0", "REPLACEMENT 7: 2 of 6, 1"), told(driver));
        requireLate(1, driver);
    }

    /** Whole, or split into a retraction and an insert: neither may take the newer row away. */
    @Test
    void shouldKeepARowWhenWhatSetsItOrTakesItAwayIsLate() {
        for (UnaryOperator<KeyedStream<In>> rows : List.of(UnaryOperator.<KeyedStream<In>>identity(), SPLIT)) {
            TestDriver driver = driver(rows)
                    .send(LOOSE, new In(1, 7, 5, 90))
                    .send(LOOSE, new In(2, 7, 3, 95))
                    .advanceToNs(120);
            driver.send(LOOSE, new In(1, 7, 6, 10));
            requireLate(rows == SPLIT ? 2 : 1, driver);
            driver.send(LOOSE, new In(1, 7, 0, 11)).send(LOOSE, new In(3, 7, 4, 120));
            assertEquals(
                    List.of("INSERT 7: 1 of 5, 0", "REPLACEMENT 7: 2 of 8, 1", "REPLACEMENT 7: 3 of 12, 2"),
                    told(driver));
            requireLate(rows == SPLIT ? 3 : 2, driver);
        }
    }

    @Test
    void shouldCountARetractionOfARowThatIsFinalAsLate() {
        TestDriver driver = driver(SPLIT)
                .send(LOOSE, new In(1, 7, 5, 0))
                .send(LOOSE, new In(2, 7, 3, 50))
                .advanceToNs(100);
        driver.send(LOOSE, new In(1, 7, 0, 100));
        requireLate(1, driver);
        driver.send(LOOSE, new In(2, 7, 0, 100)).send(LOOSE, new In(3, 7, 0, 100));
        requireLate(1, driver);
    }

    @Test
    void shouldCountARetractionThatFindsNoRowWhereItIsNotSaidThatThereWasOne() {
        TestDriver driver = driver().send(LOOSE, new In(1, 7, 5, 0)).advanceToNs(100);
        driver.send(LOOSE, new In(1, 7, 0, 100)).send(LOOSE, new In(3, 7, 0, 100));
        assertEquals(List.of(), driver.deadLetters(), "there may never have been a row");
        assertEquals(2, driver.counters("groups").filtered);
        assertEquals(List.of("INSERT 7: 1 of 5, 0"), told(driver));
    }

    @Test
    void shouldForgetAGroupWithoutTakingItsLastResultBackAndBeginItAnew() {
        TestDriver driver = driver().send(LOOSE, new In(1, 7, 5, 0))
                .send(LOOSE, new In(2, 8, 5, 50))
                .advanceToNs(100);
        driver.send(LOOSE, new In(3, 7, 6, 100)).send(LOOSE, new In(4, 8, 6, 100));
        assertEquals(
                List.of(
                        "INSERT 7: 1 of 5, 0",
                        "INSERT 8: 1 of 5, 0",
                        "INSERT 7: 1 of 6, 0",
                        "REPLACEMENT 8: 2 of 11, 1"),
                told(driver));
    }

    /** 2,000 windows, each revised, of ten cards; a group holds a hundred rows at a time. */
    @Test
    void shouldAddUpResultsThatAreRevisedForEver() {
        Topology topology = Millrace.topology(
                "for-ever",
                t -> t.from(IN)
                        .keyBy(In::key)
                        .window(
                                "w",
                                Window.tumbling(Duration.ofNanos(10))
                                        .emitOnUpdate()
                                        .retracting())
                        .aggregate(OfCard::new)
                        .map(Spent.class, c -> new Spent(c.card.get(), c.windowStartNs(), c.cents.get()))
                        .keyBy(Spent::card, Spent::startNs)
                        .keysAtMost(100)
                        .group("groups")
                        .by(Spent::card)
                        .forgetAfter(Duration.ofNanos(50))
                        .aggregate(OfCards::new)
                        .to(TOLD, OfCards::told));
        TestDriver driver = TestDriver.of(topology, OPTIONS);
        long events = 4_000;
        for (long i = 0; i < events; i++) {
            driver.send(IN, new In(i % 10, 0, 1, i / 20 * 10 + i % 20 / 2));
        }
        assertEquals(0, driver.deadLetters().size());
        List<Told> all = driver.take(TOLD);
        for (long card = 0; card < 10; card++) {
            long of = card;
            Told last = all.stream()
                    .filter(x -> x.group() == of)
                    .reduce((a, b) -> b)
                    .orElseThrow();
            assertEquals(List.of(events / 20, events / 10), List.of(last.count(), last.sum()));
        }
        assertTrue(driver.counters("groups").keys < 100, "rows " + driver.counters("groups").keys);
    }

    /** Its results hold progress back as long as they may be revised: the shortest time will do. */
    @Test
    void shouldKeepResultsOfAWindowUntilTheyCanBeRevisedNoMore() {
        Topology topology = Millrace.topology(
                "revised",
                t -> t.from(LOOSE)
                        .keyBy(In::key)
                        .window(
                                "w",
                                Window.tumbling(Duration.ofNanos(10))
                                        .retracting()
                                        .allowedLateness(Duration.ofNanos(30)))
                        .aggregate(OfCard::new)
                        .map(Spent.class, c -> new Spent(c.card.get(), c.windowStartNs(), c.cents.get()))
                        .keyBy(Spent::card, Spent::startNs)
                        .group("groups")
                        .by(Spent::card)
                        .forgetAfter(Duration.ofNanos(1))
                        .aggregate(OfCards::new)
                        .to(TOLD, OfCards::told));
        TestDriver driver = TestDriver.of(topology, OPTIONS).send(LOOSE, new In(1, 0, 5, 5));
        driver.advanceToNs(39).send(LOOSE, new In(1, 0, 2, 7));
        assertEquals(List.of("INSERT 1: 1 of 5, 0", "RETRACTION 1: 1 of 5, 0", "INSERT 1: 1 of 7, 0"), told(driver));
        driver.advanceToNs(50);
        assertEquals(0, driver.counters("groups").keys);
    }

    static final class OfCard extends Aggregates<In> {
        final LongValue card = longKey();
        final LongValue cents = sum(In::value);
    }

    static final class OfCards extends Aggregates<Spent> {
        final LongValue card = longKey();
        final LongValue windows = count();
        final LongValue cents = sum(Spent::cents);

        Told told() {
            return new Told(card.get(), windows.get(), cents.get(), revision());
        }
    }

    /** A group of many rows begins anew while they are still held, and they go a few at an entry. */
    @Test
    void shouldForgetManyRowsAFewAtAnEntry() {
        int rows = 3_000;
        ManualRun run = new ManualRun(topology(KEEP), OPTIONS);
        for (int i = 0; i < rows; i++) {
            run.send(0, LOOSE, new In(i, i % 2, 1, i % 10));
        }
        run.take();
        run.send(0, LOOSE, new In(rows, 0, 5, 1_150)); // progress passes all of them
        run.send(0, LOOSE, new In(1, 0, 6, 1_150));
        run.send(0, LOOSE, new In(2, 2, 7, 1_150));
        assertEquals(
                List.of(new Told(0, 1, 5, 0), new Told(0, 2, 11, 1), new Told(2, 1, 7, 0))
                        .toString(),
                run.take().toString());
        NodeCounters counters = run.counters("groups");
        assertTrue(counters.keys > rows - 300, "rows " + counters.keys);
        while (run.isBehind()) {
            run.goOn();
        }
        run.send(0, LOOSE, new In(3, 0, 1, 1_150));
        assertEquals(List.of(new Told(0, 3, 12, 2).toString()), run.take());
        assertEquals(4, counters.keys);
        assertTrue(counters.maxFirings <= 64, "firings " + counters.maxFirings);
        assertTrue(counters.maxFreed <= 64, "freed " + counters.maxFreed);
        assertTrue(counters.maxSlotsTouched <= 512, "slots " + counters.maxSlotsTouched);
    }

    /** All of them are final at the first entry that needs a place, and few have gone by then: of one group its tree goes before they do. */
    @Test
    void shouldGiveAtABoundThePlaceOfARowOrGroupThatIsFinalAway() {
        int most = 200;
        for (boolean isOfGroups : List.of(false, true)) {
            Topology topology = Millrace.topology("groups", t -> {
                KeyedStream<In> rows = t.from(LOOSE).keyBy(In::key);
                Grouped<In> grouped = isOfGroups
                        ? rows.group("groups").groupsAtMost(most)
                        : rows.keysAtMost(most).group("groups");
                grouped.by(In::group)
                        .forgetAfter(Duration.ofNanos(KEEP))
                        .aggregate(Sums::new)
                        .to(TOLD, Sums::told);
            });
            ManualRun run = new ManualRun(topology, OPTIONS);
            for (int i = 0; i < 2 * most; i++) {
                run.send(0, LOOSE, new In(i, isOfGroups ? i : 0, 1, i < most ? i % 3 : 2_000));
            }
            assertEquals(2 * most, run.take().size());
        }
    }

    /** The newest time that a row of it had counts, also when that row has gone. */
    @Test
    void shouldForgetAGroupOnceTheNewestTimeThatARowOfItHadIsFinal() {
        TestDriver driver = driver().send(LOOSE, new In(1, 7, 5, 0))
                .send(LOOSE, new In(2, 7, 3, 90))
                .send(LOOSE, new In(2, 7, 0, 95));
        driver.advanceToNs(100).send(LOOSE, new In(3, 7, 1, 101)); // the only row left is final
        driver.advanceToNs(201).send(LOOSE, new In(4, 7, 2, 202));
        assertEquals(
                List.of(
                        "INSERT 7: 1 of 5, 0",
                        "REPLACEMENT 7: 2 of 8, 1",
                        "REPLACEMENT 7: 1 of 5, 2",
                        "REPLACEMENT 7: 2 of 6, 3",
                        "INSERT 7: 1 of 2, 0"),
                told(driver));
    }

    @Test
    void shouldRefuseATimeThatIsNone() {
        String refused =
                assertThrows(TopologyException.class, () -> topology(-1)).getMessage();
        assertTrue(refused.contains("forgetAfter(PT-0.000000001S); use a positive time"), refused);
    }
}
