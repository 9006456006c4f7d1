package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process that says that it takes updates. */
class UpdatesTest {
    /** A value of 0 ends the row of its key; 13 makes the handler throw. */
    record In(long key, long value, long ns) {}

    record Seen(long key, @Length(40) String what, long ns) {}

    record Pair(long left, long right) {}

    record Row(long key, long start, long sum) {}

    private static final long BOOM = 13;
    private static final Input<In> LEFT = Input.of("left", In.class).eventTime(In::ns, NANOSECONDS);
    private static final Input<In> RIGHT = Input.of("right", In.class).eventTime(In::ns, NANOSECONDS);
    private static final Output<Seen> SEEN = Output.of("seen", Seen.class);
    private static final Duration LONG = Duration.ofDays(1);

    /** Says each row with its form and the sum so far. */
    static final class Says<T> extends KeyedProcess {
        final LongState calls = longState("calls");
        final Timer later = timer("later", () -> say("later"));
        final Emit<Seen> seen = emits("seen", Seen.class);

        Says(On<Pair> pairs) {
            onUpdates(pairs, (form, pair) -> took(form, pair.left(), pair.right()));
        }

        private Says() {}

        static Says<In> events(On<In> events, On<Pair> pairs) {
            Says<In> says = new Says<>();
            says.on(events, in -> says.say("event " + in.value()));
            says.onUpdates(pairs, (form, pair) -> says.took(form, pair.left(), pair.right()));
            return says;
        }

        static Says<Row> ofWindows(On<Row> rows) {
            Says<Row> says = new Says<>();
            says.onUpdates(rows, (form, row) -> says.took(form, row.start(), row.sum()));
            return says;
        }

        private void took(EntryForm form, long left, long right) {
            calls.add(1);
            later.in(Duration.ofNanos(50));
            say(form + " " + left + " " + right + (isLate() ? " late" : ""));
            if (right == BOOM) {
                throw new IllegalArgumentException("boom");
            }
        }

        private void say(String what) {
            seen.emit(new Seen(key(), what + " #" + calls.get(), nowNs()));
        }
    }

    static final class Plain extends KeyedProcess {
        final Emit<Seen> seen = emits("seen", Seen.class);

        Plain(On<In> events, On<Pair> pairs) {
            on(events, e -> {});
            on(pairs, p -> {});
        }
    }

    private static KeyedStream<Pair> pairs(TopologyBuilder t) {
        KeyedStream<In> right = t.from(RIGHT).keyBy(In::key).deleteWhen(i -> i.value() == 0);
        return t.from(LEFT)
                .keyBy(In::key)
                .tableJoin("pairs", right, JoinKind.INNER)
                .map(Pair.class, j -> new Pair(j.left().value(), j.right().value()));
    }

    private static Topology ofTables() {
        return Millrace.topology(
                "updates",
                t -> pairs(t).process("says", LONG, p -> new Says<In>(p))
                        .out(s -> s.seen)
                        .to(SEEN));
    }

    private static final PlanOptions SMALL = PlanOptions.tested().withStateBytes(8 << 20);

    private static List<String> said(TestDriver driver) {
        for (Meta m : driver.metas(SEEN)) {
            assertEquals(EntryForm.INSERT, m.form(), "what a process says is new");
        }
        return driver.take(SEEN).stream().map(s -> s.what() + " @" + s.ns()).toList();
    }

