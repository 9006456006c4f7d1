package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.testkit.TestDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The plainest words, one by one and together. */
class FilterMapMergeTest {
    record Number(long value) {}

    private static final Input<Number> A = Input.of("a", Number.class);
    private static final Input<Number> B = Input.of("b", Number.class);
    private static final Output<Number> OUT = Output.of("out", Number.class);

    private static List<Long> values(TestDriver driver) {
        return driver.take(OUT).stream().map(Number::value).toList();
    }

    private static List<Reason> reasons(TestDriver driver) {
        return driver.deadLetters().stream().map(d -> d.reason()).toList();
    }

    @Test
    void shouldLetPassWhatMeetsTheCondition() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "filter", t -> t.from(A).filter(n -> 100 / n.value() > 9).to(OUT)));
        for (long value : new long[] {11, 3, 0, 10, 12, 1}) {
            driver.send(A, new Number(value));
        }
        assertEquals(List.of(3L, 10L, 1L), values(driver));
        assertEquals(List.of(Reason.OPERATOR_ERROR), reasons(driver), "the division by 0");
    }

    @Test
    void shouldMakeARecordOrAnyObjectOfEachEvent() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "map",
                t -> t.from(A)
                        .map(n -> n.value() == 13 ? null : List.of(n.value(), 100 / n.value()))
                        .map(Number.class, l -> new Number(l.get(0) + l.get(1)))
                        .to(OUT)));
        for (long value : new long[] {50, 0, 13, 20}) {
            driver.send(A, new Number(value));
        }
        assertEquals(List.of(52L, 25L), values(driver));
        assertEquals(List.of(Reason.OPERATOR_ERROR, Reason.OPERATOR_ERROR), reasons(driver), "nothing, and no number");
    }

    /** For each entry what comes of it here, then what comes of it there. */
    @Test
    void shouldPutWhatAnEntryCausesHereBeforeWhatItCausesThere() {
        TestDriver driver = TestDriver.of(Millrace.topology("merge", t -> {
            EventStream<Number> all = t.from(A);
            all.map(Number.class, n -> new Number(n.value() * 10))
                    .merge(all.filter(n -> n.value() % 2 == 0))
                    .merge(t.from(B))
                    .to(OUT);
        }));
        Random random = new Random(11);
        List<Long> due = new ArrayList<>();
        List<Long> entries = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long value = 1 + random.nextInt(9);
            long entry = driver.nextSequence();
            if (random.nextBoolean()) {
                driver.send(B, new Number(value));
                due.add(value);
                entries.add(entry);
                continue;
            }
            driver.send(A, new Number(value));
            due.add(value * 10);
            entries.add(entry);
            if (value % 2 == 0) {
                due.add(value);
                entries.add(entry);
            }
        }
        assertEquals(entries, driver.metas(OUT).stream().map(Meta::sequence).toList());
        assertEquals(due, values(driver));
    }
}
