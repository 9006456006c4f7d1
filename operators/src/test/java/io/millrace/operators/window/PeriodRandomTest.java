package io.millrace.operators.window;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.operators.window.Bar.Shape;
import io.millrace.operators.window.PeriodOracle.Row;
import io.millrace.operators.window.PeriodOracle.Spec;
import io.millrace.state.FiringPace;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tumbling and hopping windows with all they can be told, against lists of events. */
class PeriodRandomTest {
    static final Output<Bar> BARS = Output.of("bars", Bar.class);
    static final Output<Ev> LATE = Output.of("late", Ev.class);

    private static final int KEYS = 4;

    /** Few keys: everything in order, to the letter, where no more is due at once than fires for one entry. */
    static Trials few() {
        return Trials.of("few()", random -> {
            Spec spec = spec(random);
            long disorder = disorder(random);
            Trial trial = trial(random, spec, disorder);
            if (spec.table()) {
                return trial.compareByKey(BARS, Bar::key).weights(weights(spec));
            }
            int keys = spec.keyed() ? keysInOrder(spec, disorder) : KEYS;
            return keys > 1
                    ? trial.compare(BARS).weights(weights(spec).keys(keys))
                    : trial.compareByKey(BARS, Bar::key).weights(weights(spec).keys(KEYS));
        });
    }

    /** Of so many keys no more can be due at one entry than a few: partial results, ends, and windows that are forgotten. */
    private static int keysInOrder(Spec spec, long disorder) {
        long windows = (spec.size() + spec.lateness() + disorder) / spec.step() + 2;
        long firings = 1 + (spec.lateness() > 0 ? 1 : 0) + (spec.early() > 0 ? 1 : 0);
        return (int) Math.min(KEYS, FiringPace.FEW / (windows * firings));
    }

    /** Many keys: more is due at once than fires for one entry, and the order between keys is another. */
    static Trials many() {
        return Trials.of("many()", random -> {
                    Spec keyed = spec(random).keyed(random.nextInt(3) == 0);
                    return trial(random, keyed, disorder(random))
                            .compareByKey(BARS, Bar::key)
                            .weights(
                                    keyed.table()
                                            ? weights(keyed)
                                                    .events(150)
                                                    .keys(100)
                                                    .scale(1, 6)
                                            : Weights.usual().events(400).keys(150));
                })
                .cases(150);
    }

    /** Windows of so many steps that sums of their panes are kept. */
    static Trials manySteps() {
        return Trials.of("manySteps()", random -> {
                    Spec few = spec(random);
                    long step = 1 + random.nextInt(3);
                    long size = step * (PaneTree.PANES_MIN + random.nextInt(60)) - random.nextInt((int) step);
                    int n = few.empty() ? 0 : 1;
                    Spec spec = new Spec(
                            size,
                            step,
                            few.offset(),
                            random.nextInt(3) * random.nextInt(80),
                            n * few.early() * 4,
                            few.every(),
                            few.onUpdate(),
                            few.retracts(),
                            few.empty() && !few.keyed(),
                            few.keyed(),
                            false);
                    return trial(random, spec, random.nextInt(3) * random.nextInt(60))
                            .compareByKey(BARS, Bar::key)
                            .weights(weights(spec).events(120).keys(3));
                })
                .cases(60);
    }

    static Spec spec(Random random) {
        long step = 1 + random.nextInt(12);
        long size = step * (random.nextBoolean() ? 1 : 1 + random.nextInt(5));
        size += random.nextInt(3) == 0 ? random.nextInt((int) step) : 0;
        boolean keyed = random.nextInt(4) > 0;
        boolean empty = random.nextInt(keyed ? 4 : 2) == 0;
        int emission = empty ? 0 : random.nextInt(6);
        return new Spec(
                size,
                step,
                random.nextBoolean() ? 0 : random.nextInt(40) - 20,
                random.nextBoolean() ? 0 : random.nextInt(25),
                emission == 1 || emission == 2 ? 1 + random.nextInt(8) : 0,
                emission == 2 || emission == 3 ? 1 + random.nextInt(4) : 0,
                emission == 4,
                random.nextBoolean(),
                empty,
                keyed,
                empty && keyed);
    }

    /** Results of empty periods are as many as there are periods, of each key: no leaps of time there. */
    private static Weights weights(Spec spec) {
        if (!spec.empty()) {
            return Weights.usual();
        }
        return Weights.usual().with(Trait.EXTREMES, 0).with(Trait.GAPS, spec.table() ? 0 : 40);
    }

    static Window window(Spec spec) {
        Window window = Window.hopping(Duration.ofNanos(spec.size()), Duration.ofNanos(spec.step()))
                .offset(Duration.ofNanos(spec.offset()))
                .allowedLateness(Duration.ofNanos(spec.lateness()));
        window = spec.early() > 0 ? window.early(Duration.ofNanos(spec.early())) : window;
        window = spec.every() > 0 ? window.every(spec.every()) : window;
        window = spec.onUpdate() ? window.emitOnUpdate() : window;
        window = spec.retracts() ? window.retracting() : window;
        return spec.empty() && !spec.table() ? window.emitEmpty() : window;
    }

    private static long disorder(Random random) {
        return random.nextInt(3) * random.nextInt(20);
    }

    static Trial trial(Random random, Spec spec, long disorder) {
        Input<Ev> events = Input.of("events", Ev.class)
                .eventTime(Ev::timeNs, NANOSECONDS)
                .disorder(Duration.ofNanos(disorder))
                .maxAhead(Duration.ofNanos(Long.MAX_VALUE));
        Input<Row> rows = random.nextBoolean()
                ? Input.of("rows", Row.class)
                : Input.of("rows", Row.class)
                        .eventTime(Row::timeNs, NANOSECONDS)
                        .maxAhead(Duration.ofNanos(Long.MAX_VALUE));
        Topology topology = Millrace.topology("t", t -> {
            if (spec.table()) {
                t.from(events)
                        .keyBy(Ev::key)
                        .window("windows", window(spec))
                        .emptyFor(t.table("keys", t.from(rows).keyBy(Row::key)).deleteWhen(r -> r.value() == 0))
                        .lateTo(LATE)
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar);
            } else if (spec.keyed()) {
                t.from(events)
                        .keyBy(Ev::key)
                        .window("windows", window(spec))
                        .lateTo(LATE)
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar);
            } else {
                t.from(events)
                        .window("windows", window(spec))
                        .lateTo(LATE)
                        .aggregate(Shape::new)
                        .to(BARS, Shape::bar);
            }
        });
        Trial trial = Trial.of(topology).feed(events, (key, timeNs, value) -> new Ev(key, value, Bar.within(timeNs)));
        trial = spec.table() ? trial.feed(rows, (key, timeNs, value) -> new Row(key, value % 3, timeNs)) : trial;
        return trial.compare(LATE)
                .compareLetters()
                .oracle(new PeriodOracle(spec, BARS, LATE))
                .look(driver -> {
                    assertTrue(driver.counters("windows").maxFirings <= 1_024, "firings");
                });
    }

    @Test
    void shouldAgreeWithListsOfEvents() {
        few().check();
    }

    @Test
    void shouldAgreeWithListsOfEventsWhereWindowsHaveManySteps() {
        manySteps().check();
    }

    @Test
    void shouldAgreeWithListsOfEventsWhereFiringIsSpread() {
        many().check();
    }
}
