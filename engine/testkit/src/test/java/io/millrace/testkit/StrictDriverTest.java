package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.event.Reply;
import io.millrace.testkit.TestDriverTest.Event;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test that overlooks something does not pass; nothing that was asked of a service is lost. */
class StrictDriverTest {
    private static final Input<Event> IN = Input.of("in", Event.class).eventTime(Event::seconds, TimeUnit.SECONDS);
    private static final Output<Event> OUT = Output.of("out", Event.class);
    private static final LookupPort<Event, Event> PORT = LookupPort.of("service", Event.class, Event.class);
    private static final EventType<Reply<Event>> REPLY = PORT.replies().type();
    private static final Output<Reply<Event>> REPLIES = Output.of("replied", REPLY);

    private final AtomicBoolean broken = new AtomicBoolean(true);

    private TestDriver strict() {
        GraphBuilder g = new GraphBuilder("rules");
        Later first = Later.sees(e -> fail(e, "first"));
        Later second = Later.sees(e -> fail(e, "second"));
        Port in = g.source(IN, "");
        g.sink(OUT, g.operator("first", first, null, "Rules.java:3", in), "");
        g.sink(Output.of("other", Event.class), g.operator("second", second, null, "Rules.java:4", in), "");
        return TestDriver.of(g.build()).strict();
    }

    private void fail(Object event, String where) {
        if (broken.get() && ((Event) event).id() < 0) {
            throw new IllegalArgumentException("negative in " + where);
        }
    }

    private static Output<?> other(TestDriver driver) {
        return driver.plan().topology().outputs().get(1);
    }

    private static String overlooked(TestDriver driver) {
        return assertThrows(AssertionError.class, driver::close).getMessage();
    }

    @Test
    void shouldNameTheDeadLettersThatNobodyHasAskedFor() {
        TestDriver driver = strict().send(IN, new Event(-1, 0));
        assertEquals("""
                the test has overlooked
                  dead letter #0 first (Rules.java:3): operator-error: java.lang.IllegalArgumentException: negative in first: Event[id=-1, seconds=0]
                  dead letter #0 second (Rules.java:4): operator-error: java.lang.IllegalArgumentException: negative in second: Event[id=-1, seconds=0]
                before close(), ask for deadLetters(), take(..) outputs, and take requests with asked(..)""", overlooked(driver));
        driver.close(); // has told
    }

    @Test
    void shouldPassWhatHasAskedForAllThatThereWas() {
        TestDriver driver = strict().send(IN, new Event(-1, 0));
        assertEquals(2, driver.deadLetters().size());
        driver.close();

        driver = strict().send(IN, new Event(-1, 0));
        assertEquals(2, driver.deadLetterCounts().size());
        driver.close();

        driver = strict().send(IN, new Event(1, 0));
        driver.take(OUT);
        driver.take(other(driver));
        driver.close();
    }

    @Test
    void shouldNotTakeAnEarlierLookForOneAtWhatCameBehindIt() {
        TestDriver driver = strict().send(IN, new Event(-1, 0));
        assertEquals(2, driver.deadLetters().size());
        driver.send(IN, new Event(-2, 0));
        driver.health();
        driver.stats();
        String said = overlooked(driver);
        assertFalse(said.contains("id=-1"), said);
        assertTrue(said.contains("dead letter #1 first"), said);
    }

    @Test
    void shouldNameOutputsThatNobodyHasTaken() {
        TestDriver driver = strict().send(IN, new Event(1, 0));
        assertEquals(1, driver.take(OUT).size());
        driver.send(IN, new Event(2, 0));
        driver.metas(OUT);
        String said = overlooked(driver);
        assertTrue(said.contains("\n  output out: 1 event, Event[id=2, seconds=0]\n"), said);
        assertTrue(said.contains("\n  output other: 2 events, the first Event[id=1, seconds=0]\n"), said);
        assertEquals(1, driver.take(OUT).size(), "it is there all the same");
    }

    @Test
    void shouldShowAsManyAsOneReads() {
        TestDriver driver = strict();
        for (int i = 1; i <= 15; i++) {
            driver.send(IN, new Event(-i, 0));
        }
        assertTrue(overlooked(driver).contains("\n  and 10 more\n"));
    }

    /** A redrive asks for the letters of its node, and takes away those of the others with the event. */
    @Test
    void shouldTakeARedriveForAQuestionAboutItsNode() {
        TestDriver driver = strict().send(IN, new Event(-1, 0));
        broken.set(false);
        assertEquals(1, driver.redrive("first"));
        assertEquals(0, driver.redrive("second"), "it has gone with the other");
        driver.take(OUT);
        driver.take(other(driver));
        String said = overlooked(driver);
        assertTrue(said.contains("dead letter #0 second"), said);
        assertFalse(said.contains("first"), said);
    }

    @Test
    void shouldCountWhatClosingMakesADeadLetter() {
        TestDriver driver = strict().send(IN, new Event(1, 100));
        driver.send(IN, new Event(2, 101 + Duration.ofDays(60).toSeconds()));
        driver.take(OUT);
        driver.take(other(driver));
        String said = overlooked(driver);
        assertTrue(said.contains("dead letter #1 in: ahead"), said);
    }

