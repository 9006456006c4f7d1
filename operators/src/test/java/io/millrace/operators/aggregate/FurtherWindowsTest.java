package io.millrace.operators.aggregate;

import static io.millrace.operators.aggregate.Facts.Sale.SALES;
import static io.millrace.operators.aggregate.Facts.Told.TOLD;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.operators.aggregate.Facts.Sale;
import io.millrace.operators.aggregate.Facts.Told;
import io.millrace.operators.window.Window;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Statistics and sketches in windows, of one pane and of several, against their definitions. */
class FurtherWindowsTest {
    /** Windows of a size that begin every step; told at their end, or with each event, taking back what was told. */
    private record Spec(long sizeNs, long stepNs, boolean updates) {
        Window window() {
            Window window = Window.hopping(Duration.ofNanos(sizeNs), Duration.ofNanos(stepNs));
            return updates ? window.emitOnUpdate().retracting() : window;
        }

        void answer(History input, Expected out) {
            Map<Long, Map<Long, List<Sale>>> byEnd = new TreeMap<>();
            for (int i = 0; i < input.size(); i++) {
                while (!byEnd.isEmpty() && byEnd.keySet().iterator().next() <= input.progressNs(i)) {
                    long end = byEnd.keySet().iterator().next();
                    byEnd.remove(end).forEach((key, sales) -> close(out, end, key, sales));
                }
                if (input.step(i).isEvent()) {
                    take(i, input.event(i), input.progressNs(i), byEnd, out);
                }
            }
        }

        private void close(Expected out, long endNs, long key, List<Sale> sales) {
            if (!updates) {
                out.emit(TOLD, endNs - 1, FactsOracle.of(key, sales));
            }
        }

        private void take(int at, Sale sale, long progressNs, Map<Long, Map<Long, List<Sale>>> byEnd, Expected out) {
            long last = Math.floorDiv(sale.timeNs(), stepNs) * stepNs;
            boolean late = true;
            for (long end = last + stepNs; end <= last + sizeNs; end += stepNs) {
                if (end > progressNs) {
                    late = false;
                    List<Sale> sales = byEnd.computeIfAbsent(end, e -> new TreeMap<>())
                            .computeIfAbsent(sale.key(), k -> new ArrayList<>());
                    update(out, end, sales, sale);
                }
            }
            if (late) {
                out.letter(at, "windows", Reason.LATE);
            }
        }

        private void update(Expected out, long endNs, List<Sale> sales, Sale sale) {
            if (updates && !sales.isEmpty()) {
                out.emit(TOLD, endNs - 1, EntryForm.RETRACTION, FactsOracle.of(sale.key(), sales));
            }
            sales.add(sale);
            if (updates) {
                out.emit(TOLD, endNs - 1, FactsOracle.of(sale.key(), sales));
            }
        }
    }

    static Trials trials() {
        return Trials.of("trials()", random -> {
                    long step = 1 + random.nextInt(12);
                    Spec spec = new Spec(
                            step * (random.nextBoolean() ? 1 : 1 + random.nextInt(5)), step, random.nextInt(3) == 0);
                    Topology topology = Millrace.topology(
                            "facts",
                            t -> t.from(SALES)
                                    .keyBy(Sale::key)
                                    .window("windows", spec.window())
                                    .aggregate(Facts.OfKey::new)
                                    .to(TOLD, Facts.OfKey::told));
                    return Trial.of(topology)
                            .feed(SALES, Sale::of)
                            .weights(Weights.usual().keys(3).values(100).with(Trait.EXTREMES, 0))
                            .compareByKey(TOLD, Told::key)
                            .compareLetters()
                            .oracle(spec::answer);
                })
                .cases(250);
    }

    @Test
    void shouldAgreeWithTheDefinitionsOnRandomInput() {
        trials().check();
    }

    static final class TooMuch extends Aggregates<Sale> {
        final DoubleValue a = quantile(0.5, Sale::x, 1_000);
        final DoubleValue b = quantile(0.5, Sale::y, 1_000);
        final LongValue c = distinct(Sale::item, 1_000);
        final LongValue d = distinct(Sale::key, 1_000);
        final LongValue e = distinct(Sale::timeNs, 1_000);
        final LongValue f = distinctAbout(Sale::timeNs, 12);
        final LongValue g = distinctAbout(Sale::key, 12);
        final LongValue h = distinctAbout(Sale::item, 12);
        final Ohlc i = ohlc(Sale::x);
    }

    static final class MuchMore extends Aggregates<Sale> {
        final DoubleValue a = quantile(0.5, Sale::x, 1_000);
        final DoubleValue b = quantile(0.5, Sale::y, 1_000);
        final DoubleValue c = quantile(0.5, s -> s.x() + s.y(), 1_000);
        final DoubleValue d = quantile(0.5, s -> s.x() - s.y(), 1_000);
        final DoubleValue e = quantile(0.5, s -> s.x() * s.y(), 1_000);
        final LongValue g = distinct(Sale::item, 1_000);
        final LongValue h = distinct(Sale::key, 1_000);
        final LongValue i = distinct(Sale::timeNs, 1_000);
        final LongValue j = distinctAbout(Sale::timeNs, 12);
    }

    @Test
    void shouldBeAProblemOfTheTopologyWhenThePaneDoesNotFitAPage() {
        build(TooMuch::new);
        try {
            build(MuchMore::new);
        } catch (RuntimeException e) {
            assertTrue(e.getMessage().contains("lower their bounds"), e.getMessage());
            return;
        }
        throw new AssertionError("it was built");
    }

    private static <A extends Aggregates<Sale>> void build(java.util.function.Supplier<A> shape) {
        Millrace.topology(
                "much",
                t -> t.from(SALES)
                        .keyBy(Sale::key)
                        .window("windows", Window.tumbling(Duration.ofNanos(10)))
                        .aggregate(shape)
                        .to(TOLD, s -> null));
    }
}
