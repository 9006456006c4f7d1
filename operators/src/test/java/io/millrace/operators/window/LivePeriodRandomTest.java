package io.millrace.operators.window;

import static io.millrace.operators.window.PeriodRandomTest.BARS;
import static io.millrace.operators.window.PeriodRandomTest.LATE;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.operators.window.PeriodOracle.Spec;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Windows over two live inputs that fall silent and come back, with a clock that ticks, against lists of events. */
class LivePeriodRandomTest {
    static Trials live() {
        return Trials.of("live()", random -> {
                    Spec spec = PeriodRandomTest.spec(random).keyed(false);
                    return trial(spec, input(random, "a"), input(random, "b"));
                })
                .cases(150);
    }

    private static Input<Ev> input(Random random, String name) {
        return Input.of(name, Ev.class)
                .eventTime(Ev::timeNs, NANOSECONDS)
                .live()
                .disorder(ofNanos(random.nextInt(2) * random.nextInt(20)))
                .idleAfter(ofNanos(1 + random.nextInt(100)));
    }

    private static Trial trial(Spec spec, Input<Ev> a, Input<Ev> b) {
        Topology topology = Millrace.topology(
                "live",
                t -> t.from(a)
                        .merge(t.from(b))
                        .keyBy(Ev::key)
                        .window("windows", PeriodRandomTest.window(spec))
                        .lateTo(LATE)
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar));
        return Trial.of(topology)
                .feed(a, (key, timeNs, value) -> new Ev(key, value, timeNs))
                .feed(b, (key, timeNs, value) -> new Ev(key, value, timeNs))
                .weights(Weights.usual().with(Trait.TICKS, 100).with(Trait.END, 40))
                .compareByKey(BARS, Bar::key) // a silence may make more due than fires for one entry
                .compare(LATE)
                .compareLetters()
                .oracle(new PeriodOracle(spec, BARS, LATE));
    }

    @Test
    void shouldAgreeWithListsOfEventsWhereInputsFallSilentAndComeBack() {
        live().check();
    }
}
