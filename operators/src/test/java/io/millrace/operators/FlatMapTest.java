package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.testkit.TestDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Several records of each event. */
class FlatMapTest {
    private static final int AT_MOST = 3;
    private static final long THROWING = 13;

    record Many(long first, long count) {}

    record Number(long value) {}

    private static final Input<Many> IN = Input.of("in", Many.class);
    private static final Output<Number> OUT = Output.of("out", Number.class);

    /** So many from the first on; breaks behind its first. */
    private static void emit(Many many, Emitter<Number> out) {
        for (long i = 0; i < many.count(); i++) {
            out.emit(new Number(many.first() + i));
            if (many.first() == THROWING) {
                throw new IllegalStateException("13");
            }
        }
    }

    private static TestDriver driver() {
        return TestDriver.of(Millrace.topology(
                "flatMap",
                t -> t.from(IN)
                        .flatMap(Number.class, AT_MOST, FlatMapTest::emit)
                        .to(OUT)));
    }

    private static List<Long> values(TestDriver driver) {
        return driver.take(OUT).stream().map(Number::value).toList();
    }

    @Test
    void shouldEmitNoneOneOrSeveralOfEachEventInOrder() {
        Random random = new Random(3);
        TestDriver driver = driver();
        List<Long> due = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Many many = new Many(100 + random.nextInt(50), random.nextInt(AT_MOST + 1));
            for (long v = many.first(); v < many.first() + many.count(); v++) {
                due.add(v);
            }
            driver.send(IN, many);
        }
        assertEquals(due, values(driver));
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldEmitNothingOfAnEventWithMoreThanTheBound() {
        TestDriver driver = driver();
        driver.send(IN, new Many(1, AT_MOST + 1)).send(IN, new Many(20, AT_MOST));
        assertEquals(List.of(20L, 21L, 22L), values(driver));
        assertEquals(1, driver.deadLetters().size());
    }

    @Test
    void shouldEmitNothingOfAnEventForWhichTheFunctionThrows() {
        TestDriver driver = driver();
        driver.send(IN, new Many(THROWING, 2)).send(IN, new Many(20, 1));
        assertEquals(List.of(20L), values(driver));
        assertEquals(
                List.of(Reason.OPERATOR_ERROR),
                driver.deadLetters().stream().map(d -> d.reason()).toList());
    }

    @Test
    void shouldTakeBackWhatItMadeOfAnEventThatIsTakenBack() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "flatMap",
                t -> t.from(IN)
                        .keyBy(Many::first)
                        .deleteWhen(m -> m.count() == 0)
                        .changelog("changes")
                        .flatMap(Number.class, AT_MOST, FlatMapTest::emit)
                        .to(OUT)));
        driver.send(IN, new Many(1, 2)).send(IN, new Many(1, 0));
        assertEquals(
                List.of(EntryForm.INSERT, EntryForm.INSERT, EntryForm.RETRACTION, EntryForm.RETRACTION),
                driver.metas(OUT).stream().map(Meta::form).toList());
        assertEquals(List.of(1L, 2L, 1L, 2L), values(driver));
    }

    @Test
    void shouldRefuseABoundBelowOneByItsName() {
        String said = assertThrows(
                        RuntimeException.class,
                        () -> Millrace.topology(
                                "flatMap",
                                t -> t.from(IN)
                                        .flatMap(Number.class, 0, FlatMapTest::emit)
                                        .to(OUT)))
                .getMessage();
        assertEquals(true, said.contains("flatMap: at most 0 outputs an event; use 1 to 1048576"), said);
    }
}
