package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.EngineStats;
import io.millrace.engine.Health;
import io.millrace.event.Bytes;
import io.millrace.event.DeadLetter;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.plan.PlanOptions;
import io.millrace.state.StateException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A topology without threads and without a clock. */
class TestDriverTest {
    record Event(long id, long seconds) {}

    private static final Input<Event> IN = Input.of("in", Event.class).eventTime(Event::seconds, TimeUnit.SECONDS);
    private static final Input<Event> OTHER =
            Input.of("other", Event.class).eventTime(Event::seconds, TimeUnit.SECONDS);
    private static final Output<Event> OUT = Output.of("out", Event.class);
    private static final Output<Event> DELAYED = Output.of("delayed", Event.class);

    /** All events at once, and all of them ten seconds later, one an entry. */
    private static Topology topology(Input<Event> input) {
        GraphBuilder g = new GraphBuilder("driven");
        Port in = g.source(input, "");
        g.sink(OUT, in, "");
        g.sink(DELAYED, g.operator("later", new Later(10_000_000_000L), null, "Driven.java:3", in), "");
        return g.build();
    }

    private static String ids(List<Event> events) {
        return events.stream().map(Event::id).toList().toString();
    }

    @Test
    void shouldCollectWhatArrivesUntilItIsTaken() {
        TestDriver driver = TestDriver.of(topology(IN));
        driver.send(IN, new Event(1, 0)).send(IN, new Event(2, 3));
        assertEquals("[1, 2]", ids(driver.take(OUT)));
        assertEquals("[]", ids(driver.take(OUT)));
        assertEquals("[]", ids(driver.take(DELAYED)));
        assertEquals(2, driver.nextSequence());
        assertThrows(IllegalArgumentException.class, () -> driver.take(Output.of("out", Event.class)));
        assertThrows(IllegalArgumentException.class, () -> driver.send(OTHER, new Event(1, 0)));
    }

    @Test
    void shouldGiveWhatTravelsBeside() {
        TestDriver driver = TestDriver.of(topology(IN));
        driver.send(
                IN,
                new Event(1, 2),
                new Header().correlationId(9).intendedNs(77).marked());
        Meta meta = driver.metas(OUT).get(0);
        assertEquals(0, meta.sequence());
        assertEquals(0, meta.ordinal());
        assertEquals(2_000_000_000L, meta.timeNs());
        assertEquals(9, meta.correlationId());
        assertEquals(77, meta.intendedNs());
        assertTrue(meta.marked());
        assertFalse(meta.redriven());
        assertNull(meta.reason());
    }

    @Test
    void shouldMoveTimeByHand() {
        TestDriver driver = TestDriver.of(topology(IN));
        driver.send(IN, new Event(1, 100)).send(IN, new Event(2, 100)).send(IN, new Event(3, 100));
        driver.advance(Duration.ofSeconds(9));
        assertEquals("[]", ids(driver.take(DELAYED)));
        driver.advance(Duration.ofSeconds(1));
        assertEquals("[1, 2, 3]", ids(driver.take(DELAYED)), "all of it, though one fires an entry");
        driver.send(IN, new Event(4, 110));
        driver.advanceTo(Instant.ofEpochSecond(119));
        assertEquals("[]", ids(driver.take(DELAYED)));
        driver.advanceTo(Instant.ofEpochSecond(5)).advanceTo(Instant.ofEpochSecond(120));
        assertEquals("[4]", ids(driver.take(DELAYED)));
        assertThrows(ArithmeticException.class, () -> driver.advanceTo(Instant.MAX));
        assertThrows(ArithmeticException.class, () -> driver.tick(Instant.MAX));
    }

    @Test
    void shouldNotDrainForEver() {
        TestDriver driver = TestDriver.of(topology(IN));
        driver.drainsAtMost(1_000);
        driver.send(IN, new Event(777, 100));
        String said = assertThrows(IllegalStateException.class, () -> driver.advance(Duration.ofSeconds(10)))
                .getMessage();
        assertEquals(
                "drain: 1001 entries behind the one that was sent there is more to do, since this fires again and again:"
                        + " later (Driven.java:3); set nothing due anew for the time it fires at",
                said);
    }

