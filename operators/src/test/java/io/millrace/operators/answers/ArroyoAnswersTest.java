package io.millrace.operators.answers;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Queries of Arroyo over its own inputs, of which one comes in natural disorder: up to 23 s behind the newest. */
class ArroyoAnswersTest {
    record Ride(@Length(8) String type, long rides, long timeMs) {}

    private static final Input<Ride> RIDES =
            Input.of("rides", Ride.class).eventTime(Ride::timeMs, MILLISECONDS).disorder(Duration.ofSeconds(24));
    private static final Output<Ride> HOURS = Output.of("hours", Ride.class);

    private static long millis(Object time) {
        String text = String.valueOf(time);
        return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)$")
                ? OffsetDateTime.parse(text).toInstant().toEpochMilli()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private static String hour(Object type, Object from, Object count) {
        return type + " " + Instant.ofEpochMilli(millis(from)) + " " + count;
    }

    @Test
    void shouldCountRidesByTypeAndHour() {
        List<String> published = Loose.jsonLines(Shared.text("arroyo/expected/hourly_by_event_type.json")).stream()
                .map(Loose::map)
                .map(r -> hour(r.get("event_type"), r.get("hour"), r.get("count")))
                .sorted()
                .toList();
        Topology topology = Millrace.topology(
                "hourly",
                t -> t.from(RIDES)
                        .keyByText(Ride::type)
                        .conflate(
                                "hour",
                                Duration.ofHours(1),
                                (a, b) -> new Ride(a.type(), a.rides() + 1, Math.min(a.timeMs(), b.timeMs())))
                        .to(HOURS));
        TestDriver driver = TestDriver.of(topology);
        for (Object line : Loose.jsonLines(Shared.text("arroyo/inputs/cars.json"))) {
            Map<String, Object> car = Loose.map(line);
            driver.send(RIDES, new Ride((String) car.get("event_type"), 1, millis(car.get("timestamp"))));
        }
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters(), "nothing is late within the disorder");
        List<String> counted = driver.take(HOURS).stream()
                .map(r -> r.type() + " " + Instant.ofEpochMilli(r.timeMs() - Math.floorMod(r.timeMs(), 3_600_000)) + " "
                        + r.rides())
                .sorted()
                .toList();
        assertEquals(published, counted);
    }
}
