package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.Table;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.score.LinearModel;
import io.millrace.testkit.TestDriver;
import io.millrace.transport.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * An event that is read with a cursor: each function finds it at its start, whoever has read how much of it before. And a view
 * that is kept past the entry reads nothing.
 */
class RewindTest {
    record Sum(long key, long items) {}

    record Sums(Basket.View basket, Sum sum) {}

    record Views(Basket.View basket, Basket.View mapped) {}

    static final InPlaceInput<Basket.View, Basket.Writer> BASKETS = Input.of("baskets", Basket.TYPE)
            .eventTime(Basket.View::timeNs, NANOSECONDS)
            .historic();
    static final InPlaceInput<Basket.View, Basket.Writer> ROWS = Input.of("rows", Basket.TYPE);
    static final InPlaceOutput<Basket.View, Basket.Writer> BASKET = Output.of("basket", Basket.TYPE);
    static final Output<Sum> SUM = Output.of("sum", Sum.class);
    static final Output<Sum> SUM2 = Output.of("sum2", Sum.class);

    /** Two aggregates, two functions that read the same items. */
    static final class History extends LookBack<Basket.View> {
        final Span<Basket.View> span = last(Duration.ofNanos(1_000));
        final LongValue first = span.sum(Basket.View::sum);
        final LongValue second = span.sum(b -> b.next() + b.sum());
    }

    static final class Echo extends KeyedProcess {
        final EmitInPlace<Basket.View, Basket.Writer> out = emits("out", Basket.TYPE);
        final Emit<Basket.View> copy = emits("copy", Basket.TYPE);

        Echo(On<Basket.View> baskets) {
            on(baskets, b -> {
                copy.emit(b);
                fill(b, out.begin());
                out.end();
            });
        }
    }

    private static void fill(Basket.View from, Basket.Writer to) {
        List<Long> items = new ArrayList<>();
        while (from.hasNext()) {
            items.add(from.next());
        }
        to.set(from.key(), from.timeNs(), items.stream().mapToLong(i -> i).toArray());
    }

    private static Sum sum(Basket.View b) {
        return new Sum(b.key(), b.sum());
    }

    private static boolean isNotEmpty(Basket.View b) {
        return b.hasNext() && b.next() > 0;
    }

    private static void toSums(EventStream<Basket.View> s) {
        s.to(SUM, RewindTest::sum);
    }

    /** Sends the same to the test driver and to the inline host; each basket is summed up at each output. */
    private static void assertRewound(Consumer<EventStream<Basket.View>> words) {
        var topology = Millrace.topology("rewind", t -> words.accept(t.from(BASKETS)));
        TestDriver driver = TestDriver.of(topology);
        driver.sendInPlace(BASKETS, w -> w.set(1, 10, 1, 2, 3)).sendInPlace(BASKETS, w -> w.set(2, 20, 10, 20));
        driver.endAll();
        assertEquals(List.of(), driver.deadLetters());
        for (Output<?> o : topology.outputs()) {
            List<?> found = driver.take(o).stream()
                    .map(e -> e instanceof Basket.View v ? sum(v) : e)
                    .toList();
            assertEquals(List.of(new Sum(1, 6), new Sum(2, 30)), found, o.name());
        }
    }

    @Test
    void shouldRewindBetweenTheStepsOfAChain() {
        assertRewound(s -> toSums(s.filter(RewindTest::isNotEmpty)
                .peek(Basket.View::sum)
                .filter(RewindTest::isNotEmpty)
                .map(Basket.TYPE, RewindTest::fill)
                .filter(RewindTest::isNotEmpty)));
    }

    @Test
    void shouldRewindWhereEventsOfAKeyBecomeFewer() {
        Duration five = Duration.ofNanos(5);
        assertRewound(s -> toSums(s.keyBy(Basket.View::key)
                .peek(Basket.View::sum)
                .dedupe("once", five)
                .peek(Basket.View::sum)
                .throttle("calm", 1, five)
                .peek(Basket.View::sum)
                .conflate("latest", five)
                .filter(RewindTest::isNotEmpty)));
    }