    @Test
    void shouldRunTheStagesThatATopologyAsksForOneAfterAnother() {
        GraphBuilder g = new GraphBuilder("staged");
        Port in = g.source(IN, "");
        Port first = g.operator("first", Later.sees(e -> {}), null, "", in);
        Port seen = g.operator("seen", Later.sees(e -> {}), null, "", first);
        g.thread(seen, "second");
        g.sink(DELAYED, g.operator("later", new Later(10_000_000_000L), null, "", seen), "");
        Topology staged = g.build();
        TestDriver driver =
                TestDriver.of(staged, PlanOptions.tested().withThreads().withSmallestRings());
        assertEquals(2, driver.plan().stages().size());
        driver.send(IN, new Event(1, 0)).send(IN, new Event(2, 0)).send(IN, new Event(3, 0));
        driver.send(IN, new Event(4, 20));
        assertEquals("[1, 2, 3]", ids(driver.take(DELAYED)), "one an entry, and then until nothing is left");
        assertEquals("[4]", ids(driver.endAll().take(DELAYED)));
    }

    @Test
    void shouldFireEverythingAtTheEnd() {
        TestDriver driver = TestDriver.of(topology(IN));
        driver.send(IN, new Event(1, 100)).end(IN);
        assertEquals("[1]", ids(driver.take(DELAYED)));
        driver.endAll().advance(Duration.ofDays(1));
        assertEquals("[]", ids(driver.take(DELAYED)));
    }

    @Test
    void shouldLeaveHistoricTimeAloneWhenTold() {
        TestDriver driver = TestDriver.of(topology(IN));
        driver.send(IN, new Event(1, 100));
        driver.tick(Instant.ofEpochSecond(1_000)).tick(Instant.ofEpochSecond(2_000_000));
        assertEquals("[]", ids(driver.take(DELAYED)));
    }

    @Test
    void shouldTellLiveInputsTheTime() {
        Input<Event> live = IN.live().idleAfter(Duration.ofSeconds(5));
        TestDriver driver = TestDriver.of(topology(live));
        driver.tick(Instant.ofEpochSecond(100)).send(live, new Event(1, 100)).tick(Instant.ofEpochSecond(101));
        driver.tick(Instant.ofEpochSecond(115));
        assertEquals("[]", ids(driver.take(DELAYED)));
        driver.tick(Instant.ofEpochSecond(116));
        assertEquals("[1]", ids(driver.take(DELAYED)));
        driver.send(live, new Event(2, 116 + 601));
        assertEquals(Reason.AHEAD, driver.deadLetters().get(0).reason());
    }

    /** As an engine does whose input has a publisher, whatever the test does with the driver. */
    @Test
    void shouldTakeAnInputForLiveThatLeavesItOpen() {
        Input<Event> open = IN.idleAfter(Duration.ofSeconds(5));
        Topology topology = topology(open);
        TestDriver driver = TestDriver.of(topology).live(open);
        Recording recording = driver.record();
        driver.tick(Instant.ofEpochSecond(100)).send(open, new Event(1, 100)).tick(Instant.ofEpochSecond(101));
        driver.tick(Instant.ofEpochSecond(115));
        assertEquals("[]", ids(driver.take(DELAYED)));
        driver.tick(Instant.ofEpochSecond(116));
        Meta meta = driver.metas(DELAYED).get(0);
        assertEquals("[1]", ids(driver.take(DELAYED)));
        assertNotNull(recording.explain(DELAYED, meta.sequence(), meta.ordinal()), "by entries that mean the same");
        driver.send(open, new Event(2, 116 + 601));
        assertEquals(Reason.AHEAD, driver.deadLetters().get(0).reason(), "of the clock");
        assertThrows(IllegalStateException.class, () -> driver.live(open));
    }

    @Test
    void shouldGoOnLiveBehindASnapshot() {
        Input<Event> open = IN.idleAfter(Duration.ofSeconds(5));
        GraphBuilder g = new GraphBuilder("plain");
        g.sink(OUT, g.source(open, ""), "");
        Topology topology = g.build();
        TestDriver driver = TestDriver.of(topology).live(open);
        byte[] snapshot = driver.tick(Instant.ofEpochSecond(100))
                .send(open, new Event(1, 100))
                .tick(Instant.ofEpochSecond(101))
                .restart()
                .snapshot();
        TestDriver again = TestDriver.restore(topology, PlanOptions.tested(), snapshot, open);
        for (TestDriver d : List.of(driver, again)) {
            d.tick(Instant.ofEpochSecond(116));
            assertEquals(110_000_000_000L, d.stats().inputs().get(0).progressNs());
        }
        assertThrows(StateException.class, () -> TestDriver.restore(topology, PlanOptions.tested(), snapshot));
    }

