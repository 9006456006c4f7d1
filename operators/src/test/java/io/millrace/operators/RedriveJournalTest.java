package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An event that was redriven is not redriven again behind a kill, and one that was not can still be. */
@Timeout(240)
class RedriveJournalTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    public record Order(long currency, long id, long ns) {}

    public record Rate(long currency, long value, long ns) {}

    public record Priced(long id, long value) {}

    private static final Input<Order> ORDERS = Input.of("orders", Order.class)
            .eventTime(Order::ns, TimeUnit.NANOSECONDS)
            .historic();
    private static final Input<Rate> RATES = Input.of("rates", Rate.class)
            .eventTime(Rate::ns, TimeUnit.NANOSECONDS)
            .historic();
    private static final Output<Priced> PRICED = Output.of("priced", Priced.class);
    private static final Output<Priced> TWICE = Output.of("twice", Priced.class);

    private static final Topology TOPOLOGY = Millrace.topology("orders", t -> {
        EventStream<Order> orders = t.from(ORDERS);
        var priced = orders.keyBy(Order::currency)
                .lookup("rate", t.table("rates", t.from(RATES).keyBy(Rate::currency)));
        priced.map(Priced.class, j -> new Priced(j.left().id(), value(j.hasRight(), j.hasRight() ? j.right() : null)))
                .to(PRICED);
        priced.map(
                        Priced.class,
                        j -> new Priced(j.left().id(), 2 * value(j.hasRight(), j.hasRight() ? j.right() : null)))
                .to(TWICE);
    });

    private static long value(boolean has, Rate rate) {
        if (!has) {
            throw new IllegalArgumentException("no rate");
        }
        return rate.value();
    }

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Priced> priced = Collections.synchronizedList(new ArrayList<>());
    private final List<Priced> twice = Collections.synchronizedList(new ArrayList<>());
    private Engine engine;

    private void start() {
        if (engine != null) {
            // what fails puts out nothing that would have waited for it
            engine.awaitDurable(engine.stats().sequence(), LONG);
            journal.crash();
            engine.close();
        }
        engine = Engine.of(TOPOLOGY)
                .journal(journal)
                .output(PRICED, p -> journal.effect(() -> priced.add(p)))
                .output(TWICE, p -> journal.effect(() -> twice.add(p)))
                .start();
    }

    private long redrive(String node) {
        long n = engine.deadLetters().redrive(node);
        engine.drain(LONG);
        return n;
    }

    /** Where letters are kept: nodes have no other name than the lines that made them. */
    private List<String> letters() {
        return engine.deadLetters().last(99).stream()
                .map(l -> l.node().equals(mapOf(PRICED)) ? "price" : "double")
                .sorted()
                .toList();
    }

    private static String mapOf(Output<?> output) {
        TopologyNode sink = TOPOLOGY.nodes().stream()
                .filter(n -> n.output() == output)
                .findFirst()
                .orElseThrow();
        return TOPOLOGY.nodes().get(sink.inputs().get(0).node()).name();
    }

    private void publishOrder(long currency, long id) {
        engine.publisher(ORDERS).publish(new Order(currency, id, 1));
        engine.drain(LONG);
    }

    private void publishRate(long currency, long value) {
        engine.publisher(RATES).publish(new Rate(currency, value, 1));
        engine.drain(LONG);
    }

    @Test
    void shouldRedriveAnEventOnceWhateverIsKilledAndWhereverASnapshotStands() {
        for (int snapshots = 0; snapshots < 8; snapshots++) {
            int at = snapshots;
            RedriveJournalTest run = new RedriveJournalTest();
            run.start();
            run.publishOrder(7, 1);
            run.publishOrder(8, 2);
            run.snapshotIf((at & 1) != 0);
            run.start();
            assertEquals(List.of("double", "double", "price", "price"), run.letters(), "snapshots " + at);
            run.publishRate(7, 50);
            run.snapshotIf((at & 2) != 0);
            assertEquals(2, run.redrive(mapOf(PRICED)), "snapshots " + at);
            assertEquals(List.of(new Priced(1, 50)), run.priced, "snapshots " + at);
            assertEquals(List.of(new Priced(1, 100)), run.twice, "it went through all of the topology");
            assertEquals(List.of("double", "price"), run.letters(), "those of the order that failed again");
            run.snapshotIf((at & 4) != 0);
            run.start();
            assertEquals(List.of("double", "price"), run.letters(), "snapshots " + at);
            run.publishRate(8, 60);
            assertEquals(1, run.redrive(mapOf(TWICE)));
            assertEquals(0, run.redrive(mapOf(PRICED)));
            run.start();
            assertEquals(List.of(), run.letters());
            assertEquals(List.of(new Priced(1, 50), new Priced(2, 60)), run.priced, "snapshots " + at);
            assertEquals(List.of(new Priced(1, 100), new Priced(2, 120)), run.twice, "snapshots " + at);
            assertEquals(6, run.engine.deadLetters().total());
            run.engine.close();
        }
    }

    @Test
    void shouldKeepWhatWasThrownInWordsBehindASnapshot() {
        start();
        publishOrder(7, 1);
        String before = engine.deadLetters().last(1).get(0).toString();
        engine.makeSnapshot();
        start();
        assertEquals(before, engine.deadLetters().last(1).get(0).toString());
        engine.close();
    }

    private void snapshotIf(boolean wanted) {
        if (wanted) {
            engine.makeSnapshot();
        }
    }
}
