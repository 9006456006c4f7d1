package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.testkit.TestDriver;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A stream that is split in two. */
class BranchTest {
    record Number(long value) {}

    private static final Input<Number> IN = Input.of("in", Number.class);
    private static final Output<Number> ASIDE = Output.of("aside", Number.class);
    private static final Output<Number> ON = Output.of("on", Number.class);

    private static TestDriver driver() {
        return driver(numbers -> numbers);
    }

    private static TestDriver driver(UnaryOperator<EventStream<Number>> words) {
        return TestDriver.of(Millrace.topology(
                "branch",
                t -> words.apply(t.from(IN))
                        .branch(n -> 12 / n.value() > 2, aside -> aside.to(ASIDE))
                        .to(ON)));
    }

    private static List<Long> values(TestDriver driver, Output<Number> output) {
        return driver.take(output).stream().map(Number::value).toList();
    }

    @Test
    void shouldLeadEachEventToOneSideInTheirOrder() {
        long[] values = new Random(5).longs(300, 1, 10).toArray();
        TestDriver driver = driver();
        for (long value : values) {
            driver.send(IN, new Number(value));
        }
        assertEquals(LongStream.of(values).filter(v -> v <= 4).boxed().toList(), values(driver, ASIDE));
        assertEquals(LongStream.of(values).filter(v -> v > 4).boxed().toList(), values(driver, ON));
    }

    /** One dead letter, not one of each side: redriven, the event would come twice. */
    @Test
    void shouldMakeOneDeadLetterOfAnEventForWhichTheConditionThrows() {
        for (UnaryOperator<EventStream<Number>> words :
                List.<UnaryOperator<EventStream<Number>>>of(n -> n, n -> n.keyBy(Number::value))) {
            TestDriver driver = driver(words);
            driver.send(IN, new Number(0)).send(IN, new Number(1)).send(IN, new Number(9));
            assertEquals(List.of(1L), values(driver, ASIDE));
            assertEquals(List.of(9L), values(driver, ON));
            assertEquals(
                    List.of(Reason.OPERATOR_ERROR),
                    driver.deadLetters().stream().map(d -> d.reason()).toList());
        }
    }

    /** A row of a table that changes the side it is on is taken back where it was. */
    @Test
    void shouldTakeARowBackOnTheSideThatItLeaves() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "branch",
                t -> t.from(IN)
                        .keyBy(n -> n.value() / 100)
                        .group("rows")
                        .by(n -> 1)
                        .aggregate(Largest::new)
                        .map(Number.class, l -> new Number(l.largest.get() % 100))
                        .branch(n -> n.value() < 5, aside -> aside.to(ASIDE))
                        .to(ON)));
        driver.send(IN, new Number(101)).send(IN, new Number(209));
        assertEquals(List.of(EntryForm.INSERT, EntryForm.RETRACTION), forms(driver, ASIDE));
        assertEquals(List.of(EntryForm.REPLACEMENT), forms(driver, ON));
    }

    static final class Largest extends Aggregates<Number> {
        final LongValue largest = max(Number::value);
    }

    private static List<EntryForm> forms(TestDriver driver, Output<Number> output) {
        return driver.metas(output).stream().map(Meta::form).toList();
    }
}