    @Test
    void shouldRefuseToTakeForLiveWhatCannotBe() {
        Input<Event> historic = IN.historic();
        Input<Event> timeless = Input.of("in", Event.class);
        assertTrue(refused(topology(historic), historic).contains("input in says historic(), which no host changes"));
        assertTrue(refused(topology(timeless), timeless).contains("input in has no event time"));
        assertTrue(refused(topology(IN), OTHER).contains("use the same constant as in the topology"));
    }

    @Test
    void shouldTakeNoInputForLiveWhereOneOfThemCannotBe() {
        TestDriver driver = TestDriver.of(topology(IN));
        assertThrows(IllegalArgumentException.class, () -> driver.live(IN, OTHER));
        driver.send(IN, new Event(1, 0)).send(IN, new Event(2, 20));
        assertEquals("[1]", ids(driver.take(DELAYED)), "it goes by event times");
    }

    private static String refused(Topology topology, Input<?> live) {
        TestDriver driver = TestDriver.of(topology);
        return assertThrows(IllegalArgumentException.class, () -> driver.live(live))
                .getMessage();
    }

    @Test
    void shouldListDeadLetters() {
        TestDriver driver = TestDriver.of(topology(IN));
        driver.send(IN, new Event(-1, 0), new Header().correlationId(4));
        DeadLetter letter = driver.deadLetters().get(0);
        assertEquals("later", letter.node());
        assertEquals("Driven.java:3", letter.site());
        assertEquals(Reason.OPERATOR_ERROR, letter.reason());
        assertEquals("java.lang.IllegalArgumentException: negative", letter.cause());
        assertEquals(4, letter.correlationId());
        assertTrue(letter.event().contains("id=-1"), letter.event());
        assertEquals(1, driver.counters("later").dead);
        assertThrows(IllegalArgumentException.class, () -> driver.counters("latr"));
    }

    @Test
    void shouldCountAsAnEngineDoes() {
        TestDriver driver = TestDriver.of(topology(IN));
        assertEquals(Health.State.UP, driver.health().state());
        driver.send(IN, new Event(-1, 0)).send(IN, new Event(-2, 0)).send(IN, new Event(3, 10));
        EngineStats stats = driver.stats();
        assertEquals(2, stats.sequence());
        assertEquals(2, stats.node("later").dead());
        assertEquals(3, stats.output("out").events());
        assertEquals(3, stats.inputs().get(0).events());
        assertEquals(10_000_000_000L, stats.inputs().get(0).progressNs());
        assertEquals(Map.of("later operator-error", 2L), driver.deadLetterCounts());
        assertEquals(new Health(Health.State.DEGRADED, "2 dead letters"), driver.health());
    }

    @Test
    void shouldRedriveTheLettersOfANode() {
        AtomicBoolean broken = new AtomicBoolean(true);
        GraphBuilder g = new GraphBuilder("mended");
        Later sees = Later.sees(e -> {
            if (broken.get()) {
                throw new IllegalStateException("broken");
            }
        });
        g.sink(OUT, g.operator("later", sees, null, "", g.source(IN, "")), "");
        TestDriver driver = TestDriver.of(g.build());
        driver.send(IN, new Event(-1, 5)).send(IN, new Event(-2, 5));
        assertEquals(2, driver.redrive("later"), "it fails again");
        assertEquals(2, driver.deadLetters().size());
        assertEquals(Map.of("later operator-error", 4L), driver.deadLetterCounts());
        broken.set(false);
        assertEquals(2, driver.redrive("later"));
        assertEquals(0, driver.redrive("later"));
        assertTrue(driver.metas(OUT).get(0).redriven());
        assertEquals("[-1, -2]", ids(driver.take(OUT)));
        assertThrows(IllegalArgumentException.class, () -> driver.redrive("latr"));
    }