    /** The second alternative is asked when the first has read all items. */
    static final class Either extends EventPattern<Basket.View> {
        final Step<Basket.View> large = begin(b -> b.sum() > 100);
        final Step<Basket.View> small = or(b -> b.sum() > 0 && large.event() == null);
    }

    @Test
    void shouldRewindBetweenTheConditionsOfAPatternAndForEachLookAtAMatch() {
        for (boolean stored : new boolean[] {false, true}) {
            assertRewound(s -> {
                KeyedStream<Either> found =
                        s.peek(Basket.View::sum).keyBy(Basket.View::key).pattern("either", WEEK, Either::new);
                (stored ? found.defer("later", Duration.ofNanos(1)) : found)
                        .filter(m -> isNotEmpty(m.small.event()) && isNotEmpty(m.small.last()))
                        .to(SUM, m -> sum(m.small.event()));
            });
        }
    }

    private static final Duration WEEK = Duration.ofDays(7);

    @Test
    void shouldFindBothEventsOfAPeriodAtTheirStart() {
        var topology = Millrace.topology(
                "both",
                t -> toSums(t.from(BASKETS)
                        .keyBy(Basket.View::key)
                        .peek(Basket.View::sum)
                        .conflate("both", Duration.ofNanos(100), Basket.TYPE, (so, next, out) -> {
                            List<Long> items = new ArrayList<>();
                            for (Basket.View b : List.of(so, next, so)) {
                                while (b.hasNext()) {
                                    items.add(b.next());
                                }
                            }
                            out.set(
                                    next.key(),
                                    next.timeNs(),
                                    items.stream().mapToLong(i -> i).toArray());
                        })
                        .filter(RewindTest::isNotEmpty)));
        TestDriver driver = TestDriver.of(topology);
        driver.sendInPlace(BASKETS, w -> w.set(1, 10, 1, 2)).sendInPlace(BASKETS, w -> w.set(1, 20, 3, 4));
        driver.sendInPlace(BASKETS, w -> w.set(1, 30, 5)).endAll();
        assertEquals(List.of(), driver.deadLetters());
        assertEquals(List.of(new Sum(1, 15)), driver.take(SUM));
    }

    @Test
    void shouldRewindForEachBranchOfAFork() {
        assertRewound(s -> {
            toSums(s);
            s.to(SUM2, RewindTest::sum);
            s.peek(Basket.View::sum).to(BASKET);
        });
    }

    @Test
    void shouldRewindWhereStreamsMeetAgain() {
        assertRewound(s -> {
            EventStream<Basket.View> large = s.filter(b -> b.sum() > 10);
            toSums(s.filter(b -> b.sum() <= 10).merge(large.filter(RewindTest::isNotEmpty)));
        });
    }

    @Test
    void shouldRewindTheViewsOfARecord() {
        assertRewound(s -> {
            EventStream<Views> views = s.with(
                            s.peek(Basket.View::sum)
                                    .map(Basket.TYPE, RewindTest::fill)
                                    .peek(Basket.View::sum),
                            (a, b) -> {
                                assertEquals(a.sum(), b.sum());
                                return new Views(a, b);
                            })
                    .filter(v -> v.basket().sum() == v.mapped().sum());
            views.to(SUM, v -> sum(v.basket()));
            views.to(SUM2, v -> sum(v.mapped()));
        });
    }

    @Test
    void shouldRewindWhatAFlatMapFillsAndWhatWaitsForItsAnswers() {
        assertRewound(s -> {
            KeyedStream<Basket.View> several = s.flatMap(Basket.TYPE, 2, (b, out) -> {
                        fill(b, out.begin());
                        out.end();
                    })
                    .filter(RewindTest::isNotEmpty)
                    .keyBy(Basket.View::key);
            EventStream<Basket.View> branch = several.lookBack("history", several, History::new)
                    .map(Basket.TYPE, (h, out) -> fill(h.question(Basket.View.class), out));
            EventStream<Views> views = several.with(branch.peek(Basket.View::sum), Views::new)
                    .filter(v -> v.basket().sum() == v.mapped().sum());
            views.to(SUM, v -> sum(v.basket()));
            views.to(SUM2, v -> sum(v.mapped()));
        });
    }