    @Test
    void shouldOverlookWhatItsTestOverlooksUnlessItIsStrict() {
        TestDriver driver = TestDriver.of(strict().plan().topology());
        driver.send(IN, new Event(-1, 0)).send(IN, new Event(1, 0)).close();
        assertEquals(2, driver.deadLetters().size());
    }

    // ---- what is asked of a service

    private static TestDriver asking() {
        GraphBuilder g = new GraphBuilder("asking");
        g.sink(PORT.requests(), g.source(IN, ""), "");
        g.sink(REPLIES, g.source(PORT.replies(), ""), "");
        Topology topology = g.build();
        return TestDriver.of(topology);
    }

    private static List<Long> ids(List<Asked<Event>> asked) {
        return asked.stream().map(a -> a.request().id()).toList();
    }

    private static List<String> replied(TestDriver driver) {
        return driver.take(REPLIES).stream()
                .map(r -> r.isFailed() ? "failed" : "" + r.value().id())
                .toList();
    }

    @Test
    void shouldNameRequestsThatNobodyHasAnswered() {
        TestDriver driver = asking().strict().send(IN, new Event(7, 0));
        String said = overlooked(driver);
        assertTrue(said.contains(PORT.requests().name() + ": 1 event, Event[id=7, seconds=0]\n"), said);
    }

    @Test
    void shouldLeaveToTheTestWhatWasAskedBeforeThereWasAService() {
        TestDriver driver = asking().send(IN, new Event(1, 0)).send(IN, new Event(2, 0));
        driver.answer(PORT, q -> new Event(10 * q.id(), 0));
        assertEquals(List.of(), replied(driver));
        driver.send(IN, new Event(3, 0));
        assertEquals(List.of("30"), replied(driver));
        List<Asked<Event>> before = driver.asked(PORT);
        assertEquals(List.of(1L, 2L), ids(before));
        driver.reply(PORT, before.get(1), new Event(22, 0));
        assertEquals(List.of("22"), replied(driver));
        driver.answer(PORT, q -> null).send(IN, new Event(4, 0));
        assertEquals(List.of("failed"), replied(driver));
        assertEquals(List.of(), driver.asked(PORT));
    }

    /** Of two ports, to one of which three requests go in one call. */
    @Test
    void shouldAnswerTheOthersWhenAServiceThrowsAtOne() {
        LookupPort<Event, Event> second = LookupPort.of("second", Event.class, Event.class);
        Output<Reply<Event>> secondReplies = Output.of("second-replied", REPLY);
        GraphBuilder g = new GraphBuilder("asking-two");
        Port later = g.operator("later", new Later(10_000_000_000L), null, "", g.source(IN, ""));
        g.sink(PORT.requests(), later, "");
        g.sink(REPLIES, g.source(PORT.replies(), ""), "");
        g.sink(second.requests(), later, "");
        g.sink(secondReplies, g.source(second.replies(), ""), "");
        TestDriver driver = TestDriver.of(g.build()).strict();
        List<Long> calls = new ArrayList<>();
        driver.answer(PORT, q -> {
            calls.add(q.id());
            if (q.id() != 2) {
                throw new IllegalStateException("no answer to " + q.id());
            }
            return q;
        });
        driver.answer(second, q -> {
            if (q.id() == 2) {
                throw new AssertionError("nor here");
            }
            return q;
        });
        driver.send(IN, new Event(1, 0)).send(IN, new Event(2, 0)).send(IN, new Event(3, 0));
        RuntimeException e = assertThrows(IllegalStateException.class, () -> driver.advance(Duration.ofSeconds(10)));
        assertEquals("no answer to 1", e.getMessage());
        assertEquals(
                List.of("no answer to 3", "nor here"),
                Stream.of(e.getSuppressed()).map(Throwable::getMessage).toList());
        assertEquals(List.of("2"), replied(driver));
        assertEquals(2, driver.take(secondReplies).size());
        driver.advance(Duration.ofSeconds(10)); // it goes on
        assertEquals(List.of(1L, 2L, 3L), calls, "and asks nothing twice");
        assertEquals(List.of(1L, 3L), ids(driver.asked(PORT)));
        assertEquals(List.of(2L), ids(driver.asked(second)));
        driver.close();
    }

    /** What halts is thrown to the test, and what a service has thrown before it comes along. */
    @Test
    void shouldNotLoseWhatAServiceHasThrownWhenAReplyHalts() {
        GraphBuilder g = new GraphBuilder("asking");
        Port later = g.operator("later", new Later(10_000_000_000L), null, "", g.source(IN, ""));
        g.sink(PORT.requests(), later, "");
        Later halts = Later.sees(e -> {
            throw new StackOverflowError("made up");
        });
        g.sink(REPLIES, g.operator("halts", halts, null, "", g.source(PORT.replies(), "")), "");
        TestDriver driver = TestDriver.of(g.build());
        driver.answer(PORT, q -> {
            if (q.id() == 1) {
                throw new IllegalStateException("no answer to 1");
            }
            return q;
        });
        driver.send(IN, new Event(1, 0)).send(IN, new Event(2, 0));
        Throwable e = assertThrows(StackOverflowError.class, () -> driver.advance(Duration.ofSeconds(10)));
        assertEquals(
                List.of("no answer to 1"),
                Stream.of(e.getSuppressed()).map(Throwable::getMessage).toList());
    }
}