    @Test
    void shouldGiveAHandlerEachRowWithWhatItDoes() {
        TestDriver driver = TestDriver.of(ofTables(), SMALL);
        driver.send(LEFT, new In(1, 5, 0)).send(RIGHT, new In(1, 6, 1)).send(RIGHT, new In(1, 7, 2));
        driver.send(LEFT, new In(1, 4, 3)).send(RIGHT, new In(1, 0, 4));
        assertEquals(
                List.of("INSERT 5 6 #1 @1", "REPLACEMENT 5 7 #2 @2", "REPLACEMENT 4 7 #3 @3", "RETRACTION 4 7 #4 @4"),
                said(driver));
        driver.advanceToNs(100);
        assertEquals(List.of("later #4 @54"), said(driver));
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldHaveChangedNothingWhenTheHandlerOfAnUpdateThrows() {
        TestDriver driver = TestDriver.of(ofTables(), SMALL);
        driver.send(LEFT, new In(1, 5, 0)).send(RIGHT, new In(1, 6, 1)).send(RIGHT, new In(1, BOOM, 2));
        assertEquals(List.of("INSERT 5 6 #1 @1"), said(driver));
        assertEquals(1, driver.deadLetters().size());
        byte[] snapshot = driver.snapshot();
        driver = TestDriver.restore(ofTables(), SMALL, snapshot);
        driver.send(RIGHT, new In(1, 8, 3)).advanceToNs(100);
        assertEquals(List.of("REPLACEMENT 5 8 #2 @3", "later #2 @53"), said(driver), "nor was its timer set");
    }

    @Test
    void shouldGiveARetractionFreshStateWhereItsKeyWasIdle() {
        for (boolean isIdle : List.of(false, true)) {
            TestDriver driver = TestDriver.of(ofTables(), SMALL);
            driver.send(LEFT, new In(1, 5, 0)).send(RIGHT, new In(1, 6, 1)).send(RIGHT, new In(1, 7, 2));
            long ns = isIdle ? 2 * LONG.toNanos() : 3;
            driver.advanceToNs(ns);
            driver.take(SEEN);
            driver.send(RIGHT, new In(1, 0, ns));
            assertEquals(List.of("RETRACTION 5 7 #" + (isIdle ? 1 : 3) + " @" + ns), said(driver));
        }
    }

    static final class Sums extends Aggregates<In> {
        final LongValue key = longKey();
        final LongValue sum = sum(In::value);
    }

    private static Topology ofWindows(Window window) {
        return Millrace.topology(
                "updates",
                t -> t.from(LEFT)
                        .keyBy(In::key)
                        .window("sums", window.allowedLateness(Duration.ofNanos(30)))
                        .aggregate(Sums::new)
                        .map(Row.class, s -> new Row(s.key.get(), s.windowStartNs(), s.sum.get()))
                        .process("says", LONG, Says::ofWindows)
                        .out(s -> s.seen)
                        .to(SEEN));
    }

    @Test
    void shouldTakeResultsOfWindowsThatAreRevised() {
        Window tens = Window.tumbling(Duration.ofNanos(10));
        for (Window window : List.of(tens, tens.retracting())) {
            TestDriver driver = TestDriver.of(ofWindows(window), SMALL);
            driver.send(LEFT, new In(1, 5, 5)).send(LEFT, new In(1, 6, 15)).send(LEFT, new In(2, 1, 25));
            driver.send(LEFT, new In(1, 2, 7));
            List<String> all = said(driver);
            assertEquals(List.of("INSERT 0 5 #1 @9", "INSERT 10 6 #2 @19"), all.subList(0, 2));
            assertEquals(
                    window == tens
                            ? List.of("REPLACEMENT 0 7 #3 @9")
                            : List.of("RETRACTION 0 5 #3 @9", "INSERT 0 7 #4 @9"),
                    all.subList(2, all.size()));
        }
    }

    @Test
    void shouldTakeThemByTheInputsThatSaySo() {
        Topology topology = Millrace.topology(
                "updates",
                t -> t.from(LEFT)
                        .keyBy(In::key)
                        .process("says", LONG, pairs(t), Says::events)
                        .out(s -> s.seen)
                        .to(SEEN));
        TestDriver driver = TestDriver.of(topology, SMALL);
        driver.send(RIGHT, new In(1, 6, 0)).send(LEFT, new In(1, 5, 1)).send(RIGHT, new In(1, 7, 2));
        assertEquals(List.of("event 5 #0 @1", "INSERT 5 6 #1 @1", "REPLACEMENT 5 7 #2 @2"), said(driver));
    }

    @Test
    void shouldBeNamedAsTheCureWhereAHandlerTakesInsertsOnly() {
        TopologyException refused = assertThrows(
                TopologyException.class,
                () -> Millrace.topology(
                        "updates",
                        t -> t.from(LEFT)
                                .keyBy(In::key)
                                .process("plain", LONG, pairs(t), Plain::new)
                                .out(s -> s.seen)
                                .to(SEEN)));
        assertEquals(1, refused.problems().size(), refused.getMessage());
        String problem = refused.problems().get(0);
        assertTrue(problem.contains("process accepts inserts only on its input 1, but map"), problem);
        assertTrue(
                problem.contains(
                        "retractions; take them by onUpdates(input, (form, row) -> …) in place of on(..), emit"),
                problem);
    }

    /** What follows takes inserts only, and none of it is of a window that may change. */
    @Test
    void shouldSayInsertsToWhatFollows() {
        Topology topology = Millrace.topology(
                "updates",
                t -> pairs(t).process("says", LONG, p -> new Says<In>(p))
                        .out(s -> s.seen)
                        .window("count", Window.count(2))
                        .aggregate(Two::new)
                        .to(SEEN, c -> new Seen(c.key.get(), "two", c.windowStartNs())));
        TestDriver driver = TestDriver.of(topology, SMALL);
        driver.send(LEFT, new In(1, 5, 0)).send(RIGHT, new In(1, 6, 1)).send(RIGHT, new In(1, 7, 2));
        assertEquals(1, driver.take(SEEN).size());
        assertEquals(List.of(), driver.deadLetters());
    }

    static final class Two extends Aggregates<Seen> {
        final LongValue key = longKey();
        final LongValue count = count();
    }
}
