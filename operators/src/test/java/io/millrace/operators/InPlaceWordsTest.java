package io.millrace.operators;

import static io.millrace.operators.FlatType.FLAT;
import static io.millrace.operators.FlatType.flat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.dsl.Setting;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.FlatType.Flat;
import io.millrace.operators.FlatType.FlatWriter;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Words that fill events in place: they give what their forms for records give, and leave nothing of one event in the next. */
class InPlaceWordsTest {
    record Plus(long value) {}

    static final InPlaceInput<Flat, FlatWriter> FLATS = Input.of("flats", FLAT);
    static final Input<Plus> PLUS = Input.of("plus", Plus.class);
    static final InPlaceOutput<Flat, FlatWriter> OUT = Output.of("out", FLAT);

    private static TestDriver driver(Consumer<TopologyBuilder> topology) {
        return TestDriver.of(Millrace.topology("in-place", topology));
    }

    private static List<String> take(TestDriver driver) {
        return driver.take(OUT).stream()
                .map(f -> f.key() + ":" + f.value() + ":" + f.tail() + ":" + f.last())
                .toList();
    }

    /** As many events as its value says; the longest first, so that a slot is filled by shorter ones later. */
    private static final FlatMapInPlace.Function<Flat, FlatWriter> SPLIT = (f, out) -> {
        for (int i = 0; i < f.value(); i++) {
            out.begin().set(f.key(), i, (int) (f.value() - i), i + 1);
            out.end();
        }
    };

    @Test
    void shouldFillSeveralEventsOfOne() {
        TestDriver driver = driver(t -> t.from(FLATS).flatMap(FLAT, 3, SPLIT).to(OUT));
        driver.send(FLATS, flat(7, 3, 0, 0)).send(FLATS, flat(8, 0, 0, 0)).send(FLATS, flat(9, 1, 0, 0));
        assertEquals(List.of("7:0:3:1", "7:1:2:2", "7:2:1:3", "9:0:1:1"), take(driver));
    }

    @Test
    void shouldEmitNothingWhenItIsOneTooMany() {
        TestDriver driver = driver(t -> t.from(FLATS).flatMap(FLAT, 2, SPLIT).to(OUT));
        driver.send(FLATS, flat(7, 3, 0, 0)).send(FLATS, flat(8, 2, 0, 0));
        assertEquals(List.of("8:0:2:1", "8:1:1:2"), take(driver));
        assertEquals(1, driver.deadLetters().size());
        assertEquals("Flat[7]", driver.deadLetters().get(0).event());
    }

    @Test
    void shouldEmitNothingWhenAnEventIsNotEnded() {
        TestDriver driver = driver(t -> t.from(FLATS)
                .flatMap(FLAT, 2, (Flat f, InPlaceEmitter<FlatWriter> out) -> {
                    out.begin().set(f.key(), 1, 0, 0);
                    if (f.value() > 0) {
                        out.end();
                    }
                    if (f.value() > 1) {
                        out.end();
                    }
                })
                .to(OUT));
        driver.send(FLATS, flat(1, 0, 0, 0)).send(FLATS, flat(2, 1, 0, 0)).send(FLATS, flat(3, 2, 0, 0));
        assertEquals(List.of("2:1:0:0"), take(driver));
        assertEquals(2, driver.deadLetters().size());
    }

    /** A writer that leaves fields alone finds zeroes, whatever stood there: after longer events, and after one that threw. */
    @Test
    void shouldLeaveNothingOfOneEventInTheNext() {
        Seeds.each(3, 2, "leaveNothing(%d)", InPlaceWordsTest::leaveNothing);
    }

    private static void leaveNothing(long seed) {
        TestDriver driver = driver(t -> {
            Setting<Plus> plus = t.setting("plus", PLUS, new Plus(0));
            t.from(FLATS)
                    .map(plus, FLAT, (f, p, out) -> {
                        if (f.value() == 13) {
                            out.set(-1, -1, 13, -1);
                            throw new IllegalStateException("on purpose");
                        }
                        out.length((int) f.value());
                    })
                    .flatMap(FLAT, 1, (f, out) -> {
                        out.begin().length(f.tail());
                        out.end();
                    })
                    .map(FLAT, (f, out) -> {
                        if (f.tail() == 7) {
                            out.set(-1, -1, 13, -1);
                            throw new IllegalStateException("on purpose");
                        }
                        out.length(f.tail());
                    })
                    .to(OUT);
        });
        Random random = new Random(seed);
        for (int i = 0; i < 250; i++) {
            driver.send(FLATS, flat(1, random.nextInt(14), 0, 0));
        }
        for (Flat f : driver.take(OUT)) {
            assertEquals(0, f.key() | f.value() | f.last());
        }
    }

    @Test
    void shouldFillByASettingAsItStandsInTheOrder() {
        TestDriver driver = driver(t -> {
            Setting<Plus> plus = t.setting("plus", PLUS, new Plus(100));
            t.from(FLATS)
                    .map(plus, FLAT, (f, p, out) -> out.set(f.key(), f.value() + p.value(), 0, 0))
                    .keyBy(Flat::key)
                    .map(plus, FLAT, (f, p, out) -> out.set(f.key(), f.value() * p.value(), 0, 0))
                    .to(OUT);
        });
        driver.send(FLATS, flat(1, 1, 0, 0)).send(PLUS, new Plus(2)).send(FLATS, flat(1, 1, 0, 0));
        assertEquals(List.of("1:10100:0:0", "1:6:0:0"), take(driver));
    }
}
