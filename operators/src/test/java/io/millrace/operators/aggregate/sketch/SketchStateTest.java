package io.millrace.operators.aggregate.sketch;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopItems;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.state.StateException;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Ties and texts: which of equal events came first, within an entry and across snapshots, and what older snapshots had of texts. */
class SketchStateTest {
    private static final Duration LONG = Duration.ofSeconds(1);

    record Burst(
            long first, long second, long third, @Length(16) String text, long ns) {}

    record Ev(long item, long ns) {}

    record Told(long first, long second, long third, long arg) {}

    record Number(long value) {}

    private static final Input<Burst> IN = Input.of("in", Burst.class)
            .eventTime(Burst::ns, NANOSECONDS)
            .historic()
            .maxAhead(Duration.ofDays(9_999));
    private static final Output<Told> TOLD = Output.of("told", Told.class);
    private static final Output<Number> NUMBERS = Output.of("numbers", Number.class);

    static final class Top extends Aggregates<Ev> {
        final TopItems top = topK(3, Ev::item, 8);
        final LongValue arg = argMax(Ev::item, e -> 1);
    }

    static final class TopBack extends LookBack<Ev> {
        final Span<Ev> span = last(LONG);
        final TopItems top = span.topK(3, Ev::item, 8);
        final Aggregates.LongValue arg = span.argMax(Ev::item, e -> 1);
    }

    private static Topology ranks(boolean ofWindow) {
        return Millrace.topology("t", t -> {
            var items = t.from(IN)
                    .flatMap(
                            Ev.class,
                            3,
                            (b, out) -> LongStream.of(b.first, b.second, b.third)
                                    .filter(i -> i > 0)
                                    .forEach(i -> out.emit(new Ev(i, i == 4 ? b.ns - 1 : b.ns))))
                    .keyBy(e -> 0);
            if (ofWindow) {
                items.window("w", Window.hopping(LONG, Duration.ofNanos(500_000_000)))
                        .aggregate(Top::new)
                        .to(TOLD, a -> new Told(a.top.item(0), a.top.item(1), a.top.item(2), a.arg.get()));
            } else {
                items.lookBack("w", TopBack::new)
                        .to(TOLD, a -> new Told(a.top.item(0), a.top.item(1), a.top.item(2), a.arg.get()));
            }
        });
    }

    private static Told last(TestDriver driver) {
        List<Told> all = driver.take(TOLD);
        return all.get(all.size() - 1);
    }

    @Test
    void shouldRankOfEqualItemsThatFirstWhichCameFirstAlsoOfOneEntry() {
        assertEquals(
                new Told(9, 4, 7, 9),
                last(TestDriver.of(ranks(true))
                        .send(IN, new Burst(9, 4, 7, "", 500_000_000))
                        .endAll()));
        assertEquals(
                new Told(9, 5, 7, 9), last(TestDriver.of(ranks(false)).send(IN, new Burst(9, 5, 7, "", 500_000_000))));
    }

    @Test
    void shouldKnowWhichCameFirstBehindASnapshot() {
        for (boolean ofWindow : new boolean[] {true, false}) {
            TestDriver driver = TestDriver.of(ranks(ofWindow), PlanOptions.tested());
            for (long item : new long[] {9, 5, 7}) {
                driver.send(IN, new Burst(item, 0, 0, "", 500_000_000)).restart();
            }
            assertEquals(new Told(9, 5, 7, 9), last(driver.endAll()));
        }
    }

    static final class Texts extends Aggregates<Burst> {
        final LongValue texts = distinctText(Burst::text, 3, 10);
    }

    static final class Numbers extends Aggregates<Burst> {
        final LongValue texts = distinct(b -> b.text().hashCode(), 10);
    }

    static final class TextsBack extends LookBack<Burst> {
        final Span<Burst> span = last(LONG);
        final Aggregates.LongValue texts = span.distinctText(Burst::text, 3, 10);
    }

    static final class NumbersBack extends LookBack<Burst> {
        final Span<Burst> span = last(LONG);
        final Aggregates.LongValue texts = span.distinct(b -> b.text().hashCode(), 10);
    }

    private static Topology texts(String kind, boolean asTexts) {
        return Millrace.topology("t", t -> {
            var keyed = t.from(IN).keyBy(Burst::first);
            switch (kind) {
                case "window" -> {
                    var w = keyed.window("w", Window.tumbling(LONG));
                    if (asTexts) {
                        w.aggregate(Texts::new).to(NUMBERS, a -> new Number(a.texts.get()));
                    } else {
                        w.aggregate(Numbers::new).to(NUMBERS, a -> new Number(a.texts.get()));
                    }
                }
                case "group" -> {
                    var g = keyed.group("w").by(Burst::second);
                    if (asTexts) {
                        g.aggregate(Texts::new).to(NUMBERS, a -> new Number(a.texts.get()));
                    } else {
                        g.aggregate(Numbers::new).to(NUMBERS, a -> new Number(a.texts.get()));
                    }
                }
                default -> {
                    if (asTexts) {
                        keyed.lookBack("w", TextsBack::new).to(NUMBERS, a -> new Number(a.texts.get()));
                    } else {
                        keyed.lookBack("w", NumbersBack::new).to(NUMBERS, a -> new Number(a.texts.get()));
                    }
                }
            }
        });
    }

    /** Numbers are saved in the form that texts had, under the same words. */
    @Test
    void shouldRefuseStateInWhichTextsHaveTheHashOfBefore() {
        for (String kind : List.of("window", "group", "lookBack")) {
            PlanOptions options = PlanOptions.tested();
            byte[] before = TestDriver.of(texts(kind, false), options)
                    .send(IN, new Burst(1, 2, 3, "a", 4))
                    .snapshot();
            TestDriver.restore(texts(kind, false), options, before);
            String refused = assertThrows(
                            StateException.class, () -> TestDriver.restore(texts(kind, true), options, before), kind)
                    .getMessage();
            assertTrue(refused.contains(kind + " 'w'"), refused);
            TestDriver.restore(
                    texts(kind, true),
                    options,
                    TestDriver.of(texts(kind, true), options).snapshot());
        }
    }
}
