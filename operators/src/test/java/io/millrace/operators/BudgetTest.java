package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Sensitive;
import io.millrace.metric.LatencyReport;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Budgets as a topology declares them, in a live engine; what is measured is tested with a clock by hand elsewhere. */
class BudgetTest {
    record Pay(@Sensitive long card, @Length(8) String shop, long timeNs) {}

    private static final Input<Pay> PAYS =
            Input.of("pays", Pay.class).eventTime(Pay::timeNs, NANOSECONDS).historic();
    private static final Output<Pay> OUT = Output.of("out", Pay.class);
    private static final Output<Pay> SHOPS = Output.of("shops", Pay.class);

    private static Topology topology() {
        return Millrace.topology("budgets", t -> {
            var cards = t.from(PAYS).keyBy(Pay::card).filter(p -> true);
            t.budget(cards, Duration.ofSeconds(5));
            cards.to(OUT);
            var shops = t.from(PAYS).keyByText(Pay::shop).dedupe("shops-seen", Duration.ofNanos(1_000));
            t.budget(shops, Duration.ofSeconds(6));
            shops.to(SHOPS);
        });
    }

    /** One event is an hour late by its publisher's word: whatever this machine is busy with, that is most of its time. */
    @Test
    void shouldTellWhichEventsCameTooLateAndHideSensitiveKeys() {
        try (Engine engine =
                Engine.of(topology()).blame(1).discard(OUT).discard(SHOPS).start()) {
            Publisher<Pay> publisher = engine.publisher(PAYS);
            long hourNs = Duration.ofHours(1).toNanos();
            publisher.publish(new Pay(4711, "a", 1), new Header().intendedNs(System.nanoTime()));
            publisher.publish(new Pay(4711, "b", 2), new Header().intendedNs(System.nanoTime() - hourNs));
            publisher.publish(new Pay(4711, "b", 3), new Header().intendedNs(System.nanoTime() - hourNs));
            engine.drain(Duration.ofSeconds(60));
            LatencyReport r = engine.stats().latency();
            List<LatencyReport.Breach> late = r.last().stream()
                    .filter(b -> b.tookNs() > hourNs)
                    .toList(); // all of them, unless the machine stood still for seconds
            assertEquals(
                    List.of(1L, 1L, 2L),
                    late.stream().map(LatencyReport.Breach::sequence).toList());
            assertTrue(late.get(0).key().startsWith("#"), late.get(0).toString());
            assertTrue(late.get(1).key().startsWith("#"), "of an event with a sensitive field");
            assertEquals("shops-seen", late.get(1).node());
            assertEquals(Duration.ofSeconds(6).toNanos(), late.get(1).budgetNs());
            assertTrue(late.stream().allMatch(b -> b.blamed().equals("before stage main")), late.toString());
            assertEquals(3, r.samples());
        }
    }

    @Test
    void shouldShowBudgetsAndRefuseNone() {
        assertTrue(topology().describe().contains(" within PT5S"), topology().describe());
        String said = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology("none", t -> {
                            var in = t.from(PAYS);
                            t.budget(in, Duration.ZERO);
                            in.to(OUT);
                        }))
                .getMessage();
        assertTrue(said.contains("a budget of PT0S; use more than nothing"), said);
    }
}
