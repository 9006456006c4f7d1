package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys of text longer than the usual 62 bytes: by declaration, exact to the last byte, at each word that keeps state by key. */
class LongTextKeyTest {
    record Event(@Length(300) String name, long timeNs) {}

    record Count(long events) {}

    static final Input<Event> EVENTS = Input.of("events", Event.class).eventTime(Event::timeNs, NANOSECONDS);
    static final Input<Event> ROWS = Input.of("rows", Event.class);
    static final Output<Count> COUNTS = Output.of("counts", Count.class);

    static class Past extends LookBack<Event> {
        final LongValue events = last(Duration.ofNanos(1_000)).count();
    }

    static class Counting extends KeyedProcess {
        final LongState events = longState("events");
        final Emit<Count> counts = emits("counts", Count.class);

        Counting(On<Event> all) {
            on(all, e -> counts.emit(new Count(events.add(1))));
        }
    }

    private static String name(char last) {
        return "x".repeat(199) + last;
    }

    static Stream<Function<TopologyBuilder, KeyedStream<Event>>> ways() {
        return Stream.of(
                t -> t.from(EVENTS).keyByText(200, Event::name),
                t -> t.from(EVENTS).keyByTextInto(200, (e, key) -> key.append(e.name())),
                t -> t.from(EVENTS)
                        .keyByFields(k -> k.number(Event::timeNs).text(200, Event::name))
                        .keyByText(200, Event::name));
    }

    private static TestDriver driver(Consumer<TopologyBuilder> topology) {
        return TestDriver.of(Millrace.topology("long-keys", topology));
    }

    private static void assertTellsApart(TestDriver driver) {
        driver.send(EVENTS, new Event(name('a'), 1)).send(EVENTS, new Event(name('b'), 1));
        driver.send(EVENTS, new Event(name('a'), 1)).send(EVENTS, new Event(name('a') + "c", 1));
        driver.endAll();
        assertEquals(List.of(new Count(1), new Count(1), new Count(2)), driver.take(COUNTS));
        assertEquals(1, driver.deadLetters().size());
        assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void shouldTellLongKeysApartInALookBack(Function<TopologyBuilder, KeyedStream<Event>> keyed) {
        assertTellsApart(driver(
                t -> keyed.apply(t).lookBack("past", Past::new).to(COUNTS, p -> new Count(p.events.get()))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void shouldTellLongKeysApartInAProcessBehindADefer(Function<TopologyBuilder, KeyedStream<Event>> keyed) {
        assertTellsApart(driver(t -> keyed.apply(t)
                .defer("later", Duration.ofNanos(3))
                .process("count", Duration.ofHours(1), Counting::new)
                .out(c -> c.counts)
                .to(COUNTS)));
    }

    @Test
    void shouldLookLongKeysUp() {
        TestDriver driver = driver(t -> t.from(EVENTS)
                .keyByText(200, Event::name)
                .lookup("row", t.tableByText("table", ROWS, 200, Event::name))
                .to(COUNTS, j -> new Count(j.hasRight() ? j.right().timeNs() : 0)));
        driver.send(ROWS, new Event(name('a'), 7)).send(ROWS, new Event(name('b'), 8));
        driver.send(EVENTS, new Event(name('b'), 1)).send(EVENTS, new Event(name('c'), 1));
        assertEquals(List.of(new Count(8), new Count(0)), driver.take(COUNTS));
    }

    private static String refusal(Consumer<TopologyBuilder> topology) {
        return assertThrows(TopologyException.class, () -> driver(topology)).getMessage();
    }

    @Test
    void shouldRefuseLengthsThatNoRowHolds() {
        for (int bytes : new int[] {0, -1, 1025}) {
            String said = refusal(t -> {
                t.from(EVENTS).keyByText(bytes, Event::name).lookBack("past", Past::new);
                t.from(EVENTS)
                        .keyByTextInto(bytes, (e, k) -> k.append(e.name()))
                        .defer("later", Duration.ZERO);
                t.from(EVENTS).keyByFields(k -> k.text(bytes, Event::name)).defer("latest", Duration.ZERO);
            });
            assertEquals(3, said.split("a key text of up to " + bytes + " bytes; use 1 to 1024", -1).length - 1, said);
        }
        String said = refusal(t -> t.from(EVENTS)
                .keyByFields(k -> k.text(1024, Event::name)
                        .text(1024, Event::name)
                        .text(1024, Event::name)
                        .text(1024, Event::name))
                .lookBack("past", Past::new));
        assertTrue(said.contains("keys of up to 4104 bytes; use at most 4096"), said);
    }

    /** What fits one side would never be found, or never be held, on the other. */
    @Test
    void shouldRefuseSidesThatMayBeDifferentlyLong() {
        String said = refusal(t -> t.from(EVENTS)
                .keyByText(200, Event::name)
                .lookup("row", t.tableByText("table", ROWS, Event::name))
                .to(COUNTS, j -> new Count(0)));
        assertTrue(said.contains("text of up to 202 bytes with lengths"), said);
        assertTrue(said.contains("text of up to 64 bytes with lengths"), said);
    }
}
