package io.millrace.operators.window;

import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.tumbling;
import static io.millrace.operators.window.WindowSemanticsTest.BARS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hopping windows of more steps than an event may open, and what to say in their place: a look-back over results of one step. */
class LongHopsTest {
    private static final Input<Ev> IN = Input.of("in", Ev.class).eventTime(Ev::timeNs, NANOSECONDS);
    private static final Output<Sum> SUMS = Output.of("sums", Sum.class);

    /** Of a window that ends there. */
    record Sum(long key, long end, long count, long sum) {}

    /** Of one step. */
    record Part(long key, long end, long count, long sum) {}

    static final class OfStep extends Aggregates<Ev> {
        final LongValue key = longKey();
        final LongValue count = count();
        final LongValue sum = sum(Ev::value);
    }

    static final class OfAll extends LookBack<Part> {
        final Aggregates.LongValue count;
        final Aggregates.LongValue sum;

        OfAll(Duration size, Duration step) {
            Span<Part> span = last(size).every(step);
            count = span.sum(Part::count);
            sum = span.sum(Part::sum);
        }

        Sum sum() {
            return new Sum(event().key(), event().end(), count.get(), sum.get());
        }
    }

    private static TestDriver driver(Duration size, Duration step, boolean asHops) {
        Topology topology = Millrace.topology("t", t -> {
            var events = t.from(IN).keyBy(Ev::key);
            if (asHops) {
                events.window("hops", hopping(size, step))
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar);
            }
            events.window("steps", tumbling(step))
                    .aggregate(OfStep::new)
                    .map(Part.class, s -> new Part(s.key.get(), s.windowEndNs(), s.count.get(), s.sum.get()))
                    .lookBack("all", () -> new OfAll(size, step))
                    .map(Sum.class, OfAll::sum)
                    .to(SUMS);
        });
        return TestDriver.of(topology);
    }

    @Test
    void shouldRefuseMoreStepsThanAnEventMayOpenAndNameTheLookBack() {
        TopologyException e =
                assertThrows(TopologyException.class, () -> driver(Duration.ofDays(30), Duration.ofMinutes(1), true));
        for (String said : List.of(
                "hops",
                "PT720H every PT1M",
                "in 43200 windows",
                "the most is 4096",
                "lookBack",
                "last(PT720H).every(PT1M)")) {
            assertTrue(e.getMessage().contains(said), e.getMessage());
        }
    }

    /** Both have a result at the end of each step in which something came; a hopping window has others too. */
    @Test
    void shouldSayTheSameByALookBackOverResultsOfOneStep() {
        TestDriver driver = driver(Duration.ofNanos(400), Duration.ofNanos(10), true);
        Random random = new Random(7);
        long now = -1_000;
        for (int i = 0; i < 2_000; i++) {
            now += random.nextInt(random.nextInt(50) == 0 ? 900 : 7);
            driver.send(IN, new Ev(random.nextInt(3), random.nextInt(100), now));
        }
        Map<List<Long>, List<Long>> hops = new HashMap<>();
        driver.endAll().take(BARS).forEach(b -> hops.put(List.of(b.key(), b.end()), List.of(b.count(), b.sum())));
        List<Sum> sums = driver.take(SUMS);
        assertTrue(sums.size() > 1_000, sums.size() + " results");
        sums.forEach(s -> assertEquals(hops.get(List.of(s.key(), s.end())), List.of(s.count(), s.sum()), s.toString()));
    }

    @Test
    void shouldSumThirtyDaysByTheMinuteWithFewSlotsTouched() {
        Duration minute = Duration.ofMinutes(1);
        int minutes = 43_200;
        int events = minutes + 2_000;
        TestDriver driver = driver(minute.multipliedBy(minutes), minute, false);
        Sum last = null;
        for (int i = 0; i < events; i++) {
            driver.send(IN, new Ev(1, i, i * minute.toNanos()));
            for (Sum s : driver.take(SUMS)) {
                last = s;
            }
        }
        long newest = events - 2; // that of the last event has not ended
        long oldest = newest - minutes + 1;
        assertEquals(new Sum(1, (newest + 1) * minute.toNanos(), minutes, (newest + oldest) * minutes / 2), last);
        long slots = driver.counters("all").maxSlotsTouched;
        assertTrue(slots > 16 && slots <= 256, slots + " slots");
    }
}