    @Test
    void shouldNotTakeClosingOrDrainingForTheEndOfInput() {
        TestDriver driver = TestDriver.of(topology(IN));
        driver.send(IN, new Event(1, 100))
                .send(IN, new Event(2, 101 + Duration.ofDays(60).toSeconds()));
        driver.drain();
        assertEquals("[]", ids(driver.take(DELAYED)), "it waits for time");
        assertEquals(0, driver.deadLetters().size());
        driver.close();
        assertEquals("[]", ids(driver.take(DELAYED)));
        assertEquals("[1]", ids(driver.take(OUT)));
        assertEquals(Map.of("in ahead", 1L), driver.deadLetterCounts(), "nothing can make its jump real any more");
        assertEquals(Health.State.CLOSED, driver.health().state());
        assertThrows(IllegalStateException.class, () -> driver.send(IN, new Event(3, 102)));
        driver.close();
        assertEquals(1, driver.deadLetters().size());
    }

    @Test
    void shouldGoNoFurtherAfterAFailureThatWouldHaltAnEngine() {
        TestDriver driver = TestDriver.of(topology(IN));
        assertThrows(StackOverflowError.class, () -> driver.send(IN, new Event(666, 0)));
        IllegalStateException thrown =
                assertThrows(IllegalStateException.class, () -> driver.send(IN, new Event(1, 0)));
        assertTrue(thrown.getMessage().contains("StackOverflowError"), thrown.getMessage());
        assertEquals(Health.State.HALTED, driver.health().state());
        driver.close();
        assertEquals(Health.State.HALTED, driver.health().state());
    }

    @Test
    void shouldGiveTheSameEveryTime() {
        List<String> first = null;
        for (int run = 0; run < 3; run++) {
            TestDriver driver = TestDriver.of(topology(IN));
            for (int i = 0; i < 50; i++) {
                driver.send(IN, new Event(i, i * 7 % 40));
            }
            driver.endAll();
            List<String> seen = new ArrayList<>();
            driver.metas(DELAYED).forEach(m -> seen.add(m.toString()));
            driver.take(DELAYED).forEach(e -> seen.add(e.toString()));
            first = first == null ? seen : first;
            assertEquals(first, seen);
            assertEquals(100, seen.size());
        }
    }

    // ---- views

    /** A flyweight that says when it has been cut off. */
    static final class Cell {
        byte[] bytes;
        int offset;

        long value() {
            if (bytes == null) {
                throw new IllegalStateException("this view was kept past its call");
            }
            return Bytes.getLong(bytes, offset);
        }
    }

    private static final EventType<Cell> CELL = new EventType<>("cell", 8) {
        @Override
        public EventView<Cell> newView() {
            Cell cell = new Cell();
            return new EventView<>() {
                @Override
                public Cell wrap(byte[] bytes, int offset, int length) {
                    cell.bytes = bytes;
                    cell.offset = offset;
                    return cell;
                }

                @Override
                public void cut() {
                    cell.bytes = null;
                }
            };
        }

        @Override
        public int encode(Cell cell, byte[] target, int offset) {
            Bytes.putLong(target, offset, cell.value());
            return 8;
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return null;
        }

        @Override
        public String layout() {
            return "value long";
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return Long.toString(Bytes.getLong(bytes, offset));
        }
    };

    @Test
    void shouldCutOffViewsAndHandOutCopies() {
        Input<Cell> cells = Input.of("cells", CELL);
        Output<Cell> out = Output.of("cells-out", CELL);
        GraphBuilder g = new GraphBuilder("views");
        List<Cell> kept = new ArrayList<>();
        g.sink(out, g.operator("sees", Later.sees(e -> kept.add((Cell) e)), null, "", g.source(cells, "")), "");
        TestDriver driver = TestDriver.of(g.build());
        Cell cell = new Cell();
        cell.bytes = new byte[8];
        for (long value = 5; value < 8; value++) {
            Bytes.putLong(cell.bytes, 0, value);
            driver.send(cells, cell);
        }
        assertNotNull(kept.get(0));
        assertThrows(IllegalStateException.class, () -> kept.get(0).value());
        assertEquals(
                List.of(5L, 6L, 7L), driver.take(out).stream().map(Cell::value).toList(), "each a copy of its own");
    }
}
