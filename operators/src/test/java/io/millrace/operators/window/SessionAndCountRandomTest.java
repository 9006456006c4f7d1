package io.millrace.operators.window;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Extremes;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sessions, and windows of so many events, against lists of events. */
class SessionAndCountRandomTest {
    private static final Output<Bar> BARS = Output.of("bars", Bar.class);
    private static final Output<Ev> LATE = Output.of("late", Ev.class);

    static Trials sessions() {
        return Trials.of("sessions()", random -> {
            SessionOracle.Spec spec = sessionSpec(random);
            long baseNs = Extremes.base(random);
            return trial(random, window(spec), baseNs)
                    .compare(LATE)
                    .weights(Extremes.weights(Weights.usual(), baseNs))
                    .oracle(new SessionOracle(spec, BARS, LATE));
        });
    }

    static Window window(SessionOracle.Spec spec) {
        Window window = Window.session(Duration.ofNanos(spec.gap())).allowedLateness(Duration.ofNanos(spec.lateness()));
        window = spec.every() > 0 ? window.every(spec.every()) : window;
        window = spec.onUpdate() ? window.emitOnUpdate() : window;
        window = spec.early() > 0 ? window.early(Duration.ofNanos(spec.early())) : window;
        return spec.retracts() ? window.retracting() : window;
    }

    static SessionOracle.Spec sessionSpec(Random random) {
        int emission = random.nextInt(5);
        return new SessionOracle.Spec(
                random.nextInt(15),
                random.nextBoolean() ? 0 : random.nextInt(40),
                emission == 1 ? 1 + random.nextInt(4) : 0,
                emission == 2,
                emission == 3 || random.nextInt(4) == 0 ? 1 + random.nextInt(12) : 0,
                random.nextBoolean());
    }

    static Trials counts() {
        return Trials.of("counts()", random -> {
            int step = 1 + random.nextInt(4);
            int size = step * (1 + random.nextInt(random.nextBoolean() ? 4 : 25));
            size = random.nextBoolean() ? size : 1 + random.nextInt(size); // panes of one event, or of a few
            int most = size;
            return trial(random, Window.slidingCount(most, step))
                    .weights(Weights.usual().events(150).keys(3))
                    .oracle((in, out) -> {
                        SlidingCounts oracle = new SlidingCounts(most, step);
                        for (int i = 0; i < in.size(); i++) {
                            Bar bar = in.step(i).isEvent() ? oracle.take(in.event(i)) : null;
                            if (bar != null) {
                                out.emit(BARS, SlidingCounts.stampNs(in.event(i), in.progressNs(i)), bar);
                            }
                        }
                    });
        });
    }

    static Trials partialCounts() {
        return Trials.of("partialCounts()", random -> {
            CountOracle.Spec spec = CountOracle.Spec.of(random, random.nextBoolean() ? 12 : 40);
            return trial(random, spec.window())
                    .weights(Weights.usual().events(150).keys(3).with(Trait.EXTREMES, 0))
                    .oracle((in, out) -> CountOracle.answer(spec, BARS, in, out));
        });
    }

    @Test
    void shouldTellOfWindowsThatAreNotFullWhatListsOfEventsDo() {
        partialCounts().check();
    }

    private static Trial trial(Random random, Window window) {
        return trial(random, window, 0);
    }

    private static Trial trial(Random random, Window window, long baseNs) {
        Input<Ev> events = Input.of("events", Ev.class)
                .eventTime(Ev::timeNs, NANOSECONDS)
                .disorder(Duration.ofNanos(random.nextInt(3) * random.nextInt(20)))
                .maxAhead(Duration.ofNanos(Long.MAX_VALUE));
        Topology topology = Millrace.topology(
                "t",
                t -> t.from(events)
                        .keyBy(Ev::key)
                        .window("windows", window)
                        .lateTo(LATE)
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar));
        return Trial.of(topology)
                .feed(events, (key, timeNs, value) -> new Ev(key, value, Bar.within(baseNs + timeNs)))
                .compareByKey(BARS, Bar::key)
                .compareLetters()
                .look(driver -> assertEquals(0, driver.deadLetters().size()));
    }

    @Test
    void shouldFindTheSessionsThatListsOfEventsHave() {
        sessions().check();
    }

    @Test
    void shouldCountAsListsOfEventsDo() {
        counts().check();
    }
}