    @Test
    void shouldRewindBetweenTheFieldsOfAKeyAndTheArgumentsOfALookBack() {
        assertRewound(s -> s.keyBy(Basket.View::sum, Basket.View::sum)
                .keyByFields(k -> k.text(b -> "" + b.sum()).number(Basket.View::sum))
                .keyBy(Basket.View::sum)
                .lookBack("history", History::new)
                .filter(h -> h.first.get() == h.second.get() && h.event().sum() == h.first.get())
                .to(SUM, h -> sum(h.event())));
    }

    @Test
    void shouldRewindBetweenFeaturesAndBehindAScore() {
        Features<Basket.View> features = Features.of(
                Basket.View.class,
                f -> f.add("a", Basket.View::sum).missingWhen(b -> b.sum() == 0).add("b", b -> b.sum()));
        LinearModel model = LinearModel.intercept(0).plus("a", 1).plus("b", 1);
        assertRewound(s -> s.score("score", model, features)
                .filter(x -> x.raw() == 2 * x.event().sum())
                .filter(x -> x.raw() == 2 * x.event().sum())
                .to(SUM, x -> sum(x.event())));
    }

    @Test
    void shouldRewindBothSidesOfALookUp() {
        var topology = Millrace.topology("lookup", t -> {
            Table<Basket.View> rows = t.table("rows", ROWS, Basket.View::key);
            t.from(BASKETS)
                    .keyBy(Basket.View::key)
                    .lookup("row", rows)
                    .filter(j -> j.left().sum() > 0 && j.right().sum() > 0)
                    .filter(j -> j.left().sum() > 0 && j.right().sum() > 0)
                    .to(SUM, j -> new Sum(j.left().sum(), j.right().sum()));
        });
        TestDriver driver = TestDriver.of(topology);
        driver.sendInPlace(ROWS, w -> w.set(1, 0, 7, 8)).sendInPlace(ROWS, w -> w.set(2, 0, 9));
        driver.sendInPlace(BASKETS, w -> w.set(1, 1, 1, 2)).sendInPlace(BASKETS, w -> w.set(2, 2, 3));
        driver.sendInPlace(BASKETS, w -> w.set(2, 3, 4));
        assertEquals(List.of(new Sum(3, 15), new Sum(3, 9), new Sum(4, 9)), driver.take(SUM));
    }

    record Asked(long key) {}

    record Answered(Asked asked, Basket.View basket) {}

    record AnyPair(Object event, Sum sum) {}

    static final Input<Asked> ASKED = Input.of("asked", Asked.class);

    /** Two in a row: nobody sets what rewinds a record, so the one of the event before is still there. */
    @Test
    void shouldRewindTheRowsOfALookUpOfRecords() {
        var topology = Millrace.topology("lookup", t -> {
            Table<Basket.View> rows = t.table("rows", ROWS, Basket.View::key);
            KeyedStream<Joined<Asked, Basket.View>> first =
                    t.from(ASKED).keyBy(Asked::key).lookup("row", rows);
            first.filter(j -> j.right().sum() > 0).to(SUM, j -> sum(j.right()));
            first.lookup("again", rows)
                    .filter(j -> j.right().sum() > 0)
                    .to(SUM2, j -> new Sum(j.left().right().sum(), j.right().sum()));
        });
        TestDriver driver = TestDriver.of(topology);
        driver.sendInPlace(ROWS, w -> w.set(1, 0, 7, 8));
        driver.send(ASKED, new Asked(1)).send(ASKED, new Asked(1)).send(ASKED, new Asked(1));
        assertEquals(List.of(new Sum(1, 15), new Sum(1, 15), new Sum(1, 15)), driver.take(SUM));
        assertEquals(List.of(new Sum(15, 15), new Sum(15, 15), new Sum(15, 15)), driver.take(SUM2));
    }

