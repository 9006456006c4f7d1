package io.millrace.operators.window;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.operators.window.Bar.Shape;
import io.millrace.operators.window.LongWindowsOracle.Bounds;
import io.millrace.operators.window.LongWindowsOracle.How;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Days of zones, around the moments at which clocks change, and windows without an end, against lists of events. */
class DaysAndGlobalRandomTest {
    private static final Output<Bar> BARS = Output.of("bars", Bar.class);
    private static final long QUARTER_NS = Duration.ofMinutes(15).toNanos();

    /** Gaps and overlaps, at midnight, a minute behind it and at other hours; of an hour, half of one, and a day. */
    private static final List<String> CHANGES = List.of(
            "1970-01-01T00:00:00Z UTC",
            "2024-03-31T01:00:00Z Europe/Vienna",
            "2024-10-27T01:00:00Z Europe/Vienna",
            "2018-11-04T03:00:00Z America/Sao_Paulo",
            "2018-02-18T02:00:00Z America/Sao_Paulo",
            "2010-11-07T02:31:00Z America/St_Johns",
            "2024-04-06T15:00:00Z Australia/Lord_Howe",
            "2011-12-30T10:00:00Z Pacific/Apia");

    /** Those of a window without an end. */
    static final Bounds ENDLESS = ns -> new long[] {Long.MIN_VALUE, Progress.END};

    static Trials days() {
        return Trials.of("days()", random -> {
                    String[] change =
                            CHANGES.get(random.nextInt(CHANGES.size())).split(" ");
                    long baseNs = nanos(Instant.parse(change[0]));
                    ZoneId zone = ZoneId.of(change[1]);
                    boolean empty = random.nextInt(4) == 0;
                    How how = empty ? How.ALSO_EMPTY : how(random, QUARTER_NS, 30 * 4);
                    return trial(random, Window.days(zone), bounds(zone), how, baseNs, QUARTER_NS);
                })
                .cases(250);
    }

    static Trials global() {
        return Trials.of("global()", random -> {
                    How how = how(random, 1, 0);
                    return trial(random, Window.global(), ENDLESS, how, 0, 1);
                })
                .cases(150);
    }

    @Test
    void shouldPutEventsIntoDaysAsACalendarDoes() {
        days().check();
    }

    @Test
    void shouldTellOfWindowsWithoutAnEndWhatListsOfEventsDo() {
        global().check();
    }

    private static long nanos(Instant at) {
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }

    private static long start(LocalDate day, ZoneId zone) {
        return nanos(day.atStartOfDay(zone).toInstant());
    }

    /** The last day that has begun; to the first moment of the next one that is not left out. */
    static Bounds bounds(ZoneId zone) {
        return ns -> {
            LocalDate day =
                    Instant.ofEpochSecond(0, ns).atZone(zone).toLocalDate().plusDays(2);
            while (start(day, zone) > ns) {
                day = day.minusDays(1);
            }
            LocalDate next = day.plusDays(1);
            while (start(next, zone) <= start(day, zone)) {
                next = next.plusDays(1);
            }
            return new long[] {start(day, zone), start(next, zone)};
        };
    }

    static How how(Random random, long unitNs, int lateMost) {
        int emission = random.nextInt(5);
        return new How(
                lateMost == 0 || random.nextBoolean() ? 0 : random.nextInt(lateMost) * unitNs,
                emission == 1 || emission == 2 ? (1 + random.nextInt(30)) * unitNs : 0,
                emission == 2 || emission == 3 ? 1 + random.nextInt(4) : 0,
                emission == 4,
                random.nextBoolean(),
                false);
    }

    static Window window(Window base, How how) {
        Window window = how.latenessNs() > 0 ? base.allowedLateness(Duration.ofNanos(how.latenessNs())) : base;
        window = how.earlyNs() > 0 ? window.early(Duration.ofNanos(how.earlyNs())) : window;
        window = how.every() > 0 ? window.every(how.every()) : window;
        window = how.onUpdate() ? window.emitOnUpdate() : window;
        window = how.retracts() ? window.retracting() : window;
        return how.empty() ? window.emitEmpty() : window;
    }

    private static Trial trial(Random random, Window base, Bounds bounds, How how, long baseNs, long unitNs) {
        boolean keyed = !how.empty() && random.nextInt(4) > 0;
        Input<Ev> events = Input.of("events", Ev.class)
                .eventTime(Ev::timeNs, NANOSECONDS)
                .disorder(Duration.ofNanos(random.nextInt(2) * random.nextInt(40) * unitNs));
        Window window = window(base, how);
        Topology topology = Millrace.topology("long", t -> {
            if (keyed) {
                t.from(events)
                        .keyBy(Ev::key)
                        .window("windows", window)
                        .aggregate(KeyedShape::new)
                        .to(BARS, KeyedShape::bar);
            } else {
                t.from(events).window("windows", window).aggregate(Shape::new).to(BARS, Shape::bar);
            }
        });
        return Trial.of(topology)
                .options(PlanOptions.tested().withStateBytes(8L << 20))
                .feed(events, (key, timeNs, value) -> new Ev(keyed ? key : 0, value, baseNs + timeNs))
                .weights(Weights.usual()
                        .scale(unitNs, 12)
                        .with(Trait.EXTREMES, 0)
                        .with(Trait.ADVANCE, baseNs == 0 ? 40 : 0))
                .compareByKey(BARS, Bar::key)
                .compareLetters()
                .oracle(LongWindowsOracle.of(bounds, how, BARS));
    }
}
