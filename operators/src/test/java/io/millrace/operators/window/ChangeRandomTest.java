package io.millrace.operators.window;

import static io.millrace.operators.window.PeriodRandomTest.BARS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.KeyedWindowed;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Windowed;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.ChangeOracle.Row;
import io.millrace.operators.window.PeriodOracle.Spec;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Windows over what changes in a table, with rows kept and without, against lists of rows. */
class ChangeRandomTest {
    static final Output<Row> LATE = Output.of("late-rows", Row.class);

    /** What needs no rows. */
    static class Plain extends Aggregates<Row> {
        final LongValue count = count();
        final LongValue sum = sum(Row::value);

        long key() {
            return 0;
        }

        Bar bar() {
            return new Bar(key(), windowStartNs(), windowEndNs(), revision(), count.get(), sum.get(), 0, 0, 0, 0, 0);
        }
    }

    static final class KeyedPlain extends Plain {
        final LongValue key = longKey();

        @Override
        long key() {
            return key.get();
        }
    }

    static class Full extends Plain {
        final LongValue min = min(Row::value);
        final LongValue max = max(Row::value);
        final LongValue first = first(Row::value);
        final LongValue last = last(Row::value);
        final DoubleValue mean = mean(Row::value);

        @Override
        Bar bar() {
            return new Bar(
                    key(),
                    windowStartNs(),
                    windowEndNs(),
                    revision(),
                    count.get(),
                    sum.get(),
                    min.get(),
                    max.get(),
                    first.get(),
                    last.get(),
                    mean.get());
        }
    }

    static final class KeyedFull extends Full {
        final LongValue key = longKey();

        @Override
        long key() {
            return key.get();
        }
    }

    static Trials rows() {
        return Trials.of("rows()", random -> {
                    Spec spec = PeriodRandomTest.spec(random);
                    boolean keyed = spec.keyed() || spec.empty();
                    Spec of = new Spec(
                            spec.size(),
                            spec.step(),
                            spec.offset(),
                            spec.lateness(),
                            spec.early(),
                            spec.every(),
                            spec.onUpdate(),
                            spec.retracts(),
                            false,
                            keyed,
                            false);
                    int rowsAtMost = random.nextInt(3) == 0 ? 0 : random.nextBoolean() ? 1 + random.nextInt(4) : 100;
                    long disorder = random.nextInt(3) * random.nextInt(20);
                    Input<Row> rows = input(disorder);
                    return Trial.of(topology(of, rowsAtMost, rows))
                            .feed(rows, ChangeRandomTest::row)
                            .compare(LATE)
                            .compareLetters()
                            .compareByKey(BARS, Bar::key)
                            .options(PlanOptions.tested().withStateBytes(16 << 20))
                            .weights(Weights.usual().keys(6).values(40))
                            .oracle(new ChangeOracle(of, rowsAtMost, BARS, LATE));
                })
                .cases(200);
    }

    private static Row row(long id, long timeNs, long value) {
        long came = Bar.within(timeNs);
        long ago = Math.floorMod(value, 5) * 3;
        return new Row(id, Math.floorMod(value, 2), value, Math.max(came, Long.MIN_VALUE + 100) - ago, came);
    }

    private static Input<Row> input(long disorder) {
        return Input.of("rows", Row.class)
                .eventTime(Row::cameNs, NANOSECONDS)
                .disorder(Duration.ofNanos(disorder))
                .maxAhead(Duration.ofNanos(Long.MAX_VALUE));
    }

    private static Topology topology(Spec spec, int rowsAtMost, Input<Row> rows) {
        Window window = PeriodRandomTest.window(spec);
        return Millrace.topology("t", t -> {
            KeyedStream<Row> changes =
                    t.from(rows).keyBy(Row::id).deleteWhen(r -> r.value() == 0).changelog("changes");
            if (spec.keyed()) {
                KeyedWindowed<Row> windows = changes.keyBy(Row::key)
                        .window("windows", window)
                        .ofChanges(Row::rowNs, NANOSECONDS)
                        .lateTo(LATE);
                EventStream<? extends Plain> told = rowsAtMost > 0
                        ? windows.rowsAtMost(rowsAtMost).aggregate(KeyedFull::new)
                        : windows.aggregate(KeyedPlain::new);
                told.to(BARS, Plain::bar);
            } else {
                Windowed<Row> windows = changes.filter(r -> true)
                        .merge(t.from(Input.of("none", Row.class)))
                        .window("windows", window)
                        .ofChanges(Row::rowNs, NANOSECONDS)
                        .lateTo(LATE);
                EventStream<? extends Plain> told = rowsAtMost > 0
                        ? windows.rowsAtMost(rowsAtMost).aggregate(Full::new)
                        : windows.aggregate(Plain::new);
                told.to(BARS, Plain::bar);
            }
        });
    }

    @Test
    void shouldAgreeWithListsOfRows() {
        rows().check();
    }
}
