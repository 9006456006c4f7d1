package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Fn.Fn3;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What with promises: each event beside its own answers, whatever the branches are made of and whatever the base brings. */
class WithTest {
    record Event(long key, long number, long timeNs) {}

    record Result(long number, long answer) {}

    record Counted(long before) {}

    record Row(Event event, Joined<Event, Event> last) {}

    record RowAndMore(Event event, Joined<Event, Event> last, Result more) {}

    static class Past extends LookBack<Event> {
        final Span<Event> recent = last(Duration.ofNanos(1_000));
        final LongValue events = recent.count();
    }

    record Looked(Event event, Past past) {}

    record Mapped(Event event, Counted past, Counted again) {}

    static final Input<Event> EVENTS = Input.of("events", Event.class).eventTime(Event::timeNs, NANOSECONDS);
    static final Output<Result> RESULTS = Output.of("results", Result.class);

    static final FlatMap.Function<Event, Event> TWICE = (e, out) -> {
        out.emit(e);
        out.emit(new Event(e.key(), e.number() + 100, e.timeNs()));
    };

    static TestDriver driver(Consumer<TopologyBuilder> topology) {
        return TestDriver.of(Millrace.topology("with", topology));
    }

    private static TestDriver sent(Consumer<TopologyBuilder> topology, int events) {
        TestDriver driver = driver(topology);
        for (int i = 1; i <= events; i++) {
            driver.send(EVENTS, new Event(1, i, i));
        }
        assertEquals(List.of(), driver.deadLetters());
        return driver;
    }

    private static Result number(Event event, Joined<Event, Event> row) {
        return new Result(event.number(), row.hasRight() ? row.right().number() : -1);
    }

    private static KeyedStream<Event> twice(TopologyBuilder t) {
        return t.from(EVENTS).flatMap(Event.class, 2, TWICE).keyBy(Event::key);
    }

    @Test
    void shouldAnswerAllOfSeveralEventsOfOneEntryWhereABranchLooksUp() {
        TestDriver driver = sent(
                t -> {
                    KeyedStream<Event> twice = twice(t);
                    twice.with(twice.lookup("last", t.table("table", twice)), Row::new)
                            .to(RESULTS, r -> number(r.event(), r.last()));
                },
                2);
        // all events of an entry ask before any of them is a row: input after input
        List<Result> expected =
                List.of(new Result(1, -1), new Result(101, -1), new Result(2, 101), new Result(102, 101));
        assertEquals(expected, driver.take(RESULTS));
    }

    @Test
    void shouldAnswerAllOfSeveralEventsOfOneEntryWhereBranchesLookBackAtAnotherStream() {
        TestDriver driver = sent(
                t -> {
                    KeyedStream<Event> twice = twice(t);
                    KeyedStream<Counted> past = twice.lookBack("past", twice, Past::new)
                            .map(Counted.class, p -> new Counted(p.events.get()));
                    KeyedStream<Counted> again = twice.lookBack("again", twice, Past::new)
                            .map(Counted.class, p -> new Counted(p.events.get() * 10));
                    twice.with(past, again, Mapped::new)
                            .to(
                                    RESULTS,
                                    m -> new Result(
                                            m.event().number(),
                                            m.past().before() + m.again().before()));
                },
                2);
        List<Result> expected = List.of(new Result(1, 0), new Result(101, 0), new Result(2, 22), new Result(102, 22));
        assertEquals(expected, driver.take(RESULTS));
    }

    @Test
    void shouldSayWhereAnAnswerWouldHaveToBeKeptThatHasNoLayout() {
        TopologyException e = assertThrows(
                TopologyException.class,
                () -> driver(t -> {
                    KeyedStream<Event> twice = twice(t);
                    twice.with(twice.lookBack("past", twice, Past::new), Looked::new)
                            .to(
                                    RESULTS,
                                    l -> new Result(
                                            l.event().number(), l.past().events.get()));
                }));
        assertTrue(e.getMessage().contains("past"), e.getMessage());
        assertTrue(e.getMessage().contains("map(type, function)"), e.getMessage());
    }

