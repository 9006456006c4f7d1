package io.millrace.operators;

import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.DeadLetter;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.testkit.MemoryJournal;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An event that failed at one node, when others with state have counted it: the letter says so, and `redriveUncounted` refuses it. */
class RedriveCountsTest {
    public record Sale(long shop, long cents, long ns) {}

    public record Count(long shop, long sales) {}

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Sale> SALES = Input.of("sales", Sale.class)
            .eventTime(Sale::ns, TimeUnit.NANOSECONDS)
            .historic();
    private static final Input<Sale> ROWS = Input.of("rows", Sale.class)
            .eventTime(Sale::ns, TimeUnit.NANOSECONDS)
            .historic();
    private static final Output<Count> OUT = Output.of("out", Count.class);
    private static final Output<Count> OTHER = Output.of("other", Count.class);

    static final class Sales extends Aggregates<Sale> {
        final LongValue sales = count();
    }

    private final AtomicBoolean fails = new AtomicBoolean(true);

    private Count told(long shop, long sales) {
        if (fails.get()) {
            throw new IllegalStateException("on purpose");
        }
        return new Count(shop, sales);
    }

    /** What fails stands behind a window that has taken the event. */
    private Topology behindAWindow() {
        return Millrace.topology(
                "behind",
                t -> t.from(SALES)
                        .keyBy(Sale::shop)
                        .window("perShop", Window.tumbling(ofNanos(100)).emitOnUpdate())
                        .aggregate(Sales::new)
                        .via("tell", MapValue.of(EventType.of(Count.class), (Sales s) -> told(1, s.sales.get())))
                        .to(OUT));
    }

    private static void assertRefuses(DeadLetter letter, Runnable redrive, String by) {
        assertEquals(List.of(by.split(", ")), letter.countedBy());
        String said = assertThrows(IllegalStateException.class, redrive::run).getMessage();
        assertTrue(
                said.contains("which failed at tell, also reached " + by + " and would be counted there twice"), said);
        assertTrue(said.contains("or call redrive(..)"), said);
    }

    @Test
    void shouldNotRedriveUncountedWhatAWindowInFrontHasCounted() {
        TestDriver driver = TestDriver.of(behindAWindow());
        driver.send(SALES, new Sale(1, 10, 5));
        fails.set(false);
        assertRefuses(driver.deadLetters().get(0), () -> driver.redriveUncounted("tell"), "perShop");
        assertEquals(1, driver.deadLetters().size(), "it is kept");
        driver.send(SALES, new Sale(1, 10, 6));
        assertEquals(List.of(new Count(1, 2)), driver.take(OUT), "each once");
        assertEquals(1, driver.redrive("tell"));
        assertEquals(List.of(new Count(1, 3)), driver.take(OUT), "as was asked for");
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldSayTheSameBehindARestartAndComeToTheSameBits() {
        MemoryJournal journal = new MemoryJournal();
        List<Count> counts = Collections.synchronizedList(new ArrayList<>());
        Topology topology = behindAWindow();
        Engine first = start(topology, journal, counts);
        long sold = first.publisher(SALES).publish(new Sale(1, 10, 5));
        first.drain(LONG);
        first.awaitDurable(sold, LONG); // nothing comes out that would have waited for it
        journal.crash();
        first.close();
        Engine second = start(topology, journal, counts);
        second.drain(LONG);
        assertRefuses(
                second.deadLetters().last(1).get(0), () -> second.deadLetters().redriveUncounted("tell"), "perShop");
        fails.set(false);
        assertEquals(1, second.deadLetters().redrive("tell"));
        second.drain(LONG);
        assertEquals(List.of(new Count(1, 2)), counts);
        fails.set(true); // as it was when the first came
        journal.crash();
        second.close();
        Engine third = start(topology, journal, counts);
        third.drain(LONG);
        fails.set(false);
        third.publisher(SALES).publish(new Sale(1, 10, 7));
        third.drain(LONG);
        assertEquals(new Count(1, 3), counts.get(counts.size() - 1), "what was redriven is in the log");
        third.close();
    }

    private static Engine start(Topology topology, MemoryJournal journal, List<Count> counts) {
        return Engine.of(topology)
                .journal(journal)
                .output(OUT, c -> journal.effect(() -> counts.add(c)))
                .start();
    }

    @Test
    void shouldNameWhatStandsBesideToo() {
        Topology topology = Millrace.topology("beside", t -> {
            KeyedStream<Sale> sales = t.from(SALES).keyBy(Sale::shop);
            sales.via("tell", MapValue.of(EventType.of(Count.class), (Sale s) -> told(s.shop(), 1)))
                    .to(OUT);
            sales.window("perShop", Window.tumbling(ofNanos(100)))
                    .aggregate(Sales::new)
                    .to(OTHER, s -> new Count(0, s.sales.get()));
            sales.dedupe("once", ofNanos(100)).to(OTHER, s -> new Count(1, 1));
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(SALES, new Sale(1, 10, 5));
        assertRefuses(driver.deadLetters().get(0), () -> driver.redriveUncounted("tell"), "perShop, once");
    }

    @Test
    void shouldRedriveWhereNothingHasCountedIt() {
        Topology topology = Millrace.topology("asks", t -> {
            var rows = t.table("shops", t.from(ROWS).keyBy(Sale::shop));
            var limits = t.setting("limits", Input.of("limits", Count.class), new Count(0, 0));
            t.from(SALES)
                    .filter(limits, (s, l) -> s.cents() > l.sales())
                    .keyBy(Sale::shop)
                    .lookup("shop", rows)
                    .via(
                            "tell",
                            MapValue.of(
                                    EventType.of(Count.class),
                                    (Joined<Sale, Sale> j) -> told(j.left().shop(), 1)))
                    .window("all", Window.tumbling(ofNanos(100)).emitOnUpdate())
                    .aggregate(Behind::new)
                    .to(OUT, b -> new Count(0, b.counts.get()));
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(ROWS, new Sale(1, 1, 5));
        driver.send(SALES, new Sale(1, 10, 5));
        assertEquals(List.of(), driver.deadLetters().get(0).countedBy(), "what is behind it had nothing of it");
        fails.set(false);
        assertEquals(1, driver.redriveUncounted("tell"));
        assertEquals(List.of(new Count(0, 1)), driver.take(OUT));
    }

    static final class Behind extends Aggregates<Count> {
        final LongValue counts = count();
    }
}
