package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.testkit.TestDriver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A look at each event. */
class PeekTest {
    record Number(long key, long value) {}

    private static final Input<Number> IN = Input.of("in", Number.class);
    private static final Output<Number> OUT = Output.of("out", Number.class);

    private final List<Long> seen = new ArrayList<>();

    private void look(Number number) {
        if (number.value() == 13) {
            throw new IllegalStateException("13");
        }
        seen.add(number.value());
    }

    @Test
    void shouldSeeEachEventOnceAndLetItPass() {
        TestDriver driver = TestDriver.of(
                Millrace.topology("peek", t -> t.from(IN).peek(this::look).to(OUT)));
        driver.send(IN, new Number(1, 7)).send(IN, new Number(1, 7)).send(IN, new Number(2, 8));
        assertEquals(List.of(7L, 7L, 8L), seen);
        assertEquals(List.of(new Number(1, 7), new Number(1, 7), new Number(2, 8)), driver.take(OUT));
    }

    @Test
    void shouldStopAnEventForWhichTheLookThrows() {
        TestDriver driver = TestDriver.of(
                Millrace.topology("peek", t -> t.from(IN).peek(this::look).to(OUT)));
        driver.send(IN, new Number(1, 13)).send(IN, new Number(1, 14));
        assertEquals(List.of(new Number(1, 14)), driver.take(OUT));
        assertEquals(Reason.OPERATOR_ERROR, driver.deadLetters().get(0).reason());
        assertEquals(1, driver.deadLetters().size());
    }

    @Test
    void shouldLetARetractionPassAsItIs() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "peek",
                t -> t.from(IN)
                        .keyBy(Number::key)
                        .deleteWhen(n -> n.value() == 0)
                        .peek(this::look)
                        .to(OUT)));
        driver.send(IN, new Number(1, 7)).send(IN, new Number(1, 0));
        assertEquals(
                List.of(EntryForm.INSERT, EntryForm.RETRACTION),
                driver.metas(OUT).stream().map(Meta::form).toList());
        assertEquals(List.of(7L, 0L), seen);
    }
}