    @Test
    void shouldCallABranchOfTwoStreamsDirectlyWhereAnEntryIsOneEvent() {
        Topology topology = Millrace.topology("with", t -> {
            KeyedStream<Event> events = t.from(EVENTS).keyBy(Event::key);
            events.with(events.lookBack("past", events, Past::new), Looked::new)
                    .to(
                            RESULTS,
                            l -> new Result(l.event().number(), l.past().events.get()));
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(EVENTS, new Event(1, 1, 1)).send(EVENTS, new Event(1, 2, 2));
        assertEquals(List.of(new Result(1, 0), new Result(2, 1)), driver.take(RESULTS));
        assertTrue(
                !driver.plan().describe().contains("inbox of with"),
                driver.plan().describe());
    }

    @Test
    void shouldShowTheRowThatWasFoundThoughTheTableHasChangedSince() {
        TestDriver driver = sent(
                t -> {
                    KeyedStream<Event> events = t.from(EVENTS).keyBy(Event::key);
                    events.with(
                                    events.lookup("last", t.table("table", events)),
                                    events.map(Result.class, e -> new Result(0, 0)),
                                    RowAndMore::new)
                            .to(RESULTS, r -> number(r.event(), r.last()));
                },
                4);
        List<Result> expected = List.of(new Result(1, -1), new Result(2, 1), new Result(3, 2), new Result(4, 3));
        assertEquals(expected, driver.take(RESULTS));
    }

    @Test
    void shouldShowTheRowThatWasFoundThoughItHasBeenDeletedSince() {
        TestDriver driver = sent(
                t -> {
                    KeyedStream<Event> events = t.from(EVENTS).keyBy(Event::key);
                    events.with(
                                    events.lookup(
                                            "last", t.table("table", events).deleteWhen(e -> e.number() % 2 == 0)),
                                    events.map(Result.class, e -> new Result(0, 0)),
                                    RowAndMore::new)
                            .to(RESULTS, r -> number(r.event(), r.last()));
                },
                4);
        List<Result> expected = List.of(new Result(1, -1), new Result(2, 1), new Result(3, -1), new Result(4, 3));
        assertEquals(expected, driver.take(RESULTS));
    }

    // ---- what is made of the answers

    record Three(Past past, Joined<Past, Event> first, Joined<Past, Event> second) {}

    record Chosen(Joined<Past, Event> row) {}

    /** Base and answers are views of state: the same objects for each event. */
    private static <R extends Record> EventStream<R> overViews(
            TopologyBuilder t, Fn3<Past, Joined<Past, Event>, Joined<Past, Event>, R> views) {
        KeyedStream<Event> events = t.from(EVENTS).keyBy(Event::key);
        KeyedStream<Past> base = events.lookBack("base", Past::new);
        return base.with(
                base.lookup("full", t.table("fulls", events)),
                base.lookup("empty", t.table("empties", events.filter(e -> false))),
                views);
    }

    @Test
    void shouldAskAFunctionAgainThatChoosesBetweenItsParts() {
        TestDriver driver = sent(
                t -> overViews(t, (past, full, empty) -> new Chosen(past.events.get() > 1 ? empty : full))
                        .to(RESULTS, c -> new Result(0, c.row().hasRight() ? 1 : 0)),
                3);
        // the first event finds no row yet; from the second on the empty table is chosen
        assertEquals(List.of(new Result(0, 0), new Result(0, 0), new Result(0, 0)), driver.take(RESULTS));
    }

    /** In the test driver the function is asked for each event, and what it makes is looked at and thrown away. */
    @Test
    void shouldMakeARecordOfViewsOnce() {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        TestDriver driver = sent(
                t -> overViews(t, Three::new)
                        .peek(seen::add)
                        .to(
                                RESULTS,
                                s -> new Result(s.past().events.get(), s.first().hasRight() ? 1 : 0)),
                3);
        assertEquals(List.of(new Result(1, 0), new Result(2, 1), new Result(3, 1)), driver.take(RESULTS));
        assertEquals(1, seen.size());
    }

    @Test
    void shouldSayWhereAFunctionDoesOtherwiseThanForItsFirstEvent() {
        assertOtherwise(
                (past, full, empty) -> new Three(past, full.hasRight() ? null : full, empty), "gives something else");
        assertOtherwise(
                (past, full, empty) -> new Three(past, full.hasRight() ? empty : full, empty), "something else");
        assertOtherwise(
                (past, full, empty) -> {
                    if (full.hasRight()) {
                        throw new IllegalStateException("on purpose");
                    }
                    return new Three(past, full, empty);
                },
                "throws java.lang.IllegalStateException: on purpose");
    }

    private static void assertOtherwise(Fn3<Past, Joined<Past, Event>, Joined<Past, Event>, Three> views, String what) {
        TestDriver driver = driver(t ->
                overViews(t, views).to(RESULTS, s -> new Result(s.past().events.get(), 0)));
        driver.send(EVENTS, new Event(1, 1, 1)).send(EVENTS, new Event(1, 2, 2)).send(EVENTS, new Event(2, 3, 3));
        assertEquals(List.of(new Result(1, 0), new Result(1, 0)), driver.take(RESULTS));
        assertEquals(1, driver.deadLetters().size());
        String letter = driver.deadLetters().get(0).toString();
        assertTrue(letter.contains("with@") && letter.contains(what), letter);
    }

    // ---- what is dropped

    record Tested(Event event, Result answer) {}

    private static void refusing(TopologyBuilder t, EventStream<Event> base) {
        EventStream<Result> branch = base.map(Result.class, e -> {
            if (e.number() % 2 == 0) {
                throw new IllegalStateException("on purpose");
            }
            return new Result(e.number(), 1);
        });
        base.with(branch, Tested::new).to(RESULTS, x -> x.answer());
    }

    private static final Topology REFUSING = Millrace.topology("with", t -> refusing(t, t.from(EVENTS)));

    private static String nameOf(Topology topology, String word) {
        return topology.nodes().stream()
                .filter(n -> n.word().equals(word))
                .findFirst()
                .orElseThrow()
                .name();
    }

    @Test
    void shouldCountWhatABranchRefusedAtOnce() {
        TestDriver driver = TestDriver.of(REFUSING);
        String with = nameOf(REFUSING, "with");
        driver.send(EVENTS, new Event(1, 2, 1));
        assertEquals(1, driver.counters(with).unanswered);
        driver.send(EVENTS, new Event(1, 3, 2));
        assertEquals(1, driver.counters(with).unanswered);
        assertEquals(List.of(new Result(3, 1)), driver.take(RESULTS));
    }

    @Test
    void shouldCountWhatABranchRefusedOfSeveralEvents() {
        Topology topology = Millrace.topology("with", t -> {
            KeyedStream<Event> twice = twice(t);
            EventStream<Event> odd = twice.map(Event.class, e -> {
                if (e.number() == 101) {
                    throw new IllegalStateException("on purpose");
                }
                return e;
            });
            twice.with(twice.lookup("last", t.table("table", twice)), odd, Both::new)
                    .to(RESULTS, b -> number(b.event(), b.last()));
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(EVENTS, new Event(1, 1, 1)).send(EVENTS, new Event(1, 2, 2));
        assertEquals(1, driver.counters(nameOf(topology, "with")).unanswered);
        assertEquals(List.of(new Result(1, -1), new Result(2, 101), new Result(102, 101)), driver.take(RESULTS));
    }

    record Both(Event event, Joined<Event, Event> last, Event odd) {}

    @Test
    void shouldShowWhatIsUnansweredInTheStatistics() {
        try (Inline inline = Engine.of(REFUSING).output(RESULTS, r -> {}).inline()) {
            inline.publish(EVENTS, new Event(1, 2, 1));
            inline.publish(EVENTS, new Event(1, 3, 2));
            assertEquals(1, inline.stats().node(nameOf(REFUSING, "with")).unanswered());
        }
    }

    @Test
    void shouldMakeOneDeadLetterOfALateEventWhereOnTimeStandsInFront() {
        assertEquals(2, lettersOfALateEvent(t -> t.from(EVENTS)));
        assertEquals(1, lettersOfALateEvent(t -> t.from(EVENTS).onTime()));
    }

    private static int lettersOfALateEvent(Function<TopologyBuilder, EventStream<Event>> base) {
        TestDriver driver = driver(t -> {
            EventStream<Event> events = base.apply(t);
            KeyedStream<Event> byKey = events.keyBy(Event::key);
            events.with(
                            byKey.lookBack("a", Past::new),
                            byKey.lookBack("b", Past::new),
                            (Event e, Past a, Past b) -> new Looked(e, a))
                    .to(RESULTS, l -> new Result(l.event().number(), 0));
        });
        driver.send(EVENTS, new Event(1, 1, 10)).send(EVENTS, new Event(1, 2, 5));
        assertEquals(1, driver.take(RESULTS).size());
        return driver.deadLetters().size();
    }

    record Beside(Event event, Event same) {}

    static final class Counts extends Aggregates<Event> {
        final LongValue events = count();
    }

    /** There are 2^40 ways back through such branches: one is walked. */
    @Test
    void shouldBuildBranchesThatMeetAgainAndAgain() {
        TestDriver driver = driver(t -> {
            EventStream<Event> next = t.from(EVENTS);
            for (int i = 0; i < 40; i++) {
                next = next.with(next.map(Event.class, e -> e), Beside::new).map(Event.class, Beside::event);
            }
            next.keyBy(Event::key)
                    .window("w", Window.tumbling(Duration.ofNanos(10)))
                    .aggregate(Counts::new)
                    .to(RESULTS, c -> new Result(c.events.get(), 0));
        });
        driver.send(EVENTS, new Event(1, 1, 1)).endAll();
        assertEquals(List.of(new Result(1, 0)), driver.take(RESULTS));
    }
}