    @Test
    void shouldRewindTheAnswersOfABranchOfRecords() {
        var topology = Millrace.topology("with", t -> {
            EventStream<Asked> asked = t.from(ASKED);
            asked.with(asked.map(Basket.TYPE, (a, w) -> w.set(a.key(), 0, 1, 2)), Answered::new)
                    .filter(a -> a.basket().sum() > 0)
                    .to(SUM, a -> sum(a.basket()));
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(ASKED, new Asked(1)).send(ASKED, new Asked(2)).send(ASKED, new Asked(3));
        assertEquals(List.of(new Sum(1, 3), new Sum(2, 3), new Sum(3, 3)), driver.take(SUM));
    }

    /** Streams without a type meet: of some of their events nobody says what rewinds them, and the plan cannot tell which. */
    @Test
    void shouldEndTheRewindingOfEventsOfWhichSomeHaveACursor() {
        var topology = Millrace.topology("mixed", t -> {
            EventStream<Object> baskets = t.from(BASKETS).map(b -> b);
            EventStream<Object> any = baskets.merge(t.from(ASKED).<Object>map(a -> a));
            Table<Basket.View> rows = t.table("rows", ROWS, Basket.View::key);
            any.with(any.map(Sum.class, e -> e instanceof Basket.View b ? sum(b) : new Sum(0, 0)), AnyPair::new)
                    .keyBy(p -> 1)
                    .map(p -> p)
                    .keyBy(p -> 1)
                    .lookup("row", rows)
                    .to(SUM, j -> j.left().sum());
        });
        TestDriver driver = TestDriver.of(topology);
        driver.sendInPlace(BASKETS, w -> w.set(1, 1, 1, 2));
        driver.send(ASKED, new Asked(1)).send(ASKED, new Asked(1));
        driver.sendInPlace(BASKETS, w -> w.set(2, 2, 3));
        assertEquals(List.of(new Sum(1, 3), new Sum(0, 0), new Sum(0, 0), new Sum(2, 3)), driver.take(SUM));
    }

    @Test
    void shouldRewindWhatAProcessEmitsAndWhatIsHeldBack() {
        assertRewound(s -> {
            var echo = s.peek(Basket.View::sum).keyBy(Basket.View::key).process("echo", Duration.ofDays(1), Echo::new);
            toSums(echo.out(e -> e.out)
                    .filter(RewindTest::isNotEmpty)
                    .defer("later", Duration.ofNanos(5))
                    .filter(RewindTest::isNotEmpty));
            echo.out(e -> e.copy).filter(RewindTest::isNotEmpty).to(SUM2, RewindTest::sum);
        });
    }

    @Test
    void shouldRewindForEachReceiver() {
        var topology = Millrace.topology(
                "receivers", t -> t.from(BASKETS).filter(RewindTest::isNotEmpty).to(BASKET));
        List<Long> sums = new ArrayList<>();
        try (Inline inline = Engine.of(topology)
                .output(BASKET, (Basket.View b) -> sums.add(b.sum()))
                .output(BASKET, (Basket.View b) -> sums.add(b.sum()))
                .inline()) {
            Basket.View basket = new Basket.View();
            byte[] bytes = new byte[Basket.TYPE.maxLength()];
            Basket.Writer writer =
                    new Basket.Writer().wrap(bytes, 0, bytes.length).set(1, 10, 1, 2, 3);
            inline.publish(BASKETS, basket.wrap(bytes, 0, writer.length()), BASKET, b -> sums.add(b.sum()));
        }
        assertEquals(List.of(6L, 6L, 6L), sums);
    }

    // ---- kept views

    /** Each view a function gets to see, as something that reads it. */
    private static void assertCut(Consumer<EventStream<Basket.View>> words, List<Supplier<?>> kept) {
        assertCut((t, s) -> words.accept(s), kept);
    }

    private static void assertCut(BiConsumer<TopologyBuilder, EventStream<Basket.View>> words, List<Supplier<?>> kept) {
        var topology = Millrace.topology("cut", t -> words.accept(t, t.from(BASKETS)));
        TestDriver driver = TestDriver.of(topology);
        driver.sendInPlace(BASKETS, w -> w.set(1, 10, 1, 2, 3));
        driver.sendInPlace(BASKETS, w -> w.set(1, 10, 1, 2, 3)).endAll();
        assertEquals(List.of(), driver.deadLetters());
        assertTrue(!kept.isEmpty());
        for (int i = 0; i < kept.size(); i++) {
            assertThrows(RuntimeException.class, kept.get(i)::get, "view " + i);
        }
        kept.clear();
        var setup = Engine.of(topology); // assertions are enabled in tests
        topology.outputs().forEach(setup::discard);
        try (Inline inline = setup.inline()) {
            var claims = inline.claims(BASKETS);
            for (int i = 0; i < 2; i++) {
                claims.claim().set(1, 10, 1, 2, 3);
                claims.commit();
            }
            inline.publisher(BASKETS).end();
            assertEquals(0, inline.deadLetters().total());
        }
        for (int i = 0; i < kept.size(); i++) {
            assertThrows(RuntimeException.class, kept.get(i)::get, "view " + i + " of the inline host");
        }
    }

    @Test
    void shouldCutOffViewsThatAreKept() {
        List<Supplier<?>> kept = new ArrayList<>();
        assertCut(
                s -> toSums(s.peek(b -> kept.add(b::key))
                        .map(Basket.TYPE, RewindTest::fill)
                        .peek(b -> kept.add(b::key))
                        .keyBy(Basket.View::key)
                        .defer("later", Duration.ofNanos(1))
                        .peek(b -> kept.add(b::key))
                        .keyBy(Basket.View::key)
                        .process("echo", Duration.ofDays(1), Echo::new)
                        .out(e -> e.out)
                        .peek(b -> kept.add(b::key))),
                kept);
    }

    @Test
    void shouldCutOffWhatABlockingSinkKeeps() {
        List<Basket.View> kept = new ArrayList<>();
        var topology = Millrace.topology("sink", t -> t.from(BASKETS).to(BASKET));
        Inline inline = Engine.of(topology)
                .output(BASKET, (Basket.View b) -> kept.add(b), Delivery.blocking())
                .inline();
        var claims = inline.claims(BASKETS);
        claims.claim().set(1, 10, 1, 2, 3);
        claims.commit();
        inline.close();
        assertThrows(RuntimeException.class, () -> kept.get(0).key());
        assertEquals(1, kept.size());
    }

    @Test
    void shouldCutOffCopiesThatWaitedForAnotherInput() {
        List<Supplier<?>> kept = new ArrayList<>();
        assertCut(
                s -> {
                    EventStream<Basket.View> a = s.keyBy(Basket.View::key).defer("a", Duration.ofNanos(1));
                    EventStream<Basket.View> b = s.keyBy(Basket.View::key).defer("b", Duration.ofNanos(1));
                    toSums(a.merge(b).merge(a).peek(v -> kept.add(v::key)));
                },
                kept);
    }

    @Test
    void shouldCutOffScoresAndPairs() {
        List<Supplier<?>> kept = new ArrayList<>();
        Features<Basket.View> features = Features.of(Basket.View.class, f -> f.add("a", Basket.View::sum));
        LinearModel model = LinearModel.intercept(0).plus("a", 1);
        assertCut(
                s -> s.score("score", model, features)
                        .peek(x -> {
                            assertEquals(6, x.raw());
                            kept.add(() -> x.event().key());
                            kept.add(() -> requireNumber(x.raw()));
                            kept.add(() -> requireNumber(x.feature(0)));
                        })
                        .to(SUM, x -> sum(x.event())),
                kept);
        kept.clear();
        assertCut(
                (t, s) -> {
                    // the second event finds the row that the first one set
                    Table<Basket.View> rows = t.table("rows", s.keyBy(Basket.View::key));
                    s.keyBy(Basket.View::key)
                            .lookup("row", rows)
                            .peek(j -> {
                                if (j.hasRight()) {
                                    assertEquals(1, j.right().key());
                                    kept.add(() -> j.left().key());
                                    kept.add(() -> j.right().key());
                                }
                            })
                            .to(SUM, j -> sum(j.left()));
                },
                kept);
    }

    private static double requireNumber(double number) {
        if (Double.isNaN(number)) {
            throw new IllegalStateException("cut off");
        }
        return number;
    }
}
