package io.millrace.operators.lookback;

import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.LongField;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Fold;
import io.millrace.operators.aggregate.Folds;
import io.millrace.operators.aggregate.Unlucky;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** An aggregate of the user's own that throws costs its event, and nothing else. */
class OwnAggregateFailureTest {
    record Ev(long key, long value, long timeNs) {}

    record Told(long count, long sum) {}

    private static final Input<Ev> IN = Input.of("in", Ev.class).eventTime(Ev::timeNs, NANOSECONDS);
    private static final Output<Told> TOLD = Output.of("told", Told.class);

    abstract static class Shape extends LookBack<Ev> {
        abstract long count();

        abstract long sum();
    }

    static final class Events extends Shape {
        final Span<Ev> span = last(ofNanos(100));
        final LongValue count = span.count();
        final LongValue sum = span.ownLong(new Unlucky<>(Ev::value));

        @Override
        long count() {
            return count.get();
        }

        @Override
        long sum() {
            return sum.get();
        }
    }

    static final class Steps extends Shape {
        final Span<Ev> span = last(ofNanos(100)).every(ofNanos(10));
        final LongValue count = span.count();
        final LongValue sum = span.ownLong(new Unlucky<>(Ev::value));

        @Override
        long count() {
            return count.get();
        }

        @Override
        long sum() {
            return sum.get();
        }
    }

    @Test
    void shouldMakeADeadLetterAndKeepNothing() {
        for (Supplier<Shape> shape : List.<Supplier<Shape>>of(Events::new, Steps::new)) {
            TestDriver driver = TestDriver.of(Millrace.topology(
                    "t",
                    t -> t.from(IN)
                            .keyBy(Ev::key)
                            .<Shape>lookBack("l", shape)
                            .to(TOLD, s -> new Told(s.count(), s.sum()))));
            driver.send(IN, new Ev(1, 13, 0)); // the first of its key
            driver.send(IN, new Ev(1, 4, 1));
            driver.send(IN, new Ev(1, 3, 2)); // would make 7
            driver.send(IN, new Ev(1, 13, 3));
            driver.send(IN, new Ev(1, 5, 14));
            driver.send(IN, new Ev(1, 13, 15));
            driver.send(IN, new Ev(1, 1, 16));
            assertEquals(List.of(new Told(1, 4), new Told(2, 9), new Told(3, 10)), driver.take(TOLD));
            assertEquals(4, driver.deadLetters().size());
            driver.deadLetters().forEach(l -> assertEquals(Reason.OPERATOR_ERROR, l.reason()));
        }
    }

    /** Twice the sum, or the number, of longs. */
    private static Aggregate twice(Fold fold) {
        return new Aggregate() {
            @Override
            public String word() {
                return "twice";
            }

            @Override
            public Fold fold() {
                return fold;
            }

            @Override
            public void result(long[] summaries, int at, int count, Cell cell) {
                cell.set(2 * summaries[at]);
            }
        };
    }

    static final class Twice {
        final History history = new History();
        final Cell sum;
        final Cell count;

        Twice(Duration step) {
            SpanDeclaration span = history.last(ofNanos(100), Duration.ZERO);
            if (!step.isZero()) {
                span.every(step);
            }
            sum = span.aggregates().addLong(twice(Folds.SUM), Argument.ofLong((LongField<Ev>) Ev::value));
            count = span.aggregates().addLong(twice(Folds.COUNT));
            history.name(span, "span");
            history.name(sum, "sum");
            history.name(count, "count");
        }
    }

    /** Over the folds of a plain sum and count, with which a look-back has a short way of its own. */
    @Test
    void shouldAskAnAggregateOfOnesOwnOverTheFoldsThereAre() {
        for (Duration step : List.of(Duration.ZERO, ofNanos(10))) {
            TestDriver driver = TestDriver.of(Millrace.topology("t", t -> {
                EventStream<Twice> answers = t.from(IN)
                        .keyBy(Ev::key)
                        .via("l", LookBackOperator.<Ev, Twice>of(() -> new Twice(step), s -> s.history, null));
                answers.to(TOLD, s -> new Told(s.count.asLong(), s.sum.asLong()));
            }));
            driver.send(IN, new Ev(1, 5, 1)).send(IN, new Ev(1, 7, 2)).send(IN, new Ev(1, 1, 102));
            assertEquals(List.of(new Told(2, 10), new Told(4, 24), new Told(2, 2)), driver.take(TOLD));
        }
    }
}
