package io.millrace.operators.answers;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Queries of Arroyo over its own inputs, of which one comes in natural disorder: up to 23 s behind the newest. */
class ArroyoAnswersTest {
    record Ride(@Length(8) String type, long rides, long timeMs) {}

    record Impulse(long counter, long timeMs) {}

    record Span(long startMs, long endMs, long count, long min, long max) {}

    private static final Input<Ride> RIDES =
            Input.of("rides", Ride.class).eventTime(Ride::timeMs, MILLISECONDS).disorder(Duration.ofSeconds(24));
    private static final Input<Impulse> IMPULSES =
            Input.of("impulses", Impulse.class).eventTime(Impulse::timeMs, MILLISECONDS);
    private static final Output<Ride> HOURS = Output.of("hours", Ride.class);
    private static final Output<Span> SPANS = Output.of("spans", Span.class);

    private static long millis(Object time) {
        String text = String.valueOf(time);
        return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)$")
                ? OffsetDateTime.parse(text).toInstant().toEpochMilli()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private static List<Map<String, Object>> lines(String name) {
        return Loose.jsonLines(Shared.text("arroyo/" + name)).stream()
                .map(Loose::map)
                .toList();
    }

    private static String hour(Object type, long timeMs, Object count) {
        return type + " " + Instant.ofEpochMilli(timeMs - Math.floorMod(timeMs, 3_600_000)) + " " + count;
    }

    private static void assertHours(Consumer<KeyedStream<Ride>> words) {
        List<String> published = lines("expected/hourly_by_event_type.json").stream()
                .map(r -> hour(r.get("event_type"), millis(r.get("hour")), r.get("count")))
                .sorted()
                .toList();
        TestDriver driver = TestDriver.of(
                Millrace.topology("hourly", t -> words.accept(t.from(RIDES).keyByText(Ride::type))));
        lines("inputs/cars.json")
                .forEach(
                        c -> driver.send(RIDES, new Ride((String) c.get("event_type"), 1, millis(c.get("timestamp")))));
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters(), "nothing is late within the disorder");
        assertEquals(
                published,
                driver.take(HOURS).stream()
                        .map(r -> hour(r.type(), r.timeMs(), r.rides()))
                        .sorted()
                        .toList());
    }

    @Test
    void shouldCountRidesByTypeAndHour() {
        assertHours(rides -> rides.conflate(
                        "hour",
                        Duration.ofHours(1),
                        (a, b) -> new Ride(a.type(), a.rides() + 1, Math.min(a.timeMs(), b.timeMs())))
                .to(HOURS));
    }

    static final class Rides extends Aggregates<Ride> {
        final LongValue count = count();
        final TextValue type = textKey();

        Ride ride() {
            return new Ride(type.toString(), count.get(), windowStartNs() / 1_000_000);
        }
    }

    @Test
    void shouldCountRidesByTypeAndHourInWindows() {
        assertHours(rides -> rides.window("hour", Window.tumbling(Duration.ofHours(1)))
                .aggregate(Rides::new)
                .to(HOURS, Rides::ride));
    }

    static final class Impulses extends Aggregates<Impulse> {
        final LongValue count = count();
        final LongValue min = min(Impulse::counter);
        final LongValue max = max(Impulse::counter);

        Span span() {
            return new Span(windowStartNs() / 1_000_000, windowEndNs() / 1_000_000, count.get(), min.get(), max.get());
        }
    }

    @Test
    void shouldSlideOverImpulses() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "sliding",
                t -> t.from(IMPULSES)
                        .window("span", Window.hopping(Duration.ofSeconds(10), Duration.ofSeconds(2)))
                        .aggregate(Impulses::new)
                        .to(SPANS, Impulses::span)));
        lines("inputs/impulse.json")
                .forEach(i -> driver.send(IMPULSES, new Impulse((Long) i.get("counter"), millis(i.get("timestamp")))));
        driver.endAll();
        List<Span> published = lines("expected/sliding_window_end.json").stream()
                .map(r -> new Span(
                        millis(r.get("start")), millis(r.get("end")), (Long) r.get("count"), (Long) r.get("min"), (Long)
                                r.get("max")))
                .toList();
        assertEquals(published, driver.take(SPANS));
    }

    private static final long GAP_MS = 20_000;

    record Visit(long user, long startMs, long endMs, long rows) {}

    private static final Output<Visit> VISITS = Output.of("visits", Visit.class);

    static final class Visits extends Aggregates<Impulse> {
        final LongValue user = longKey();
        final LongValue rows = count();

        /** Our session ends behind its last event, theirs a gap later. */
        Visit visit() {
            long endMs = (windowEndNs() - 1) / 1_000_000 + GAP_MS;
            return new Visit(user.get(), windowStartNs() / 1_000_000, endMs, rows.get());
        }
    }

    /** The input of another of their queries is what this one says of the impulses: each tenth is of user 0, all others are of their own. */
    @Test
    void shouldPutImpulsesIntoSessions() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "sessions",
                t -> t.from(IMPULSES)
                        .keyBy(i -> i.counter() % 10 == 0 ? 0 : i.counter())
                        .window("session", Window.session(Duration.ofMillis(GAP_MS)))
                        .aggregate(Visits::new)
                        .to(VISITS, Visits::visit)));
        lines("inputs/impulse.json")
                .forEach(i -> driver.send(IMPULSES, new Impulse((Long) i.get("counter"), millis(i.get("timestamp")))));
        driver.endAll();
        List<Visit> published = lines("inputs/session_window.json").stream()
                .map(r -> new Visit(
                        (Long) r.get("user_id"), millis(r.get("start")), millis(r.get("end")), (Long) r.get("rows")))
                .sorted(Comparator.comparingLong(Visit::user))
                .toList();
        assertEquals(91, published.size());
        assertEquals(
                published,
                driver.take(VISITS).stream()
                        .sorted(Comparator.comparingLong(Visit::user))
                        .toList());
    }
}
